# SPDX-License-Identifier: Apache-2.0
"""Lists, counts and the map, fast among a million cases.

Under row-level security the planner uses an index only for comparisons that leak nothing: equality,
order and ranges do, text search does not (see ``search``). So ids come first, read from an index
alone, and rows second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from kairan.lib.geodesy import Box
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports import search, walking
from kairan.reports.access import visible_cases
from kairan.reports.filters import CaseFilter, inside, tiles_of
from kairan.reports.models import Case, CaseQuerySet, CaseTag, Report, ReportPhoto
from kairan.reports.workflow import Status

PAGE_SIZE = 50
MAX_POINTS = 500
MAX_COUNT = 1_000
# A walk down the list looks through this many first, then through four times as many, and so on.
_FIRST_STRIDE = 3_000
# Walking on is better than asking the index where so many strides would find enough.
_STRIDES_AHEAD = 6
# How far down a walk for the map goes where its window has next to nothing in it.
_MAX_WALK = 60_000
# What a row of a list says of a case.
_SHOWN = ("kind", "department", "assignee", "area", "defect_kind", "handed_from")


@dataclass(frozen=True)
class Cursor:
    """The last row of a page: the next one begins below it."""

    opened_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.opened_at.timestamp():.6f}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        stamp, _, pk = text.partition("_")
        try:
            at = datetime.fromtimestamp(float(stamp), tz=timezone.get_current_timezone())
            return cls(at, int(pk[:18]))
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True)
class CasePage:
    rows: Sequence[Case]
    next: Cursor | None


@dataclass(frozen=True)
class StatusCount:
    """``count`` stops at ``MAX_COUNT`` + 1, and ``is_capped`` says so."""

    status: Status
    count: int

    @property
    def is_capped(self) -> bool:
        return self.count > MAX_COUNT

    @property
    def words(self) -> str:
        return f"{MAX_COUNT:,}+" if self.is_capped else f"{self.count:,}"


def case_page(person: Person, chosen: CaseFilter, after: Cursor | None = None) -> CasePage:
    """The newest fifty, or the fifty below ``after``, with all that a row shows."""
    keys = _newest(person, chosen, after, PAGE_SIZE + 1)
    rows = in_rows(keys[:PAGE_SIZE])
    last = rows[-1] if len(keys) > PAGE_SIZE and rows else None
    return CasePage(rows, Cursor(last.opened_at, last.pk) if last else None)


def in_rows(keys: Sequence[int]) -> list[Case]:
    """Cases by id as rows of a list, newest first: four queries."""
    photos = ReportPhoto.objects.select_related("stored").order_by("id")
    reports = Report.objects.only("id", "case_id").order_by("id")
    return list(
        Case.objects.filter(pk__in=keys)
        .defer("search_text")
        .select_related(*_SHOWN)
        .prefetch_related(
            Prefetch("reports", reports), Prefetch("reports__photos", photos), _with_tags()
        )
        .newest_first()
    )


def _with_tags() -> Prefetch[str]:
    return Prefetch("tagged", CaseTag.objects.select_related("tag").order_by("tag__name"))


def in_batches(person: Person, chosen: CaseFilter, size: int = 1_000) -> Iterator[list[Case]]:
    """All that fit and the person may export, newest first, never more than ``size`` in memory."""
    after: Cursor | None = None
    while keys := _newest(person, chosen, after, size, Permission.EXPORT_CASES):
        batch = list(
            Case.objects.filter(pk__in=keys)
            .defer("search_text")
            .select_related(*_SHOWN)
            .prefetch_related(Prefetch("reports", Report.objects.order_by("id")), _with_tags())
            .newest_first()
        )
        yield batch
        if len(keys) < size or not batch:
            return
        after = Cursor(batch[-1].opened_at, batch[-1].pk)


def matching_keys(person: Person, chosen: CaseFilter, most: int) -> list[int]:
    """Ids of the newest that fit and that the person may handle."""
    return _newest(person, chosen, None, most, Permission.HANDLE_CASES)


def status_counts(person: Person, chosen: CaseFilter) -> list[StatusCount]:
    """How many of each status, under all other filters; counted up to the cap."""
    anything = chosen.any_status()
    if chosen.words:
        return _word_counts(person, anything)
    found = visible_cases(person).filter(anything.condition())
    parts: list[str] = []
    params: list[Any] = []
    for status in Status:
        rows = found.filter(status=status).values("pk")[: MAX_COUNT + 1]
        try:
            sql, given = rows.query.sql_with_params()
        except EmptyResultSet:  # a person without any department
            return [StatusCount(status, 0) for status in Status]
        # Both parts are ours: an enum's value, and SQL that Django wrote for the parameters.
        parts.append(f"SELECT '{status.value}', (SELECT count(*) FROM ({sql}) AS part)")  # noqa: S608
        params += list(given)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        counted = dict(cursor.fetchall())
    return [StatusCount(status, counted[status.value]) for status in Status]


def map_points(person: Person, chosen: CaseFilter, box: Box | None = None) -> list[Case]:
    """The newest 500 in the map's window (without one: anywhere), with kind."""
    keys = _in_window(person, chosen, box) if box else _newest(person, chosen, None, MAX_POINTS)
    return list(
        Case.objects.filter(pk__in=keys, longitude__isnull=False)
        .only("id", "number", "title", "status", "due_on", "longitude", "latitude", "kind__name")
        .select_related("kind")
        .newest_first()
    )


