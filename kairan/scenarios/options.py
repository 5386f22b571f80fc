# SPDX-License-Identifier: Apache-2.0
"""What can be tapped or typed at a step: answers, controls, and their pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kairan.line import limits
from kairan.line.limits import cut_graphemes
from kairan.scenarios import phrases, prompts, words
from kairan.scenarios.definition import (
    AnyStep,
    Choice,
    Confirm,
    ContactStep,
    Option,
    Photos,
    PositionQuestion,
    Question,
    Urgent,
)
from kairan.scenarios.prompts import Choosable, Page
from kairan.scenarios.showing import heading
from kairan.scenarios.state import State
from kairan.scenarios.turn import Turn
from kairan.scenarios.wording import Text

_OPTION_WORDS: dict[str, tuple[str, ...]] = {"yes": words.YES_WORDS, "no": words.NO_WORDS}


@dataclass(frozen=True)
class Offer:
    """An option or control before it is paged and numbered."""

    value: str
    label: str
    names: tuple[str, ...]
    image: str | None = None


def may_skip(step: AnyStep) -> bool:
    if isinstance(step, Photos | ContactStep):
        return True
    return isinstance(step, Question) and not step.required


def offers(  # noqa: PLR0911
    step: AnyStep, state: State, turn: Turn
) -> tuple[Offer, ...]:
    """Every answer that can be chosen here, in order; () where one writes freely."""
    match step:
        case Choice():
            skip = [_offer(prompts.SKIP, phrases.UNKNOWN_LABEL, turn, words.SKIP_WORDS)]
            chosen = [_of_definition(option, turn) for option in step.options]
            return tuple(chosen + ([] if step.required else skip))
        case Photos():
            return _photo_offers(step, state, turn)
        case PositionQuestion():
            return _position_offers(step, state, turn)
        case ContactStep():
            return (
                _offer(prompts.WANTED, phrases.WANTED_LABEL, turn, words.YES_WORDS),
                _offer(prompts.SKIP, phrases.NO_CONTACT_LABEL, turn, words.SKIP_WORDS),
            )
        case Urgent():
            return (
                _offer(prompts.CALLED, phrases.CALLED_LABEL, turn, words.CALLED_WORDS),
                _offer(prompts.NOT_URGENT, phrases.NOT_URGENT_LABEL, turn, words.NOT_URGENT_WORDS),
            )
        case Confirm():
            return _pick_offers(state, turn) if state.picking else _confirm_offers(state, turn)
        case _:
            return ()


def _offer(value: str, label: Text, turn: Turn, more: Iterable[str] = ()) -> Offer:
    names = (*label.by_language.values(), *more)
    return Offer(value, label.said(turn.language), names)


def _of_definition(option: Option, turn: Turn) -> Offer:
    implied = _OPTION_WORDS.get(option.value, ())
    names = (*option.label.by_language.values(), option.value, *option.words, *implied)
    return Offer(option.value, option.label.said(turn.language), names, option.image)


def _photo_offers(step: Photos, state: State, turn: Turn) -> tuple[Offer, ...]:
    none = phrases.CANNOT_LABEL if step.min else phrases.NO_PHOTO_LABEL
    cannot = _offer(prompts.SKIP, none, turn, words.NO_PHOTO_WORDS)
    if not state.photos:
        return (cannot,)
    done = _offer(prompts.DONE, phrases.PHOTOS_DONE_LABEL, turn, words.DONE_WORDS)
    clear = _offer(prompts.CLEAR, phrases.PHOTOS_CLEAR_LABEL, turn)
    return (done if len(state.photos) >= step.min else cannot, clear)


def _position_offers(step: PositionQuestion, state: State, turn: Turn) -> tuple[Offer, ...]:
    if state.places:
        found = [
            Offer(f"{prompts.PLACE}{index}", _cut(place.shown), (place.shown,))
            for index, place in enumerate(state.places)
        ]
        other = _offer(prompts.OTHER, phrases.OTHER_PLACE_LABEL, turn, words.NO_WORDS)
        return (*found, other)
    if state.typed_place:
        return (_offer(prompts.KEEP, phrases.KEEP_PLACE_LABEL, turn, words.YES_WORDS),)
    if step.required:
        return ()
    return (_offer(prompts.SKIP, phrases.UNKNOWN_LABEL, turn, words.SKIP_WORDS),)


def _confirm_offers(state: State, turn: Turn) -> tuple[Offer, ...]:
    send = _offer(prompts.SEND, phrases.SEND_LABEL, turn, words.SEND_WORDS)
    change = _offer(prompts.CHANGE, phrases.CHANGE_LABEL, turn, words.CHANGE_WORDS)
    return (send, change) if changeable(state, turn) else (send,)


def _pick_offers(state: State, turn: Turn) -> tuple[Offer, ...]:
    steps = [turn.step(step_id) for step_id in changeable(state, turn)]
    picks = [
        Offer(f"{prompts.EDIT}{step.id}", _cut(name), (name,))
        for step in steps
        for name in [heading(step, turn.language)]
    ]
    return (*picks, _offer(prompts.SUMMARY, phrases.SUMMARY_LABEL, turn, words.NO_WORDS))


def changeable(state: State, turn: Turn) -> tuple[str, ...]:
    return tuple(s for s in state.trail if not isinstance(turn.step(s), Urgent))


def _cut(label: str) -> str:
    return cut_graphemes(label, limits.LABEL)


def controls(step: AnyStep, state: State, turn: Turn) -> tuple[Offer, ...]:
    """Skip where it is no option, back, leave."""
    found = []
    offered = {offer.value for offer in offers(step, state, turn)}
    if may_skip(step) and not offered & {prompts.SKIP, prompts.DONE}:
        found.append(_offer(prompts.SKIP, phrases.SKIP_LABEL, turn, words.SKIP_WORDS))
    if state.trail or state.picking or state.changing:
        found.append(_offer(prompts.BACK, phrases.BACK_LABEL, turn, words.BACK_WORDS))
    return (*found, _offer(prompts.LEAVE, phrases.LEAVE_LABEL, turn, words.LEAVE_WORDS))


@dataclass(frozen=True)
class Shown:
    """One page of options with everything that belongs under it."""

    options: tuple[Choosable, ...]
    controls: tuple[Choosable, ...]
    page: Page | None


def shown_page(step: AnyStep, state: State, turn: Turn, *, taken: int) -> Shown:
    """`taken`: quick replies used up by camera, location and the like."""
    every, fixed = offers(step, state, turn), controls(step, state, turn)
    room = limits.QUICK_REPLIES - len(fixed) - taken
    size = len(every) if len(every) <= room else room - 2
    pages = max(1, -(-len(every) // size)) if size else 1
    page = min(state.page, pages - 1)
    begin = page * size
    options = tuple(
        Choosable(offer.value, offer.label, begin + index + 1, offer.image)
        for index, offer in enumerate(every[begin : begin + size])
    )
    paging = _paging(page, pages, turn)
    plain = tuple(Choosable(offer.value, offer.label) for offer in (*paging, *fixed))
    return Shown(options, plain, Page(page + 1, pages) if pages > 1 else None)


def _paging(page: int, pages: int, turn: Turn) -> tuple[Offer, ...]:
    found = []
    if page + 1 < pages:
        found.append(
            _offer(
                f"{prompts.PAGE}{page + 1}", phrases.NEXT_PAGE_LABEL, turn, words.NEXT_PAGE_WORDS
            )
        )
    if page:
        label = phrases.PREVIOUS_PAGE_LABEL
        found.append(_offer(f"{prompts.PAGE}{page - 1}", label, turn, words.PREVIOUS_PAGE_WORDS))
    return tuple(found)


def recognised(step: AnyStep, state: State, turn: Turn, text: str) -> str | None:
    """The value of the option or control that was typed, if it was one.

    Options win over ways of speaking (an option may be called 「なし」), whole words over parts.
    """
    every = offers(step, state, turn)
    numbered = [words.Nameable(o.value, o.names, i + 1) for i, o in enumerate(every)]
    if value := words.chosen_exactly(numbered, text):
        return value
    shown = shown_page(step, state, turn, taken=taken_by(step))
    pages = _paging(shown.page.number - 1, shown.page.of, turn) if shown.page else ()
    ways = [words.Nameable(o.value, o.names) for o in (*controls(step, state, turn), *pages)]
    found = words.chosen_exactly(ways, text) or _always(text)
    return found or words.chosen_loosely(numbered, text)


def _always(text: str) -> str | None:
    """Back and leave are understood even where they are not offered."""
    if words.is_one_of(text, words.LEAVE_WORDS):
        return prompts.LEAVE
    return prompts.BACK if words.is_one_of(text, words.BACK_WORDS) else None


def taken_by(step: AnyStep) -> int:
    """Quick replies that open the camera, the album, the map or the clock."""
    match step:
        case Photos():
            return 2
        case Choice() | ContactStep() | Urgent() | Confirm():
            return 0
        case _:
            return 1
