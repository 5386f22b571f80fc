# SPDX-License-Identifier: Apache-2.0
"""Bytes without a row: left where the transaction around ``store_photo`` was rolled back."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from kairan.files.models import LARGE, THUMBNAIL, StoredFile, photo_path
from kairan.municipalities.tenancy import current_town_id

# Longer than any transaction: younger bytes may belong to a row that is about to be committed.
MIN_AGE = timedelta(days=1)


def sweep() -> int:
    """Remove such bytes of the entered town; how many photos went."""
    home = str(current_town_id())
    return sum(_sweep_folder(f"{home}/{folder}") for folder in _folders(home))


def _sweep_folder(folder: str) -> int:
    found = {uuid.UUID(name) for name in _folders(folder)}
    owned = StoredFile.objects.filter(key__in=found, state=StoredFile.State.STORED)
    left = [key for key in found - set(owned.values_list("key", flat=True)) if _old(key)]
    for key in left:
        for variant in (LARGE, THUMBNAIL):
            default_storage.delete(photo_path(key, variant))
    return len(left)


def _folders(path: str) -> list[str]:
    try:
        return default_storage.listdir(path)[0]
    except FileNotFoundError:
        return []


def _old(key: uuid.UUID) -> bool:
    path = photo_path(key, LARGE)
    if not default_storage.exists(path):
        return False
    return timezone.now() - default_storage.get_modified_time(path) > MIN_AGE
