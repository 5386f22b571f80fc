# SPDX-License-Identifier: Apache-2.0
"""The lock on an address that was tried too often: allauth counts the failures, in the cache.

The cache is a table of the database, so all web processes count together.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest


def is_locked(request: HttpRequest, email: str) -> bool:
    """Whether sign-in with this address is refused now, whatever the password."""
    now = time.time()
    return any(
        not ratelimit.apply_rate(cache.get(key, []), now, rate, dry_run=True)[0]
        for key, rate in _counts(request, email)
    )


def unlock(request: HttpRequest, email: str) -> None:
    """Forget the failures of the address, but not those of the network they came from."""
    for key, _rate in _counts(request, email):
        cache.delete(key)


def _counts(request: HttpRequest, email: str) -> Iterator[tuple[str, ratelimit.Rate]]:
    counted = {"app": "allauth.account", "action": "login_failed"}
    for rate in ratelimit.get_rates(**counted):
        if rate.per == "key":
            yield (
                ratelimit.get_cache_key(request, **counted, rate=rate, key=email.lower()),
                rate,
            )
