# SPDX-License-Identifier: Apache-2.0
"""Photos of a web form: taken in fast, made ours by a worker, swept away when nothing follows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import PROGRAM, Actor, NamedActor
from kairan.files.actions import FileRefused, store_photo
from kairan.files.photos import refusal
from kairan.portal.limits import MAX_PHOTO_BYTES, MAX_PHOTOS_OF_RUN, MAX_UNSENT_PHOTOS
from kairan.portal.models import IncomingPhoto
from kairan.reports import events
from kairan.reports.models import Report, ReportPhoto

log = structlog.get_logger(__name__)

# So long an upload may wait for its report: a phone loses its line for a day.
KEPT_UNSENT = timedelta(days=2)
_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")


class TooManyPhotos(Exception):
    """Of one run, or of the whole town without a report."""


def take_in(*, run: uuid.UUID, photo: uuid.UUID, content: File[bytes]) -> IncomingPhoto:
    """Keep the bytes for later. The same photo again is the first one.

    Raises ``FileRefused`` for what is plainly no photo (a worker looks closer), ``TooManyPhotos``.
    """
    of_run = {row.photo: row for row in IncomingPhoto.objects.filter(run=run)}
    if (known := of_run.get(photo)) is not None:
        return known
    _check(content)
    if len(of_run) >= MAX_PHOTOS_OF_RUN or _town_has_no_room():
        raise TooManyPhotos
    row = IncomingPhoto(run=run, photo=photo, size=content.size)
    default_storage.delete(row.path)  # left by one that was broken off before its row
    default_storage.save(row.path, content)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the same photo twice at once
        return IncomingPhoto.objects.get(run=run, photo=photo)
    return row


def _check(content: File[bytes]) -> None:
    if not content.size:
        raise refusal("empty")
    if content.size > MAX_PHOTO_BYTES:
        raise refusal("too_big")
    head = content.read(16)
    content.seek(0)
    if not head.startswith(_HEADS) and head[4:8] != b"ftyp":
        raise refusal("not_a_photo")


def _town_has_no_room() -> bool:
    unsent = IncomingPhoto.objects.filter(report__isnull=True, created_at__gte=_old_before())
    return unsent[: MAX_UNSENT_PHOTOS + 1].count() > MAX_UNSENT_PHOTOS


def missing(run: uuid.UUID, photos: Iterable[uuid.UUID]) -> list[str]:
    """Those that have not arrived."""
    wanted = list(photos)
    found = set(
        IncomingPhoto.objects.filter(run=run, photo__in=wanted).values_list("photo", flat=True)
    )
    return [photo.hex for photo in wanted if photo not in found]


def belong_to(report: Report, run: uuid.UUID, photos: Iterable[uuid.UUID]) -> int:
    """In the report's transaction; returns how many."""
    return IncomingPhoto.objects.filter(run=run, photo__in=list(photos)).update(report=report)


def make_ours(run: uuid.UUID) -> None:
    """Decode what has come with a report and put it there. Safe to run twice."""
    rows = IncomingPhoto.objects.filter(run=run, report__isnull=False).select_related("report")
    for row in rows.order_by("created_at", "id"):
        if row.report is not None:
            _make_ours(row, row.report)


def _make_ours(row: IncomingPhoto, report: Report) -> None:
    acting: Actor = report.resident or NamedActor("resident", "")
    if report.erased_at is not None:
        forget(row)
        return
    try:
        with default_storage.open(row.path) as file:
            content = file.read()
        stored = store_photo(acting=acting, content=content, once=f"web:{run_name(row)}")
    except FileNotFoundError:
        log.warning("incoming_photo.gone", photo=str(row.photo))
        row.delete()
        return
    except FileRefused as refused:
        record(acting=PROGRAM, verb="report.photo_refused", target=report, summary=refused.code)
        forget(row)
        return
    with transaction.atomic():
        ReportPhoto.objects.get_or_create(report=report, stored=stored)
        events.case_changed(report.case)
        row.delete()
    default_storage.delete(row.path)


def run_name(row: IncomingPhoto) -> str:
    return f"{row.run.hex}:{row.photo.hex}"


def forget(row: IncomingPhoto) -> None:
    default_storage.delete(row.path)
    row.delete()


def sweep(now: datetime | None = None) -> int:
    """Uploads for which no report came; how many went."""
    left = IncomingPhoto.objects.filter(
        report__isnull=True, created_at__lt=(now or timezone.now()) - KEPT_UNSENT
    )
    count = 0
    for row in left.order_by("id").iterator():
        forget(row)
        count += 1
    return count


def _old_before() -> datetime:
    return timezone.now() - KEPT_UNSENT
