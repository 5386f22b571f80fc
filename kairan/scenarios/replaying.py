# SPDX-License-Identifier: Apache-2.0
"""Answers of a form, all at once, through the same engine as the talk: the browser is not trusted.

Answers are keyed by step id, as the form's modules write them: choice → value; text → words;
number → number or words; datetime → 2026-08-01T02:00; position → {"lon", "lat", "typed"};
photos → keys of stored files; urgent → "called" or "not_urgent"; contact → "wanted". `None`:
skipped. A step that is not among them has not been answered.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kairan.scenarios import form_phrases, phrases, prompts
from kairan.scenarios.context import Context
from kairan.scenarios.definition import (
    Asking,
    Branch,
    Choice,
    Confirm,
    ContactStep,
    DateTimeQuestion,
    Definition,
    End,
    Message,
    Photos,
    PositionQuestion,
    Urgent,
)
from kairan.scenarios.engine import Step, advance, start
from kairan.scenarios.inputs import (
    DateTimePicked,
    Filled,
    Given,
    PhotosDone,
    PhotosGiven,
    PositionGiven,
    Tapped,
    TypedText,
)
from kairan.scenarios.located import placed
from kairan.scenarios.options import may_skip
from kairan.scenarios.outcome import Outcome
from kairan.scenarios.state import State
from kairan.scenarios.turn import Turn, WrongDefinition
from kairan.scenarios.words import clean

LONGEST_TYPED = 10_000
LONGEST_TITLE = 100

Locate = Callable[..., PositionGiven]


@dataclass(frozen=True)
class Replayed:
    """`outcome` or `problems`, never both. `way`: the answered steps, as far as one came."""

    outcome: Outcome | None
    problems: dict[str, str] = field(default_factory=dict)
    way: tuple[str, ...] = ()


class _Unreadable(Exception):
    """The answer has not even the form of one."""


def replay(
    definition: Definition,
    given: Mapping[str, Any],
    *,
    context: Context,
    now: datetime,
    language: str,
    locate: Locate = placed,
) -> Replayed:
    """Walk with these answers; `now` is aware. The first answer that does not do ends the walk.

    A way that comes back to a step it has passed is not gone twice: a form has one answer a step.
    """
    context = context.model_copy(update={"language": language})
    turn = Turn.at(definition, context, now)
    step = start(definition, context, now)
    met: set[str] = set()
    while step.outcome is None:
        asked = _asked(turn, step.state)
        way = step.state.trail
        if asked.id in met:
            return Replayed(None, {asked.id: turn.say(form_phrases.TWICE)}, way)
        met.add(asked.id)
        if not isinstance(asked, Confirm) and asked.id not in given:
            return Replayed(None, {asked.id: turn.say(phrases.CANNOT_SKIP)}, way)
        step = _answered(asked, given.get(asked.id), step, turn, locate, now)
        if step.outcome is None and _is_refused(step, asked.id):
            return Replayed(None, {asked.id: _problem(asked, step, turn)}, way)
    return Replayed(step.outcome, way=step.state.trail)


def _asked(turn: Turn, state: State) -> Asking:
    step = turn.step(state.step)
    if isinstance(step, Message | Branch | End):
        raise WrongDefinition(state.step)
    return step


def _is_refused(step: Step, asked: str) -> bool:
    return step.state.step == asked and step.prompts[-1].is_problem


def _problem(asked: Asking, step: Step, turn: Turn) -> str:
    """What the engine says, less what only makes sense in a talk."""
    own = form_phrases.PROBLEMS.get(asked.type)
    said = step.prompts[-1].texts[0]
    return turn.say(own) if own is not None and said in _talks_own(turn) else said


def _talks_own(turn: Turn) -> set[str]:
    talk = (
        phrases.NOT_AN_OPTION, phrases.NOT_NOW, phrases.POSITION_WANTED, phrases.POSITION_ONLY,
    )  # fmt: skip
    return {turn.say(phrase) for phrase in talk}


def _answered(
    asked: Asking, answer: Any, step: Step, turn: Turn, locate: Locate, now: datetime
) -> Step:
    try:
        given = _inputs(asked, answer, step.state, locate)
    except _Unreadable:
        given = [Filled(TypedText(""))]
    for one in given:
        step = advance(turn.definition, step.state, one, now)
        if step.outcome is not None or step.state.step != asked.id:
            break  # full photos go on by themselves
    return step


def _inputs(  # noqa: PLR0911 — one return for each kind of question
    asked: Asking, answer: Any, state: State, locate: Locate
) -> list[Given]:
    if isinstance(asked, Confirm):
        return [Tapped(asked.id, prompts.SEND, state.nonce)]
    if isinstance(asked, Photos):
        return _photos(answer)
    if answer is None:
        return [_skip(asked, state)]
    match asked:
        case Choice() | Urgent() | ContactStep():
            return [Tapped(asked.id, _plain_value(answer), state.nonce)]
        case PositionQuestion():
            return [_position(answer, locate)]
        case DateTimeQuestion():
            return [Filled(DateTimePicked(_words(answer)))]
        case _:
            return [Filled(TypedText(_words(answer)))]


def _skip(asked: Asking, state: State) -> Given:
    """What may not be skipped is refused by the engine as any empty answer is."""
    if may_skip(asked):
        return Tapped(asked.id, prompts.SKIP, state.nonce)
    return Filled(TypedText(""))


def _plain_value(answer: Any) -> str:
    """The engine's own values (「!back」) are no answers of a form."""
    value = _words(answer)
    if value.startswith("!"):
        raise _Unreadable
    return value


def _words(answer: Any) -> str:
    if isinstance(answer, bool) or not isinstance(answer, str | int | float):
        raise _Unreadable
    if isinstance(answer, float) and not math.isfinite(answer):
        raise _Unreadable
    return str(answer)[:LONGEST_TYPED]


def _photos(answer: Any) -> list[Given]:
    if answer is None:
        return [PhotosDone()]
    if not isinstance(answer, list | tuple) or not all(isinstance(ref, str) for ref in answer):
        raise _Unreadable
    return [PhotosGiven(tuple(answer)), PhotosDone()] if answer else [PhotosDone()]


def _position(answer: Any, locate: Locate) -> Given:
    if not isinstance(answer, dict):
        raise _Unreadable
    typed = clean(_words(answer.get("typed") or ""))
    lon, lat = answer.get("lon"), answer.get("lat")
    if lon is None and lat is None:
        return Filled(TypedText(typed))
    return locate(_degrees(lon), _degrees(lat), title=typed[:LONGEST_TITLE])


def _degrees(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Unreadable
    return float(value)
