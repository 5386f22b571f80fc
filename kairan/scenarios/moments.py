# SPDX-License-Identifier: Apache-2.0
"""Dates and times as residents type them, and the bounds of a question about them.

Everything is on the town's clock, naive. Values are written as LINE writes them:
2026-08-01, 02:00, 2026-08-01T02:00. A typed day without a time is a fair answer to a question
about both: who came home to a broken fence does not know the hour.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Literal

from kairan.scenarios.words import clean

Mode = Literal["date", "time", "datetime"]
Moment = date | time | datetime

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_DAY_WORDS = {
    "一昨日": 2, "おととい": 2, "昨日": 1, "きのう": 1, "昨夜": 1, "昨晩": 1, "ゆうべ": 1,
    "yesterday": 1,
    "今日": 0, "本日": 0, "きょう": 0, "今朝": 0, "けさ": 0, "今夜": 0, "today": 0,
    "明日": -1, "あした": -1, "tomorrow": -1,
}  # fmt: skip
_NOW_WORDS = ("たった今", "今さっき", "さっき", "いま", "今", "just now", "now")
_FULL_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
_REIWA_DATE = re.compile(
    r"(?:令和|r)\s*(\d{1,2}|元)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?"
)
_SHORT_DATE = re.compile(r"(?<!\d)(\d{1,2})\s*[/月]\s*(\d{1,2})日?(?!\d)")
_DAYS_AGO = re.compile(r"(\d{1,3})\s*(?:日前|days? ago)")
_HOURS_AGO = re.compile(r"(\d{1,2})\s*(?:時間前|hours? ago)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)")
_SPOKEN = re.compile(r"(\d{1,2})\s*時\s*(?:(\d{1,2})\s*分|(半))?")
_ENGLISH = re.compile(r"(?<!\d)(\d{1,2})(?::(\d{2}))?\s*([ap])\.?m")
_AFTERNOON = re.compile(r"午後|夕方|夜|晩|昼過ぎ|pm")
_MORNING = re.compile(r"午前|朝|未明|深夜|明け方|早朝|am")


def parse_exact(value: str, mode: Mode) -> Moment | None:
    """What a picker gave, or a stored value."""
    try:
        if mode == "time":
            return time.fromisoformat(value).replace(second=0, microsecond=0, tzinfo=None)
        if mode == "date" or len(value) == 10:
            return date.fromisoformat(value)
        return datetime.fromisoformat(value).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def parse_typed(text: str, mode: Mode, now: datetime, *, past: bool) -> Moment | None:
    """What a resident meant. `past`: of two possible days, the one not after `now`."""
    said = unicodedata.normalize("NFKC", clean(text)).casefold()
    if (exact := parse_exact(said.strip().upper(), mode)) is not None:
        return exact
    if mode != "time" and (ago := _HOURS_AGO.search(said)):
        moment = now - timedelta(hours=int(ago[1]))
        return moment if mode == "datetime" else moment.date()
    day, rest = _day(said, now.date(), past=past)
    hour = _hour(rest)
    if day is None and hour is None:
        return _now(said, mode, now)
    return _together(day, hour, mode, now, past=past)


def _together(
    day: date | None, hour: time | None, mode: Mode, now: datetime, *, past: bool
) -> Moment | None:
    if mode == "date":
        return day
    if mode == "time":
        return hour
    if day is None and hour is not None:
        moment = datetime.combine(now.date(), hour)
        return moment - timedelta(days=1) if past and moment > now else moment
    return datetime.combine(day, hour) if day and hour else day


def _now(said: str, mode: Mode, now: datetime) -> Moment | None:
    if said.strip("。. 、ごろ頃ですの") not in _NOW_WORDS:
        return None
    return _cast(now, mode)


def _cast(moment: datetime, mode: Mode) -> Moment:
    if mode == "datetime":
        return moment
    return moment.date() if mode == "date" else moment.time()


def _day(said: str, today: date, *, past: bool) -> tuple[date | None, str]:
    """The day named, and the text without it."""
    for pattern, read in (
        (_REIWA_DATE, _reiwa), (_FULL_DATE, _full), (_DAYS_AGO, _days_ago), (_SHORT_DATE, _short),
    ):  # fmt: skip
        if found := pattern.search(said):
            rest = said[: found.start()] + " " + said[found.end() :]
            return read(found, today, past), rest
    for word, days in _DAY_WORDS.items():
        if word in said:
            return today - timedelta(days=days), said
    return None, said


def _make_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _reiwa(found: re.Match[str], _today: date, _past: bool) -> date | None:
    year = 1 if found[1] == "元" else int(found[1])
    return _make_date(2018 + year, int(found[2]), int(found[3]))


def _full(found: re.Match[str], _today: date, _past: bool) -> date | None:
    return _make_date(int(found[1]), int(found[2]), int(found[3]))


def _days_ago(found: re.Match[str], today: date, _past: bool) -> date | None:
    return today - timedelta(days=int(found[1]))


def _short(found: re.Match[str], today: date, past: bool) -> date | None:
    month, day = int(found[1]), int(found[2])
    near = _make_date(today.year, month, day)
    if past and near is not None and near > today:
        return _make_date(today.year - 1, month, day)
    return near


def _hour(said: str) -> time | None:
    if found := _ENGLISH.search(said):
        return _make_time(int(found[1]) % 12 + (12 if found[3] == "p" else 0), int(found[2] or 0))
    if found := _CLOCK.search(said):
        return _make_time(_of_half(int(found[1]), said), int(found[2]))
    if found := _SPOKEN.search(said):
        minute = 30 if found[3] else int(found[2] or 0)
        return _make_time(_of_half(int(found[1]), said), minute)
    if "正午" in said:
        return time(12)
    return None


def _of_half(hour: int, said: str) -> int:
    """午後3時 → 15; 夜1時 stays 1, since nobody means 13 o'clock by night."""
    if _AFTERNOON.search(said) and not _MORNING.search(said) and hour < 12:
        return hour if hour < 4 and re.search("夜|晩", said) else hour + 12
    return hour


