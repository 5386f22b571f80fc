# SPDX-License-Identifier: Apache-2.0
"""The end of a run: its outcome and its last words."""

from __future__ import annotations

from kairan.scenarios import phrases
from kairan.scenarios.asking import notice
from kairan.scenarios.definition import ContactStep, End, HandedOver, Photos, ReportResult, Urgent
from kairan.scenarios.outcome import GivenAnswer, Outcome, PhoneShown, UrgentGate
from kairan.scenarios.phones import authority_phone, phones_of, town_phone
from kairan.scenarios.prompts import CALLED, Phone, Prompt
from kairan.scenarios.showing import heading, question_text, shown
from kairan.scenarios.state import Answer, State
from kairan.scenarios.turn import Turn
from kairan.scenarios.wording import SOURCE_LANGUAGE


def outcome_of(end: End, state: State, turn: Turn) -> Outcome:
    result = end.outcome
    way = [(turn.step(step_id), answer) for step_id, answer in state.on_the_way().items()]
    photos = [a.value for step, a in way if isinstance(step, Photos)]
    return Outcome(
        kind=result.type,
        scenario=turn.definition.key,
        purpose=turn.definition.outcome,
        ended_by=end.id,
        language=turn.language,
        report_kind=result.kind if isinstance(result, ReportResult) else "",
        authority=_authority(end, state, turn),
        answers=tuple(_given(step.id, answer, turn) for step, answer in way),
        position=state.place,
        photos=tuple(
            dict.fromkeys(ref for refs in photos if isinstance(refs, tuple) for ref in refs)
        ),
        wants_contact=any(isinstance(s, ContactStep) and not a.is_skipped for s, a in way),
        urgent=tuple(_gate(step, a, state, turn) for step, a in way if isinstance(step, Urgent)),
    )


def _given(step_id: str, answer: Answer, turn: Turn) -> GivenAnswer:
    step = turn.step(step_id)
    return GivenAnswer(
        step=step.id,
        type=step.type,
        question=question_text(step, SOURCE_LANGUAGE),
        heading=heading(step, SOURCE_LANGUAGE),
        shown=shown(step, answer, SOURCE_LANGUAGE),
        said=shown(step, answer, turn.language),
        value=answer.value,
    )


def _gate(step: Urgent, answer: Answer, state: State, turn: Turn) -> UrgentGate:
    phones = tuple(_phone_shown(phone) for phone in phones_of(step, state, turn))
    return UrgentGate(step=step.id, called=answer.value == CALLED, phones=phones)


def _phone_shown(phone: Phone) -> PhoneShown:
    return PhoneShown(name=phone.name, number=phone.number)


def _authority(end: End, state: State, turn: Turn) -> PhoneShown | None:
    if not isinstance(end.outcome, HandedOver):
        return None
    return _phone_shown(authority_phone(end.outcome, state, turn))


def last_words(end: End, state: State, turn: Turn) -> Prompt:
    """Says thanks; for another authority's business also its name and number."""
    own = end.text.said(turn.language) if end.text else ""
    if not isinstance(end.outcome, HandedOver):
        return notice(state, own or turn.say(phrases.THANKS))
    phone = authority_phone(end.outcome, state, turn)
    said = turn.say(phrases.HANDED_OVER, authority=phone.name)
    return Prompt(
        step=end.id,
        nonce=state.nonce,
        texts=(f"{said}\n{own}" if own else said,),
        phones=(phone,) if phone.number else town_phone(turn),
    )
