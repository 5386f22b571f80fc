# SPDX-License-Identifier: Apache-2.0
"""What somebody without an account may do: how much, how often, how large."""

from __future__ import annotations

from time import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from kairan.residents.pages import address_of

# After the phone has made it smaller; a HEIC that a browser could not read comes as it is.
MAX_PHOTO_BYTES = 6 * 1024 * 1024
MAX_PHOTOS_OF_RUN = 20
MAX_ANSWERS_BYTES = 256 * 1024
# Uploaded and never sent, in the whole town: a wall against whoever fills the disk.
MAX_UNSENT_PHOTOS = 2_000
SEARCHES_A_MINUTE = 30
PLACES_A_MINUTE = 120
SESSIONS_A_MINUTE = 30


def uses_up(request: HttpRequest, what: str, most: int, *, seconds: int = 60) -> bool:
    """Count one; True when the address has had its share of this minute (or hour).

    Thousands of phones may share one address of their carrier: shares are wide.
    """
    name = f"portal:{what}:{address_of(request)}:{int(time()) // seconds}"
    count = int(cache.get(name, 0)) + 1
    cache.set(name, count, seconds)
    return count > most


def too_many_reports(request: HttpRequest) -> bool:
    return uses_up(request, "report", settings.WEB_REPORTS_PER_HOUR, seconds=3600)


def too_many_photos(request: HttpRequest) -> bool:
    most = settings.WEB_REPORTS_PER_HOUR * 4
    return uses_up(request, "photo", most, seconds=3600)
