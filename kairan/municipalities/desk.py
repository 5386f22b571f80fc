# SPDX-License-Identifier: Apache-2.0
"""A connection to the database for what runs on an event loop, without Django."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import psycopg

G = TypeVar("G")
A = TypeVar("A")
Question = Callable[[psycopg.AsyncConnection, G], Awaitable[A]]


class Desk:
    """One connection, opened when first needed, which remembers the town that it has told the
    server. One user at a time; ``name`` is what the server calls it."""

    def __init__(self, conninfo: str, *, name: str) -> None:
        self._conninfo = conninfo
        self._name = name
        self._connection: psycopg.AsyncConnection | None = None
        self._told: int | None = None
        self._lock = asyncio.Lock()

    async def ask(self, town_id: int, question: Question[G, A], given: G) -> A:
        """What ``question(connection, given)`` answers, inside the town; asked once more where the
        connection was lost, so it must be safe to ask twice."""
        async with self._lock:
            try:
                return await question(await self._entered(town_id), given)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                await self.hang_up()
                return await question(await self._entered(town_id), given)

    async def hang_up(self) -> None:
        connection, self._connection, self._told = self._connection, None, None
        if connection is not None:
            await connection.close()

    async def _entered(self, town_id: int) -> psycopg.AsyncConnection:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(
                self._conninfo,
                autocommit=True,
                connect_timeout=5,
                application_name=self._name,
                options="-c TimeZone=UTC",  # as Django's connections, whatever the server's own is
            )
        if self._told != town_id:
            await self._connection.execute(
                "SELECT set_config('kairan.municipality', %s, false)", [str(town_id)]
            )
            self._told = town_id
        return self._connection
