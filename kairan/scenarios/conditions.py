# SPDX-License-Identifier: Apache-2.0
"""Conditions of branches and urgent gates: on answers, on the area, on the hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kairan.scenarios.context import WEEKDAYS, Context, Weekday

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
AlwaysOrHours = Literal["always", "office", "outside_office"]


class ConditionBase(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class AnswerIs(ConditionBase):
    """The answer of `step` is one of `values` (choices, urgent gates, texts)."""

    type: Literal["answer"] = "answer"
    step: str
    values: tuple[str, ...] = Field(min_length=1)


class Answered(ConditionBase):
    """`step` was reached and not skipped."""

    type: Literal["answered"] = "answered"
    step: str


class NumberIs(ConditionBase):
    """The number answered in `step` lies within min and max, both included."""

    type: Literal["number"] = "number"
    step: str
    min: float | None = None
    max: float | None = None


class InArea(ConditionBase):
    """The position given lies in one of the areas with these codes."""

    type: Literal["area"] = "area"
    codes: tuple[str, ...] = Field(min_length=1)


class AtTime(ConditionBase):
    """From (included) to (excluded), over midnight when `to` is the earlier."""

    type: Literal["time"] = "time"
    from_: ClockTime = Field(alias="from")
    to: ClockTime


class OnWeekday(ConditionBase):
    type: Literal["weekday"] = "weekday"
    days: tuple[Weekday, ...] = Field(min_length=1)


class OnHoliday(ConditionBase):
    """On one of the holidays of the context."""

    type: Literal["holiday"] = "holiday"


class InOfficeHours(ConditionBase):
    type: Literal["office_hours"] = "office_hours"


class AllOf(ConditionBase):
    type: Literal["all"] = "all"
    of: tuple[Condition, ...] = Field(min_length=1)


class AnyOf(ConditionBase):
    type: Literal["any"] = "any"
    of: tuple[Condition, ...] = Field(min_length=1)


class NotSo(ConditionBase):
    type: Literal["not"] = "not"
    of: Condition


Condition = Annotated[
    AnswerIs
    | Answered
    | NumberIs
    | InArea
    | AtTime
    | OnWeekday
    | OnHoliday
    | InOfficeHours
    | AllOf
    | AnyOf
    | NotSo,
    Field(discriminator="type"),
]

for _model in (AllOf, AnyOf, NotSo):
    _model.model_rebuild()


@dataclass(frozen=True)
class Facts:
    """What conditions are judged by. `answers` holds plain values; a skipped one is left out."""

    context: Context
    now: datetime
    answers: Mapping[str, object] = field(default_factory=dict)
    areas: frozenset[str] = frozenset()


def holds(condition: Condition, facts: Facts) -> bool:
    match condition:
        case AllOf():
            return all(holds(part, facts) for part in condition.of)
        case AnyOf():
            return any(holds(part, facts) for part in condition.of)
        case NotSo():
            return not holds(condition.of, facts)
        case AnswerIs() | Answered() | NumberIs():
            return _holds_for_answer(condition, facts.answers)
        case InArea():
            return not facts.areas.isdisjoint(condition.codes)
        case _:
            return _holds_at(condition, facts)


def _holds_for_answer(
    condition: AnswerIs | Answered | NumberIs, answers: Mapping[str, object]
) -> bool:
    value = answers.get(condition.step)
    match condition:
        case Answered():
            return value is not None
        case AnswerIs():
            return value is not None and str(value) in condition.values
        case NumberIs():
            if isinstance(value, bool) or not isinstance(value, int | float):
                return False
            above = condition.min is None or value >= condition.min
            return above and (condition.max is None or value <= condition.max)


def _holds_at(condition: AtTime | OnWeekday | OnHoliday | InOfficeHours, facts: Facts) -> bool:
    match condition:
        case AtTime():
            return _between(condition.from_, facts.now.time(), condition.to)
        case OnWeekday():
            return WEEKDAYS[facts.now.weekday()] in condition.days
        case OnHoliday():
            return facts.now.date() in facts.context.holidays
        case InOfficeHours():
            return facts.context.is_office_open(facts.now)


def _between(start: str, moment: time, end: str) -> bool:
    begin, finish = time.fromisoformat(start), time.fromisoformat(end)
    if begin <= finish:
        return begin <= moment < finish
    return moment >= begin or moment < finish


def steps_named(condition: Condition) -> frozenset[str]:
    """Ids of all steps whose answers the condition asks for."""
    match condition:
        case AllOf() | AnyOf():
            return frozenset().union(*(steps_named(part) for part in condition.of))
        case NotSo():
            return steps_named(condition.of)
        case AnswerIs() | Answered() | NumberIs():
            return frozenset({condition.step})
        case _:
            return frozenset()
