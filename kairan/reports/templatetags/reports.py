# SPDX-License-Identifier: Apache-2.0
"""Small questions that rows and pages ask about a case."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.reports.handovers import status_in_words
from kairan.reports.models import Case, CaseEntry, Handover, ReportPhoto
from kairan.reports.models.cases import Priority
from kairan.reports.wording import PLACEHOLDERS

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
    "priority": ("orange", "up"),
    "defect": ("gray", "question-list"),
    "tags": ("gray", "tag"),
    "proposed": ("yellow", "look"),
    "joined": ("blue", "copy"),
    "took_in": ("blue", "copy"),
    "split": ("blue", "undo"),
    "gave_off": ("blue", "undo"),
    "sent_back": ("red", "undo"),
    "taken": ("purple", "handover"),
    "escalated": ("red", "megaphone"),
}


@register.simple_tag
def first_photo(case: Case) -> ReportPhoto | None:
    """The first photo of a case whose reports and photos were read with it."""
    photos = (photo for report in case.reports.all() for photo in report.photos.all())
    return next((photo for photo in photos if photo.stored.is_stored), None)


@register.simple_tag
def placeholder_names() -> list[str]:
    return list(PLACEHOLDERS)


@dataclass(frozen=True)
class Mark:
    """A word beside a case's title in lists."""

    words: str
    tone: str
    icon: str
    strong: bool = False


@register.simple_tag
def case_marks(case: Case) -> list[Mark]:
    """What somebody who runs down the list must not miss; tags last."""
    found = [Mark(_("統合済み"), "gray", "copy")] if case.joined_into_id else []
    if case.priority == Priority.URGENT:
        found.append(Mark(str(Priority.URGENT.label), "red", "warning", strong=True))
    elif case.priority == Priority.HIGH:
        found.append(Mark(_("優先度 高"), "orange", "up"))
    if case.confirm_since:
        found.append(Mark(_("確認待ち"), "yellow", "look"))
    if case.handed_at:
        found.append(Mark(_("引き継ぎ"), "purple", "handover"))
    if case.escalated_at and case.is_open:
        found.append(Mark(_("上に知らせた"), "red", "megaphone"))
    return found + [Mark(kept.tag.name, "gray", "tag") for kept in case.tagged.all()]


@register.simple_tag
def overdue(case: Case) -> bool:
    return case.is_overdue(timezone.localdate())


@register.simple_tag
def entry_tone(entry: CaseEntry) -> str:
    return _LOOKS.get(entry.kind, ("gray", "info"))[0]


@register.simple_tag
def entry_icon(entry: CaseEntry) -> str:
    return _LOOKS.get(entry.kind, ("gray", "info"))[1]


@register.simple_tag
def remote_status(handover: Handover) -> str:
    """How it stands with the other side, in words."""
    return status_in_words(handover.remote_status)
