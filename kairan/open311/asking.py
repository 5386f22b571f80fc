# SPDX-License-Identifier: Apache-2.0
"""GET requests: which reports are wanted. Everything optional; empty is as good as not given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.open311.errors import missing, wrong
from kairan.open311.moments import read_moment
from kairan.reports.models import ReportKind

SPAN = timedelta(days=90)
MOST = 1_000
LAST_PAGE = 10_000
OPEN_STATE, CLOSED_STATE = "open", "closed"
_WHOLE = re.compile(r"\d{1,6}")
_SEPARATORS = re.compile(r"[,\s]+")


@dataclass(frozen=True)
class Wanted:
    """``ids`` leave everything else aside, as the specification says."""

    ids: tuple[str, ...] = ()
    kinds: tuple[int, ...] = ()
    states: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    page: int = 1
    page_size: int = MOST

    @property
    def first(self) -> int:
        return (self.page - 1) * self.page_size


def read_wanted(asked: QueryDict) -> Wanted:
    """Raises ``Refused``."""
    if ids := _list(asked, "service_request_id"):
        if len(ids) > MOST:
            words = _("service_request_id は{most}件までです（{count}件ありました）。")
            raise wrong(words.format(most=MOST, count=len(ids)))
        return Wanted(ids=tuple(dict.fromkeys(ids)))
    since, until = _span(asked)
    return Wanted(
        kinds=_kinds(_list(asked, "service_code")),
        states=_states(_list(asked, "status")),
        since=since,
        until=until,
        page=_number(asked, "page", 1, LAST_PAGE),
        page_size=_number(asked, "page_size", MOST, MOST),
    )


def _list(asked: QueryDict, name: str) -> list[str]:
    """Declared several times, separated by commas, or both."""
    return [
        part for value in asked.getlist(name) for part in _SEPARATORS.split(value.strip()) if part
    ]


def _kinds(codes: list[str]) -> tuple[int, ...]:
    """Also those that are taken no more: their requests are still there."""
    if not codes:
        return ()
    known = dict(ReportKind.objects.filter(key__in=codes).values_list("key", "pk"))
    for code in codes:
        if code not in known:
            raise missing(_("service_code「{code}」はありません。").format(code=code[:60]))
    return tuple(known.values())


def _states(given: list[str]) -> frozenset[str]:
    for state in given:
        if state not in {OPEN_STATE, CLOSED_STATE}:
            raise wrong(_("status は open か closed です。"))
    return frozenset(given)


def _span(asked: QueryDict) -> tuple[datetime, datetime]:
    """Ninety days at most; where one end is not given, ninety days from the other."""
    first, last = (asked.get(name, "").strip() for name in ("start_date", "end_date"))
    since = read_moment("start_date", first) if first else None
    until = read_moment("end_date", last) if last else None
    if since and until:
        if until < since:
            raise wrong(_("end_date が start_date より前です。"))
        if until - since > SPAN:
            raise wrong(_("start_date から end_date までは90日以内にしてください。"))
        return since, until
    try:
        if since:
            return since, since + SPAN
        end = until or timezone.now()
        return end - SPAN, end
    except OverflowError as error:
        raise wrong(_("そのような日時はありません。")) from error


def _number(asked: QueryDict, name: str, default: int, most: int) -> int:
    written = asked.get(name, "").strip()
    if not written:
        return default
    if not _WHOLE.fullmatch(written) or not 1 <= int(written) <= most:
        raise wrong(_("{name} は 1 から {most} までの数です。").format(name=name, most=most))
    return int(written)