def _newest(
    person: Person,
    chosen: CaseFilter,
    after: Cursor | None,
    most: int,
    permission: Permission = Permission.SEE_CASES,
) -> list[int]:
    """Ids of the newest cases that fit, below ``after``."""
    found = _below(visible_cases(person, permission).filter(chosen.condition()), after)
    if not chosen.words and chosen.is_broad:
        within = _below(Case.objects.filter(chosen.bounds()), after)
        return walking.newest(within, found, most)
    if not chosen.words:
        return list(found.newest_first().values_list("id", flat=True)[:most])
    # A common word is found soon at the top of the list; a rare one has few places in the index.
    keys, rest = _stride(found, chosen.words, most, max(_FIRST_STRIDE, most))
    if len(keys) == most or rest is None:
        return keys
    if len(keys) * _STRIDES_AHEAD < most:
        candidates = search.matching(chosen.words, chosen.marks())
        if len(candidates) <= search.MOST_MATCHES:
            rows = _holding(found.filter(pk__in=candidates), chosen.words).newest_first()
            return list(rows.values_list("id", flat=True)[:most])
    return keys + _walk(_below(found, rest), Q(), chosen.words, most - len(keys))


def _stride(
    found: CaseQuerySet, words: Sequence[str], most: int, length: int, more: Q | None = None
) -> tuple[list[int], Cursor | None]:
    """What holds the words among the newest ``length``, and where to go on, if more is wanted."""
    top = found.newest_first().values("pk")[:length]
    fitting = _holding(Case.objects.filter(more or Q(), pk__in=top), words).newest_first()
    held = list(fitting.values_list("id", flat=True)[:most])
    if len(held) == most:
        return held, None
    last = list(found.newest_first().values_list("opened_at", "id")[length - 1 : length])
    return held, Cursor(*last[0]) if last else None


def _walk(found: CaseQuerySet, more: Q, words: Sequence[str], most: int, end: int = 0) -> list[int]:
    """Down the list in growing strides until enough hold the words and fulfil ``more``.

    In strides, because the planner, which cannot know how many do, would sort them all.
    ``end``: how many rows to look through at most; 0 for all.
    """
    keys: list[int] = []
    after: Cursor | None = None
    seen, length = 0, _FIRST_STRIDE
    while not end or seen < end:
        held, after = _stride(_below(found, after), words, most - len(keys), length, more)
        keys += held
        if len(keys) >= most or after is None:
            break
        seen, length = seen + length, length * 4
    return keys


def _in_window(person: Person, chosen: CaseFilter, box: Box) -> list[int]:
    found = visible_cases(person).filter(chosen.condition())
    if tiles := tiles_of(box):
        found = found.filter(inside(box), tile__in=tiles)
        if not chosen.words:
            return list(found.newest_first().values_list("id", flat=True)[:MAX_POINTS])
    return _walk(found, inside(box), chosen.words, MAX_POINTS, _MAX_WALK)


def _holding(cases: CaseQuerySet, words: Sequence[str]) -> CaseQuerySet:
    for word in words:
        cases = cases.filter(search_text__contains=word)
    return cases


def _word_counts(person: Person, chosen: CaseFilter) -> list[StatusCount]:
    """Exact for words that are not common; of common ones the index tells whether many fit."""
    candidates = search.matching(chosen.words, chosen.marks())
    if len(candidates) <= search.MOST_MATCHES:
        counted = _counted(person, chosen, candidates)
        return [StatusCount(status, counted.get(status, 0)) for status in Status]
    return [_common_count(person, chosen.with_status(status), status) for status in Status]


def _common_count(person: Person, chosen: CaseFilter, status: Status) -> StatusCount:
    candidates = search.matching(chosen.words, chosen.marks(), most=MAX_COUNT + 1)
    if len(candidates) > MAX_COUNT:
        return StatusCount(status, len(candidates))
    return StatusCount(status, _counted(person, chosen, candidates).get(status, 0))


def _counted(person: Person, chosen: CaseFilter, candidates: Sequence[int]) -> dict[str, int]:
    rows = visible_cases(person).filter(chosen.condition(), pk__in=candidates)
    by_status = _holding(rows, chosen.words).order_by().values_list("status")
    return dict(by_status.annotate(count=Count("id")))


def _below(found: CaseQuerySet, after: Cursor | None) -> CaseQuerySet:
    if after is None:
        return found
    same_moment = Q(opened_at=after.opened_at, pk__lt=after.pk)
    return found.filter(opened_at__lte=after.opened_at).filter(
        Q(opened_at__lt=after.opened_at) | same_moment
    )
