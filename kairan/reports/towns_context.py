# SPDX-License-Identifier: Apache-2.0
"""What the scenarios must know of the town: hours, areas, phone numbers. Kept for a minute."""

from __future__ import annotations

import time
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.lib.workdays import is_holiday
from kairan.municipalities.models import Area
from kairan.municipalities.tenancy import current_town, current_town_id
from kairan.reports.models import ReportKind
from kairan.reports.notices import office_hours
from kairan.reports.routing import department_for
from kairan.scenarios.context import Context, OfficeHours, PhoneEntry

KEPT_SECONDS = 60.0
# Names in the shipped scenarios' phone lists → the kind whose department answers there.
_DEPARTMENTS = {"roads": "road", "parks": "park", "rivers": "river"}

_kept: dict[int, tuple[float, Context]] = {}


def context(language: str = "ja") -> Context:
    town_id, now = current_town_id(), time.monotonic()
    kept = _kept.get(town_id)
    if kept is None or kept[0] <= now:
        kept = _kept[town_id] = (now + KEPT_SECONDS, _build())
    return kept[1].model_copy(update={"language": language})


def forget() -> None:
    _kept.clear()


def _build() -> Context:
    hours = office_hours()
    areas = list(Area.objects.in_order())
    return Context(
        office_hours=OfficeHours(opens=hours.opens, closes=hours.closes),
        holidays=_holidays() | hours.closed_days,
        area_names={area.code: area.name for area in areas},
        directory=_directory(areas),
    )


def _holidays() -> frozenset[date]:
    """Of the days around now: no scenario looks further."""
    today = timezone.localdate()
    days = (today + timedelta(days=number) for number in range(-3, 15))
    return frozenset(day for day in days if is_holiday(day))


def _directory(areas: list[Area]) -> dict[str, PhoneEntry]:
    """Each department's own number where the area's has one, else the switchboard."""
    found: dict[str, PhoneEntry] = {}
    kinds = {kind.key: kind for kind in ReportKind.objects.active()}
    for name, key in _DEPARTMENTS.items():
        if (kind := kinds.get(key)) is None:
            continue
        for suffix, where in [("", []), *[(f"@{area.code}", [area]) for area in areas]]:
            department = department_for(kind, where)
            if department is not None and department.phone:
                entry = PhoneEntry(name=department.name, number=department.phone)
                found[f"{name}{suffix}"] = entry
    if phone := current_town().phone:
        found["town"] = PhoneEntry(name=current_town().name, number=phone)
    duty = next((kind.duty_phone for kind in kinds.values() if kind.duty_phone), phone)
    if duty:
        found["night"] = PhoneEntry(name=_("夜間・休日の窓口"), number=duty)
    return found
