# SPDX-License-Identifier: Apache-2.0
"""Answers that were given a moment ago: many ask for the same list again and again.

Every verb leaves an entry in the town's record. As long as its last number stands, nothing that
these answers tell can have changed, except what grows too old for the last ninety days.
"""

from __future__ import annotations

from collections.abc import Callable
from time import time

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from kairan.audit.queries import last_number
from kairan.municipalities.tenancy import current_town_id

MOST_KEPT = 64
LONGEST_KEPT = 300_000

_Key = tuple[int, int, int, str, str]
_kept: dict[_Key, tuple[bytes, str]] = {}


def kept(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """``make``'s answer, or the same one from a moment ago. Refusals pass through."""
    key = _key(request)
    known = _kept.get(key)
    if known is not None:
        return HttpResponse(known[0], content_type=known[1])
    response = make()
    if len(response.content) <= LONGEST_KEPT:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = (response.content, response["Content-Type"])
    return response


def forget() -> None:
    _kept.clear()


def _key(request: HttpRequest) -> _Key:
    """Read before the answer is made: what is newer than its number is no harm."""
    asked = request.get_full_path()
    return current_town_id(), last_number(), int(time()) // 60, asked, get_language() or ""