def _make_time(hour: int, minute: int) -> time | None:
    return time(hour % 24, minute) if hour <= 24 and minute < 60 else None


def bound(written: str | None, mode: Mode, now: datetime) -> Moment | None:
    """ "now", "today", "-30d", "+2h" or a fixed moment, for a question of `mode`."""
    if written is None:
        return None
    if written in ("now", "today"):
        moment = now
    elif written[0] in "+-":
        moment = _shifted(now, written)
    else:
        return _fixed(written, mode)
    return _cast(moment.replace(second=0, microsecond=0), mode)


def _shifted(now: datetime, written: str) -> datetime:
    try:
        return now + timedelta(**{_UNITS[written[-1]]: int(written[:-1])})
    except OverflowError:
        return now


def _fixed(written: str, mode: Mode) -> Moment | None:
    moment = parse_exact(written, mode)
    if isinstance(moment, datetime) and mode == "date":
        return moment.date()
    return moment


def is_before(one: Moment, other: Moment) -> bool:
    """Whether `one` is surely earlier; a day without a time is compared by the day."""
    if isinstance(one, time) or isinstance(other, time):
        return isinstance(one, time) and isinstance(other, time) and one < other
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return _as_day(one) < _as_day(other)


def _as_day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def written(moment: Moment) -> str:
    """As stored and as LINE's picker wants it, to the minute."""
    if isinstance(moment, datetime | time):
        return moment.replace(tzinfo=None).isoformat(timespec="minutes")
    return moment.isoformat()


def shown(value: str, language: str) -> str:
    """A stored value for people: 8月1日(土) 2:00."""
    if not language.startswith("ja"):
        return value.replace("T", " ")
    if len(value) == 5:
        return f"{int(value[:2])}:{value[3:]}"
    day = date.fromisoformat(value[:10])
    text = f"{day.year}年{day.month}月{day.day}日({'月火水木金土日'[day.weekday()]})"
    return f"{text} {int(value[11:13])}:{value[14:16]}" if len(value) > 10 else text
