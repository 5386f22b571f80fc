# SPDX-License-Identifier: Apache-2.0
"""Fiscal years, working days, folded words, distances."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.lib.fiscal import fiscal_year_label
from kairan.lib.folding import fold, words
from kairan.lib.geodesy import box_around, distance
from kairan.lib.workdays import OfficeHours, add_days


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2026, 4, 1), "R8"),
        (date(2026, 3, 31), "R7"),
        (date(2020, 3, 31), "R1"),
        (date(2019, 5, 1), "R1"),
        (date(2019, 4, 30), "H31"),
        (date(1989, 4, 1), "H1"),
        (date(1989, 2, 1), "S63"),
        (date(1926, 12, 1), "T15"),
    ],
)
def test_fiscal_years_carry_the_name_of_their_era(day: date, label: str) -> None:
    assert fiscal_year_label(day) == label


def test_before_meiji_there_is_no_label() -> None:
    with pytest.raises(ValueError, match="no era"):
        fiscal_year_label(date(1800, 1, 1))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 24)),  # weekend and 勤労感謝の日 between
        (date(2026, 12, 28), 1, date(2027, 1, 4)),  # the turn of the year
        (date(2026, 5, 1), 1, date(2026, 5, 7)),  # 連休 with its substitute holiday
    ],
)
def test_working_days_leave_out_weekends_and_holidays(start: date, days: int, due: date) -> None:
    assert add_days(start, days, working=True) == due


def test_calendar_days_count_them_all() -> None:
    assert add_days(date(2026, 11, 20), 4, working=False) == date(2026, 11, 24)


def test_a_towns_own_day_off_is_no_working_day() -> None:
    hours = OfficeHours(closed_days=frozenset({date(2026, 11, 24)}))
    assert not hours.is_working_day(date(2026, 11, 24))
    assert hours.is_working_day(date(2026, 11, 25))


@pytest.mark.parametrize(
    ("one", "other"),
    [("ｶﾞｽ", "がす"), ("Ｒ８－０００１", "r8-0001"), ("１ー２−３", "1-2-3"), ("ABC　d", "abc d")],
)
def test_the_same_word_in_another_writing_folds_to_the_same(one: str, other: str) -> None:
    assert fold(one) == other


def test_a_long_vowel_is_no_hyphen() -> None:
    assert fold("カーブミラー") == "かーぶみらー"


@given(st.text())
def test_folding_any_text_leaves_something_the_database_keeps(text: str) -> None:
    folded = fold(text)
    assert "\x00" not in folded
    assert "  " not in folded
    assert words(text) == tuple(dict.fromkeys(folded.split()))


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    assert round(distance((130.7, 32.0), (130.7, 33.0)) / 1000) == 111


@given(st.floats(-179, 179), st.floats(-85, 85), st.floats(1, 5_000))
def test_a_box_holds_its_circle(longitude: float, latitude: float, metres: float) -> None:
    box = box_around(longitude, latitude, metres)
    for edge in ((box.west, latitude), (box.east, latitude)):
        assert distance((longitude, latitude), edge) >= metres * 0.999
    assert distance((longitude, latitude), (longitude, box.north)) >= metres * 0.999
