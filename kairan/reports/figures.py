# SPDX-License-Identifier: Apache-2.0
"""What the town's numbers say about a span of months: added up from the tallies.

Reports are counted in the month in which they came; what became of a case (how soon it was
answered, closed, in time, reopened) is counted with the month in which it was opened.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from kairan.reports.durations import STEPS, added, quantile
from kairan.reports.models import Case, ClerkTally, MonthTally, PlaceTally
from kairan.reports.models.tallies import HOURS_OF_A_WEEK

MOST_PLACES = 1_500


@dataclass(frozen=True)
class Scope:
    """Months from ``since`` to ``until``, both counted in; empty choices mean «every».

    ``departments`` None: the whole town; otherwise the person sees these alone.
    """

    since: date
    until: date
    kinds: tuple[int, ...] = ()
    areas: tuple[int, ...] = ()
    department: int | None = None
    departments: frozenset[int] | None = None

    @property
    def condition(self) -> Q:
        """For every tally; the months are left to ``within``."""
        found = Q()
        if self.kinds:
            found &= Q(kind__in=self.kinds)
        if self.areas:
            found &= Q(area__in=self.areas)
        if self.department is not None:
            found &= Q(department=self.department)
        if self.departments is not None:
            found &= Q(department__in=self.departments)
        return found

    @property
    def within(self) -> Q:
        return self.condition & Q(month__gte=self.since, month__lte=self.until)

    @property
    def months(self) -> list[date]:
        found, month = [], self.since
        while month <= self.until:
            found.append(month)
            month = next_month(month)
        return found

    def a_year_before(self) -> Scope:
        values = vars(self) | {"since": year_before(self.since), "until": year_before(self.until)}
        return Scope(**values)


@dataclass(frozen=True)
class Took:
    """How long something took: how often it was measured, its median and ninetieth percentile."""

    count: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True)
class Handled:
    """How a group of cases went. ``key``: id of the kind, department or clerk; None: none."""

    key: int | None
    cases: int
    closed: int
    promised: int
    kept_promises: int
    reopened: int
    answered: Took
    completed: Took

    @property
    def kept_share(self) -> float | None:
        return self.kept_promises / self.promised if self.promised else None


@dataclass(frozen=True)
class Figures:
    reports: int
    outside_hours: int
    before: int  # reports in the same months a year ago
    by_kind: Counter[int]
    by_channel: Counter[str]
    by_area: Counter[int | None]
    by_department: Counter[int | None]
    by_month: dict[date, int]
    by_month_before: dict[date, int]
    channels_before: Counter[str]
    week: list[list[int]]  # seven days of 24 hours
    total: Handled
    kinds: list[Handled]
    departments: list[Handled]
    clerks: list[Handled]

    @property
    def outside_share(self) -> float | None:
        return self.outside_hours / self.reports if self.reports else None


@dataclass(frozen=True)
class Now:
    """Of a department (None: in none), at this moment."""

    department: int | None
    open: int
    overdue: int
    unanswered: int


@dataclass
class _Sum:
    """Tallies being added up."""

    cases: int = 0
    closed: int = 0
    promised: int = 0
    kept_promises: int = 0
    reopened: int = 0
    first_answers: list[Sequence[int]] = field(default_factory=list)
    completions: list[Sequence[int]] = field(default_factory=list)

    def add(self, tally: Mapping[str, Any]) -> None:
        for name in ("cases", "closed", "promised", "kept_promises", "reopened"):
            setattr(self, name, getattr(self, name) + tally.get(name, 0))
        if tally["cases"]:
            self.first_answers.append(tally["first_answers"])
            self.completions.append(tally["completions"])

    def handled(self, key: int | None) -> Handled:
        return Handled(
            key=key,
            cases=self.cases,
            closed=self.closed,
            promised=self.promised,
            kept_promises=self.kept_promises,
            reopened=self.reopened,
            answered=_took(self.first_answers),
            completed=_took(self.completions),
        )


def figures(scope: Scope) -> Figures:
    """Three queries."""
    tallies = list(MonthTally.objects.filter(scope.within).values())
    before = list(
        MonthTally.objects.filter(scope.a_year_before().within).values(
            "month", "reports", "channels"
        )
    )
    by_month, by_month_before = _counted(tallies, "month"), _counted(before, "month")
    return Figures(
        reports=sum(t["reports"] for t in tallies),
        outside_hours=sum(t["outside_hours"] for t in tallies),
        before=sum(t["reports"] for t in before),
        by_kind=_counted(tallies, "kind_id"),
        by_channel=_channels(tallies),
        by_area=_counted(tallies, "area_id"),
        by_department=_counted(tallies, "department_id"),
        by_month={month: by_month[month] for month in scope.months},
        by_month_before={m: by_month_before[year_before(m)] for m in scope.months},
        channels_before=_channels(before),
        week=_week([t["week"] for t in tallies if t["reports"]]),
        total=_handled(tallies, lambda _tally: None)[0],
        kinds=_handled(tallies, lambda tally: tally["kind_id"]),
        departments=_handled(tallies, lambda tally: tally["department_id"]),
        clerks=_clerks(scope),
    )


def places(scope: Scope) -> list[tuple[int, int]]:
    """(square of the map, cases), the fullest first."""
    rows = PlaceTally.objects.filter(scope.within).values("tile").annotate(total=Sum("cases"))
    found = rows.order_by("-total", "tile").values_list("tile", "total")[:MOST_PLACES]
    return list(found)


def now(scope: Scope, today: date) -> list[Now]:
    """Open cases by department; the months do not matter."""
    rows = (
        Case.objects.open()
        .filter(scope.condition)
        .values("department")
        .annotate(
            still=Count("pk"),
            late=Count("pk", filter=Q(due_on__lt=today)),
            unanswered=Count("pk", filter=Q(first_answered_at__isnull=True)),
        )
        .values_list("department", "still", "late", "unanswered")
    )
    return [Now(*row) for row in rows.order_by("-still", "department")]


def next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def year_before(month: date) -> date:
    return month.replace(year=month.year - 1)


def _counted(tallies: Iterable[Mapping[str, Any]], name: str) -> Counter[Any]:
    counted: Counter[Any] = Counter()
    for tally in tallies:
        counted[tally[name]] += tally["reports"]
    return +counted


def _channels(tallies: Iterable[Mapping[str, Any]]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for tally in tallies:
        counted.update(tally["channels"])
    return counted


def _week(weeks: Sequence[Sequence[int]]) -> list[list[int]]:
    hours = [sum(column) for column in zip(*weeks, strict=True)] or [0] * HOURS_OF_A_WEEK
    return [hours[day * 24 : day * 24 + 24] for day in range(7)]


def _handled(
    tallies: Iterable[Mapping[str, Any]], key_of: Callable[[Mapping[str, Any]], int | None]
) -> list[Handled]:
    """By key, most cases first; one empty group where there is nothing."""
    groups: defaultdict[int | None, _Sum] = defaultdict(_Sum)
    for tally in tallies:
        groups[key_of(tally)].add(tally)
    found = [group.handled(key) for key, group in groups.items()]
    return sorted(found, key=lambda h: (-h.cases, h.key or 0)) or [_Sum().handled(None)]


def _clerks(scope: Scope) -> list[Handled]:
    rows = ClerkTally.objects.filter(scope.within).values(
        "person_id", "cases", "closed", "first_answers", "completions"
    )
    found = _handled(rows, lambda tally: tally["person_id"])
    return [clerk for clerk in found if clerk.key is not None]


def _took(histograms: Sequence[Sequence[int]]) -> Took:
    counts = added(histograms) if histograms else [0] * STEPS
    return Took(sum(counts), quantile(counts, 0.5), quantile(counts, 0.9))
