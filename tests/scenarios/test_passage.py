# SPDX-License-Identifier: Apache-2.0
"""How many reached a step, answered it, went back from it and gave up there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kairan.audit.actors import CLOCK, PROGRAM
from kairan.municipalities.tenancy import town
from kairan.residents.models import Resident
from kairan.scenarios.actions import SILENCE, begin_run, expire_runs, publish, step_run
from kairan.scenarios.context import Context
from kairan.scenarios.inputs import PositionGiven, PositionRefined, TypedText
from kairan.scenarios.models import Run, Scenario, StepVisit
from kairan.scenarios.passage import Passage, channels_of, passage_of, record_passage
from tests.cast import Cast
from tests.scenarios.talk import CONFIRM, NIGHT, REPORT, choice, define, text

HELLO = {"type": "message", "id": "hello", "text": "こんにちは"}
WHERE = {"type": "position", "id": "where", "text": "どこですか"}
ASKED = define(HELLO, text("a"), text("b"), CONFIRM, REPORT, outcome="report", key="trial")
DAY = {"since": NIGHT, "until": NIGHT + timedelta(days=3)}


@pytest.fixture
def scenario(hinokuni: Cast) -> Scenario:
    return make(ASKED)


def make(definition: Any) -> Scenario:
    made = Scenario.objects.create(key="trial", title="試し")
    publish(acting=PROGRAM, scenario=made, definition=definition)
    return made


def begin(scenario: Scenario, resident: Resident | None = None) -> Run:
    return begin_run(
        acting=PROGRAM,
        scenario=scenario,
        resident=resident,
        channel="line",
        context=Context(),
        now=NIGHT,
    ).run


def say(run: Run, *words: str, every: int = 10) -> None:
    """One word each `every` seconds."""
    for place, word in enumerate(words, 1):
        moment = NIGHT + timedelta(seconds=place * every)
        step_run(acting=PROGRAM, run=run, given=TypedText(word), now=moment)


def figures(scenario: Scenario, **more: Any) -> dict[str, tuple[int, int, int, int]]:
    found = passage_of(scenario, **{**DAY, **more})
    return {
        step: (one.reached, one.answered, one.went_back, one.gave_up) for step, one in found.items()
    }


def test_a_whole_way_is_counted_at_each_step(scenario: Scenario) -> None:
    say(begin(scenario), "x", "y", "送る")
    assert figures(scenario) == dict.fromkeys(["hello", "a", "b", "confirm", "end"], (1, 1, 0, 0))


def test_who_says_that_it_is_enough_gave_up_there(scenario: Scenario) -> None:
    say(begin(scenario), "x", "中止")
    assert figures(scenario)["a"] == (1, 1, 0, 0)
    assert figures(scenario)["b"] == (1, 0, 0, 1)
    assert "confirm" not in figures(scenario)


def test_who_takes_it_up_again_had_not_given_up(scenario: Scenario) -> None:
    say(begin(scenario), "x", "中止", "続きから", "y")
    assert figures(scenario)["b"] == (1, 1, 0, 0)


def test_who_goes_silent_gave_up_there(scenario: Scenario) -> None:
    begin(scenario)
    expire_runs(acting=CLOCK, now=NIGHT + SILENCE)
    assert figures(scenario)["a"] == (1, 0, 0, 1)


def test_who_starts_anew_gave_up_before(scenario: Scenario) -> None:
    hanako = Resident.objects.create()
    begin(scenario, hanako)
    begin(scenario, hanako)
    assert figures(scenario)["a"] == (2, 0, 0, 1)


def test_going_back_is_counted_once_for_each_person(scenario: Scenario) -> None:
    say(begin(scenario), "x", "戻る", "x2", "戻る", "x3", "y")
    assert figures(scenario)["a"] == (1, 1, 0, 0)
    assert figures(scenario)["b"] == (1, 1, 1, 0)


def test_changing_at_the_confirm_is_going_back(scenario: Scenario) -> None:
    say(begin(scenario), "x", "y", "直す", "1", "z", "送る")
    assert figures(scenario)["confirm"] == (1, 1, 1, 0)
    assert figures(scenario)["a"] == (1, 1, 0, 0)


def test_a_change_that_is_called_off_is_going_back(scenario: Scenario) -> None:
    say(begin(scenario), "x", "y", "直す", "1", "戻る", "送る")
    assert figures(scenario)["a"] == (1, 1, 1, 0)


def test_a_loop_is_answered_each_time(hinokuni: Cast) -> None:
    again = choice("more", "もう1つ", "終わり")
    again["options"][0]["next"] = "a"
    scenario = make(define(text("a"), again, key="trial"))
    say(begin(scenario), "x", "もう1つ", "y", "終わり")
    assert figures(scenario)["more"] == (1, 1, 0, 0)


def test_a_wrong_answer_costs_nothing_and_changes_nothing(hinokuni: Cast) -> None:
    scenario = make(define(choice("a", "はい", "いいえ"), key="trial"))
    run = begin(scenario)
    with CaptureQueriesContext(connection) as queries:
        say(run, "なんですか")
    assert not [q for q in queries if "stepvisit" in q["sql"]]
    assert figures(scenario)["a"] == (1, 0, 0, 0)


def test_a_refined_place_is_no_answer_to_the_question_that_stands(hinokuni: Cast) -> None:
    scenario = make(define(WHERE, text("b"), key="trial"))
    run = begin(scenario)
    say(run, "駅前")
    refined = PositionRefined("where", PositionGiven(130.2, 32.7))
    step_run(acting=PROGRAM, run=run, given=refined, now=NIGHT + timedelta(seconds=20))
    assert figures(scenario)["b"] == (1, 0, 0, 0)


def test_the_median_is_of_those_who_answered(scenario: Scenario) -> None:
    for every in (10, 20, 60):
        say(begin(scenario), "x", every=every)
    begin(scenario)
    found = passage_of(scenario, **DAY)["a"]
    assert found.median_seconds == 20
    assert found.reached == 4


def test_it_is_one_query_and_knows_period_channel_and_version(scenario: Scenario) -> None:
    say(begin(scenario), "x")
    first = scenario.published
    longer = define(text("a"), text("c"), CONFIRM, REPORT, outcome="report", key="trial")
    publish(acting=PROGRAM, scenario=scenario, definition=longer)
    begin(scenario)
    with CaptureQueriesContext(connection) as queries:
        assert figures(scenario)["a"][0] == 2
    assert len(queries) == 1
    assert figures(scenario, version=first)["a"][0] == 1
    assert figures(scenario, channel="web") == {}
    assert figures(scenario, until=NIGHT) == {}
    assert channels_of(scenario) == ["line"]


def test_the_figures_outlast_run_and_resident(scenario: Scenario) -> None:
    hanako = Resident.objects.create()
    say(begin(scenario, hanako), "x")
    hanako.delete()
    assert not Run.objects.exists()
    assert figures(scenario)["a"] == (1, 1, 0, 0)


def test_the_neighbour_town_sees_no_figures(scenario: Scenario, hinokuni: Cast) -> None:
    begin(scenario)
    with town(hinokuni.neighbour):
        assert not StepVisit.objects.exists()
        assert passage_of(scenario, **DAY) == {}


# ── what a browser measured ──


def test_a_web_form_s_way_is_counted_beside_the_others(scenario: Scenario) -> None:
    visits = [("a", 12.5, "answered"), ("b", 3, "back"), ("a", 2, "answered"), ("b", 9, "gave_up")]
    assert record_passage(scenario.published_id, "web", visits, ended_at=NIGHT + DAY_LATER) == 4
    assert figures(scenario, channel="web") == {"a": (1, 1, 0, 0), "b": (1, 0, 1, 1)}
    assert passage_of(scenario, **DAY)["a"].median_seconds == 7.25


DAY_LATER = timedelta(days=1)


@pytest.mark.parametrize(
    "visits",
    [
        "あ",
        5,
        None,
        {"a": 1},
        [None, "a", ["a"], ["a", 1, "stolen"], ["a", -1, "answered"], ["a", "1", "answered"]],
        [["nowhere", 1, "answered"], ["a", float("nan"), "answered"], ["a", 1e9, "answered"]],
        [[["a"], 1, "answered"], ["a", 1, ["answered"]], ["a", float("inf"), "back"]],
    ],
)
def test_nothing_that_a_browser_sends_is_believed_blindly(scenario: Scenario, visits: Any) -> None:
    assert record_passage(scenario.published_id, "web", visits) == 0


def test_a_browser_cannot_fill_the_table(scenario: Scenario) -> None:
    visits = [["a", 1, "answered"]] * 100_000
    assert record_passage(scenario.published_id, "web" * 50, visits) == 300


def test_nobody_there_loses_nobody() -> None:
    assert Passage().lost_share == 0
    assert Passage(reached=4, gave_up=1).lost_share == 0.25
