# SPDX-License-Identifier: Apache-2.0
"""Who may close a case alone, and who only proposes it. The second person's part: ``closing``."""

from __future__ import annotations

from typing import TypeGuard

from django.utils import timezone

from kairan.audit.actors import Actor
from kairan.people.access import departments_with
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports import timeline, wording
from kairan.reports.actions.changing import change
from kairan.reports.actions.errors import AlreadyProposed
from kairan.reports.models import Authority, Case, CaseEntry, ClosingProposal, ReportKind
from kairan.reports.workflow import Status


def may_close(person: Person, case: Case) -> bool:
    """Whether the person's yes is enough for closing a case of this kind in its department."""
    needed = [Permission.HANDLE_CASES]
    if case.kind.closers == ReportKind.Closers.MANAGER:
        needed.append(Permission.CLOSE_ANY)
    return all(_reaches(person, case, permission) for permission in needed)


def needs_second(acting: Actor, case: Case) -> TypeGuard[Person]:
    """Whether this person's closing waits for another's yes. Programs close by themselves."""
    return isinstance(acting, Person) and (case.kind.four_eyes or not may_close(acting, case))


def propose(
    acting: Person,
    row: Case,
    to: Status,
    said: wording.Said,
    authority: Authority | None = None,
) -> CaseEntry:
    """Put the closing before another person; the case stays open and nobody outside is told.

    ``row`` is locked by the caller. Raises ``AlreadyProposed``.
    """
    if row.confirm_since is not None:
        raise AlreadyProposed
    row.confirm_since = timezone.now()
    ClosingProposal.objects.create(
        case=row,
        to=to,
        message=said.text,
        texts=dict(said.texts),
        authority=authority,
        proposed_by=acting,
    )
    data = timeline.exchange_status(Status(row.status), to)
    text = said.to(row)
    return change(acting, row, CaseEntry.Kind.PROPOSED, ["confirm_since"], data, text)


def lapse(row: Case) -> None:
    """The case goes another way: what was proposed waits no longer. The caller saves the row."""
    if row.confirm_since is not None:
        row.confirm_since = None
        settle(row, ClosingProposal.Answer.LAPSED)


def settle(row: Case, answer: ClosingProposal.Answer) -> None:
    open_ones = ClosingProposal.objects.filter(case=row, answer="")
    open_ones.update(answer=answer, answered_at=timezone.now())


def _reaches(person: Person, case: Case, permission: Permission) -> bool:
    reach = departments_with(person, permission)
    return reach is None or case.department_id in reach
