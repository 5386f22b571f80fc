# SPDX-License-Identifier: Apache-2.0
"""From the key in a webhook's address to the channel, kept for some seconds in the process.

Unknown keys are kept too: a flood of made-up addresses costs no query each.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import cast

from kairan.line.models import town_of_key
from kairan.line.queries import channel_of_key

KEPT_SECONDS = 5.0
MOST_KEPT = 1_000


@dataclass(frozen=True)
class KnownChannel:
    id: int
    town_id: int
    secret: str


_kept: dict[str, tuple[float, KnownChannel | None]] = {}


def channel_by_key(key: str) -> KnownChannel | None:
    """At most five seconds old."""
    is_kept, channel = kept_channel(key)
    if is_kept:
        return channel
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    found = _look_up(key)
    _kept[key] = (time.monotonic() + KEPT_SECONDS, found)
    return found


def kept_channel(key: str) -> tuple[bool, KnownChannel | None]:
    """Whether the answer is at hand without asking the database, and the answer."""
    if town_of_key(key) is None:  # what cannot be a key takes neither a thread nor a place
        return True, None
    kept = _kept.get(key)
    if kept is None or kept[0] <= time.monotonic():
        return False, None
    return True, kept[1]


def forget() -> None:
    _kept.clear()


def _look_up(key: str) -> KnownChannel | None:
    channel = channel_of_key(key)
    if channel is None:
        return None
    return KnownChannel(channel.pk, cast(int, channel.municipality_id), channel.secret)
