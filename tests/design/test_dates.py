# SPDX-License-Identifier: Apache-2.0
"""Days and moments in the words of an office."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kairan.design import dates

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 7, 1), "令和8年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2019, 4, 30), "平成31年"),
        (date(1989, 1, 8), "平成元年"),
        (date(1989, 1, 7), "昭和64年"),
        (date(1926, 12, 24), "1926年"),
    ],
)
def test_eras_change_on_their_day(day: date, words: str) -> None:
    assert dates.era_year(day) == words


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=20), "たった今"),
        (timedelta(minutes=59), "59分前"),
        (timedelta(hours=11), "11時間前"),
        (timedelta(hours=13), "昨日"),
        (timedelta(days=5), "5日前"),
        (timedelta(days=31), ""),
        (timedelta(minutes=-30), "あと30分"),
        (timedelta(hours=-3), "あと3時間"),
        (timedelta(hours=-13), "明日"),
        (timedelta(days=-9), "あと9日"),
    ],
)
def test_how_long_ago(age: timedelta, words: str) -> None:
    assert dates.ago(NOON - age, now=NOON) == words


def test_this_mornings_small_hours_are_not_yesterday() -> None:
    assert dates.ago(NOON.replace(hour=1), now=NOON) == "11時間前"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 7, 1), "今日"),
        (date(2026, 6, 30), "昨日"),
        (date(2026, 7, 2), "明日"),
        (date(2026, 6, 21), "10日前"),
        (date(2026, 9, 1), ""),
    ],
)
def test_days_from_today(day: date, words: str) -> None:
    assert dates.ago_in_days(day, today=NOON.date()) == words


def test_another_year_is_named() -> None:
    assert dates.short_date(date(2025, 3, 2), today=NOON.date()) == "令和7年3月2日（日）"
    assert dates.day_in_table(date(2025, 3, 2), today=NOON.date()) == "R7/3/2（日）"
