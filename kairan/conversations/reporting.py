# SPDX-License-Identifier: Apache-2.0
"""The dialogue that makes a report: LINE's events into the engine, its prompts back to LINE."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from kairan.conversations import completing, greeting, photo_sets, run_pages, same_thing
from kairan.conversations.models import Dialogue
from kairan.conversations.rendering import do_button, render
from kairan.conversations.talk import NoPhoto, Talk
from kairan.conversations.taps import AnswerTap, PickTap
from kairan.line import events as line
from kairan.reports.models import Case
from kairan.scenarios.actions import RunStep, step_run
from kairan.scenarios.engine import advance, expects_place
from kairan.scenarios.inputs import (
    DateTimePicked,
    Given,
    Leave,
    PhotosGiven,
    PlaceTyped,
    Resume,
    Tapped,
    TypedText,
    Unusable,
)
from kairan.scenarios.models import Run
from kairan.scenarios.prompts import SEND
from kairan.scenarios.queries import definition_of
from kairan.scenarios.state import Answer, State

Kind = Dialogue.Kind

_UNUSABLE = {
    line.StickerMessage: "sticker",
    line.AudioMessage: "audio",
    line.VideoMessage: "video",
    line.FileMessage: "file",
}


def is_running(talk: Talk) -> bool:
    """A report is being made, and nothing else has come in between."""
    run = talk.dialogue.run
    reporting = talk.dialogue.kind == Kind.REPORTING
    return reporting and run is not None and run.status == Run.Status.RUNNING


# ── what comes in ─────────────────────────────────────────────────────────────────────────────


def said(talk: Talk, text: str) -> None:
    _close_photo_set(talk)
    run = _run(talk)
    state = run.parsed_state
    if (value := same_thing.typed(talk, state, text)) is not None:
        _chose(talk, Tapped(state.step, value, state.nonce))
        return
    if not expects_place(definition_of(run.version_id), state, text):
        go_on(talk, TypedText(text))
        return
    found = talk.places(text)
    go_on(talk, TypedText(text) if found is None else PlaceTyped(text, found))


def given(talk: Talk, message: line.Message) -> None:
    """Anything but words."""
    match message:
        case line.ImageMessage():
            _photo(talk, message)
        case line.LocationMessage():
            go_on(talk, run_pages.position_of(message))
        case _:
            go_on(talk, Unusable(_UNUSABLE.get(type(message), "unknown")))  # type: ignore[arg-type]


def _photo(talk: Talk, message: line.ImageMessage) -> None:
    photo = talk.photo(message.id)
    if isinstance(photo, NoPhoto):
        photo_sets.failed(talk, message, photo.problem)
    else:
        talk.dialogue.sources = {**talk.dialogue.sources, str(photo.key): message.id}
        photo_sets.arrived(talk, message, str(photo.key))
    if (ready := photo_sets.take_if_complete(talk)) is not None:
        photos_ready(talk, ready)


def photos_ready(talk: Talk, ready: photo_sets.Ready) -> None:
    for problem in ready.problems:
        talk.say(problem)
    if ready.refs:
        go_on(talk, PhotosGiven(ready.refs))
    elif ready.problems:
        ask_again(talk)


def _close_photo_set(talk: Talk) -> None:
    """Whoever goes on talking has sent all photos there will be."""
    if (ready := photo_sets.take(talk)) is not None:
        photos_ready(talk, ready)


def tapped(talk: Talk, tap: AnswerTap) -> None:
    run = talk.dialogue.run
    if run is None:
        greeting.help_along(talk)
    elif run.status == Run.Status.FINISHED:
        completing.say_it_was_sent(talk, run)
    else:
        talk.dialogue.kind = Kind.REPORTING
        _close_photo_set(talk)
        _chose(talk, Tapped(tap.step, tap.value, tap.nonce))


def _chose(talk: Talk, tap: Tapped) -> None:
    """The engine's own answers, and those to 「同じ件ですか」."""
    if tap.value == same_thing.NOT_SAME:
        same_thing.decline(talk)
        ask_again(talk)
    elif (case_id := same_thing.case_id_of(tap.value)) is not None:
        _join(talk, tap, case_id)
    else:
        go_on(talk, tap)


def _join(talk: Talk, tap: Tapped, case_id: int) -> None:
    run = _run(talk)
    if (tap.step, tap.nonce) != (run.parsed_state.step, run.parsed_state.nonce):
        go_on(talk, tap)  # a button of an older question: the engine says so
        return
    join = same_thing.case_to_join(talk, run, case_id)
    if join is None:
        talk.say(_("その件は、もう終わっていました。新しい件として受け付けます。"))
    go_on(talk, Tapped(tap.step, SEND, tap.nonce), join=join)


