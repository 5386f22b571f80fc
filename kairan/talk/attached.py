# SPDX-License-Identifier: Apache-2.0
"""The photos and files of a room, each with the message it came with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from kairan.talk.access import Here
from kairan.talk.models import Attachment, Message

PHOTOS, FILES = "photos", "files"
_KINDS = {PHOTOS: Message.Kind.PHOTOS, FILES: Message.Kind.FILE}
# Messages a page takes the attachments of; one has up to ten.
PAGE = 30


@dataclass(frozen=True)
class Kept:
    """One photo or file; ``number`` is its message's in the room."""

    key: UUID
    name: str
    size: int
    number: int
    sent_at: datetime
    said_by: str

    @property
    def day(self) -> date:
        return timezone.localdate(self.sent_at)


@dataclass(frozen=True)
class Page:
    """Newest first. ``older``: go on before this number of a message; None: that is all."""

    kind: str
    rows: list[Kept]
    older: int | None


def attached(here: Here, kind: str, before: int | None = None) -> Page:
    """What the person may see of it, nothing of recalled messages. Two queries."""
    kind = kind if kind in _KINDS else PHOTOS
    said = Message.objects.filter(
        room=here.room, number__gt=here.sees_after, kind=_KINDS[kind], recalled_at=None
    )
    if before is not None:
        said = said.filter(number__lt=before)
    numbers = dict(said.order_by("-number").values_list("pk", "number")[: PAGE + 1])
    ids = list(numbers)[:PAGE]
    older = numbers[ids[-1]] if len(numbers) > PAGE else None
    rows = (
        Attachment.objects.filter(message__in=ids)
        .select_related("message__position", "stored", "document")
        .order_by("-message__number", "place", "id")
    )
    return Page(kind, [_kept(row) for row in rows], older)


def _kept(row: Attachment) -> Kept:
    message, file = row.message, row.document or row.stored
    assert message is not None and file is not None  # noqa: PT018, S101  (asked for; constraint)
    said_by = message.position.name if message.position else ""
    return Kept(row.key, file.name, file.size, message.number, message.sent_at, said_by)
