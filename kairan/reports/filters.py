# SPDX-License-Identifier: Apache-2.0
"""Which cases a list shows: the filters of its address, typed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Self

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from kairan.lib.folding import words
from kairan.lib.geodesy import Box, box_around
from kairan.people.models import Person
from kairan.reports import notices
from kairan.reports.models import CaseTag
from kairan.reports.models.cases import (
    TILES_PER_DEGREE,
    TILES_PER_ROW,
    Channel,
    Priority,
    tile_at,
)
from kairan.reports.workflow import OPEN, Status

# status= also takes these words.
OPEN_WORD, ALL_WORD = "open", "all"
ME, NOBODY = "me", "none"
MAX_RADIUS = 5_000.0
DEFAULT_RADIUS = 200.0
MAX_Q = 200
MAX_TILES = 64
MAX_SPAN_DAYS = 20 * 366
# Joined cases are closed as this one status; of the others an index need not be asked.
_NEVER_JOINED = {status.value for status in Status} - {Status.NO_ACTION.value}


@dataclass(frozen=True)
class Near:
    longitude: float
    latitude: float
    metres: float = DEFAULT_RADIUS

    @property
    def box(self) -> Box:
        return box_around(self.longitude, self.latitude, self.metres)


@dataclass(frozen=True)
class CaseFilter:
    """Every field empty: all cases. Whatever an address holds that is not understood is ignored."""

    q: str = ""
    statuses: tuple[str, ...] = ()
    kinds: tuple[int, ...] = ()
    areas: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    assignee: int | None = None
    unassigned: bool = False
    overdue: bool = False
    waiting: bool = False
    fresh: bool = False
    priorities: tuple[str, ...] = ()
    defects: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    to_confirm: bool = False
    handed_over: bool = False
    escalated: bool = False
    reopened: bool = False
    unanswered: bool = False
    # Monday 0; the hour of the day in the town's time; outside office hours.
    weekday: int | None = None
    hour: int | None = None
    outside: bool = False
    # Those alone that were joined into another case; without it, all but those.
    joined: bool = False
    since: date | None = None
    until: date | None = None
    near: Near | None = None
    today: date = field(default_factory=timezone.localdate)

    @classmethod
    def read(cls, given: QueryDict, person: Person) -> Self:
        """From the address. Without ``status`` open cases are meant, but a search looks in all."""
        q = given.get("q", "").strip()[:MAX_Q]
        joined = bool(given.get("joined"))
        who = given.get("assignee", "")
        return cls(
            q=q,
            statuses=() if joined else _statuses(given.getlist("status"), searching=bool(q)),
            kinds=_numbers(given.getlist("kind")),
            areas=_numbers(given.getlist("area")),
            departments=_numbers(given.getlist("department")),
            channels=tuple(c for c in given.getlist("channel") if c in Channel.values),
            assignee=person.pk if who == ME else next(iter(_numbers([who])), None),
            unassigned=who == NOBODY,
            overdue=given.get("due") == "overdue",
            waiting=bool(given.get("waiting")),
            fresh=bool(given.get("new")),
            priorities=_priorities(given.getlist("priority")),
            defects=_numbers(given.getlist("defect")),
            tags=_numbers(given.getlist("tag")),
            to_confirm=bool(given.get("confirm")),
            handed_over=bool(given.get("handed")),
            escalated=bool(given.get("escalated")),
            reopened=bool(given.get("reopened")),
            unanswered=bool(given.get("unanswered")),
            weekday=_number_below(given.get("weekday"), 7),
            hour=_number_below(given.get("hour"), 24),
            outside=bool(given.get("outside")),
            joined=joined,
            since=_day(given.get("since")),
            until=_day(given.get("until")),
            near=_near(given.get("near", "")),
        )

    @property
    def words(self) -> tuple[str, ...]:
        return words(self.q)

    def any_status(self) -> Self:
        return replace(self, statuses=())

    def with_status(self, status: Status) -> Self:
        return replace(self, statuses=(status.value,))

    def condition(self) -> Q:
        """Everything but the words, in terms that an index may answer under row-level security."""
        found = self._of_whom() & self._sorted_as() & self._in_time()
        if self.statuses:
            found &= Q(status__in=self.statuses)
        if self.joined or not set(self.statuses) <= _NEVER_JOINED or not self.statuses:
            found &= Q(joined_into__isnull=not self.joined)
        if self.near is not None:
            tiles = tiles_of(self.near.box)
            found &= inside(self.near.box) & (Q(tile__in=tiles) if tiles else Q())
        return found

    @property
    def is_broad(self) -> bool:
        """Whether only facets and times narrow a list that closed cases are in too: nothing that
        has a small index of its own, as open, waiting or urgent cases have."""
        own = (
            self.overdue, self.waiting, self.fresh, self.priorities, self.defects, self.tags,
            self.to_confirm, self.handed_over, self.escalated, self.joined, self.near,
        )  # fmt: skip
        only_open = bool(self.statuses) and set(self.statuses) <= set(OPEN)
        return not any(own) and not only_open

    def bounds(self) -> Q:
        """What the walk down a list can begin and end with, of a broad filter."""
        found = self._in_time()
        return found & Q(assignee=self.assignee) if self.assignee is not None else found

    def marks(self) -> list[list[tuple[str, object]]]:
        """The same as far as the search index knows it; see ``search.matching``."""
        chosen: list[tuple[str, tuple[str, ...] | tuple[int, ...]]] = [
            ("s", self.statuses),
            ("k", self.kinds),
            ("a", self.areas),
            ("d", self.departments),
            ("c", self.channels),
        ]
        return [[(name, value) for value in values] for name, values in chosen if values]

    def _of_whom(self) -> Q:
        found = Q()
        if self.kinds:
            found &= Q(kind__in=self.kinds)
        if self.areas:
            found &= Q(area__in=self.areas)
        if self.departments:
            known = Q(department__in=self.departments)
            found &= known | Q(department__isnull=True) if 0 in self.departments else known
        if self.channels:
            found &= Q(channel__in=self.channels)
        if self.assignee is not None:
            found &= Q(assignee=self.assignee)
        if self.unassigned:
            found &= Q(assignee__isnull=True)
        return found

    def _sorted_as(self) -> Q:
        found = Q()
        if self.priorities:
            found &= Q(priority__in=self.priorities)
        if self.defects:
            found &= Q(defect_kind__in=self.defects)
        if self.tags:
            found &= Q(pk__in=CaseTag.objects.filter(tag__in=self.tags).values("case"))
        for wanted, since in (
            (self.to_confirm, "confirm_since"),
            (self.handed_over, "handed_at"),
            (self.escalated, "escalated_at"),
        ):
            if wanted:
                found &= Q(**{f"{since}__isnull": False})
        return found

    def _in_time(self) -> Q:
        found = Q()
        if self.overdue:
            found &= Q(status__in=OPEN, due_on__lt=self.today)
        if self.waiting:
            found &= Q(waiting_since__isnull=False)
        if self.fresh:
            found &= Q(status__in=OPEN, viewed_at__isnull=True)
        if self.reopened:
            found &= Q(reopened_count__gt=0)
        if self.unanswered:
            found &= Q(first_answered_at__isnull=True)
        if self.weekday is not None:
            found &= Q(opened_at__iso_week_day=self.weekday + 1)
        if self.hour is not None:
            found &= Q(opened_at__hour=self.hour)
        if self.outside:
            found &= outside_hours(self.since, self.until or self.today)
        if self.since:
            found &= Q(opened_at__gte=_midnight(self.since))
        if self.until:
            found &= Q(opened_at__lt=_midnight(self.until + timedelta(days=1)))
        return found


def outside_hours(since: date | None, until: date) -> Q:
    """Opened while the town hall was closed; holidays only of the days from ``since`` on."""
    hours = notices.office_hours()
    first = max(since or until - timedelta(days=366), until - timedelta(days=MAX_SPAN_DAYS))
    days = (first + timedelta(days=n) for n in range((until - first).days + 1))
    closed = [day for day in days if day.weekday() < 5 and not hours.is_working_day(day)]
    return (
        Q(opened_at__iso_week_day__gte=6)
        | Q(opened_at__time__lt=hours.opens)
        | Q(opened_at__time__gte=hours.closes)
        | Q(opened_at__date__in=closed)
    )


def inside(box: Box) -> Q:
    return Q(
        latitude__range=(box.south, box.north),
        longitude__range=(box.west, box.east),
    )


def tiles_of(box: Box) -> list[int] | None:
    """The squares that touch the box, or None where there are too many to ask for by name."""
    west, south = max(box.west, -180.0), max(box.south, -90.0)
    east, north = min(box.east, 180.0), min(box.north, 90.0)
    if (east - west) * (north - south) * TILES_PER_DEGREE**2 > MAX_TILES or east < west:
        return None
    first, last = tile_at(west, south), tile_at(east, south)
    rows = (tile_at(west, north) - first) // TILES_PER_ROW
    tiles = [n + row * TILES_PER_ROW for row in range(rows + 1) for n in range(first, last + 1)]
    return tiles if len(tiles) <= 2 * MAX_TILES else None


def read_box(text: str) -> Box | None:
    """``west,south,east,north`` in degrees, or None."""
    numbers = _floats(text, 4)
    return Box(*numbers) if numbers else None


def _statuses(values: list[str], *, searching: bool) -> tuple[str, ...]:
    given = [word for value in values for word in value.split(",") if word]
    if ALL_WORD in given or (not given and searching):
        return ()
    chosen = [s for s in Status.values if s in given]
    if OPEN_WORD in given or not chosen:
        chosen += [s.value for s in OPEN if s not in chosen]
    return tuple(chosen)


def _priorities(values: list[str]) -> tuple[str, ...]:
    given = {word for value in values for word in value.split(",")}
    return tuple(value for value in Priority.values if value in given)


def _numbers(given: list[str]) -> tuple[int, ...]:
    short = (text for text in given if text.isascii() and text.isdigit() and len(text) <= 18)
    return tuple(dict.fromkeys(int(text) for text in short))


def _number_below(text: str | None, end: int) -> int | None:
    found = next(iter(_numbers([text or ""])), None)
    return found if found is not None and found < end else None


def _floats(text: str, count: int) -> tuple[float, ...]:
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        return ()
    fits = len(numbers) == count and all(abs(number) <= 100_000 for number in numbers)
    return numbers if fits else ()


def _near(text: str) -> Near | None:
    """``longitude,latitude`` or with metres behind."""
    numbers = _floats(text, 3) or _floats(text, 2)
    if not numbers or not (-180 <= numbers[0] <= 180 and -90 <= numbers[1] <= 90):
        return None
    metres = numbers[2] if len(numbers) == 3 else DEFAULT_RADIUS
    return Near(numbers[0], numbers[1], min(max(metres, 1.0), MAX_RADIUS))


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
