# SPDX-License-Identifier: Apache-2.0
"""Messages of many senders stored in one statement; nobody is answered before their message is
durable."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from kairan.lib.batching import Batching
from kairan.municipalities.desk import Desk
from kairan.talk.storing import STORE, Said

# Messages of one room wait for each other anyway; another room need not.
CONNECTIONS = 2
MAX_CALLS = 64

Answers = list[dict[str, Any]]


class Storing:
    """Connections of its own, opened when first needed, on one event loop."""

    def __init__(self, conninfo: str) -> None:
        desks = [Desk(conninfo, name="kairan talk") for _ in range(CONNECTIONS)]
        self._batching = Batching(desks, _store, most=MAX_CALLS)

    async def store(self, town_id: int, said: list[Said]) -> Answers:
        """What ``talk_store`` answered for each, in their order; raises ``psycopg.Error`` when
        nothing of it could be stored."""
        return await self._batching.take(town_id, said)

    async def stop(self) -> None:
        """What has been taken in is stored first."""
        for desk in await self._batching.stop():
            await desk.hang_up()


async def _store(desk: Desk, town_id: int, calls: list[list[Said]]) -> list[Answers]:
    # In the order in which ``talk_store`` answers; two senders may have chosen one ``client_id``.
    numbered = enumerate(said for call in calls for said in call)
    order = sorted(numbered, key=lambda pair: (pair[1].room, pair[0]))
    content = json.dumps([said.as_json() for _place, said in order])
    found = await desk.ask(town_id, _say, [town_id, content])
    placed = {place: answer for (place, _said), answer in zip(order, found, strict=True)}
    answers = iter([placed[place] for place in range(len(placed))])
    return [[next(answers) for _said in call] for call in calls]


async def _say(connection: psycopg.AsyncConnection, given: list[object]) -> Answers:
    """A message that is stored already is not stored again, so twice is safe."""
    found = await connection.execute(STORE, given)
    row = await found.fetchone()
    return list(row[0]) if row else []
