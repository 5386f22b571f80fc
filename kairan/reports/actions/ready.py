# SPDX-License-Identifier: Apache-2.0
"""What a town begins with: the shipped scenarios, and a kind of report for each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.reports.models import ReportKind
from kairan.scenarios.actions import install_ready
from kairan.scenarios.models import Scenario


@dataclass(frozen=True)
class _Habit:
    """How a city usually deals with a kind; administrators change it on the kinds page."""

    icon: str
    target_days: int
    # How near and how recent another report of the same thing is: a lamp-post is a point, a park
    # is not; two thefts on two days are two.
    join_distance_m: int
    join_days: int
    closed_hours: ReportKind.ClosedHours = ReportKind.ClosedHours.WAIT


_AT_ONCE = ReportKind.ClosedHours.AT_ONCE
_HABITS = {
    "road": _Habit("road", 7, 50, 60, _AT_ONCE),
    "street_light": _Habit("bulb", 14, 40, 60),
    "park": _Habit("park", 10, 150, 60),
    "river": _Habit("river", 10, 150, 30, _AT_ONCE),
    "recyclables_theft": _Habit("recycle", 3, 200, 1),
    "other": _Habit("question-list", 14, 0, 30),
}


def install_kinds(*, acting: Actor) -> list[ReportKind]:
    """Publish the shipped scenarios and make the kinds that are missing. Safe to run again."""
    with transaction.atomic():
        install_ready(acting=acting)
        known = set(ReportKind.objects.values_list("key", flat=True))
        missing = Scenario.objects.filter(key__in=_HABITS.keys() - known).order_by("position")
        return [_install(acting, scenario) for scenario in missing]


def _install(acting: Actor, scenario: Scenario) -> ReportKind:
    habit = _HABITS[scenario.key]
    kind = ReportKind.objects.create(
        key=scenario.key,
        name=scenario.title,
        icon=habit.icon,
        position=scenario.position,
        target_days=habit.target_days,
        join_distance_m=habit.join_distance_m,
        join_days=habit.join_days,
        closed_hours=habit.closed_hours,
    )
    record(acting=acting, verb="report_kind.added", target=kind, summary=kind.name)
    return kind
