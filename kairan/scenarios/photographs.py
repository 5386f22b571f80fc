# SPDX-License-Identifier: Apache-2.0
"""Photos: one by one, in sets, early, late, too many — or none at all."""

from __future__ import annotations

from kairan.scenarios import phrases, prompts, words
from kairan.scenarios.definition import MAX_PHOTOS, Photos
from kairan.scenarios.inputs import PhotosDone, PhotosGiven, PlaceTyped, TypedText
from kairan.scenarios.readings import Accepted, Chosen, Reading, Refused, Staying, Told
from kairan.scenarios.state import Answer, State
from kairan.scenarios.turn import Turn


def read_photos(step: Photos, state: State, given: Told, turn: Turn) -> Reading:
    match given:
        case PhotosGiven() if given.refs:
            return _received(step, state, given.refs, turn)
        case PhotosDone() | Chosen(value=prompts.DONE):
            return Accepted(state.photos or None)
        case Chosen(value=prompts.CLEAR):
            return Staying({"photos": ()})
        case TypedText() | PlaceTyped() if words.means_no_photo(given.text):
            return Accepted(state.photos or None)
        case _:
            return Refused(turn.say(phrases.PHOTO_WANTED))


def _received(step: Photos, state: State, refs: tuple[str, ...], turn: Turn) -> Reading:
    together = joined(state.photos, refs)
    if len(together) > step.max:
        return Accepted(together[: step.max], (turn.say(phrases.PHOTO_TOO_MANY, max=step.max),))
    if len(together) == step.max:
        return Accepted(together, (turn.say(phrases.PHOTO_COUNT, count=len(together)),))
    return Staying({"photos": together})


def joined(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """In order of arrival, each once: LINE may tell of a photo twice."""
    return tuple(dict.fromkeys((*one, *other)))


def photos_at_hand(step: Photos, state: State) -> tuple[str, ...]:
    """What is already there when the question is put: its earlier answer, and early photos."""
    answer = state.answers.get(step.id, Answer()).value
    earlier = answer if isinstance(answer, tuple) else ()
    return joined(earlier, state.photos)[: step.max]


def keep_elsewhere(state: State, refs: tuple[str, ...], turn: Turn) -> tuple[State, str]:
    """Photos that come while another question stands: to the answer they are late for, or kept
    for the question to come. Returns the new state and what to say."""
    for step_id in reversed(state.trail):
        step = turn.step(step_id)
        if isinstance(step, Photos):
            return _added(step, state, refs, turn)
    if not any(isinstance(step, Photos) for step in turn.definition.steps):
        return state, turn.say(phrases.PHOTO_NOT_USED)
    held = joined(state.photos, refs)[:MAX_PHOTOS]
    return state.but(photos=held), turn.say(phrases.PHOTO_HELD)


def _added(step: Photos, state: State, refs: tuple[str, ...], turn: Turn) -> tuple[State, str]:
    value = state.answers[step.id].value
    together = joined(value if isinstance(value, tuple) else (), refs)
    kept = together[: step.max]
    said = (
        turn.say(phrases.PHOTO_TOO_MANY, max=step.max)
        if len(together) > step.max
        else turn.say(phrases.PHOTO_ADDED, count=len(kept))
    )
    return state.with_answer(step.id, Answer(value=kept or None)), said
