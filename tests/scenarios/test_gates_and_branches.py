# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kairan.scenarios.context import Context, PhoneEntry
from tests.scenarios.talk import NIGHT, OFFICE, TOKYO, TOWN, Talk, choice, define, text

KIND = choice("kind", "穴", "陥没")
POSITION = {"type": "position", "id": "place", "text": "どこ?"}
DIRECTORY = {
    "town": PhoneEntry(name="市役所", number="096-000-0000"),
    "roads": PhoneEntry(name="土木総務課", number="096-000-0001"),
    "roads@101": PhoneEntry(name="西区土木センター", number="096-000-0101"),
}


def gate(*contacts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "urgent", "id": "gate", "text": "電話を。", "contacts": contacts, **more}


ROADS = {"name": "道路", "directory": "roads", "hours": "office"}
NIGHTS = {"name": "宿直", "number": "096-000-9999", "hours": "outside_office"}
FIRE = {"name": "消防", "number": "119"}


def numbers(talk: Talk) -> list[str]:
    return [phone.number for phone in talk.prompt.phones]


def test_by_day_the_department_s_number_is_shown() -> None:
    talk = Talk(define(gate(ROADS, NIGHTS, FIRE)), context=Context(directory=DIRECTORY), now=OFFICE)
    assert numbers(talk) == ["096-000-0001", "119"]
    assert talk.prompt.phones[0].hours == "8:30〜17:15"
    assert talk.prompt.phones[1].hours == "24時間"


def test_by_night_the_night_desk_is_shown() -> None:
    talk = Talk(define(gate(ROADS, NIGHTS, FIRE)), context=Context(directory=DIRECTORY))
    assert numbers(talk) == ["096-000-9999", "119"]


def test_a_holiday_is_outside_office_hours() -> None:
    context = Context(directory=DIRECTORY, holidays=frozenset({date(2026, 8, 3)}))
    talk = Talk(define(gate(ROADS, NIGHTS, FIRE)), context=context, now=OFFICE)
    assert numbers(talk) == ["096-000-9999", "119"]


@pytest.mark.parametrize(("area", "number"), [("101", "096-000-0101"), ("102", "096-000-0001")])
def test_the_number_is_that_of_the_area_of_the_position(area: str, number: str) -> None:
    definition = define(POSITION, gate(ROADS, FIRE))
    talk = Talk(definition, context=Context(directory=DIRECTORY), now=OFFICE)
    talk.at(130.7, 32.8, areas=(area,))
    assert numbers(talk)[0] == number


def test_a_contact_may_depend_on_an_answer() -> None:
    water = {**FIRE, "number": "118", "when": {"type": "answer", "step": "kind", "values": ["v2"]}}
    definition = define(KIND, gate(water, FIRE))
    for typed, shown in (("1", ["119"]), ("2", ["118", "119"])):
        talk = Talk(definition)
        talk.say(typed)
        assert numbers(talk) == shown


def test_without_any_fitting_number_the_switchboard_is_shown() -> None:
    talk = Talk(define(gate({"name": "道路", "directory": "roads"})), context=TOWN)
    assert numbers(talk) == ["096-000-0000"]


@pytest.mark.parametrize("typed", ["1", "電話しました", "電話する", "かけました"])
def test_who_calls_goes_the_shorter_way(typed: str) -> None:
    talk = Talk(define(gate(FIRE, called_next="end"), text("note")))
    talk.say(typed)
    assert talk.outcome.urgent[0].called
    assert talk.outcome.urgent[0].phones[0].number == "119"


@pytest.mark.parametrize("typed", ["2", "急ぎではない", "急ぎではないです", "いいえ"])
def test_what_is_not_urgent_goes_on_with_the_questions(typed: str) -> None:
    talk = Talk(define(gate(FIRE, called_next="end"), text("note")))
    talk.say(typed)
    assert talk.asked == "note"


