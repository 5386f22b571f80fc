# SPDX-License-Identifier: Apache-2.0
"""Answers of a form, all at once: the same engine as in the talk says what comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from kairan.scenarios.definition import Definition
from kairan.scenarios.inputs import PositionGiven
from kairan.scenarios.loader import ready_definition
from kairan.scenarios.replaying import Replayed, replay
from tests.scenarios.talk import NIGHT, TOWN, choice, define, text

HERE = {"lon": 130.71, "lat": 32.80}


def located(longitude: float, latitude: float, *, title: str = "") -> PositionGiven:
    inside = 130 < longitude < 132
    return PositionGiven(
        longitude, latitude, title=title, areas=("43101",), area="中央区", inside_town=inside
    )


def fill(definition: Definition, given: Mapping[str, Any], language: str = "ja") -> Replayed:
    return replay(definition, given, context=TOWN, now=NIGHT, language=language, locate=located)


ROAD = {
    "damage": "pothole", "place": {**HERE, "typed": "コンビニの前"}, "manager": "town",
    "photos": ["a", "b"], "note": None,
}  # fmt: skip


def test_a_whole_form_comes_to_its_outcome() -> None:
    replayed = fill(ready_definition("road"), ROAD)
    assert replayed.outcome is not None
    assert replayed.problems == {}
    assert replayed.outcome.report_kind == "road"
    assert replayed.outcome.photos == ("a", "b")
    assert replayed.way == ("damage", "place", "manager", "photos", "note")


def test_the_position_is_looked_up_by_the_server() -> None:
    outcome = fill(ready_definition("road"), ROAD).outcome
    assert outcome is not None
    assert outcome.position is not None
    assert outcome.position.areas == ("43101",)
    assert outcome.position.title == "コンビニの前"


def test_an_answer_of_another_way_is_left_out() -> None:
    given = {**ROAD, "damage": "cave_in", "danger": "called"}
    outcome = fill(ready_definition("road"), given).outcome
    assert outcome is not None
    assert [answer.step for answer in outcome.answers] == ["damage", "place", "danger"]


def test_a_missing_answer_is_a_problem_of_its_step() -> None:
    given = {key: value for key, value in ROAD.items() if key != "manager"}
    replayed = fill(ready_definition("road"), given)
    assert replayed.outcome is None
    assert replayed.problems == {"manager": "この質問には答えが必要です。"}


def test_problems_speak_the_language_of_the_form() -> None:
    replayed = fill(ready_definition("road"), {}, language="en")
    assert replayed.problems == {"damage": "This question needs an answer."}


def test_a_place_outside_the_town_is_refused_with_the_steps_own_words() -> None:
    replayed = fill(ready_definition("road"), {**ROAD, "place": {"lon": 139.7, "lat": 35.6}})
    assert "市の外" in replayed.problems["place"]


def test_a_typed_place_stands_by_itself() -> None:
    outcome = fill(ready_definition("road"), {**ROAD, "place": {"typed": "中央公園"}}).outcome
    assert outcome is not None
    assert outcome.position is not None
    assert outcome.position.typed == "中央公園"


def test_words_of_the_talk_are_plain_text_in_a_form() -> None:
    definition = define(text("what"))
    outcome = fill(definition, {"what": "中止"}).outcome
    assert outcome is not None
    assert outcome.answers[0].value == "中止"


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("damage", "nothing like that"),
        ("damage", "!back"),
        ("damage", ["pothole"]),
        ("damage", None),
        ("place", "中央公園"),
        ("place", {"lon": "130", "lat": 32}),
        ("place", {"lon": float("nan"), "lat": 32}),
        ("place", {"lon": True, "lat": True}),
        ("place", {}),
        ("photos", "a"),
        ("photos", [1]),
        ("note", {"a": 1}),
        ("note", "あ" * 501),
    ],
)
def test_what_is_no_answer_is_refused_at_its_step(step: str, answer: object) -> None:
    replayed = fill(ready_definition("road"), {**ROAD, step: answer})
    assert list(replayed.problems) == [step]
    assert replayed.problems[step]


def test_no_more_photos_than_the_step_takes() -> None:
    outcome = fill(ready_definition("road"), {**ROAD, "photos": list("abcdef")}).outcome
    assert outcome is not None
    assert outcome.photos == ("a", "b", "c")


def test_a_way_that_leads_back_is_not_gone_twice() -> None:
    again = choice("again", "もう一度", "終わり")
    again["options"][0]["next"] = "first"
    replayed = fill(define(text("first"), again), {"first": "あ", "again": "v1"})
    assert list(replayed.problems) == ["first"]


def test_confirms_that_lead_in_a_circle_end() -> None:
    definition = define(
        {"type": "confirm", "id": "one"}, {"type": "confirm", "id": "two", "next": "one"}
    )
    assert list(fill(definition, {}).problems) == ["one"]


def test_numbers_and_moments_are_read_as_in_the_talk() -> None:
    number = {"type": "number", "id": "count", "text": "?", "max": 5}
    moment = {"type": "datetime", "id": "time", "text": "?", "max": "now"}
    definition = define(number, moment)
    assert fill(definition, {"count": "３", "time": "2026-07-31T22:00"}).outcome is not None
    assert list(fill(definition, {"count": 9, "time": "2026-07-31"}).problems) == ["count"]
    assert list(fill(definition, {"count": 3, "time": "2026-08-02T00:00"}).problems) == ["time"]
    assert list(fill(definition, {"count": 3, "time": ["x"]}).problems) == ["time"]
