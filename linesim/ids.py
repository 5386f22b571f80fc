# SPDX-License-Identifier: Apache-2.0
"""Identifiers in the shapes LINE gives them."""

from __future__ import annotations

import hashlib
import itertools
import secrets

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_message_tail = itertools.count(secrets.randbelow(1_000_000))


def ulid(ms: int) -> str:
    """26 characters that sort by time (``webhookEventId``)."""
    value = (ms << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


def user_id(seed: str | None = None) -> str:
    """``U`` and 32 hex digits; the same seed gives the same id."""
    if seed is None:
        return "U" + secrets.token_hex(16)
    return "U" + hashlib.sha256(seed.encode()).hexdigest()[:32]


def message_id(ms: int) -> str:
    """Eighteen digits, never the same twice, growing with time."""
    return f"{ms // 10 % 10**12:012d}{next(_message_tail) % 10**6:06d}"


def reply_token() -> str:
    return secrets.token_hex(16)


def quote_token() -> str:
    return secrets.token_urlsafe(48)


def rich_menu_id() -> str:
    return f"richmenu-{secrets.token_hex(16)}"


def access_token() -> str:
    return secrets.token_urlsafe(96)
