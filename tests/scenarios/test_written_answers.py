# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from kairan.scenarios.inputs import DateTimePicked, PositionGiven, Unusable
from tests.scenarios.talk import Talk, define, text, ways


def number(**more: Any) -> Talk:
    return Talk(define({"type": "number", "id": "n", "text": "何本ですか。", **more}))


# ── text ──


def test_a_text_is_kept_as_written() -> None:
    talk = Talk(define(text("note")))
    talk.say(" 柱に\n穴がある ")
    assert talk.answer("note") == "柱に\n穴がある"


def test_a_text_too_long_is_explained_with_both_numbers() -> None:
    talk = Talk(define(text("note", max_length=10)))
    prompt = talk.say("あ" * 11)
    assert "10文字まで" in prompt.texts[0]
    assert "11文字" in prompt.texts[0]


def test_five_thousand_emoji_are_refused_kindly() -> None:
    talk = Talk(define(text("note")))
    assert talk.say("😀" * 5_000).is_problem
    assert talk.asked == "note"


def test_a_text_too_short_is_explained() -> None:
    talk = Talk(define(text("note", min_length=5)))
    assert "5文字以上" in talk.say("はあ").texts[0]


def test_a_text_of_nothing_but_spaces_is_no_answer() -> None:
    assert Talk(define(text("note"))).say("  　 ").is_problem


def test_a_pattern_is_explained_by_its_hint() -> None:
    step = text("plate", pattern="[東西]-[0-9]{4}", hint="西-1234 のように書いてください。")
    talk = Talk(define(step))
    assert talk.say("1234").texts[0] == "西-1234 のように書いてください。"
    talk.say("西-1234")
    assert talk.answer("plate") == "西-1234"


def test_full_width_digits_fit_a_pattern() -> None:
    talk = Talk(define(text("plate", pattern="[0-9]{4}")))
    talk.say("１２３４")
    assert talk.answer("plate") == "1234"


def test_the_whole_text_must_fit_the_pattern() -> None:
    assert Talk(define(text("plate", pattern="a|b"))).say("ab").is_problem


def test_characters_that_no_database_takes_are_dropped() -> None:
    talk = Talk(define(text("note")))
    talk.say("穴\x00が\ud83dある")
    assert talk.answer("note") == "穴がある"


@pytest.mark.parametrize("typed", ["なし", "無し", "特になし", "スキップ", "ナシ", "skip"])
def test_an_optional_text_can_be_skipped_by_word(typed: str) -> None:
    talk = Talk(define(text("note", required=False), text("next")))
    assert "!skip" in ways(talk.prompt)
    talk.say(typed)
    assert talk.answer("note") is None
    assert talk.asked == "next"


def test_none_is_an_answer_to_a_required_text() -> None:
    talk = Talk(define(text("note")))
    assert "!skip" not in ways(talk.prompt)
    talk.say("なし")
    assert talk.answer("note") == "なし"


# ── number ──


@pytest.mark.parametrize(("typed", "value"), [("3", 3), ("３本", 3), ("約1,200本です", 1200)])
def test_a_number_is_found_in_what_is_typed(typed: str, value: int) -> None:
    talk = number()
    talk.say(typed)
    assert talk.answer("n") == value


@pytest.mark.parametrize("typed", ["たくさん", "3から5", "", "9" * 5_000])
def test_what_is_no_single_number_is_explained(typed: str) -> None:
    assert "数字で" in number().say(typed).texts[0]


def test_a_number_outside_the_bounds_is_explained_with_the_unit() -> None:
    talk = number(min=1, max=10, unit="本")
    assert "1本以上" in talk.say("0").texts[0]
    assert "10本以下" in talk.say("11").texts[0]
    talk.say("10")
    assert talk.outcome.answers[0].shown == "10本"


def test_decimals_only_where_they_are_wanted() -> None:
    assert number().say("1.5").is_problem
    talk = number(decimals=True)
    talk.say("1.5")
    assert talk.answer("n") == 1.5


# ── things that are no answer ──


@pytest.mark.parametrize("kind", ["sticker", "audio", "video", "file", "unknown"])
def test_what_cannot_be_used_is_explained_and_asked_again(kind: Any) -> None:
    talk = Talk(define(text("note")))
    prompt = talk.give(Unusable(kind))
    assert prompt.is_problem
    assert "note?" in prompt.full_text()


def test_a_position_or_date_does_not_answer_a_text() -> None:
    talk = Talk(define(text("note")))
    assert talk.give(PositionGiven(130.7, 32.8)).is_problem
    assert talk.give(DateTimePicked("2026-08-01")).is_problem
    assert talk.asked == "note"


def test_after_three_times_the_way_out_is_offered() -> None:
    talk = number()
    assert not talk.say("たくさん", "いっぱい").offers_way_out
    prompt = talk.say("もっと")
    assert prompt.offers_way_out
    assert "!leave" in ways(prompt)
    assert [phone.number for phone in prompt.phones] == ["096-000-0000"]
    assert "!skip" not in ways(prompt)


def test_the_way_out_of_an_optional_question_is_to_skip_it() -> None:
    talk = number(required=False)
    prompt = talk.say("たくさん", "いっぱい", "もっと")
    assert "とばす" in prompt.texts[1]
    assert "!skip" in ways(prompt)


def test_an_answer_ends_the_counting_of_attempts() -> None:
    talk = Talk(define(text("a", max_length=1), text("b", max_length=1)))
    talk.say("ああ", "ああ", "あ", "ああ")
    assert not talk.prompt.offers_way_out
