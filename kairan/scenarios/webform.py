# SPDX-License-Identifier: Apache-2.0
"""A scenario as data for the form's modules: one language, conditions and all, to walk offline.

`walk.js` goes through it as `engine` would; `replaying.replay` has the last word.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.conf import settings

from kairan.scenarios import form_phrases, phrases
from kairan.scenarios.context import TOWN_ENTRY, Context
from kairan.scenarios.definition import (
    AnyStep,
    Branch,
    Choice,
    Contact,
    DateTimeQuestion,
    Definition,
    End,
    HandedOver,
    NumberQuestion,
    Option,
    Photos,
    PositionQuestion,
    ReportResult,
    TextQuestion,
    Urgent,
)
from kairan.scenarios.options import may_skip
from kairan.scenarios.showing import heading, question_text

_ASKING = {
    "choice", "text", "number", "datetime", "photos", "position", "contact", "urgent", "confirm",
}  # fmt: skip


def form_data(definition: Definition, *, language: str, context: Context) -> dict[str, Any]:
    """JSON-ready. `steps` by id, in the definition's order; `next` is resolved in each."""
    return {
        "key": definition.key,
        "title": definition.title.said(language),
        "language": language,
        "first": definition.first,
        "steps": {step.id: _step(step, definition, language) for step in definition.steps},
        "words": {name: words.said(language) for name, words in form_phrases.WORDS.items()},
        "town": _town(definition, language, context),
    }


def _step(step: AnyStep, definition: Definition, language: str) -> dict[str, Any]:
    said: dict[str, Any] = {"id": step.id, "type": step.type, "next": definition.onward(step)}
    if text := question_text(step, language):
        said["text"] = text
    if step.type in _ASKING:
        said |= {"heading": heading(step, language), "required": not may_skip(step)}
    hint = getattr(step, "hint", None)
    if hint is not None:
        said["hint"] = hint.said(language)
    return said | _of_its_kind(step, language)


def _of_its_kind(step: AnyStep, language: str) -> dict[str, Any]:  # noqa: PLR0911
    match step:
        case Choice():
            return {"options": [_option(option, language) for option in step.options]}
        case TextQuestion():
            return {"min": step.min_length, "max": step.max_length, "pattern": step.pattern}
        case NumberQuestion():
            unit = step.unit.said(language) if step.unit else ""
            bounds = {"min": step.min, "max": step.max}
            return {**bounds, "unit": unit, "decimals": step.decimals}
        case DateTimeQuestion():
            return {"mode": step.mode, "min": step.min, "max": step.max}
        case Photos():
            return {"min": step.min, "max": step.max}
        case PositionQuestion():
            outside = step.outside.said(language) if step.outside else None
            return {"typed": step.typed, "acceptOutside": step.accept_outside, "outside": outside}
        case Urgent():
            contacts = [_contact(contact, language) for contact in step.contacts]
            return {"contacts": contacts, "calledNext": step.called_next}
        case Branch():
            ways = [{"when": _plain(way.when), "next": way.next} for way in step.ways]
            return {"ways": ways}
        case End():
            return {"outcome": _result(step, language)}
        case _:
            return {}


def _plain(condition: Any) -> dict[str, Any]:
    plain: dict[str, Any] = condition.model_dump(mode="json", by_alias=True)
    return plain


def _option(option: Option, language: str) -> dict[str, Any]:
    said: dict[str, Any] = {"value": option.value, "label": option.label.said(language)}
    picture = f"{settings.STATIC_URL}scenarios/{quote(option.image)}" if option.image else None
    more = {"image": picture, "next": option.next, "words": list(option.words)}
    return said | {name: value for name, value in more.items() if value}


def _contact(contact: Contact, language: str) -> dict[str, Any]:
    return {
        "name": contact.name.said(language),
        "number": contact.number,
        "directory": contact.directory,
        "hours": contact.hours,
        "when": _plain(contact.when) if contact.when is not None else None,
    }


def _result(end: End, language: str) -> dict[str, Any]:
    result = end.outcome
    said: dict[str, Any] = {"type": result.type}
    if isinstance(result, ReportResult):
        said["kind"] = result.kind
    if isinstance(result, HandedOver):
        said["authority"] = result.authority.said(language)
        said |= {"number": result.number, "directory": result.directory}
    return said


# ── what the town knows ──


def _town(definition: Definition, language: str, context: Context) -> dict[str, Any]:
    hours = context.office_hours
    opens, closes = f"{hours.opens:%H:%M}", f"{hours.closes:%H:%M}"
    spoken = {"opens": f"{hours.opens:%-H:%M}", "closes": f"{hours.closes:%-H:%M}"}
    return {
        "timezone": context.timezone,
        "office": {"opens": opens, "closes": closes, "days": list(hours.days)},
        "holidays": sorted(day.isoformat() for day in context.holidays),
        "directory": _directory(definition, context),
        "hours": {
            "always": phrases.AROUND_THE_CLOCK.said(language),
            "office": phrases.OFFICE_HOURS.said(language).format(**spoken),
            "outside_office": phrases.OUTSIDE_HOURS.said(language),
        },
    }


def _directory(definition: Definition, context: Context) -> dict[str, dict[str, str]]:
    """The part of the phone list that the definition names, with its entries for areas."""
    named = {TOWN_ENTRY, *_keys(definition.steps)}
    return {
        key: {"name": entry.name, "number": entry.number}
        for key, entry in context.directory.items()
        if key.partition("@")[0] in named
    }


def _keys(steps: Iterable[AnyStep]) -> Iterable[str]:
    for step in steps:
        if isinstance(step, Urgent):
            yield from (contact.directory for contact in step.contacts if contact.directory)
        if isinstance(step, End) and isinstance(step.outcome, HandedOver):
            yield step.outcome.directory or ""
