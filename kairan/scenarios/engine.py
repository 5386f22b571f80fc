# SPDX-License-Identifier: Apache-2.0
"""The engine: a definition, a state and an input give a new state and what to say.

Pure: no database, no clock, no channel. See the package's docstring for how to use it.

How it walks: `trail` holds the answered steps on the way here. Going back shortens the trail but
keeps the answers; walking on passes over questions that still have theirs, so that nothing is
asked twice, and a changed answer that opens another way asks only what that way needs. A way that
comes back to a step already on the trail (a loop) asks it anew and forgets what followed it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kairan.scenarios import phrases, prompts, words
from kairan.scenarios.asking import ask, ask_again, left, notice, spoken
from kairan.scenarios.conditions import holds
from kairan.scenarios.context import Context
from kairan.scenarios.definition import (
    AnyStep,
    Asking,
    Branch,
    Choice,
    Confirm,
    ContactStep,
    Definition,
    End,
    Message,
    Photos,
    PositionQuestion,
    Urgent,
)
from kairan.scenarios.finishing import last_words, outcome_of
from kairan.scenarios.inputs import (
    Back,
    Filled,
    Given,
    Leave,
    PhotosGiven,
    PlaceTyped,
    PositionRefined,
    Resume,
    Tapped,
    TypedText,
)
from kairan.scenarios.options import controls, offers, recognised
from kairan.scenarios.outcome import Outcome
from kairan.scenarios.photographs import keep_elsewhere, photos_at_hand
from kairan.scenarios.placing import within
from kairan.scenarios.prompts import Prompt, WebPage
from kairan.scenarios.reading import read
from kairan.scenarios.readings import Accepted, Chosen, Refused, Staying, Told
from kairan.scenarios.state import Answer, Place, State
from kairan.scenarios.turn import Turn, WrongDefinition


@dataclass(frozen=True)
class Step:
    """What came of one input: at least one prompt, and the outcome exactly once in a run."""

    state: State
    prompts: tuple[Prompt, ...]
    outcome: Outcome | None = None


def start(definition: Definition, context: Context, now: datetime) -> Step:
    """Begin. `now` is aware."""
    turn = Turn.at(definition, context, now)
    mark = format(int(now.timestamp() * 1000) & 0xFFFFFFFFFFFF, "x")
    state = State(context=context, step=definition.first, mark=mark)
    return _walk(definition.first, state, turn)


def advance(  # noqa: PLR0911 — one return for each kind of input
    definition: Definition,
    state: State,
    given: Given,
    now: datetime,
    *,
    context: Context | None = None,
) -> Step:
    """One input. `context`, when given, replaces the one the run began with (fresh numbers)."""
    if context is not None:
        state = state.but(context=context)
    turn = Turn.at(definition, state.context, now)
    if state.status != "running":
        return _after_the_end(state, given, turn)
    step = _asked(state, turn)
    match given:
        case Leave():
            return _leave(state, turn)
        case Back():
            return _back(step, state, turn)
        case Resume():
            return _resume(step, state, given, turn)
        case Tapped():
            return _tapped(step, state, given, turn)
        case PositionRefined():
            return _refined(step, state, given, turn)
        case PhotosGiven() if not isinstance(step, Photos) and given.refs:
            kept, said = keep_elsewhere(state, given.refs, turn)
            return Step(kept, (ask(step, kept, turn, before=(said,)),))
        case TypedText() | PlaceTyped():
            return _typed(step, state, given, turn)
        case Filled():
            return _answer(step, state, given.told, turn)
        case _:
            return _answer(step, state, given, turn)


def expects_place(definition: Definition, state: State, text: str) -> bool:
    """Whether `text` is a place to be looked up before it is given as PlaceTyped."""
    if state.status != "running":
        return False
    turn = Turn(definition, state.context, datetime(2000, 1, 1))  # noqa: DTZ001 — naive
    step = turn.step(state.step)
    if not isinstance(step, PositionQuestion) or not step.typed:
        return False
    return recognised(step, state, turn, text) is None


def _asked(state: State, turn: Turn) -> Asking:
    step = turn.step(state.step)
    if isinstance(step, Message | Branch | End):
        raise WrongDefinition(state.step)
    return step


# ── ways of speaking ──────────────────────────────────────────────────────────────────────────


def _after_the_end(state: State, given: Given, turn: Turn) -> Step:
    """Nothing is asked and nothing comes out a second time; only 「中止」 can be taken back."""
    if state.status == "finished":
        return Step(state, (notice(state, turn.say(phrases.ALREADY_FINISHED)),))
    if state.status == "expired" or given == Resume(expired=True):
        expired = state.but(status="expired")
        return Step(expired, (notice(expired, turn.say(phrases.EXPIRED)),))
    if _means_resume(given):
        running = state.but(status="running")
        welcome = (turn.say(phrases.WELCOME_BACK),)
        return Step(running, (ask(_asked(running, turn), running, turn, before=welcome),))
    return Step(state, (left(state, turn, turn.say(phrases.ALREADY_LEFT)),))


def _means_resume(given: Given) -> bool:
    match given:
        case Resume():
            return True
        case Tapped():
            return given.value == prompts.RESUME
        case TypedText() | PlaceTyped():
            return words.is_one_of(given.text, words.RESUME_WORDS)
        case _:
            return False


def _leave(state: State, turn: Turn) -> Step:
    gone = state.but(status="left")
    return Step(gone, (left(gone, turn, turn.say(phrases.LEFT)),))


def _resume(step: Asking, state: State, given: Resume, turn: Turn) -> Step:
    if given.expired:
        expired = state.but(status="expired")
        return Step(expired, (notice(expired, turn.say(phrases.EXPIRED)),))
    return Step(state, (ask(step, state, turn, before=(turn.say(phrases.WELCOME_BACK),)),))


def _back(step: Asking, state: State, turn: Turn) -> Step:
    if state.picking:
        return _stay(step, state, Staying({"picking": False, "page": 0}), turn)
    if state.changing:
        photos = () if isinstance(step, Photos) else state.photos
        return _onward(step, state.but(photos=photos), turn)
    if not state.trail:
        said = (turn.say(phrases.FIRST_QUESTION),)
        return Step(state, (ask(step, state, turn, before=said),))
    if isinstance(step, Photos):
        state = _photos_put_down(step, state)
    before = state.trail[-1]
    return _arrive(turn.step(before), state.but(trail=state.trail[:-1]), turn)


def _photos_put_down(step: Photos, state: State) -> State:
    if not state.photos:
        return state.forgetting([step.id])
    return state.with_answer(step.id, Answer(value=state.photos)).but(photos=())


def _tapped(step: Asking, state: State, given: Tapped, turn: Turn) -> Step:
    if given.value == prompts.LEAVE and given.nonce.startswith(f"{state.mark}."):
        return _leave(state, turn)
    if given.step != state.step or given.nonce != state.nonce:
        return Step(state, (ask(step, state, turn, before=(turn.say(phrases.STALE),)),))
    offered = {offer.value for offer in (*offers(step, state, turn), *controls(step, state, turn))}
    if given.value not in offered and not given.value.startswith(prompts.PAGE):
        return _answer(step, state, TypedText(""), turn)
    return _chosen(step, state, given.value, turn)


def _typed(step: Asking, state: State, given: TypedText | PlaceTyped, turn: Turn) -> Step:
    value = recognised(step, state, turn, given.text)
    if value is not None:
        return _chosen(step, state, value, turn)
    return _answer(step, state, given, turn)


def _chosen(step: Asking, state: State, value: str, turn: Turn) -> Step:
    """An option or a control that is offered here."""
    if value == prompts.LEAVE:
        return _leave(state, turn)
    if value == prompts.BACK:
        return _back(step, state, turn)
    if value == prompts.SEND:
        return _onward(step, state, turn)
    if value.startswith(prompts.EDIT):
        return _edit(value.removeprefix(prompts.EDIT), state, turn)
    if value.startswith(prompts.PAGE):
        page = value.removeprefix(prompts.PAGE)
        turned = {"page": min(int(page), 999)} if page.isdecimal() and len(page) < 5 else {}
        return _stay(step, state, Staying(turned), turn)
    return _answer(step, state, Chosen(value), turn)


def _edit(step_id: str, state: State, turn: Turn) -> Step:
    """One answer again; then straight back to the confirm, as far as its way allows."""
    cut = state.but(trail=state.trail[: state.trail.index(step_id)])
    return _arrive(turn.step(step_id), cut, turn, changing=True)


def _refined(step: Asking, state: State, given: PositionRefined, turn: Turn) -> Step:
    """The map page may set a position at any time; the way is walked again from there."""
    if given.step == step.id:
        return _answer(step, state, given.position, turn)
    asked = turn.definition.by_id.get(given.step)
    if given.step not in state.trail or not isinstance(asked, PositionQuestion):
        return Step(state, (ask(step, state, turn, before=(turn.say(phrases.NOT_NOW),)),))
    problem = turn.say(phrases.POSITION_BROKEN)
    if given.position.is_on_earth:
        typed = state.answers[given.step].value
        place = given.position.as_place(typed.typed if isinstance(typed, Place) else "")
        reading = within(asked, place, turn)
        if isinstance(reading, Accepted):
            moved = state.with_answer(asked.id, Answer(value=reading.value))
            cut = moved.but(trail=moved.trail[: moved.trail.index(asked.id)])
            said = notice(cut, turn.say(phrases.POSITION_CHANGED))
            return _onward(asked, cut, turn, said=(said,))
        problem = reading.problem
    return Step(state, (ask(step, state, turn, before=(problem,)),))


# ── answers ───────────────────────────────────────────────────────────────────────────────────


def _answer(step: Asking, state: State, given: Told, turn: Turn) -> Step:
    match read(step, state, given, turn):
        case Refused() as refused:
            tried = state.but(attempts=state.attempts + 1)
            return Step(tried, (ask_again(step, tried, turn, refused.problem),))
        case Staying() as staying:
            return _stay(step, state, staying, turn)
        case Accepted() as accepted:
            answered = state.with_answer(step.id, Answer(value=accepted.value))
            if isinstance(step, Photos):
                answered = answered.but(photos=())
            said = _after_answer(step, accepted, answered, turn)
            return _onward(step, answered, turn, said=said)


def _stay(step: Asking, state: State, staying: Staying, turn: Turn) -> Step:
    stayed = state.but(**staying.changes)
    return Step(stayed, (ask(step, stayed, turn, before=staying.said),))


def _after_answer(step: Asking, accepted: Accepted, state: State, turn: Turn) -> tuple[Prompt, ...]:
    """What is said between an answer and the next question."""
    said = [notice(state, text) for text in accepted.said]
    if isinstance(step, ContactStep) and accepted.value is not None:
        page = WebPage("contact", step.id, turn.say(phrases.CONTACT_PAGE_LABEL))
        said.append(replace(notice(state, turn.say(phrases.CONTACT_PAGE)), web_page=page))
    place = accepted.value
    if isinstance(step, PositionQuestion) and isinstance(place, Place) and place.typed:
        text = turn.say(phrases.REFINE_OFFER, place=place.shown)
        page = WebPage("refine_position", step.id, turn.say(phrases.REFINE_PAGE_LABEL))
        if step.refine:
            said.append(replace(notice(state, text), web_page=page))
    return tuple(said)


# ── walking ───────────────────────────────────────────────────────────────────────────────────


def _onward(step: Asking, state: State, turn: Turn, *, said: tuple[Prompt, ...] = ()) -> Step:
    """From an answered step (or a confirm that was sent) to whatever comes next."""
    trail = state.trail if isinstance(step, Confirm) else (*state.trail, step.id)
    going = state.but(trail=trail, changing=False)
    return _walk(_next(step, going, turn), going, turn, said=said)


def _next(step: Asking, state: State, turn: Turn) -> str | None:
    answer = state.answers.get(step.id, Answer())
    if isinstance(step, Choice) and (option := step.option(answer.value)) and option.next:
        return option.next
    if isinstance(step, Urgent) and answer.value == prompts.CALLED and step.called_next:
        return step.called_next
    return turn.definition.onward(step)


def _walk(step_id: str | None, state: State, turn: Turn, *, said: tuple[Prompt, ...] = ()) -> Step:
    """On to the next question that has no answer, or to the end."""
    messages: list[Prompt] = []
    hops = 0
    while step_id is not None and hops <= len(turn.definition.steps):
        step = turn.step(step_id)
        hops += 1
        match step:
            case Message():
                messages.append(spoken(step, state, turn))
                step_id = turn.definition.onward(step)
            case Branch():
                step_id = _branched(step, state, turn)
            case End():
                return _finish(step, state, turn, (*said, *messages))
            case _ if _is_settled(step, state):
                state = state.but(trail=(*state.trail, step.id))
                messages, hops = [], 0
                step_id = _next(step, state, turn)
            case _:
                return _arrive(step, state, turn, said=(*said, *messages))
    raise WrongDefinition(state.step)


def _is_settled(step: Asking, state: State) -> bool:
    """Answered on an earlier pass; but a step met twice on one way is asked again."""
    if isinstance(step, Confirm) or step.id in state.trail:
        return False
    return step.id in state.answers


def _branched(step: Branch, state: State, turn: Turn) -> str | None:
    facts = turn.facts(state)
    for way in step.ways:
        if holds(way.when, facts):
            return way.next
    return turn.definition.onward(step)


def _arrive(
    step: AnyStep,
    state: State,
    turn: Turn,
    *,
    said: tuple[Prompt, ...] = (),
    changing: bool = False,
) -> Step:
    """Put a question, as a new visit: taps on older prompts no longer fit."""
    if step.id in state.trail:
        cut = state.trail.index(step.id)
        state = state.forgetting(state.trail[cut:]).but(trail=state.trail[:cut])
    fresh = state.but(
        step=step.id,
        visit=state.visit + 1,
        attempts=0,
        page=0,
        picking=False,
        changing=changing,
        places=(),
        typed_place="",
    )
    if isinstance(step, Photos):
        fresh = fresh.but(photos=photos_at_hand(step, fresh))
    return Step(fresh, (*said, ask(_asked(fresh, turn), fresh, turn)))


def _finish(end: End, state: State, turn: Turn, said: tuple[Prompt, ...]) -> Step:
    done = state.but(step=end.id, status="finished", visit=state.visit + 1)
    words_ = last_words(end, done, turn)
    return Step(done, (*said, words_), outcome_of(end, done, turn))
