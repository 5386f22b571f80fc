# SPDX-License-Identifier: Apache-2.0
"""Events of many calls stored in one statement; a call is answered only when its events are
durable."""

from __future__ import annotations

import json

import psycopg

from kairan.conversations.channels import KnownChannel
from kairan.conversations.webhook import RECEIVE
from kairan.lib.batching import Batching
from kairan.municipalities.desk import Desk

Rows = list[dict[str, object]]

# While one waits for the disk the next already works; more of them only cut the batches smaller.
CONNECTIONS = 3
# A batch is one transaction; a burst is cut so that the first of it need not wait for the last.
MAX_CALLS = 64


class Intake:
    """Connections of its own, opened when first needed, on one event loop."""

    def __init__(self, conninfo: str) -> None:
        desks = [Desk(conninfo, name="kairan webhook") for _ in range(CONNECTIONS)]
        self._batching = Batching(desks, _store, most=MAX_CALLS)

    async def take(self, channel: KnownChannel, rows: Rows) -> None:
        """Returns when the events are stored; raises ``psycopg.Error`` when they could not be."""
        await self._batching.take(channel, rows)

    async def stop(self) -> None:
        """What has been taken in is stored first."""
        for desk in await self._batching.stop():
            await desk.hang_up()


async def _store(desk: Desk, channel: KnownChannel, calls: list[Rows]) -> list[None]:
    content = json.dumps([row for rows in calls for row in rows], ensure_ascii=False)
    await desk.ask(channel.town_id, _receive, [channel.town_id, channel.id, content])
    return [None] * len(calls)


async def _receive(connection: psycopg.AsyncConnection, given: list[object]) -> None:
    """Events that are known already are passed by, so twice is safe."""
    await connection.execute(RECEIVE, given)
