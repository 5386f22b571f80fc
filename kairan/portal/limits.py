# SPDX-License-Identifier: Apache-2.0
"""What somebody without an account may do: how much, how often, how large."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from time import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from kairan.municipalities.tenancy import current_town_id
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
# Each web process counts by itself and adds to the common count in parts of a share, so that a
# wide share costs a statement now and then. So much more than its share an address gets at most
# for each process; a narrow share is counted one by one.
PARTS_OF_SHARE = 30
MOST_NAMES = 10_000

_lock = Lock()
_waiting: Counter[tuple[str, int]] = Counter()
_common: dict[tuple[str, int], int] = {}


def uses_up(request: HttpRequest, what: str, most: int, *, seconds: int = 60) -> bool:
    """Count one; True when the address has had its share of this minute (or hour).

    Thousands of phones may share one address of their carrier: shares are wide.
    """
    name = f"portal:{what}:{address_of(request)}:{int(time()) // seconds}"
    counted = (f"{current_town_id()}:{name}", most)
    part = max(1, most // PARTS_OF_SHARE)
    with _lock:
        _make_room()
        _waiting[counted] += 1
        known = _common.get(counted)
        # The first of all learns what other processes have counted.
        due = known is None or _waiting[counted] >= part or known + _waiting[counted] > most
        if not due:
            return False
        more, _waiting[counted] = _waiting[counted], 0
    count = int(cache.get(name, 0)) + more
    cache.set(name, count, seconds)
    with _lock:
        _common[counted] = count
    return count > most


def _make_room() -> None:
    """Past minutes and hours go with the rest."""
    if len(_waiting) > MOST_NAMES:
        _waiting.clear()
        _common.clear()


def too_many_reports(request: HttpRequest) -> bool:
    return uses_up(request, "report", settings.WEB_REPORTS_PER_HOUR, seconds=3600)


def too_many_photos(request: HttpRequest) -> bool:
    most = settings.WEB_REPORTS_PER_HOUR * 4
    return uses_up(request, "photo", most, seconds=3600)
