# SPDX-License-Identifier: Apache-2.0
"""Who gets it: one key for each recipient, and one sender at a time for each key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

# The first half of PostgreSQL's two-part advisory locks; the second is the recipient's hash.
_LOCKS = 0x6B61_6972


@dataclass(frozen=True)
class LineRecipient:
    channel_id: int
    user_id: str

    @property
    def key(self) -> str:
        return f"line:{self.channel_id}:{self.user_id}"


@dataclass(frozen=True)
class MailRecipient:
    address: str

    @property
    def key(self) -> str:
        return f"mail:{self.address}"


def parse(key: str) -> LineRecipient | MailRecipient:
    """The recipient behind a key; raises ``ValueError`` for what is not one of ours."""
    kind, _colon, rest = key.partition(":")
    if kind == "line":
        channel, _colon, user_id = rest.partition(":")
        return LineRecipient(int(channel), user_id)
    if kind == "mail":
        return MailRecipient(rest)
    raise ValueError(f"not a recipient: {key!r}")


@contextmanager
def held(key: str) -> Iterator[bool]:
    """Work alone for a recipient inside the block; False when somebody else already does.

    The lock belongs to the database connection: it goes with the process that held it, however
    that ends. It may be taken again inside itself.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCKS, key])
        taken = bool(cursor.fetchone()[0])
    try:
        yield taken
    finally:
        if taken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCKS, key])
