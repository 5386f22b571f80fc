# SPDX-License-Identifier: Apache-2.0
"""What a phone takes along: the open cases of a person, or of their departments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports import workflow
from kairan.reports.access import visible_cases
from kairan.reports.models import Case, Report, ReportPhoto
from kairan.reports.workflow import Status

# As many as a phone carries with their pictures.
MOST = 200
PHOTOS = 3
NOTES = 5


def take_along(person: Person, *, everybody: bool = False) -> list[dict[str, Any]]:
    """Open cases, the most pressing first: the person's own, or with ``everybody`` all that the
    person may handle. Three queries and one for the notes."""
    cases = visible_cases(person, Permission.HANDLE_CASES).open()
    if not everybody:
        cases = cases.filter(assignee=person)
    photos = ReportPhoto.objects.select_related("stored").order_by("id")
    reports = Report.objects.order_by("id").prefetch_related(Prefetch("photos", photos))
    rows = cases.select_related("kind", "area", "assignee").prefetch_related(
        Prefetch("reports", reports)
    )
    return [_case(row) for row in rows.order_by("due_on", "id")[:MOST]]


def _case(row: Case) -> dict[str, Any]:
    reports = list(row.reports.all())
    return {
        "id": row.pk,
        "number": row.number,
        "kind": row.kind.name,
        "title": row.title,
        "place": row.place,
        "lat": row.latitude,
        "lon": row.longitude,
        "status": row.status,
        "statusWords": str(row.get_status_display()),
        "due": row.due_on.isoformat() if row.due_on else None,
        "assignee": row.assignee.name if row.assignee else "",
        "version": row.version,
        "text": "\n".join(report.text for report in reports if report.text),
        "photos": _photos(row, reports),
        "moves": [
            {"to": move.to.value, "verb": str(move.verb), "message": move.needs_message}
            for move in workflow.moves_from(row.status)
            if move.to != Status.REFERRED
        ],
        "url": reverse("reports:case", args=[row.pk]),
    }


def _photos(row: Case, reports: Iterable[Report]) -> list[str]:
    kept = [photo for report in reports for photo in report.photos.all() if photo.stored.is_stored]
    return [reverse("reports:photo", args=[row.pk, one.pk, "thumbnail"]) for one in kept[:PHOTOS]]
