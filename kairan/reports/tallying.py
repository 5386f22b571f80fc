# SPDX-License-Identifier: Apache-2.0
"""Counting the cases of a kind's month anew, whenever one of them has changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from kairan.lib.workdays import OfficeHours
from kairan.reports import notices
from kairan.reports.durations import histogram
from kairan.reports.models import Case, Report
from kairan.reports.models.tallies import (
    HOURS_OF_A_WEEK,
    ClerkTally,
    MonthTally,
    PlaceTally,
    StaleTally,
)

# Cells in one transaction: what is killed in the middle is counted again.
AT_ONCE = 20

Cell = tuple[int | None, int | None]  # area, department
_CASE = (
    "area_id", "department_id", "assignee_id", "tile", "opened_at", "first_answered_at",
    "closed_at", "due_on", "reopened_count",
)  # fmt: skip


@dataclass
class _Counted:
    """One cell while it is being counted."""

    reports: int = 0
    outside_hours: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    week: list[int] = field(default_factory=lambda: [0] * HOURS_OF_A_WEEK)
    cases: int = 0
    closed: int = 0
    promised: int = 0
    kept_promises: int = 0
    reopened: int = 0
    first_answers: list[timedelta] = field(default_factory=list)
    completions: list[timedelta] = field(default_factory=list)


def tally_what_changed(*, most: int = 1_000) -> int:
    """Count stale months anew, at most ``most``; returns how many. Safe to run twice at once."""
    done = 0
    while done < most:
        with transaction.atomic():
            stale = _take(AT_ONCE)
            for kind_id, month in stale:
                _count(kind_id, month, notices.office_hours())
        done += len(stale)
        if len(stale) < AT_ONCE:
            break
    return done


def _take(most: int) -> list[tuple[int, date]]:
    """Kinds and months off the list. Another worker's are skipped."""
    known = StaleTally.objects.values_list("kind_id", "month").distinct()
    taken = list(known.order_by("-month", "kind_id")[:most])
    ours = []
    for kind_id, month in taken:
        lines = StaleTally.objects.filter(kind_id=kind_id, month=month)
        ids = list(lines.select_for_update(skip_locked=True).values_list("pk", flat=True))
        if ids:
            StaleTally.objects.filter(pk__in=ids).delete()
            ours.append((kind_id, month))
    return ours


def _count(kind_id: int, month: date, hours: OfficeHours) -> None:
    since, until = bounds(month)
    cells: defaultdict[Cell, _Counted] = defaultdict(_Counted)
    _count_reports(cells, kind_id, since, until, hours)
    rows = list(
        Case.objects.filter(
            kind_id=kind_id, opened_at__gte=since, opened_at__lt=until, joined_into__isnull=True
        ).values_list(*_CASE)
    )
    for row in rows:
        _count_case(cells[row[0], row[1]], row)
    where = {"kind_id": kind_id, "month": month}
    for model in (MonthTally, ClerkTally, PlaceTally):
        model.objects.filter(**where).delete()
    MonthTally.objects.bulk_create(_month(cell, counted, where) for cell, counted in cells.items())
    ClerkTally.objects.bulk_create(_clerks(rows, where))
    PlaceTally.objects.bulk_create(_places(rows, where))


def bounds(month: date) -> tuple[datetime, datetime]:
    """From the first moment of the month to that of the next, in the town's time."""
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return _begin(month), _begin(following)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _count_reports(
    cells: defaultdict[Cell, _Counted],
    kind_id: int,
    since: datetime,
    until: datetime,
    hours: OfficeHours,
) -> None:
    rows = Report.objects.filter(
        kind_id=kind_id, submitted_at__gte=since, submitted_at__lt=until
    ).values_list("case__area_id", "case__department_id", "channel", "submitted_at")
    for area, department, channel, submitted_at in rows:
        at = timezone.localtime(submitted_at)
        cell = cells[area, department]
        cell.reports += 1
        cell.channels[channel] += 1
        cell.week[at.weekday() * 24 + at.hour] += 1
        cell.outside_hours += not hours.is_open(at)


def _count_case(cell: _Counted, row: tuple[Any, ...]) -> None:
    _area, _department, _assignee, _tile, opened, answered, closed, due_on, reopened = row
    cell.cases += 1
    cell.reopened += bool(reopened)
    if answered is not None:
        cell.first_answers.append(answered - opened)
    if closed is not None:
        cell.closed += 1
        cell.completions.append(closed - opened)
        if due_on is not None:
            cell.promised += 1
            cell.kept_promises += timezone.localtime(closed).date() <= due_on


def _month(cell: Cell, counted: _Counted, where: dict[str, Any]) -> MonthTally:
    given = vars(counted) | {
        "channels": dict(counted.channels),
        "first_answers": histogram(counted.first_answers),
        "completions": histogram(counted.completions),
    }
    return MonthTally(area_id=cell[0], department_id=cell[1], **where, **given)


def _clerks(rows: Iterable[tuple[Any, ...]], where: dict[str, Any]) -> list[ClerkTally]:
    cells: defaultdict[tuple[Any, ...], _Counted] = defaultdict(_Counted)
    for row in rows:
        if row[2] is not None:
            _count_case(cells[row[0], row[1], row[2]], row)
    return [
        ClerkTally(
            area_id=area,
            department_id=department,
            person_id=person,
            cases=counted.cases,
            closed=counted.closed,
            first_answers=histogram(counted.first_answers),
            completions=histogram(counted.completions),
            **where,
        )
        for (area, department, person), counted in cells.items()
    ]


def _places(rows: Iterable[tuple[Any, ...]], where: dict[str, Any]) -> list[PlaceTally]:
    counted = Counter((row[0], row[1], row[3]) for row in rows if row[3] is not None)
    return [
        PlaceTally(area_id=area, department_id=department, tile=tile, cases=cases, **where)
        for (area, department, tile), cases in counted.items()
    ]
