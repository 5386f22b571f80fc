# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Mapping


def is_same_origin(headers: Mapping[bytes, bytes]) -> bool:
    """Whether the page that asks is of the address that it asks, as browsers say it; true for whom
    no browser speaks, and whom something else must let in (a ticket, a session)."""
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in {b"same-origin", b"none"}
    origin = headers.get(b"origin")
    return origin is None or origin.partition(b"://")[2] == headers.get(b"host")
