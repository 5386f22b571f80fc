# SPDX-License-Identifier: Apache-2.0
"""Moments in the words of a Japanese office: 令和8年7月1日（水）14:05, 3分前."""

from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

REIWA_BEGINS: Final = date(2019, 5, 1)
HEISEI_BEGINS: Final = date(1989, 1, 8)
SHOWA_BEGINS: Final = date(1926, 12, 25)


def era_year(day: date) -> str:
    """令和8年, 令和元年; the western year before 昭和."""
    for name, begins in (
        (_("令和"), REIWA_BEGINS),
        (_("平成"), HEISEI_BEGINS),
        (_("昭和"), SHOWA_BEGINS),
    ):
        if day >= begins:
            count = day.year - begins.year + 1
            return _("%(era)s%(year)s年") % {"era": name, "year": _("元") if count == 1 else count}
    return _("%(year)s年") % {"year": day.year}


_WEEKDAYS = [
    gettext_noop("月"),
    gettext_noop("火"),
    gettext_noop("水"),
    gettext_noop("木"),
    gettext_noop("金"),
    gettext_noop("土"),
    gettext_noop("日"),
]


def weekday(day: date) -> str:
    """月 … 日."""
    return _(_WEEKDAYS[day.weekday()])


def month_and_day(day: date) -> str:
    """7月1日（水）."""
    words = {"month": day.month, "day": day.day, "weekday": weekday(day)}
    return _("%(month)s月%(day)s日（%(weekday)s）") % words


def full_date(day: date) -> str:
    """令和8年（2026年）7月1日（水）: both ways of counting years."""
    both = _("%(era)s（%(year)s年）") % {"era": era_year(day), "year": day.year}
    return both + month_and_day(day)


def short_date(day: date, *, today: date) -> str:
    """7月1日（水）; with the era's year when it is not this year."""
    return month_and_day(day) if day.year == today.year else era_year(day) + month_and_day(day)


def day_in_table(day: date, *, today: date) -> str:
    """7/1（水）; R6/7/1（月） when it is not this year: for the columns of a table."""
    words = f"{day.month}/{day.day}" + _("（%(weekday)s）") % {"weekday": weekday(day)}
    return words if day.year == today.year else f"{era_letter(day)}/{words}"


def era_letter(day: date) -> str:
    """R8, H31, S64; the western year before 昭和."""
    for letter, begins in (("R", REIWA_BEGINS), ("H", HEISEI_BEGINS), ("S", SHOWA_BEGINS)):
        if day >= begins:
            return f"{letter}{day.year - begins.year + 1}"
    return str(day.year)


def clock_time(moment: datetime) -> str:
    """14:05."""
    return f"{moment.hour}:{moment.minute:02}"


def ago(moment: datetime, *, now: datetime) -> str:
    """3分前, 2時間前, 昨日, 5日前, あと3日; empty beyond 30 days either way."""
    seconds = (now - moment).total_seconds()
    days = (local(now).date() - local(moment).date()).days
    if abs(days) > 30:
        return ""
    return _past(seconds, days) if seconds >= 0 else _future(-seconds, -days)


def _past(seconds: float, days: int) -> str:
    if seconds < 60:
        return _("たった今")
    if seconds < 3600:
        minutes = int(seconds // 60)
        return ngettext("%(n)s分前", "%(n)s分前", minutes) % {"n": minutes}
    if days == 0 or seconds < 6 * 3600:
        hours = int(seconds // 3600)
        return ngettext("%(n)s時間前", "%(n)s時間前", hours) % {"n": hours}
    if days == 1:
        return _("昨日")
    return ngettext("%(n)s日前", "%(n)s日前", days) % {"n": days}


def _future(seconds: float, days: int) -> str:
    if seconds < 3600:
        minutes = max(1, int(seconds // 60))
        return ngettext("あと%(n)s分", "あと%(n)s分", minutes) % {"n": minutes}
    if days == 0:
        hours = int(seconds // 3600)
        return ngettext("あと%(n)s時間", "あと%(n)s時間", hours) % {"n": hours}
    if days == 1:
        return _("明日")
    return ngettext("あと%(n)s日", "あと%(n)s日", days) % {"n": days}


def ago_in_days(day: date, *, today: date) -> str:
    """今日, 昨日, 3日前, あと5日; empty beyond 30 days either way."""
    if day == today:
        return _("今日")
    days = (today - day).days
    if abs(days) > 30:
        return ""
    seconds = timedelta(days=abs(days)).total_seconds()
    return _past(seconds, days) if days > 0 else _future(seconds, -days)


def local(moment: datetime) -> datetime:
    """The moment on the town's clock; a naive one is taken to be on it already."""
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment
