# SPDX-License-Identifier: Apache-2.0
"""Whom we post to: the push hosts of the browsers' makers, over https, and nobody else.

A subscription's address comes from a browser, that is from anybody. A table of hosts keeps it from
pointing at a neighbour of the town's server; that the host is the one it says is for TLS to prove.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

MAX_ENDPOINT: Final = 2_000
# No other reader of addresses may see another host in it than we do.
_HOST: Final = re.compile(r"[a-z0-9.-]+")

# A leading dot: every host below it.
KNOWN: Final = (
    "fcm.googleapis.com",  # Chrome, Edge on Android, Samsung Internet, Opera
    "updates.push.services.mozilla.com",  # Firefox
    ".push.apple.com",  # Safari on iPhone, iPad, Mac
    ".notify.windows.com",  # Edge on Windows
)


class NotAPushHost(ValueError):
    """We do not post to this address."""


def checked(endpoint: str) -> str:
    """The address itself. Raises ``NotAPushHost``."""
    parts = _parts(endpoint)
    if not (_is_known(parts) or _is_stand_in(parts)):
        raise NotAPushHost(parts.netloc[:100])
    return endpoint


def _parts(endpoint: str) -> SplitResult:
    plain = len(endpoint) <= MAX_ENDPOINT and endpoint.isascii() and endpoint.isprintable()
    if not plain or " " in endpoint or "\\" in endpoint or "#" in endpoint:
        raise NotAPushHost("not an address")
    try:
        parts = urlsplit(endpoint)
        parts.port  # noqa: B018  (raises for what is no port)
    except ValueError as error:
        raise NotAPushHost("not an address") from error
    if "@" in parts.netloc or not _HOST.fullmatch(parts.hostname or ""):
        raise NotAPushHost("not an address")
    return parts


def _is_known(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if parts.scheme != "https" or parts.port not in {None, 443}:
        return False
    return any(host == one or (one[0] == "." and host.endswith(one)) for one in KNOWN)


def _is_stand_in(parts: SplitResult) -> bool:
    """In the demo and in tests alone: a host named in the settings, with its port, in the clear."""
    return settings.DEMO and parts.netloc in settings.PUSH_STAND_INS
