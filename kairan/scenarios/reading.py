# SPDX-License-Identifier: Apache-2.0
"""What an answer means at a step: accepted, refused with a reason, or not yet complete."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Annotated

from pydantic import StringConstraints, TypeAdapter, ValidationError

from kairan.scenarios import moments, phrases, prompts, words
from kairan.scenarios.definition import (
    Asking,
    Choice,
    Confirm,
    ContactStep,
    DateTimeQuestion,
    NumberQuestion,
    Photos,
    PositionQuestion,
    TextQuestion,
    Urgent,
)
from kairan.scenarios.inputs import DateTimePicked, PlaceTyped, TypedText, Unusable
from kairan.scenarios.options import may_skip, offers
from kairan.scenarios.photographs import read_photos
from kairan.scenarios.placing import read_position
from kairan.scenarios.readings import Accepted, Chosen, Reading, Refused, Staying, Told
from kairan.scenarios.showing import bare_number, number_shown
from kairan.scenarios.state import State
from kairan.scenarios.turn import Turn

LONGEST_NUMBER = 15


def read(step: Asking, state: State, given: Told, turn: Turn) -> Reading:  # noqa: PLR0911
    if isinstance(given, Unusable):
        return Refused(turn.say(phrases.UNUSABLE.get(given.kind, phrases.UNUSABLE["unknown"])))
    if given == Chosen(prompts.SKIP):
        return _skipped(step, state, turn)
    match step:
        case Choice() | Urgent():
            return Accepted(given.value) if isinstance(given, Chosen) else _not_chosen(given, turn)
        case ContactStep():
            return _read_contact(given, turn)
        case Confirm():
            return _read_confirm(given, turn)
        case Photos():
            return read_photos(step, state, given, turn)
        case PositionQuestion():
            return read_position(step, state, given, turn)
        case _:
            return _read_written(step, given, turn)


def _skipped(step: Asking, state: State, turn: Turn) -> Reading:
    if not may_skip(step) and prompts.SKIP not in {o.value for o in offers(step, state, turn)}:
        return Refused(turn.say(phrases.CANNOT_SKIP))
    return Accepted(state.photos or None if isinstance(step, Photos) else None)


def _not_chosen(given: Told, turn: Turn) -> Refused:
    typed = isinstance(given, TypedText | PlaceTyped)
    return Refused(turn.say(phrases.NOT_AN_OPTION if typed else phrases.NOT_NOW))


def _read_contact(given: Told, turn: Turn) -> Reading:
    if given == Chosen(prompts.WANTED):
        return Accepted(prompts.WANTED)
    return Refused(turn.say(phrases.CONTACT_NOT_HERE))


def _read_confirm(given: Told, turn: Turn) -> Reading:
    """Sending and changing are moves of the engine; what comes here is turning the list."""
    if given == Chosen(prompts.CHANGE):
        return Staying({"picking": True, "page": 0})
    if given == Chosen(prompts.SUMMARY):
        return Staying({"picking": False, "page": 0})
    return _not_chosen(given, turn)


def _read_written(
    step: TextQuestion | NumberQuestion | DateTimeQuestion, given: Told, turn: Turn
) -> Reading:
    if isinstance(step, DateTimeQuestion) and isinstance(given, DateTimePicked):
        return _in_bounds(step, moments.parse_exact(given.value, step.mode), turn)
    if not isinstance(given, TypedText | PlaceTyped):
        return Refused(turn.say(phrases.NOT_NOW))
    match step:
        case TextQuestion():
            return _read_text(step, given.text, turn)
        case NumberQuestion():
            return _read_number(step, given.text, turn)
        case DateTimeQuestion():
            past = step.max in ("now", "today") or (step.max or "").startswith("-")
            moment = moments.parse_typed(given.text, step.mode, turn.now, past=past)
            return _in_bounds(step, moment, turn)


def _read_text(step: TextQuestion, typed: str, turn: Turn) -> Reading:
    text = words.clean(typed)
    if len(text) > step.max_length:
        return Refused(turn.say(phrases.TOO_LONG, max=step.max_length, count=len(text)))
    if len(text) < step.min_length:
        return Refused(turn.say(phrases.TOO_SHORT, min=step.min_length))
    for form in (text, unicodedata.normalize("NFKC", text)):
        if step.pattern is None or fits(step.pattern, form):
            return Accepted(form)
    return Refused((step.hint or phrases.WRONG_FORM).said(turn.language))


@lru_cache(maxsize=500)
def pattern_check(pattern: str) -> TypeAdapter[str]:
    """Rust's regular expressions: linear in time, so that no pattern can hold up a worker.

    Raises pydantic_core.SchemaError for a pattern they do not know (look-around, back-references).
    """
    return TypeAdapter(Annotated[str, StringConstraints(pattern=f"^(?:{pattern})$")])


def fits(pattern: str, text: str) -> bool:
    try:
        pattern_check(pattern).validate_python(text)
    except ValidationError:
        return False
    return True


def _read_number(step: NumberQuestion, typed: str, turn: Turn) -> Reading:
    folded = unicodedata.normalize("NFKC", words.clean(typed)).replace("−", "-")
    found = re.findall(r"-?\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", folded))
    if len(found) != 1 or len(found[0]) > LONGEST_NUMBER:
        return Refused(turn.say(phrases.NOT_A_NUMBER))
    value = float(found[0])
    if not step.decimals and not value.is_integer():
        return Refused(turn.say(phrases.NO_DECIMALS))
    if step.min is not None and value < step.min:
        return Refused(turn.say(phrases.NUMBER_TOO_SMALL, min=_bound(step, step.min, turn)))
    if step.max is not None and value > step.max:
        return Refused(turn.say(phrases.NUMBER_TOO_LARGE, max=_bound(step, step.max, turn)))
    return Accepted(int(value) if value.is_integer() else value)


def _bound(step: NumberQuestion, value: float, turn: Turn) -> str:
    return number_shown(step, bare_number(value), turn.language)


def _in_bounds(step: DateTimeQuestion, moment: moments.Moment | None, turn: Turn) -> Reading:
    if moment is None:
        wanted = {
            "date": phrases.NOT_A_DATE,
            "time": phrases.NOT_A_TIME,
            "datetime": phrases.NOT_A_MOMENT,
        }
        return Refused(turn.say(wanted[step.mode]))
    low = moments.bound(step.min, step.mode, turn.now)
    if low is not None and moments.is_before(moment, low):
        bound = moments.shown(moments.written(low), turn.language)
        return Refused(turn.say(phrases.TOO_EARLY, bound=bound))
    high = moments.bound(step.max, step.mode, turn.now)
    if high is not None and moments.is_before(high, moment):
        bound = moments.shown(moments.written(high), turn.language)
        return Refused(turn.say(phrases.TOO_LATE, bound=bound))
    return Accepted(moments.written(moment))
