# SPDX-License-Identifier: Apache-2.0
"""Prompts: a question put, put again with a reason, or a notice."""

from __future__ import annotations

from dataclasses import replace

from kairan.scenarios import moments, phrases, prompts
from kairan.scenarios.definition import (
    Asking,
    Choice,
    Confirm,
    ContactStep,
    DateTimeQuestion,
    Message,
    NumberQuestion,
    Photos,
    PositionQuestion,
    TextQuestion,
    Urgent,
)
from kairan.scenarios.options import may_skip, shown_page, taken_by
from kairan.scenarios.phones import phones_of, town_phone
from kairan.scenarios.prompts import Choosable, Expects, InputKind, Prompt
from kairan.scenarios.state import State
from kairan.scenarios.summary import summary_texts
from kairan.scenarios.turn import Turn

ATTEMPTS_BEFORE_WAY_OUT = 3

_KINDS: dict[type[Asking], InputKind] = {
    Choice: "choice",
    TextQuestion: "text",
    NumberQuestion: "number",
    DateTimeQuestion: "datetime",
    Photos: "photos",
    PositionQuestion: "position",
    ContactStep: "contact",
    Urgent: "urgent",
    Confirm: "confirm",
}


def ask(step: Asking, state: State, turn: Turn, *, before: tuple[str, ...] = ()) -> Prompt:
    """The question of `step` as it stands now; `before` is said first."""
    shown = shown_page(step, state, turn, taken=taken_by(step))
    return Prompt(
        step=step.id,
        nonce=state.nonce,
        texts=(*before, *_texts(step, state, turn)),
        expects=_expects(step, turn),
        options=shown.options,
        controls=shown.controls,
        numbered=_numbered(shown.options, turn),
        page=shown.page,
        phones=phones_of(step, state, turn) if isinstance(step, Urgent) else (),
        is_summary=isinstance(step, Confirm) and not state.picking,
    )


def ask_again(step: Asking, state: State, turn: Turn, problem: str) -> Prompt:
    """With what was wrong and, after three times, with the way out."""
    if state.attempts < ATTEMPTS_BEFORE_WAY_OUT:
        return replace(ask(step, state, turn, before=(problem,)), is_problem=True)
    way_out = turn.say(phrases.WAY_OUT_SKIP if may_skip(step) else phrases.WAY_OUT)
    prompt = ask(step, state, turn, before=(problem, way_out))
    phones = prompt.phones or town_phone(turn)
    return replace(prompt, is_problem=True, offers_way_out=True, phones=phones)


def notice(state: State, *texts: str) -> Prompt:
    return Prompt(step=state.step, nonce=state.nonce, texts=texts)


def spoken(message: Message, state: State, turn: Turn) -> Prompt:
    text = message.text.said(turn.language)
    return Prompt(step=message.id, nonce=state.nonce, texts=(text,), image=message.image)


def left(state: State, turn: Turn, text: str) -> Prompt:
    """Stopped, and how to go on all the same."""
    resume = Choosable(prompts.RESUME, turn.say(phrases.RESUME_LABEL))
    return replace(notice(state, text), controls=(resume,))


def _texts(step: Asking, state: State, turn: Turn) -> tuple[str, ...]:
    if isinstance(step, Confirm):
        return summary_texts(step, state, turn)
    lines = [turn.say(phrases.CHANGING)] if state.changing else []
    lines.append(step.text.said(turn.language))
    lines += _tail(step, state, turn)
    return ("\n".join(lines),)


def _tail(step: Asking, state: State, turn: Turn) -> list[str]:
    hint = getattr(step, "hint", None)
    lines = [hint.said(turn.language)] if hint else []
    if isinstance(step, Photos) and state.photos:
        lines += photo_lines(step, state, turn)
    if isinstance(step, PositionQuestion) and state.places:
        lines = [turn.say(phrases.PLACE_WHICH)]
    if isinstance(step, TextQuestion | NumberQuestion | DateTimeQuestion) and not step.required:
        lines.append(turn.say(phrases.SKIP_TAIL))
    if state.visit == 1:
        lines.append(turn.say(phrases.LEAVE_TAIL))
    return lines


def photo_lines(step: Photos, state: State, turn: Turn) -> list[str]:
    count = len(state.photos)
    lines = [turn.say(phrases.PHOTO_COUNT, count=count)]
    if count < step.min:
        lines.append(turn.say(phrases.PHOTO_SHORT, short=step.min - count))
    elif count < step.max:
        lines.append(turn.say(phrases.PHOTO_MORE, room=step.max - count))
    return lines


def _numbered(options: tuple[Choosable, ...], turn: Turn) -> str:
    if not options:
        return ""
    lines = [f"{option.number}. {option.label}" for option in options]
    return "\n".join([*lines, turn.say(phrases.NUMBERED_TAIL)])


def _expects(step: Asking, turn: Turn) -> Expects:
    kind = _KINDS[type(step)]
    match step:
        case Photos():
            return Expects(kind, camera=True, camera_roll=True)
        case PositionQuestion():
            return Expects(kind, location=True)
        case DateTimeQuestion():
            return _expects_moment(step, turn)
        case _:
            return Expects(kind)


def _expects_moment(step: DateTimeQuestion, turn: Turn) -> Expects:
    low = moments.bound(step.min, step.mode, turn.now)
    high = moments.bound(step.max, step.mode, turn.now)
    initial = moments.bound("now", step.mode, turn.now)
    if initial and low and moments.is_before(initial, low):
        initial = low
    if initial and high and moments.is_before(high, initial):
        initial = high
    return Expects(
        "datetime",
        mode=step.mode,
        minimum=moments.written(low) if low else "",
        maximum=moments.written(high) if high else "",
        initial=moments.written(initial) if initial else "",
    )
