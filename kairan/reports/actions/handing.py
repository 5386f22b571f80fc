# SPDX-License-Identifier: Apache-2.0
"""引き継ぎ between departments: the receiving side takes the case, or sends it back.

Handing over itself is ``handling.move_department``.
"""

from __future__ import annotations

from django.db import transaction

from kairan.audit.actors import Actor
from kairan.reports import events, timeline
from kairan.reports.actions.changing import change
from kairan.reports.actions.errors import NothingHandedOver
from kairan.reports.actions.handling import locked, move_department
from kairan.reports.models import Case, CaseEntry


def take(*, acting: Actor, case: Case, version: int | None = None) -> Case:
    """「受け取る」: it is this department's from now on. Raises ``NothingHandedOver``."""
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        if row.handed_at is None:
            raise NothingHandedOver
        data = timeline.exchange(row.handed_from, row.department)
        row.handed_at = row.handed_from = None
        change(acting, row, CaseEntry.Kind.TAKEN, ["handed_at", "handed_from"], data)
        events.case_changed(row)
    return row


def hand_back(*, acting: Actor, case: Case, reason: str, version: int | None = None) -> Case:
    """To the department it came from, which reads why. Raises ``NothingHandedOver``,
    ``ReasonMissing``, ``CaseChanged``.
    """
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        if row.handed_at is None or row.handed_from is None:
            raise NothingHandedOver
        return move_department(
            acting=acting, case=row, to=row.handed_from, reason=reason, returned=True
        )


def handed_over(case: Case) -> CaseEntry | None:
    """The entry that says why the case came here; None when nothing waits to be taken."""
    if case.handed_at is None:
        return None
    moves = CaseEntry.objects.filter(case=case, kind=CaseEntry.Kind.DEPARTMENT)
    return moves.order_by("id").last()
