# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kairan.scenarios.inputs import DateTimePicked
from kairan.scenarios.moments import parse_typed, written
from tests.scenarios.talk import Talk, define

NOW = datetime(2026, 8, 1, 2, 0)  # noqa: DTZ001 — the engine's moments are naive


def when(mode: str = "datetime", **more: Any) -> Talk:
    step = {"type": "datetime", "id": "t", "text": "いつですか。", "mode": mode, **more}
    return Talk(define(step))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-07-31 23:10", "2026-07-31T23:10"),
        ("7/31 午後11時10分", "2026-07-31T23:10"),
        ("７月３１日　２３時半", "2026-07-31T23:30"),
        ("令和8年7月31日 6時", "2026-07-31T06:00"),
        ("昨日の夜10時ごろ", "2026-07-31T22:00"),
        ("今日の1時半", "2026-08-01T01:30"),
        ("おととい朝6時", "2026-07-30T06:00"),
        ("3日前の15:00", "2026-07-29T15:00"),
        ("2時間前", "2026-08-01T00:00"),
        ("さっき", "2026-08-01T02:00"),
        ("今", "2026-08-01T02:00"),
        ("23時", "2026-07-31T23:00"),
        ("yesterday 11pm", "2026-07-31T23:00"),
        ("昨日", "2026-07-31"),
        ("12月30日", "2025-12-30"),
    ],
)
def test_moments_are_understood_as_people_write_them(typed: str, meant: str) -> None:
    moment = parse_typed(typed, "datetime", NOW, past=True)
    assert moment is not None
    assert written(moment) == meant


@pytest.mark.parametrize("typed", ["", "いつか", "13月1日", "2月30日", "25:99", "暗くなってから"])
def test_what_is_no_moment_is_asked_again(typed: str) -> None:
    assert "日時を" in when().say(typed).texts[0]


def test_the_picker_gets_bounds_as_line_writes_them() -> None:
    expects = when(min="-30d", max="now").prompt.expects
    assert expects is not None
    assert (expects.mode, expects.minimum) == ("datetime", "2026-07-02T02:00")
    assert (expects.maximum, expects.initial) == ("2026-08-01T02:00", "2026-08-01T02:00")


@pytest.mark.parametrize(
    ("mode", "picked"),
    [("date", "2026-07-31"), ("time", "23:15"), ("datetime", "2026-07-31T23:15")],
)
def test_what_was_picked_is_kept(mode: str, picked: str) -> None:
    talk = when(mode)
    talk.give(DateTimePicked(picked))
    assert talk.answer("t") == picked


def test_a_pick_of_another_kind_is_refused() -> None:
    assert when("date").give(DateTimePicked("23:15")).is_problem
    assert when("time").give(DateTimePicked("nonsense")).is_problem


def test_the_future_is_refused_with_the_bound_named() -> None:
    talk = when(max="now")
    prompt = talk.give(DateTimePicked("2026-08-01T02:01"))
    assert "2026年8月1日(土) 2:00より前" in prompt.texts[0]


def test_what_is_too_long_ago_is_refused() -> None:
    assert when("date", min="-30d").give(DateTimePicked("2026-07-01")).is_problem


def test_today_is_within_now() -> None:
    talk = when("date", min="-30d", max="now")
    talk.say("今日")
    assert talk.answer("t") == "2026-08-01"


def test_a_day_alone_answers_a_question_about_both() -> None:
    talk = when(max="now")
    talk.say("昨日")
    assert talk.outcome.answers[0].shown == "2026年7月31日(金)"
