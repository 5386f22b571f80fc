# SPDX-License-Identifier: Apache-2.0
"""Signed JSON between two systems, the same both ways (docs/partners.md).

``Kairan-Timestamp`` is the second of sending; ``Kairan-Signature`` is ``v1=`` and the hex of
HMAC-SHA256 over timestamp, full stop and the raw body, with the secret that both sides know.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kairan.partners.http import call

TIMESTAMP, SIGNATURE, IDEMPOTENCY = "Kairan-Timestamp", "Kairan-Signature", "Idempotency-Key"
# Older or newer than so many seconds: somebody plays an old message again, or a clock is wrong.
WINDOW = 300
_VERSION = "v1="


@dataclass(frozen=True)
class Taken:
    """What the other side said of it at once; empty where it said nothing."""

    remote_id: str = ""
    status: str = ""
    notes: str = ""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    signed = str(timestamp).encode() + b"." + body
    return _VERSION + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def signature_fits(
    secret: str, body: bytes, *, timestamp: str, given: str, now: float | None = None
) -> bool:
    """Signed with the secret, and within the window. Takes the same time whatever differs."""
    if not secret or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    moment = int(timestamp)
    if abs((time.time() if now is None else now) - moment) > WINDOW:
        return False
    right = signature(secret, moment, body)
    return hmac.compare_digest(right.encode(), given.encode("utf-8", "replace"))


def send(url: str, secret: str, *, key: str, content: Mapping[str, Any]) -> Taken:
    """Raises ``Permanent`` and ``Temporary``. The same ``key`` again is the same message."""
    body = json.dumps(content, ensure_ascii=False).encode()
    now = int(time.time())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        TIMESTAMP: str(now),
        SIGNATURE: signature(secret, now, body),
        IDEMPOTENCY: key,
    }
    return _taken(call("POST", url, headers=headers, content=body).body)


def _taken(body: bytes) -> Taken:
    """Nobody has to answer with JSON: 2xx is enough."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return Taken()
    if not isinstance(said, dict):
        return Taken()
    return Taken(*(words(said.get(name)) for name in ("id", "status", "notes")))


def words(value: object) -> str:
    """A text or a number of foreign JSON."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
