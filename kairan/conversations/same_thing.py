# SPDX-License-Identifier: Apache-2.0
"""「同じ件ですか」: asked once, together with the summary, where an open case is near.

The buttons stand in place of 「送る」: both send, one of them into that case. Nothing is kept for
it but which question was put last, so a talk that breaks off is where any summary leaves it; and
whatever a phone sends back, days later too, is only a wish that is checked again.
"""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from kairan.conversations.talk import Talk
from kairan.reports.actions.from_outcome import kind_named
from kairan.reports.models import Case, Report
from kairan.reports.similar import Similar, joinable, place_of, similar_cases
from kairan.scenarios import words
from kairan.scenarios.actions import RunStep
from kairan.scenarios.engine import advance
from kairan.scenarios.inputs import Tapped
from kairan.scenarios.models import Run
from kairan.scenarios.outcome import Outcome
from kairan.scenarios.prompts import CHANGE, SEND, Choosable, Prompt
from kairan.scenarios.queries import definition_of
from kairan.scenarios.state import State

# What the button carries, with the case's id behind it. The engine never offers such a value.
JOIN = "!join:"
NOT_SAME = "!not_same"

_SAME_WORDS = ("同じ件", "同じ", "加わる", "same", "same one", "join", *words.YES_WORDS)
_OTHER_WORDS = ("別の件", "別", "べつの件", "べつ", "new", "new one", "another")


# ── asking ────────────────────────────────────────────────────────────────────────────────────


def asked(talk: Talk, stepped: RunStep) -> tuple[Prompt, ...]:
    """The prompts as they are; with a summary also the question, if there is one to put."""
    prompts = stepped.step.prompts
    last, state = prompts[-1], stepped.step.state
    if not last.is_summary or stepped.step.outcome is not None or _is_declined(talk):
        talk.remember(same=None)
        return prompts
    found = _nearest(talk, stepped.run, state)
    if found is None:
        talk.remember(same=None)
        return prompts
    talk.remember(same={"case": found.case.pk, "nonce": state.nonce})
    return (*prompts[:-1], _with_question(last, found, _is_own(talk, found.case)))


def _with_question(summary: Prompt, found: Similar, own: bool) -> Prompt:
    first = (
        Choosable(f"{JOIN}{found.case.pk}", _("同じ件に加わる"), 1),
        Choosable(SEND, _("別の件として送る"), 2),
    )
    rest = tuple(
        replace(option, number=3 + place)
        for place, option in enumerate(o for o in summary.options if o.value != SEND)
    )
    options = (*first, *rest)
    tail = summary.numbered.rsplit("\n", 1)[-1]
    lines = [f"{option.number}. {option.label}" for option in options]
    return replace(
        summary,
        texts=(*summary.texts, _question(found, own)),
        options=options,
        numbered="\n".join([*lines, tail]),
    )


def _question(found: Similar, own: bool) -> str:
    """Distance, age and status: nothing that anybody wrote. One's own report has its number."""
    if own:
        said = _("近くの件を、前にもお知らせいただいています（受付番号 {number}、{facts}）。")
    else:
        said = _("近くで同じようなお知らせを受けています（{facts}）。")
    head = said.format(facts=found.words, number=found.case.number)
    ways = _("加わると、いっしょに対応します。動きもお知らせします。")
    return f"{head}{_('同じ件ですか。')}\n{ways}"


def _is_own(talk: Talk, case: Case) -> bool:
    return Report.objects.filter(case=case, resident=talk.resident).exists()


def _is_declined(talk: Talk) -> bool:
    return bool(talk.dialogue.memory.get("not_same"))


# ── what would be sent, and what is near it ───────────────────────────────────────────────────


def _nearest(talk: Talk, run: Run, state: State) -> Similar | None:
    outcome = _would_send(talk, run, state)
    if outcome is None or (place := place_of(outcome)) is None:
        return None
    found = similar_cases(
        kind_id=kind_named(outcome.report_kind).pk,
        longitude=place[0],
        latitude=place[1],
        at=talk.now,
        limit=1,
    )
    return next(iter(found), None)


def case_to_join(talk: Talk, run: Run, case_id: int) -> Case | None:
    """None where it has been closed meanwhile, or cannot have been meant."""
    outcome = _would_send(talk, run, run.parsed_state)
    if outcome is None or (place := place_of(outcome)) is None:
        return None
    kind = kind_named(outcome.report_kind)
    return joinable(case_id=case_id, kind_id=kind.pk, longitude=place[0], latitude=place[1])


def _would_send(talk: Talk, run: Run, state: State) -> Outcome | None:
    """The report that 「送る」 would make: the engine is pure and can be asked."""
    definition = definition_of(run.version_id)
    step = advance(definition, state, Tapped(state.step, SEND, state.nonce), talk.now)
    return step.outcome if step.outcome and step.outcome.kind == "report" else None


# ── answers ───────────────────────────────────────────────────────────────────────────────────


def typed(talk: Talk, state: State, text: str) -> str | None:
    """What typed words choose of the question put last: a value to tap, ``NOT_SAME``, or None."""
    put = talk.dialogue.memory.get("same") or {}
    if put.get("nonce") != state.nonce:
        return None
    join = f"{JOIN}{put.get('case')}"
    choices = [
        words.Nameable(join, (_("同じ件に加わる"), "同じ件に加わる", *_SAME_WORDS), 1),
        words.Nameable(SEND, (_("別の件として送る"), "別の件として送る", *_OTHER_WORDS), 2),
        words.Nameable(CHANGE, (), 3),
        words.Nameable(NOT_SAME, words.NO_WORDS),
    ]
    return words.chosen_exactly(choices, text)


def decline(talk: Talk) -> None:
    """Not asked again in this report."""
    talk.remember(same=None, not_same=True)


def case_id_of(value: str) -> int | None:
    """The case that a tap names; None for any other tap."""
    digits = value.removeprefix(JOIN)
    if digits == value or not digits.isdecimal() or len(digits) > 18:
        return None
    return int(digits)