def picked(talk: Talk, tap: PickTap, params: Mapping[str, str]) -> None:
    run = talk.dialogue.run
    value = next((params[name] for name in ("datetime", "date", "time") if name in params), "")
    if run is None or run.parsed_state.nonce != tap.nonce:
        tapped(talk, AnswerTap(tap.nonce, tap.step, value or "?"))
        return
    talk.dialogue.kind = Kind.REPORTING
    go_on(talk, DateTimePicked(value))


# ── pausing ───────────────────────────────────────────────────────────────────────────────────


def ask_to_go_on(talk: Talk) -> None:
    """Words after a long silence may be an answer, or about something else: ask."""
    title = definition_of(_run(talk).version_id).title.said(talk.resident.language)
    words = _("「{title}」の入力が途中です。続けますか。").format(title=title)
    actions = [
        do_button(_("続ける"), "resume"),
        do_button(_("はじめからにする"), "kinds"),
        do_button(_("やめる"), "leave"),
    ]
    talk.say(words, actions)


def resume(talk: Talk) -> None:
    run = talk.dialogue.run
    if run is None:
        greeting.help_along(talk)
    elif run.status == Run.Status.FINISHED:
        completing.say_it_was_sent(talk, run)
    else:
        talk.turn_to(Kind.REPORTING)
        go_on(talk, Resume())


def leave(talk: Talk) -> None:
    if is_running(talk):
        go_on(talk, Leave())
    else:
        talk.turn_to(Kind.NONE)
        greeting.left(talk)


def ask_again(talk: Talk) -> None:
    """The question as it stands."""
    run = _run(talk)
    step = advance(definition_of(run.version_id), run.parsed_state, Resume(), talk.now)
    prompts = same_thing.asked(talk, RunStep(run, step))
    talk.send(render(prompts[-1:], run_pages.address_for(run)))


# ── the engine ────────────────────────────────────────────────────────────────────────────────


def begin(talk: Talk, begun: RunStep) -> None:
    talk.turn_to(Kind.REPORTING)
    talk.dialogue.sources = {}
    _answer(talk, begun)


def go_on(talk: Talk, given: Given, *, join: Case | None = None) -> None:
    """``join``: an open case to which the report is added, if this ends it."""
    run = _run(talk)
    before = run.parsed_state
    stepped = step_run(acting=talk.resident, run=run, given=given, now=talk.now)
    _note_sources(talk, before, stepped.step.state)
    _answer(talk, stepped, join)


def _answer(talk: Talk, stepped: RunStep, join: Case | None = None) -> None:
    run, step = stepped.run, stepped.step
    talk.dialogue.run = run
    talk.send(render(same_thing.asked(talk, stepped), run_pages.address_for(run)))
    if step.outcome is not None:
        talk.turn_to(Kind.NONE)
        completing.complete(talk, run, step.outcome, join=join)
    elif run.status != Run.Status.RUNNING:
        talk.turn_to(Kind.NONE)


def _run(talk: Talk) -> Run:
    run = talk.dialogue.run
    if run is None:
        raise RuntimeError("no report is being made")
    return run


def _note_sources(talk: Talk, before: State, after: State) -> None:
    """Which message gave which answer, for the case that it is taken back."""
    if not talk.source:
        return
    new = {step for step, answer in after.answers.items() if before.answers.get(step) != answer}
    talk.dialogue.sources = {**talk.dialogue.sources, **dict.fromkeys(new, talk.source)}


def forget(talk: Talk, message_id: str) -> None:
    """What a message said in the report being made goes: its answers become skipped ones."""
    run = talk.dialogue.run
    told = {name for name, source in talk.dialogue.sources.items() if source == message_id}
    if run is None or not told:
        return
    state = run.parsed_state
    answers = {step: _without(step, answer, told) for step, answer in state.answers.items()}
    photos = tuple(ref for ref in state.photos if ref not in told)
    run.state = state.but(answers=answers, photos=photos).model_dump(mode="json")
    run.save(update_fields=["state"])


def _without(step: str, answer: Answer, told: set[str]) -> Answer:
    if isinstance(answer.value, tuple):
        left = tuple(ref for ref in answer.value if ref not in told)
        return Answer(value=left or None)
    return Answer() if step in told else answer
