# SPDX-License-Identifier: Apache-2.0
"""Reports as anybody may see them: four queries, however many they are.

Nobody's words, name, photo or typed address stands in them; what staff have written for everybody
does. Where a thing is, is told exactly for what other systems sent; for residents' own reports to
about a hundred metres.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.municipalities.links import public_link
from kairan.open311.asking import CLOSED_STATE, OPEN_STATE, Wanted
from kairan.open311.moments import write_moment
from kairan.reports.models import CaseEntry, Report, ShownCase
from kairan.reports.models.cases import Channel
from kairan.reports.workflow import CLOSED, OPEN, Status

_STATUSES = {OPEN_STATE: OPEN, CLOSED_STATE: CLOSED}
EXACT, ABOUT = 6, 3  # decimals of a degree: some 10 cm, some 100 m


class Row(NamedTuple):
    number: str
    submitted_at: datetime
    longitude: float | None
    latitude: float | None
    channel: str
    kind_key: str
    kind_name: str
    case: int
    status: str
    closed_at: datetime | None
    due_on: date | None
    department: str | None
    area: str | None


_COLUMNS = (
    "receipt_number", "submitted_at", "longitude", "latitude", "channel", "kind__key",
    "kind__name", "case_id", "case__status", "case__closed_at", "case__due_on",
    "case__department__name", "case__area__name",
)  # fmt: skip


def told(wanted: Wanted) -> list[dict[str, Any]]:
    """Newest first."""
    reports = _reports(wanted).order_by("-submitted_at", "-id").values_list(*_COLUMNS)
    last = wanted.first + wanted.page_size
    return _written(Row(*row) for row in reports[wanted.first : last])


def told_one(number: str) -> list[dict[str, Any]]:
    """One, in a list of its own as the specification has it; empty where there is none."""
    rows = Report.objects.filter(receipt_number=number).values_list(*_COLUMNS)
    return _written(Row(*row) for row in rows)


def _reports(wanted: Wanted) -> QuerySet[Report]:
    if wanted.ids:
        return Report.objects.filter(receipt_number__in=wanted.ids)
    found = Report.objects.filter(submitted_at__gte=wanted.since, submitted_at__lte=wanted.until)
    if wanted.kinds:
        found = found.filter(kind__in=wanted.kinds)
    if len(wanted.states) == 1:
        (state,) = wanted.states
        found = found.filter(case__status__in=_STATUSES[state])
    return found


def _written(found: Iterable[Row]) -> list[dict[str, Any]]:
    rows = list(found)
    moved = _last_moves({row.case for row in rows if row.closed_at is None})
    said, shown = _said(), _shown({row.case for row in rows})
    return [
        _one(row, moved.get(row.case, row.submitted_at), said) | shown.get(row.case, {})
        for row in rows
    ]


def _shown(cases: set[int]) -> dict[int, dict[str, Any]]:
    """What staff have approved of these cases: words, and the first photo gone over."""
    rows = ShownCase.objects.to_everybody().filter(case__in=cases).prefetch_related("photos")
    return {row.case_id: _approved(row) for row in rows}


def _approved(shown: ShownCase) -> dict[str, Any]:
    photo = min((photo.pk for photo in shown.photos.all()), default=None)
    page = f"/map/{shown.pk}/"
    return {
        "description": "\n".join(filter(None, [shown.title, shown.text])),
        "media_url": public_link(f"{page}photos/{photo}/large/") if photo else None,
    }


def _one(row: Row, moved: datetime, said: dict[str, str]) -> dict[str, Any]:
    decimals = EXACT if row.channel == Channel.OPEN311 else ABOUT
    return {
        "service_request_id": row.number,
        "status": OPEN_STATE if row.closed_at is None else CLOSED_STATE,
        "status_notes": said[row.status],
        "service_name": row.kind_name,
        "service_code": row.kind_key,
        "description": None,
        "agency_responsible": row.department,
        "service_notice": None,
        "requested_datetime": write_moment(row.submitted_at),
        "updated_datetime": write_moment(row.closed_at or max(moved, row.submitted_at)),
        "expected_datetime": _expected(row),
        "address": row.area,
        "address_id": None,
        "zipcode": None,
        "lat": None if row.latitude is None else round(row.latitude, decimals),
        "long": None if row.longitude is None else round(row.longitude, decimals),
        "media_url": None,
    }


def _expected(row: Row) -> str | None:
    """The end of the day by which it should be done."""
    if row.due_on is None or row.closed_at is not None:
        return None
    return write_moment(timezone.make_aware(datetime.combine(row.due_on, time(23, 59, 59))))


def _last_moves(cases: set[int]) -> dict[int, datetime]:
    """When each case last changed in a way that its residents saw."""
    entries = CaseEntry.objects.filter(case__in=cases, public=True)
    latest = entries.order_by("case_id", "-id").distinct("case_id")
    return dict(latest.values_list("case_id", "at"))


def _said() -> dict[str, str]:
    """How it stands, in the words that residents read."""
    return {
        Status.RECEIVED: _("受け付けました。"),
        Status.UNDER_REVIEW: _("現地や内容の確認をはじめました。"),
        Status.IN_PROGRESS: _("対応をはじめました。"),
        Status.RESOLVED: _("対応が完了しました。"),
        Status.NO_ACTION: _("対応しないことになりました。"),
        Status.REFERRED: _("別の機関へ引き継ぎました。"),
    }
