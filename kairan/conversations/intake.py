# SPDX-License-Identifier: Apache-2.0
"""Events of many calls stored in one statement: what comes while batches are being committed is
the next batch. Nobody waits for a clock, and a call is answered only when its events are durable.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass

import psycopg

from kairan.conversations.channels import KnownChannel
from kairan.conversations.webhook import RECEIVE

Rows = list[dict[str, object]]

# While one waits for the disk the next already works; more of them only cut the batches smaller.
CONNECTIONS = 3
# A batch is one transaction; a burst is cut so that the first of it need not wait for the last.
MAX_CALLS = 64


@dataclass(eq=False)
class Call:
    channel: KnownChannel
    rows: Rows
    done: asyncio.Future[None]


class Intake:
    """Connections of its own, opened when first needed, on one event loop."""

    def __init__(self, conninfo: str) -> None:
        self._waiting: list[Call] = []
        self._idle = [Desk(conninfo) for _ in range(CONNECTIONS)]
        self._at_work: set[asyncio.Task[None]] = set()

    async def take(self, channel: KnownChannel, rows: Rows) -> None:
        """Returns when the events are stored; raises ``psycopg.Error`` when they could not be."""
        call = Call(channel, rows, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        if self._idle:
            task = asyncio.create_task(self._work(self._idle.pop()))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
        await call.done

    async def stop(self) -> None:
        """What has been taken in is stored first."""
        await asyncio.gather(*self._at_work, return_exceptions=True)
        for desk in self._idle:
            await desk.hang_up()

    async def _work(self, desk: Desk) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MAX_CALLS], self._waiting[MAX_CALLS:]
                by_channel: dict[KnownChannel, list[Call]] = defaultdict(list)
                for call in batch:
                    by_channel[call.channel].append(call)
                for channel, calls in by_channel.items():
                    await _settle(desk, channel, calls)
        finally:
            self._idle.append(desk)


async def _settle(desk: Desk, channel: KnownChannel, calls: list[Call]) -> None:
    """Together; where that fails, each by itself, so that one cannot spoil the others."""
    try:
        await desk.store(channel, [row for call in calls for row in call.rows])
    except Exception as error:
        if len(calls) > 1:
            for call in calls:
                await _settle(desk, channel, [call])
        elif not calls[0].done.done():
            calls[0].done.set_exception(error)
        return
    for call in calls:
        if not call.done.done():  # cancelled: its caller has left
            call.done.set_result(None)


class Desk:
    """One connection, which remembers the town that it has told the server."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.AsyncConnection | None = None
        self._told: int | None = None

    async def store(self, channel: KnownChannel, rows: Rows) -> None:
        content = json.dumps(rows, ensure_ascii=False)
        try:
            await self._execute(channel, content)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            # The connection had been lost; nothing is stored twice, so once more is safe.
            await self.hang_up()
            await self._execute(channel, content)

    async def hang_up(self) -> None:
        connection, self._connection, self._told = self._connection, None, None
        if connection is not None:
            await connection.close()

    async def _execute(self, channel: KnownChannel, content: str) -> None:
        connection = self._connection or await self._connect()
        if self._told != channel.town_id:
            await connection.execute(
                "SELECT set_config('kairan.municipality', %s, false)", [str(channel.town_id)]
            )
            self._told = channel.town_id
        await connection.execute(RECEIVE, [channel.town_id, channel.id, content])

    async def _connect(self) -> psycopg.AsyncConnection:
        self._connection = await psycopg.AsyncConnection.connect(
            self._conninfo, autocommit=True, connect_timeout=5, application_name="kairan webhook"
        )
        return self._connection
