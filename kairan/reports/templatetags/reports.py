# SPDX-License-Identifier: Apache-2.0
"""Small questions that rows and pages ask about a case."""

from __future__ import annotations

from django import template
from django.utils import timezone

from kairan.reports.models import Case, CaseEntry, ReportPhoto

register = template.Library()

_LOOKS = {
    "submitted": ("blue", "inbox"),
    "viewed": ("gray", "look"),
    "status": ("orange", "work"),
    "reopened": ("red", "undo"),
    "referred": ("purple", "handover"),
    "assigned": ("cyan", "person"),
    "department": ("purple", "handover"),
    "due": ("yellow", "calendar"),
    "position": ("gray", "pin"),
    "partner": ("purple", "link"),
    "note": ("yellow", "note"),
    "message_out": ("green", "send"),
    "message_in": ("blue", "chat"),
    "erased": ("gray", "trash"),
}


@register.simple_tag
def first_photo(case: Case) -> ReportPhoto | None:
    """The first photo of a case whose reports and photos were read with it."""
    photos = (photo for report in case.reports.all() for photo in report.photos.all())
    return next((photo for photo in photos if photo.stored.is_stored), None)


@register.simple_tag
def overdue(case: Case) -> bool:
    return case.is_overdue(timezone.localdate())


@register.simple_tag
def entry_tone(entry: CaseEntry) -> str:
    return _LOOKS.get(entry.kind, ("gray", "info"))[0]


@register.simple_tag
def entry_icon(entry: CaseEntry) -> str:
    return _LOOKS.get(entry.kind, ("gray", "info"))[1]
