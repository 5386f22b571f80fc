# SPDX-License-Identifier: Apache-2.0
"""Positions: sent, typed, chosen among candidates, kept as a landmark."""

from __future__ import annotations

from kairan.scenarios import phrases, prompts, words
from kairan.scenarios.definition import PositionQuestion
from kairan.scenarios.inputs import PlaceTyped, PositionGiven, TypedText
from kairan.scenarios.readings import Accepted, Chosen, Reading, Refused, Staying, Told
from kairan.scenarios.state import Place, State
from kairan.scenarios.turn import Turn

MAX_CANDIDATES = 5
LONGEST_PLACE = 200
_NO_PLACES: dict[str, object] = {"places": (), "typed_place": ""}


def read_position(step: PositionQuestion, state: State, given: Told, turn: Turn) -> Reading:
    match given:
        case PositionGiven():
            return _sent(step, given, turn)
        case Chosen():
            return _chosen(step, state, given.value, turn)
        case TypedText() | PlaceTyped():
            return _typed(step, given, turn)
        case _:
            wanted = phrases.POSITION_WANTED if step.typed else phrases.POSITION_ONLY
            return Refused(turn.say(wanted))


def _sent(step: PositionQuestion, given: PositionGiven, turn: Turn) -> Reading:
    if not given.is_on_earth:
        return Refused(turn.say(phrases.POSITION_BROKEN))
    return within(step, given.as_place(), turn)


def within(step: PositionQuestion, place: Place, turn: Turn) -> Accepted | Refused:
    """A place outside the town is refused, unless the step takes it."""
    if place.inside_town or step.accept_outside:
        return Accepted(place)
    if step.outside:
        return Refused(step.outside.said(turn.language))
    return Refused(turn.say(phrases.POSITION_OUTSIDE))


def _chosen(step: PositionQuestion, state: State, value: str, turn: Turn) -> Reading:
    if value == prompts.KEEP:
        return Accepted(Place(typed=state.typed_place))
    if value == prompts.OTHER:
        return Staying({"places": ()}, (_unfound(state.typed_place, turn),))
    index = int(value.removeprefix(prompts.PLACE))
    return within(step, state.places[index], turn)


def _typed(step: PositionQuestion, given: TypedText | PlaceTyped, turn: Turn) -> Reading:
    text = words.clean(given.text)
    if not step.typed:
        return Refused(turn.say(phrases.POSITION_ONLY))
    if not text or len(text) > LONGEST_PLACE:
        return Refused(turn.say(phrases.POSITION_WANTED))
    if isinstance(given, TypedText):
        return Accepted(Place(typed=text))
    places = tuple(
        found.as_place(text) for found in given.candidates[:MAX_CANDIDATES] if found.is_on_earth
    )
    if len(places) == 1:
        return within(step, places[0], turn)
    said = () if places else (_unfound(text, turn),)
    return Staying({"places": places, "typed_place": text}, said)


def _unfound(text: str, turn: Turn) -> str:
    short = text if len(text) <= 40 else text[:39] + "…"
    return turn.say(phrases.PLACE_UNFOUND, text=short)
