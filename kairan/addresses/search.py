# SPDX-License-Identifier: Apache-2.0
"""From a typed address to positions: 国土地理院's address search, the only outside service here.

https://msearch.gsi.go.jp/address-search/AddressSearch?q=… answers with GeoJSON features. What is
asked leaves the town's own system: only the words of the place, nothing about who wrote them.
"""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

TIMEOUT = httpx.Timeout(3.0)
MOST_FOUND = 20
LONGEST_QUERY = 100
KEPT_SECONDS = 3600.0
MOST_KEPT = 2_000


@dataclass(frozen=True)
class Found:
    """Degrees (JGD2011)."""

    title: str
    longitude: float
    latitude: float


_kept: dict[str, tuple[float, tuple[Found, ...]]] = {}


def search(words: str) -> tuple[Found, ...] | None:
    """What the service knows by these words, best first; None when it could not be asked.

    Never call it in a transaction: it may take three seconds.
    """
    query = unicodedata.normalize("NFKC", words).strip()[:LONGEST_QUERY]
    if not settings.ADDRESS_SEARCH_URL or not query:
        return None
    now = time.monotonic()
    kept = _kept.get(query)
    if kept is not None and kept[0] > now:
        return kept[1]
    found = _ask(query)
    if found is not None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[query] = (now + KEPT_SECONDS, found)
    return found


def forget() -> None:
    _kept.clear()


def _ask(query: str) -> tuple[Found, ...] | None:
    try:
        response = httpx.get(settings.ADDRESS_SEARCH_URL, params={"q": query}, timeout=TIMEOUT)
        response.raise_for_status()
        features = response.json()
    except (httpx.HTTPError, ValueError) as error:
        log.warning("addresses.unreachable", error=type(error).__name__)
        return None
    if not isinstance(features, list):
        log.warning("addresses.strange_answer")
        return None
    found = [_found(feature) for feature in features[:MOST_FOUND]]
    return tuple(one for one in found if one is not None)


def _found(feature: Any) -> Found | None:
    try:
        longitude, latitude = feature["geometry"]["coordinates"]
        title = str(feature["properties"]["title"])
        return Found(title, float(longitude), float(latitude))
    except (KeyError, TypeError, ValueError):
        return None
