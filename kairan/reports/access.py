# SPDX-License-Identifier: Apache-2.0
"""The only door to a case for a person: fetched and authorised together."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from kairan.municipalities.models import Department
from kairan.people.access import departments_with
from kairan.people.models import Membership, Person
from kairan.people.permissions import PERMISSIONS, Permission
from kairan.reports.models import Case, CaseQuerySet, Report
from kairan.residents.pages import LinkOver


def visible_cases(person: Person, permission: Permission = Permission.SEE_CASES) -> CaseQuerySet:
    """Cases of the departments where the person has the permission.

    A case without a department is visible to those alone who see the whole town.
    """
    departments = departments_with(person, permission)
    if departments is None:
        return Case.objects.all()
    return Case.objects.filter(department__in=departments)


def get_case(person: Person, case_id: int, *, permission: Permission, lock: bool = False) -> Case:
    """404 for another town's or unseen case, 403 for one seen but not allowed.

    ``lock`` needs an open transaction and holds the row until its end.
    """
    rows = visible_cases(person)
    rows = rows.select_for_update() if lock else rows
    case = rows.select_related(None if lock else "kind").filter(pk=case_id).first()
    if case is None:
        raise Http404
    if not may(person, case, permission):
        raise PermissionDenied
    return case


def may(person: Person, case: Case, permission: Permission) -> bool:
    departments = departments_with(person, permission)
    return departments is None or case.department_id in departments


def who_may_handle(department: Department | None) -> tuple[list[Person], list[Person]]:
    """The department's own people, and those set above them, each by name. Two queries."""
    line = _with_above(department)
    memberships = Membership.objects.select_related("person").filter(
        role__in=PERMISSIONS[Permission.HANDLE_CASES], person__is_active=True
    )
    here = department.pk if department else None
    own = {m.person for m in memberships if m.department_id == here}
    above = {m.person for m in memberships if m.department_id in line} - own
    return sorted(own, key=_by_name), sorted(above, key=_by_name)


def _by_name(person: Person) -> tuple[str, int]:
    return person.name, person.pk


def _with_above(department: Department | None) -> set[int | None]:
    """Ids of the department and all it stands below; None stands for the whole town."""
    parents = dict(Department.objects.values_list("id", "parent_id"))
    line: set[int | None] = {None}
    here = department.pk if department else None
    while here is not None and here not in line:
        line.add(here)
        here = parents.get(here)
    return line


def report_by_token(token: str) -> Report:
    """The report that a resident's secret link opens; 404 for a wrong one.

    Raises ``LinkOver`` so many days after its case was closed (``SECRET_LINK_DAYS``).
    """
    report = Report.objects.select_related("case__kind", "case__department", "kind").filter(
        token=token
    )
    found = report.first() if token else None
    if found is None:
        raise Http404
    closed = found.case.closed_at
    if closed is not None and closed < timezone.now() - timedelta(days=settings.SECRET_LINK_DAYS):
        raise LinkOver
    return found
