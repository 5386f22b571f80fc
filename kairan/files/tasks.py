# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import uuid

from django.core.files.storage import default_storage
from procrastinate import RetryStrategy

from kairan.files.models import LARGE, THUMBNAIL, document_path, photo_path
from kairan.municipalities.jobs import town_task


@town_task(queue="files", retry=RetryStrategy(max_attempts=20, exponential_wait=2))
def remove_bytes(*, key: str) -> None:
    """Take an erased photo out of the store. What is gone already is no error."""
    for variant in (LARGE, THUMBNAIL):
        default_storage.delete(photo_path(uuid.UUID(key), variant))


@town_task(queue="files", retry=RetryStrategy(max_attempts=20, exponential_wait=2))
def remove_document(*, key: str) -> None:
    """Take an erased document out of the store. What is gone already is no error."""
    default_storage.delete(document_path(uuid.UUID(key)))
