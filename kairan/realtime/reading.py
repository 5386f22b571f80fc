# SPDX-License-Identifier: Apache-2.0
"""What a notice is about, read once for all streams of this process, without Django's ORM."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from itertools import groupby, islice
from typing import Any

import psycopg
import structlog

from kairan.municipalities.desk import Desk
from kairan.realtime.publishing import WHOLE
from kairan.realtime.tickets import Ticket

log = structlog.get_logger(__name__)

# Well below what a stream lets wait (``hub.MAX_WAITING``): it is sent before the next are read.
MOST_AT_ONCE = 25

Content = dict[str, Any]
_Sort = tuple[Any, Any, bool]
_MOVES = {"grants", "revokes"}


class SignedOut(Exception):
    """The device of a ticket is not signed in any more."""


# Both get a connection that has entered the town; the second may raise ``SignedOut``.
Reader = Callable[[psycopg.AsyncConnection, list[Content]], Awaitable[list[Content]]]
Follows = Callable[[psycopg.AsyncConnection, Ticket], Awaitable[list[str]]]


class Reading:
    """Notices of some kinds get what they are about before they go out, in the order they came.

    What has come while one batch is read is the next batch. Those that are whole wait their turn
    among the others, and so do those by which somebody begins or ceases to follow: who comes into
    a room hears nothing of what was said there before.
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
        if content.get("kind") in self._readers or _MOVES & content.keys():
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
            for sort, alike in groupby(batch, _sort):
                while some := list(islice(alike, MOST_AT_ONCE)):
                    await self._pass_on(sort, some)

    async def _pass_on(self, sort: _Sort, some: list[Content]) -> None:
        """With what they are about; as they are where that could not be read, so that pages ask.
        Whatever goes wrong with some must not end the reading of others."""
        town_id, kind, is_whole = sort
        found = some
        if not is_whole and kind in self._readers:
            try:
                found = await self._desk.ask(town_id, self._readers[kind], some)
            except Exception as error:
                log.warning("realtime.not_read", notices=len(some), error=str(error)[:200])
        for content in found:
            with contextlib.suppress(Exception):
                self._on_read(content)
        await asyncio.sleep(0)  # streams take what they were given before more comes


def _sort(content: Content) -> _Sort:
    return content.get("town"), content.get("kind"), WHOLE in content
