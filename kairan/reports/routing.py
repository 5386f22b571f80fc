# SPDX-License-Identifier: Apache-2.0
"""Which department a report goes to. It always goes somewhere: no report is ever lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kairan.municipalities.models import Area, Department
from kairan.reports.models import ReportKind, ReportSettings, RoutingRule

# Smallest first.
_SIZES = {Area.Kind.UNIT: 0, Area.Kind.DISTRICT: 1, Area.Kind.WARD: 2}
_MAX_SUCCESSIONS = 10


def smallest_first(areas: Iterable[Area]) -> list[Area]:
    return sorted(areas, key=lambda area: (_SIZES.get(Area.Kind(area.kind), 9), area.code, area.pk))


def department_for(kind: ReportKind, areas: Sequence[Area]) -> Department | None:
    """The open department of the most specific rule; ``areas`` smallest first.

    A rule for the kind and an area wins over one for the kind alone, that over one for the area
    alone, that over the town's default and, failing all, its first open department. A closed
    department stands for its successor. None only where the town has no open department at all:
    administrators see such a case.
    """
    for department in _ruled(kind, areas):
        if (heir := open_heir(department)) is not None:
            return heir
    return fallback_department()


def fallback_department() -> Department | None:
    """Where a report goes that no rule fits."""
    return open_heir(_default()) or Department.objects.open().in_order().first()


def open_heir(department: Department | None) -> Department | None:
    """The department itself, or the first open one in the line of its successors."""
    for _ in range(_MAX_SUCCESSIONS):
        if department is None or department.closed_at is None:
            return department
        department = department.successor
    return None


def _ruled(kind: ReportKind, areas: Sequence[Area]) -> list[Department]:
    """Departments of all rules that fit, the most specific first."""
    size = {area.pk: number for number, area in enumerate(areas)}
    rules = [
        rule
        for rule in RoutingRule.objects.select_related("department__successor")
        if rule.kind_id in {None, kind.pk} and (rule.area_id is None or rule.area_id in size)
    ]
    anywhere = len(size)
    rules.sort(
        key=lambda rule: (
            rule.kind_id is None,
            anywhere if rule.area_id is None else size[rule.area_id],
        )
    )
    return [rule.department for rule in rules]


def _default() -> Department | None:
    row = ReportSettings.objects.select_related("department__successor").first()
    return row.department if row else None
