# SPDX-License-Identifier: Apache-2.0
"""Messages of many senders stored in one statement: what comes while one batch is being committed
is the next. Nobody waits for a clock, and nobody is answered before their message is durable."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import psycopg

from kairan.realtime.reading import Desk
from kairan.talk.storing import STORE, Said

# Messages of one room wait for each other anyway; another room need not.
CONNECTIONS = 2
MAX_BATCH = 64

Answers = list[dict[str, Any]]


@dataclass(eq=False)
class Call:
    town_id: int
    said: list[Said]
    done: asyncio.Future[Answers]


class Batching:
    """Connections of its own, opened when first needed, on one event loop."""

    def __init__(self, conninfo: str) -> None:
        self._waiting: list[Call] = []
        self._idle = [Desk(conninfo) for _ in range(CONNECTIONS)]
        self._at_work: set[asyncio.Task[None]] = set()

    async def store(self, town_id: int, said: list[Said]) -> Answers:
        """What ``talk_store`` answered for each, in their order; raises ``psycopg.Error`` when
        nothing of it could be stored."""
        call = Call(town_id, said, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        if self._idle:
            task = asyncio.create_task(self._work(self._idle.pop()))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
        return await call.done

    async def stop(self) -> None:
        """What has been taken in is stored first."""
        await asyncio.gather(*self._at_work, return_exceptions=True)
        for desk in self._idle:
            await desk.hang_up()

    async def _work(self, desk: Desk) -> None:
        try:
            while self._waiting:
                town_id = self._waiting[0].town_id
                batch = [call for call in self._waiting if call.town_id == town_id][:MAX_BATCH]
                self._waiting = [call for call in self._waiting if call not in batch]
                await _settle(desk, batch)
        finally:
            self._idle.append(desk)


async def _settle(desk: Desk, calls: list[Call]) -> None:
    """Together; where that fails, each by itself, so that one cannot spoil the others."""
    # As ``talk_store`` goes through them; two senders may have chosen the same ``client_id``.
    numbered = enumerate(said for call in calls for said in call.said)
    order = sorted(numbered, key=lambda pair: (pair[1].room, pair[0]))
    content = json.dumps([said.as_json() for _place, said in order])
    try:
        found = await desk.ask(calls[0].town_id, _store, [calls[0].town_id, content])
    except Exception as error:
        if len(calls) > 1:
            for call in calls:
                await _settle(desk, [call])
        elif not calls[0].done.done():
            calls[0].done.set_exception(error)
        return
    placed = sorted(zip((place for place, _said in order), found, strict=True), key=itemgetter(0))
    answers = iter([answer for _place, answer in placed])
    for call in calls:
        own = [next(answers) for _said in call.said]
        if not call.done.done():  # cancelled: its caller has left
            call.done.set_result(own)


async def _store(connection: psycopg.AsyncConnection, given: list[Any]) -> Answers:
    found = await connection.execute(STORE, given)
    row = await found.fetchone()
    return list(row[0]) if row else []
