# SPDX-License-Identifier: Apache-2.0
"""Days and hours in which a town hall is open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from jpholiday import JPHoliday

_NATIONAL = JPHoliday()


@lru_cache(maxsize=4096)
def is_holiday(day: date) -> bool:
    """National holidays, and 29 December to 3 January (地方自治法4条の2)."""
    if (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return True
    return bool(_NATIONAL.is_holiday(day))


@dataclass(frozen=True)
class OfficeHours:
    """Local times; ``closed_days`` are the town's own days off beside weekends and holidays."""

    opens: time = time(8, 30)
    closes: time = time(17, 15)
    closed_days: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and not is_holiday(day) and day not in self.closed_days

    def is_open(self, at: datetime) -> bool:
        """``at`` in the town's own time zone."""
        return self.is_working_day(at.date()) and self.opens <= at.time() < self.closes

    def next_opening(self, after: datetime) -> datetime:
        """The first opening later than ``after``, in the same time zone."""
        day = after.date() if after.time() < self.opens else after.date() + timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return datetime.combine(day, self.opens, tzinfo=after.tzinfo)


def add_days(
    start: date, days: int, *, working: bool, closed_days: Collection[date] = frozenset()
) -> date:
    """``days`` after ``start``: calendar days, or only those on which the town hall is open."""
    if not working:
        return start + timedelta(days=days)
    hours = OfficeHours(closed_days=frozenset(closed_days))
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= hours.is_working_day(day)
    return day