def test_the_gate_cannot_be_talked_past() -> None:
    talk = Talk(define(gate(FIRE), text("note")))
    assert talk.say("とても危ない").is_problem
    assert numbers(talk) == ["119"]


# ── branches ──


def branch(when: dict[str, Any]) -> list[dict[str, Any]]:
    ways = [{"when": when, "next": "yes"}]
    return [{"type": "branch", "id": "b", "ways": ways, "next": "no"}, text("yes"), text("no")]


def way(when: dict[str, Any], now: datetime, context: Context = TOWN) -> str:
    return Talk(define(*branch(when)), now=now, context=context).asked


AT_NIGHT = {"type": "time", "from": "22:00", "to": "06:00"}
TIMES = [
    (AT_NIGHT, NIGHT, "yes"),
    (AT_NIGHT, OFFICE, "no"),
    ({"type": "time", "from": "09:00", "to": "10:00"}, OFFICE, "no"),
    ({"type": "time", "from": "10:00", "to": "10:01"}, OFFICE, "yes"),
    ({"type": "weekday", "days": ["sat", "sun"]}, NIGHT, "yes"),
    ({"type": "weekday", "days": ["sat", "sun"]}, OFFICE, "no"),
    ({"type": "office_hours"}, OFFICE, "yes"),
    ({"type": "office_hours"}, NIGHT, "no"),
    ({"type": "not", "of": {"type": "office_hours"}}, NIGHT, "yes"),
    ({"type": "all", "of": [AT_NIGHT, {"type": "weekday", "days": ["mon"]}]}, NIGHT, "no"),
    ({"type": "any", "of": [AT_NIGHT, {"type": "weekday", "days": ["mon"]}]}, NIGHT, "yes"),
]


@pytest.mark.parametrize(("when", "now", "target"), TIMES)
def test_a_branch_on_the_hour_and_the_day(when: Any, now: datetime, target: str) -> None:
    assert way(when, now) == target


def test_the_hour_is_the_town_s_wherever_the_server_stands() -> None:
    assert way(AT_NIGHT, NIGHT.astimezone(UTC)) == "yes"
    assert way(AT_NIGHT, datetime(2026, 8, 3, 21, 59, tzinfo=TOKYO)) == "no"


def test_a_branch_on_a_holiday() -> None:
    context = Context(holidays=frozenset({date(2026, 8, 1)}))
    assert way({"type": "holiday"}, NIGHT, context) == "yes"
    assert way({"type": "holiday"}, OFFICE, context) == "no"


@pytest.mark.parametrize(("code", "target"), [("101", "yes"), ("102", "no")])
def test_a_branch_on_the_area(code: str, target: str) -> None:
    talk = Talk(define(POSITION, *branch({"type": "area", "codes": ["101", "103"]})))
    talk.at(130.7, 32.8, areas=(code, "999"))
    assert talk.asked == target


@pytest.mark.parametrize(
    ("typed", "target"), [("4", "no"), ("5", "yes"), ("9", "yes"), ("10", "no")]
)
def test_a_branch_on_a_number(typed: str, target: str) -> None:
    count = {"type": "number", "id": "count", "text": "何本?"}
    talk = Talk(define(count, *branch({"type": "number", "step": "count", "min": 5, "max": 9})))
    talk.say(typed)
    assert talk.asked == target


@pytest.mark.parametrize(("typed", "target"), [("なし", "no"), ("はい", "yes")])
def test_a_branch_on_whether_something_was_answered(typed: str, target: str) -> None:
    talk = Talk(define(text("a", required=False), *branch({"type": "answered", "step": "a"})))
    talk.say(typed)
    assert talk.asked == target


def test_the_first_way_that_fits_is_taken() -> None:
    steps = branch({"type": "office_hours"})
    steps[0]["ways"].append({"when": {"type": "weekday", "days": ["mon"]}, "next": "no"})
    assert Talk(define(*steps), now=OFFICE).asked == "yes"
