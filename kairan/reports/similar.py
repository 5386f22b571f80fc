# SPDX-License-Identifier: Apache-2.0
"""Open cases that may be the same thing: of the kind, near and recent. One source for the
resident's question while a report comes in, for the clerk on the phone, and for the case's page.

How near and how recent is the kind's own (``join_distance_m``, ``join_days``). The squares of the
map (``Case.tile``) make it quick: an index gives the recent cases of one to four of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kairan.files.models import StoredFile
from kairan.lib.geodesy import box_around, distance
from kairan.people.models import Person
from kairan.reports.access import visible_cases
from kairan.reports.filters import inside, tiles_of
from kairan.reports.models import Case, CaseQuerySet, ReportKind
from kairan.reports.workflow import Status
from kairan.scenarios.outcome import Outcome

# For staff: whatever is open so near, of any kind and age.
NEARBY_METRES = 200.0
MAX_NEARBY = 8
# The newest of the neighbourhood are measured, in a place where there are very many.
_MAX_MEASURED = 500


@dataclass(frozen=True)
class Similar:
    """A case, and how far and how long ago it is from what is being reported.

    ``words`` are for everybody; the case itself (title, number, texts) is for staff alone.
    """

    case: Case
    metres: int
    days: int
    same_kind: bool = True

    @property
    def words(self) -> str:
        """「約40m、3日前、対応中」: nothing that anybody wrote."""
        return _("{distance}、{when}、{status}").format(
            distance=self.distance_words, when=self.age_words, status=self.status_words
        )

    @property
    def distance_words(self) -> str:
        if self.metres < 10:
            return _("10m以内")
        return _("約{metres}m").format(metres=round(self.metres, -1))

    @property
    def age_words(self) -> str:
        if self.days == 0:
            return _("今日")
        return ngettext("{days}日前", "{days}日前", self.days).format(days=self.days)

    @property
    def status_words(self) -> str:
        return str(Status(self.case.status).label)


def similar_cases(
    *,
    kind_id: int,
    longitude: float | None,
    latitude: float | None,
    at: datetime | None = None,
    limit: int = 5,
) -> list[Similar]:
    """Open cases of the kind that may be the same thing, the nearest first.

    Of every department: for residents, who are shown ``words`` alone. ``at``: when it is being
    reported, by default now. Empty without a position, or where the kind is never asked about.
    """
    kind = ReportKind.objects.filter(pk=kind_id).first()
    if kind is None or not kind.join_distance_m or longitude is None or latitude is None:
        return []
    moment = at or timezone.now()
    recent = Case.objects.filter(
        kind=kind,
        opened_at__gte=moment - timedelta(days=kind.join_days),
        opened_at__lte=moment,
    )
    found = _measured(recent, (longitude, latitude), float(kind.join_distance_m), moment)
    return sorted(found, key=lambda one: (one.metres, one.days))[:limit]


def joinable(
    *, case_id: int, kind_id: int, longitude: float | None, latitude: float | None
) -> Case | None:
    """The case if it can still be joined from there: what a browser or a phone names is only a
    wish. None when it is closed by now, too far, or was never offered."""
    near = similar_cases(kind_id=kind_id, longitude=longitude, latitude=latitude, limit=50)
    return next((one.case for one in near if one.case.pk == case_id), None)


def place_of(outcome: Outcome) -> tuple[float, float] | None:
    """Longitude and latitude of what is being reported: as it was said, else as a photo has it."""
    place = outcome.position
    if place is not None and place.lon is not None and place.lat is not None:
        return place.lon, place.lat
    stored = StoredFile.objects.filter(key__in=outcome.photos).order_by("id")
    return next((photo.position for photo in stored if photo.position is not None), None)


def nearby_cases(person: Person, case: Case) -> list[Similar]:
    """Open cases within 200 m that the person may see: of the same kind first, then the nearest."""
    if case.longitude is None or case.latitude is None:
        return []
    others = visible_cases(person).exclude(pk=case.pk)
    found = _measured(
        others, (case.longitude, case.latitude), NEARBY_METRES, timezone.now(), case.kind_id
    )
    return sorted(found, key=lambda one: (not one.same_kind, one.metres))[:MAX_NEARBY]


def _measured(
    cases: CaseQuerySet,
    here: tuple[float, float],
    metres: float,
    moment: datetime,
    kind_id: int | None = None,
) -> list[Similar]:
    box = box_around(*here, metres)
    around = (
        cases.open()
        .filter(inside(box), tile__in=tiles_of(box) or [])
        .defer("search_text")
        .select_related("kind")
        .newest_first()[:_MAX_MEASURED]
    )
    today = timezone.localdate(moment)
    return [
        Similar(
            other,
            round(far),
            max((today - timezone.localdate(other.opened_at)).days, 0),
            kind_id is None or other.kind_id == kind_id,
        )
        for other in around
        if (far := distance(here, _place(other))) <= metres
    ]


def _place(case: Case) -> tuple[float, float]:
    return case.longitude or 0.0, case.latitude or 0.0
