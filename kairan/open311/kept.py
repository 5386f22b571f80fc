# SPDX-License-Identifier: Apache-2.0
"""Answers that were given a moment ago: many ask for the same list again and again.

Every verb leaves an entry in the town's record. As long as its last number stands, nothing that
these answers tell can have changed, except what grows too old for the last ninety days. Where it
has moved, a list that is younger than ``YOUNG_SECONDS`` is given all the same: a busy hour would
have it made anew for every reader otherwise. Whoever has just sent a report finds it at once: what
this process takes in drops what it has kept.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, time

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from kairan.audit.queries import last_number
from kairan.municipalities.tenancy import current_town_id

MOST_KEPT = 64
LONGEST_KEPT = 300_000
YOUNG_SECONDS = 1.0

_Key = tuple[int, int, str, str]
# What is kept, the record's last number before it was made, and when that was.
_kept: dict[_Key, tuple[bytes, str, int, float]] = {}


def kept(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """``make``'s answer, or the same one from a moment ago. Refusals pass through."""
    key, now = _key(request), monotonic()
    known = _kept.get(key)
    if known is not None and now - known[3] < YOUNG_SECONDS:
        return HttpResponse(known[0], content_type=known[1])
    number = last_number()  # read before the answer is made: what is newer is no harm
    if known is not None and known[2] == number:
        return HttpResponse(known[0], content_type=known[1])
    response = make()
    if len(response.content) <= LONGEST_KEPT:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = (response.content, response["Content-Type"], number, now)
    return response


def forget() -> None:
    _kept.clear()


def _key(request: HttpRequest) -> _Key:
    asked = request.get_full_path()
    return current_town_id(), int(time()) // 60, asked, get_language() or ""
