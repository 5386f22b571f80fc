# SPDX-License-Identifier: Apache-2.0
"""What the town knows and the definition does not: hours, holidays, areas, phone numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from kairan.lib.workdays import is_holiday

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TOWN_ENTRY = "town"


class OfficeHours(BaseModel):
    """When the town hall answers the phone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opens: time = time(8, 30)
    closes: time = time(17, 15)
    days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")


class PhoneEntry(BaseModel):
    """One line of the town's phone list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    number: str


class Context(BaseModel):
    """Given by the caller at the start and, fresh, at each step when it likes.

    `directory`: phone list by key; a key may be narrowed to an area as "roads@43101".
    The entry "town" is the switchboard, shown when a resident is stuck.
    `area_names`: area code → name, as far as definitions or summaries need them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str = "ja"
    timezone: str = "Asia/Tokyo"
    office_hours: OfficeHours = OfficeHours()
    holidays: frozenset[date] = frozenset()
    area_names: dict[str, str] = {}
    directory: dict[str, PhoneEntry] = {}

    def local(self, now: datetime) -> datetime:
        """`now` (aware) on the town's clock."""
        return now.astimezone(zone(self.timezone))

    def is_office_open(self, local_now: datetime) -> bool:
        hours = self.office_hours
        if local_now.date() in self.holidays or WEEKDAYS[local_now.weekday()] not in hours.days:
            return False
        return hours.opens <= local_now.time() < hours.closes

    def phone(self, key: str, areas: Iterable[str] = ()) -> PhoneEntry | None:
        """The entry `key`, of the first of `areas` that has its own; None when there is none."""
        for area in areas:
            if entry := self.directory.get(f"{key}@{area}"):
                return entry
        return self.directory.get(key)


@lru_cache(maxsize=16)
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def holidays_around(day: date, closed_days: Iterable[date] = ()) -> frozenset[date]:
    """Of the day before, the day and the day after, those that are holidays: all a step needs."""
    near = {day + timedelta(days=offset) for offset in (-1, 0, 1)}
    return frozenset(d for d in near if is_holiday(d)) | (near & frozenset(closed_days))
