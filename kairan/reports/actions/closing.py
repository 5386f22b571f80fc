# SPDX-License-Identifier: Apache-2.0
"""完了の確認: the second pair of eyes. Proposed by ``change_status`` and ``refer``."""

from __future__ import annotations

from django.db import transaction

from kairan.audit.actors import Actor
from kairan.lib.plain import plain
from kairan.people.models import Person
from kairan.reports import events, timeline, wording, workflow
from kairan.reports.actions import proposing
from kairan.reports.actions.changing import change
from kairan.reports.actions.errors import (
    MoveNotAllowed,
    NothingProposed,
    NotTheCloser,
    ReasonMissing,
    SamePerson,
)
from kairan.reports.actions.handling import carry_out, carry_over, locked
from kairan.reports.models import Case, CaseEntry, ClosingProposal
from kairan.reports.models.cases import MAX_TEXT_LENGTH
from kairan.reports.workflow import Status


def open_proposal(case: Case) -> ClosingProposal | None:
    rows = ClosingProposal.objects.filter(case=case, answer="")
    return rows.select_related("proposed_by", "authority").first()


def may_confirm(person: Person, case: Case, proposal: ClosingProposal) -> bool:
    return proposal.proposed_by_id != person.pk and proposing.may_close(person, case)


def confirm(*, acting: Actor, case: Case, version: int | None = None) -> Case:
    """The second person's yes: now it is closed, and the residents are told.

    Raises ``NothingProposed``, ``SamePerson``, ``NotTheCloser``, ``CaseChanged``.
    """
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        proposal = _answerable(acting, row)
        move = workflow.move(row.status, proposal.to)
        if move is None:
            raise MoveNotAllowed(row)
        proposing.settle(row, ClosingProposal.Answer.CONFIRMED)
        row.confirm_since = None
        said = wording.Said(proposal.message, proposal.texts)
        if proposal.authority is not None:
            carry_over(acting, row, move, proposal.authority, said)
        else:
            carry_out(acting, row, move, said)
        events.case_changed(row)
    return row


def send_back(*, acting: Actor, case: Case, reason: str, version: int | None = None) -> Case:
    """The second person's no, with a reason for the one who proposed; the case goes on as it was.

    Raises ``ReasonMissing`` and what ``confirm`` raises.
    """
    words = plain(reason, MAX_TEXT_LENGTH)
    if not words:
        raise ReasonMissing
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        proposal = _answerable(acting, row)
        proposing.settle(row, ClosingProposal.Answer.SENT_BACK)
        row.confirm_since = None
        data = timeline.exchange_status(Status(proposal.to), Status(row.status))
        data["proposed_by"] = proposal.proposed_by_id
        change(acting, row, CaseEntry.Kind.SENT_BACK, ["confirm_since"], data, words)
        events.case_changed(row)
    return row


def _answerable(acting: Actor, row: Case) -> ClosingProposal:
    proposal = open_proposal(row)
    if proposal is None:
        raise NothingProposed
    if isinstance(acting, Person) and proposal.proposed_by_id == acting.pk:
        raise SamePerson
    if not isinstance(acting, Person) or not proposing.may_close(acting, row):
        raise NotTheCloser(row)
    return proposal
