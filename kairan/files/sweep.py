# SPDX-License-Identifier: Apache-2.0
"""Bytes without a row: left where the transaction that was to keep them was rolled back."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from kairan.files.models import (
    DOCUMENTS,
    LARGE,
    THUMBNAIL,
    StoredDocument,
    StoredFile,
    document_path,
    photo_path,
)
from kairan.municipalities.tenancy import current_town_id

# Longer than any transaction: younger bytes may belong to a row that is about to be committed.
MIN_AGE = timedelta(days=1)


def sweep() -> int:
    """Remove such bytes of the entered town; how many photos and documents went."""
    home = str(current_town_id())
    photos = [folder for folder in _folders(home) if folder != DOCUMENTS]
    gone = sum(_sweep_folder(f"{home}/{folder}") for folder in photos)
    papers = f"{home}/{DOCUMENTS}"
    return gone + sum(_sweep_documents(f"{papers}/{folder}") for folder in _folders(papers))


def _sweep_folder(folder: str) -> int:
    found = {uuid.UUID(name) for name in _folders(folder)}
    owned = StoredFile.objects.filter(key__in=found, state=StoredFile.State.STORED)
    unowned = found - set(owned.values_list("key", flat=True))
    left = [key for key in unowned if _old(photo_path(key, LARGE))]
    for key in left:
        for variant in (LARGE, THUMBNAIL):
            default_storage.delete(photo_path(key, variant))
    return len(left)


def _sweep_documents(folder: str) -> int:
    found = {uuid.UUID(name) for name in default_storage.listdir(folder)[1]}
    owned = StoredDocument.objects.filter(key__in=found, state=StoredFile.State.STORED)
    unowned = found - set(owned.values_list("key", flat=True))
    left = [document_path(key) for key in unowned if _old(document_path(key))]
    for path in left:
        default_storage.delete(path)
    return len(left)


def _folders(path: str) -> list[str]:
    try:
        return default_storage.listdir(path)[0]
    except FileNotFoundError:
        return []


def _old(path: str) -> bool:
    if not default_storage.exists(path):
        return False
    return timezone.now() - default_storage.get_modified_time(path) > MIN_AGE
