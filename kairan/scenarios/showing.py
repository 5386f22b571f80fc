# SPDX-License-Identifier: Apache-2.0
"""Answers as people read them: in the summary, in the outcome."""

from __future__ import annotations

from kairan.scenarios import moments, phrases
from kairan.scenarios.definition import (
    HEADING_GRAPHEMES,
    AnyStep,
    Choice,
    ContactStep,
    DateTimeQuestion,
    NumberQuestion,
    Photos,
    Urgent,
)
from kairan.scenarios.prompts import CALLED
from kairan.scenarios.state import Answer, Place


def question_text(step: AnyStep, language: str) -> str:
    text = getattr(step, "text", None)
    return text.said(language) if text else ""


def heading(step: AnyStep, language: str) -> str:
    """The short name of a question; where none is given, the beginning of its text."""
    given = getattr(step, "heading", None)
    if given:
        return str(given.said(language))
    first = question_text(step, language).strip().split("\n")[0] or step.id
    return first if len(first) <= HEADING_GRAPHEMES else first[: HEADING_GRAPHEMES - 1] + "…"


def shown(step: AnyStep, answer: Answer, language: str) -> str:  # noqa: PLR0911
    if answer.value is None:
        return phrases.SKIPPED.said(language)
    match step:
        case Choice():
            option = step.option(answer.value)
            return option.label.said(language) if option else str(answer.value)
        case NumberQuestion():
            return number_shown(step, answer.value, language)
        case DateTimeQuestion():
            return moments.shown(str(answer.value), language)
        case ContactStep():
            return phrases.CONTACT_WANTED.said(language)
        case Urgent():
            called = answer.value == CALLED
            return (phrases.URGENT_CALLED if called else phrases.NOT_URGENT_LABEL).said(language)
        case _:
            return _plainly_shown(step, answer, language)


def _plainly_shown(step: AnyStep, answer: Answer, language: str) -> str:
    if isinstance(answer.value, Place):
        return _place_shown(answer.value, language)
    if isinstance(answer.value, tuple) and isinstance(step, Photos):
        return phrases.PHOTOS_SHOWN.said(language).format(count=len(answer.value))
    return str(answer.value)


def _place_shown(place: Place, language: str) -> str:
    """Its words; for a bare pin the area it stands in, since nobody reads degrees."""
    if place.area and not place.is_named:
        return phrases.POSITION_IN_AREA.said(language).format(area=place.area)
    return place.shown


def number_shown(step: NumberQuestion, value: object, language: str) -> str:
    return f"{value}{step.unit.said(language) if step.unit else ''}"


def bare_number(value: float) -> str:
    """3.0 → 3."""
    return str(int(value)) if float(value).is_integer() else str(value)
