# SPDX-License-Identifier: Apache-2.0
"""Japanese fiscal years (年度): April to March, named by era."""

from __future__ import annotations

from datetime import date

# First day and letter of each era, newest first.
_ERAS = (
    (date(2019, 5, 1), "R"),
    (date(1989, 1, 8), "H"),
    (date(1926, 12, 25), "S"),
    (date(1912, 7, 30), "T"),
    (date(1868, 1, 25), "M"),
)


def fiscal_year(day: date) -> int:
    """The western year in which the day's fiscal year began."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_label(day: date) -> str:
    """``R8`` for 令和8年度. April 2019 was still H31; raises ``ValueError`` before 1868.

    The era is the one in force on the day, unless the fiscal year began before that era's first
    year: February 1989 lies in Heisei, but its fiscal year is S63.
    """
    year = fiscal_year(day)
    for first_day, letter in _ERAS:
        if day >= first_day and year >= first_day.year:
            return f"{letter}{year - first_day.year + 1}"
    raise ValueError(f"no era known for {day}")


def receipt_number(label: str, serial: int) -> str:
    """``R8-000123``; more than six digits simply grow."""
    return f"{label}-{serial:06d}"
