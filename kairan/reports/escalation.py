# SPDX-License-Identifier: Apache-2.0
"""Cases that stay overdue are carried upwards: first to the department's managers, then above."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actors import Actor
from kairan.lib.language import speaking
from kairan.lib.workdays import OfficeHours
from kairan.municipalities.models import Department
from kairan.people.models import Membership, Person, Role
from kairan.reports import events, notices
from kairan.reports.actions.changing import change
from kairan.reports.models import Case, CaseEntry, ReportKind, WaitingNotice

DEPARTMENT, ABOVE = 1, 2
# So many in one run; the next run goes on.
_BATCH = 500


def escalate_overdue(*, acting: Actor, today: date | None = None) -> int:
    """Mark what is overdue for longer than its kind allows and tell those above, once a step.

    One mail to each of them for all cases of a run. Returns how many cases were carried upwards.
    """
    today = today or timezone.localdate()
    hours = notices.office_hours()
    kinds = ReportKind.objects.filter(escalate_days__isnull=False)
    return sum(
        _escalate(acting, kind, step, working_days_before(today, days, hours))
        for kind in kinds
        for step, days in ((DEPARTMENT, kind.escalate_days), (ABOVE, kind.escalate_more_days))
        if days is not None
    )


def working_days_before(day: date, days: int, hours: OfficeHours) -> date:
    """A case due then, or earlier, is that many working days overdue."""
    while days > 0:
        days -= hours.is_working_day(day)
        day -= timedelta(days=1)
    return day


def _escalate(acting: Actor, kind: ReportKind, step: int, due_by: date) -> int:
    with transaction.atomic():
        rows = (
            Case.objects.open()
            .select_for_update(of=("self",), skip_locked=True)
            .filter(kind=kind, escalation=step - 1, due_on__lt=due_by + timedelta(days=1))
            .select_related("kind", "department", "area")
            .order_by("due_on", "id")
        )
        cases = list(rows[:_BATCH])
        with speaking():
            for case in cases:
                _carry_up(acting, case, step)
    return len(cases)


def _carry_up(acting: Actor, case: Case, step: int) -> None:
    people = managers_of(case.department if step == DEPARTMENT else _above(case.department))
    case.escalation, case.escalated_at = step, timezone.now()
    names = "、".join(person.name for person in people) or _("管理者")
    data = {"from": step - 1, "to": step, "from_name": "", "to_name": names}
    fields = ["escalation", "escalated_at"]
    change(acting, case, CaseEntry.Kind.ESCALATED, fields, data)
    summary = _("【期限切れ】{number} {kind}").format(number=case.number, kind=case.kind.name)
    WaitingNotice.objects.bulk_create(
        WaitingNotice(address=address, case=case, summary=summary[:200], due_at=_when())
        for address in sorted({person.email for person in people if person.email})
    )
    events.case_changed(case)


def _when() -> datetime:
    """Overdue is no emergency: it waits for the town hall to open."""
    now = notices.local_now()
    hours = notices.office_hours()
    return now if hours.is_open(now) else hours.next_opening(now)


def managers_of(department: Department | None) -> list[Person]:
    """The department's managers, else those of the nearest one above, else the administrators."""
    seen: set[int] = set()
    while department is not None and department.pk not in seen:
        seen.add(department.pk)
        if people := _holding(Role.MANAGER, department):
            return people
        department = _above(department)
    return _holding(Role.MANAGER, None) or list(Person.objects.administrators().in_order())


def _above(department: Department | None) -> Department | None:
    return department.parent if department else None


def _holding(role: Role, department: Department | None) -> list[Person]:
    rows: Iterable[Membership] = Membership.objects.select_related("person").filter(
        role=role, department=department, person__is_active=True
    )
    return sorted({row.person for row in rows}, key=lambda person: (person.name, person.pk))
