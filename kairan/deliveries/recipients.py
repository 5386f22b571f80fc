# SPDX-License-Identifier: Apache-2.0
"""Who gets it: one key for each recipient, and one sender at a time for each key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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


_holding: ContextVar[frozenset[str]] = ContextVar("kairan_recipients_held", default=frozenset())


@contextmanager
def held(key: str) -> Iterator[bool]:
    """Work alone for a recipient inside the block; False when somebody else already does.

    The lock belongs to the database connection: it goes with the process that held it, however
    that ends. Inside itself it is simply held.
    """
    if key in _holding.get():
        yield True
        return
    if not _ask("SELECT pg_try_advisory_lock(%s, hashtext(%s))", key):
        yield False
        return
    token = _holding.set(_holding.get() | {key})
    try:
        yield True
    finally:
        _holding.reset(token)
        _ask("SELECT pg_advisory_unlock(%s, hashtext(%s))", key)


def _ask(question: str, key: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [_LOCKS, key])
        return bool(cursor.fetchone()[0])
