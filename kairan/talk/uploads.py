# SPDX-License-Identifier: Apache-2.0
"""Photos and files on their way into a message: taken in, sent, or swept away after a day."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actors import CLOCK, Actor
from kairan.files import limits
from kairan.files.actions import FileRefused, erase, store_photo
from kairan.files.documents import erase_document, has_zip_behind, refusal, store_document
from kairan.files.models import StoredDocument, StoredFile
from kairan.files.photos import refusal as photo_refusal
from kairan.people.models import Person
from kairan.talk.limits import KEPT_UNSENT, MAX_UNSENT
from kairan.talk.models import Attachment
from kairan.talk.troubles import Refused, TooMany, Trouble

_PHOTO_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")


def take_in(
    *, acting: Person, content: File[bytes], name: str, key: uuid.UUID | None = None
) -> Attachment:
    """A photo or document that waits to be sent. The same key again gives the first one.

    Raises ``Refused`` with the reason for people, ``TooMany``.
    """
    key = key or uuid.uuid4()
    if (known := Attachment.objects.filter(key=key).first()) is not None:
        return _own(acting, known)
    if _unsent_of(acting) >= MAX_UNSENT:
        raise TooMany(_("送っていないファイルが多すぎます。いくつか送ってから、お試しください。"))
    try:
        kept = _stored(acting, content, name)
    except FileRefused as refused:
        raise Refused(refused.reason) from refused
    try:
        with transaction.atomic():
            return Attachment.objects.create(key=key, person=acting, **kept)
    except IntegrityError:  # the same key twice at once
        _erase(acting, **kept)
        return _own(acting, Attachment.objects.get(key=key))


def shape_of(attachment: Attachment) -> dict[str, Any]:
    """As in a message."""
    photo, document = attachment.stored, attachment.document
    about = photo or document
    assert about is not None  # noqa: S101  (attachment_is_photo_or_document)
    return {
        "key": str(attachment.key),
        "photo": photo is not None,
        "name": about.name,
        "size": about.size,
        "width": photo.width if photo else None,
        "height": photo.height if photo else None,
    }


def drop(*, acting: Actor, attachment: Attachment) -> None:
    """Out of its message or its upload; the file itself goes with the last that names it."""
    photo, document = attachment.stored, attachment.document
    attachment.delete()
    _erase(
        acting,
        stored=None if Attachment.objects.filter(stored=photo).exists() else photo,
        document=None if Attachment.objects.filter(document=document).exists() else document,
    )


def sweep(now: datetime | None = None) -> int:
    """Uploads that nobody has sent within a day; how many went."""
    before = (now or timezone.now()) - KEPT_UNSENT
    old = Attachment.objects.filter(message=None, created_at__lt=before).order_by("id")
    return sum(_swept(pk) for pk in old.values_list("pk", flat=True).iterator())


def _swept(pk: int) -> bool:
    """One that is being sent at this moment is left alone."""
    with transaction.atomic():
        rows = Attachment.objects.select_for_update(skip_locked=True, of=("self",))
        waiting = rows.filter(pk=pk, message=None).select_related("stored", "document").first()
        if waiting is None:
            return False
        drop(acting=CLOCK, attachment=waiting)
        return True


def _own(acting: Person, attachment: Attachment) -> Attachment:
    if attachment.person_id != acting.pk:
        raise Trouble(_("このファイルは送れませんでした。もう一度選んでください。"))
    return attachment


def _unsent_of(person: Person) -> int:
    return Attachment.objects.filter(person=person, message=None)[: MAX_UNSENT + 1].count()


def _erase(
    acting: Actor, *, stored: StoredFile | None = None, document: StoredDocument | None = None
) -> None:
    if stored is not None:
        erase(acting=acting, stored=stored)
    if document is not None:
        erase_document(acting=acting, document=document)


def _stored(acting: Person, content: File[bytes], name: str) -> dict[str, Any]:
    """A row of either kind, as the attachment names it. Raises ``FileRefused``.

    A new one each time: the key is the device's to choose, and must lead to no file that was there
    before.
    """
    if not _looks_like_photo(content):
        return {"document": store_document(acting=acting, content=content, name=name)}
    if content.size > limits.MAX_BYTES:
        raise photo_refusal("too_big")
    # What comes out is drawn anew and hides nothing; but nobody sends such a photo by accident.
    if has_zip_behind(content):
        raise refusal("two_in_one")
    content.seek(0)
    return {"stored": store_photo(acting=acting, content=content.read(), name=name)}


def _looks_like_photo(content: File[bytes]) -> bool:
    content.seek(0)
    head = content.read(16)
    content.seek(0)
    webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    return bool(head.startswith(_PHOTO_HEADS) or webp or head[4:8] == b"ftyp")
