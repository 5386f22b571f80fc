# SPDX-License-Identifier: Apache-2.0
"""What a notice is about, read once for all streams of this process, without Django's ORM."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import psycopg
import structlog

from kairan.municipalities.desk import Desk
from kairan.realtime.tickets import Ticket

log = structlog.get_logger(__name__)

# Well below what a stream lets wait (``hub.MAX_WAITING``): it is sent before the next are read.
MOST_AT_ONCE = 25

Content = dict[str, Any]


class SignedOut(Exception):
    """The device of a ticket is not signed in any more."""


# Both get a connection that has entered the town; the second may raise ``SignedOut``.
Reader = Callable[[psycopg.AsyncConnection, list[Content]], Awaitable[list[Content]]]
Follows = Callable[[psycopg.AsyncConnection, Ticket], Awaitable[list[str]]]


class Reading:
    """Notices of some kinds get what they are about before they go out, in the order they came.

    What has come while one batch is read is the next batch.
    """

    def __init__(
        self, desk: Desk, readers: Mapping[str, Reader], on_read: Callable[[Content], None]
    ) -> None:
        self._desk = desk
        self._readers = readers
        self._on_read = on_read
        self._waiting: list[Content] = []
        self._wake = asyncio.Event()

    def take(self, content: Content) -> None:
        if content.get("kind") in self._readers:
            self._waiting.append(content)
            self._wake.set()
        else:
            self._on_read(content)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._waiting = self._waiting, []
            while batch:
                alike = [one for one in batch if _sort(one) == _sort(batch[0])]
                batch = [one for one in batch if _sort(one) != _sort(alike[0])]
                for first in range(0, len(alike), MOST_AT_ONCE):
                    await self._pass_on(alike[first : first + MOST_AT_ONCE])

    async def _pass_on(self, alike: list[Content]) -> None:
        """With what they are about; as they are where that could not be read, so that pages ask.
        Whatever goes wrong with some must not end the reading of others."""
        try:
            town_id, kind = _sort(alike[0])
            for content in await self._desk.ask(town_id, self._readers[kind], alike):
                self._on_read(content)
        except Exception as error:
            log.warning("realtime.not_read", notices=len(alike), error=str(error)[:200])
            for content in alike:
                with contextlib.suppress(Exception):
                    self._on_read(content)


def _sort(content: Content) -> tuple[Any, Any]:
    return content.get("town"), content.get("kind")
