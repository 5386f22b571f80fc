# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import uuid
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.files.limits import MAX_NAME_LENGTH
from kairan.files.models import LARGE, THUMBNAIL, StoredFile, photo_path
from kairan.files.photos import FileRefused, Photo, prepare
from kairan.files.tasks import remove_bytes

__all__ = ["FileRefused", "erase", "store_photo"]


def store_photo(
    *, acting: Actor, content: bytes, name: str = "", once: str | None = None
) -> StoredFile:
    """Check, clean and keep a photo. Raises ``FileRefused``, whose ``reason`` is for people.

    With ``once`` the same call again gives the row of the first (also when it has been erased
    since). Decodes in another process: call it before your transaction and locks.
    """
    if once is not None and (known := _known(once)):
        return known
    photo = prepare(content)
    key = uuid.uuid4()
    _write(key, photo)
    try:
        with transaction.atomic():
            return _keep(acting, key, photo, name, once)
    except IntegrityError:
        # Two at once with the same ``once``: the other was first. The sweep takes our bytes.
        if once is None or (known := _known(once)) is None:
            raise
        return known


def erase(*, acting: Actor, stored: StoredFile) -> None:
    """The photo and everything its metadata said go; the row stays and says that it is gone.

    It is refused to everybody at once; the bytes are removed by a job after the commit. Erasing
    twice does nothing.
    """
    with transaction.atomic():
        locked = StoredFile.objects.select_for_update().get(pk=stored.pk)
        if locked.is_stored:
            _forget(locked)
            record(acting=acting, verb="file.erased", target=locked)
            remove_bytes.defer(key=str(locked.key))
    stored.refresh_from_db()


def _known(once: str) -> StoredFile | None:
    return StoredFile.objects.filter(once=once).first()


def _write(key: uuid.UUID, photo: Photo) -> None:
    """Before the row, so that a row never points at nothing; see ``sweep`` for the other way."""
    default_storage.save(photo_path(key, LARGE), ContentFile(photo.large))
    default_storage.save(photo_path(key, THUMBNAIL), ContentFile(photo.thumbnail))


def _keep(acting: Actor, key: uuid.UUID, photo: Photo, name: str, once: str | None) -> StoredFile:
    return StoredFile.objects.create(
        key=key,
        once=once,
        name=_plain_name(name),
        size=len(photo.large),
        sha256=sha256(photo.large).hexdigest(),
        width=photo.width,
        height=photo.height,
        longitude=photo.longitude,
        latitude=photo.latitude,
        taken_at=photo.taken_at,
        given_by_kind=acting.actor_kind,
        given_by_id=acting.actor_id,
    )


def _forget(stored: StoredFile) -> None:
    stored.state = StoredFile.State.ERASED
    stored.erased_at = timezone.now()
    stored.name = stored.sha256 = ""
    stored.longitude = stored.latitude = stored.taken_at = None
    stored.save(
        update_fields=["state", "erased_at", "name", "sha256", "longitude", "latitude", "taken_at"]
    )


def _plain_name(name: str) -> str:
    """The last part of what the sender called it, without control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[:MAX_NAME_LENGTH]
