# SPDX-License-Identifier: Apache-2.0
"""One connection of this process hears every notice of the database."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import psycopg
import structlog
from psycopg import sql

from kairan.realtime.publishing import CHANNEL

log = structlog.get_logger(__name__)

FIRST_WAIT, LAST_WAIT = 0.2, 5.0
# A connection can die without a word (a firewall, a pulled cable): ask when it is quiet.
ASK_AFTER_SECONDS = 15.0
ANSWER_WITHIN_SECONDS = 5.0


class Listener:
    """``on_notice`` gets each payload; ``on_gap`` is called when some may have been missed."""

    def __init__(
        self, conninfo: str, *, on_notice: Callable[[str], None], on_gap: Callable[[], None]
    ) -> None:
        self._conninfo = conninfo
        self._on_notice = on_notice
        self._on_gap = on_gap
        self.listening = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        wait = FIRST_WAIT
        while True:
            try:
                async with await self._connect() as connection:
                    self._on_gap()
                    self.listening.set()
                    wait = FIRST_WAIT
                    await self._hear(connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                log.warning("realtime.listener_lost", error=str(error).strip(), wait=wait)
            finally:
                self.listening.clear()
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311
            wait = min(wait * 2, LAST_WAIT)

    async def _connect(self) -> psycopg.AsyncConnection:
        connection = await psycopg.AsyncConnection.connect(
            self._conninfo, autocommit=True, connect_timeout=5, application_name="kairan streams"
        )
        try:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _hear(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            async for notify in connection.notifies(timeout=ASK_AFTER_SECONDS):
                self._take(notify.payload)
            async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
                await connection.execute("SELECT 1")

    def _take(self, payload: str) -> None:
        """Whoever may log in to the database may notify: nonsense must not end the listening."""
        try:
            self._on_notice(payload)
        except Exception:
            log.warning("realtime.nonsense", size=len(payload))
