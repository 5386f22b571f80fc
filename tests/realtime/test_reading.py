# SPDX-License-Identifier: Apache-2.0
"""What a notice is about is read before it goes on; whole ones wait their turn among the others."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import Any

import psycopg

from kairan.realtime.hub import MAX_WAITING, Hub
from kairan.realtime.reading import Content, Reader, Reading
from kairan.realtime.tickets import Ticket

KIND = "talk.message"


class SlowDesk:
    """A database that answers when it is let."""

    def __init__(self) -> None:
        self.answers = asyncio.Event()
        self.asked = 0

    async def ask(self, _town_id: int, reader: Reader, notices: list[Content]) -> list[Content]:
        self.asked += 1
        await self.answers.wait()
        return await reader(None, notices)  # type: ignore[arg-type]


async def add_text(connection: psycopg.AsyncConnection, notices: list[Content]) -> list[Content]:
    return [{**notice, "text": "read"} for notice in notices]


async def no_database(connection: psycopg.AsyncConnection, notices: list[Content]) -> list[Content]:
    raise psycopg.OperationalError


def notice(number: int, **more: Any) -> Content:
    return {"town": 1, "topics": ["room:1"], "kind": KIND, "number": number, **more}


def passed_on(*notices: Content, reader: Reader = add_text) -> tuple[list[Content], int]:
    """What has gone on, and how often the database was asked."""

    async def read() -> tuple[list[Content], int]:
        desk, found = SlowDesk(), []
        reading = Reading(desk, {KIND: reader}, found.append)  # type: ignore[arg-type]
        running = asyncio.create_task(reading.run())
        for one in notices:
            reading.take(one)
            await asyncio.sleep(0)
        desk.answers.set()
        while len(found) < len(notices):
            await asyncio.sleep(0)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        return found, desk.asked

    return asyncio.run(read())


def test_what_is_whole_is_not_read() -> None:
    found, asked = passed_on(notice(1, whole=True, text="whole"))
    assert ([one["text"] for one in found], asked) == (["whole"], 0)


def test_what_is_whole_does_not_overtake_what_is_being_read() -> None:
    found, _asked = passed_on(
        notice(1), notice(2, whole=True, text="whole"), notice(3), notice(4, whole=True, text="")
    )
    assert [one["number"] for one in found] == [1, 2, 3, 4]
    assert [one["text"] for one in found] == ["read", "whole", "read", ""]


def test_who_comes_into_a_room_hears_nothing_of_what_was_said_before() -> None:
    room = ("position:5", "room:1")

    async def read() -> list[str]:
        hub, desk = Hub(), SlowDesk()
        stream = hub.open(Ticket(1, 7, frozenset({"position:5"}), 0.0))
        reading = Reading(desk, {KIND: add_text}, hub.receive)  # type: ignore[arg-type]
        running = asyncio.create_task(reading.run())
        for one in (
            notice(1),
            notice(2, kind="talk.joined", grants=[room]),
            notice(3, whole=True),
            notice(4, kind="talk.left", revokes=[room]),
            notice(5),
            notice(6, topics=["position:5"]),
        ):
            reading.take(one)
            await asyncio.sleep(0)
        desk.answers.set()
        heard = ""
        while '"number":6' not in heard:
            heard += (await stream.next()).decode()
        running.cancel()
        return re.findall(r'"number":(\d)', heard)

    assert asyncio.run(read()) == ["2", "3", "4", "6"]


def test_what_could_not_be_read_goes_on_once_as_it_is() -> None:
    found, _asked = passed_on(notice(1), notice(2, whole=True), reader=no_database)
    assert [one["number"] for one in found] == [1, 2]
    assert "text" not in found[0]


def test_a_burst_of_whole_ones_ends_no_stream() -> None:
    """The database gives them all at once; a stream is let take some before more come."""

    async def read() -> int:
        hub = Hub()
        stream = hub.open(Ticket(1, 7, frozenset({"room:1"}), 0.0))
        reading = Reading(SlowDesk(), {KIND: add_text}, hub.receive)  # type: ignore[arg-type]
        running = asyncio.create_task(reading.run())
        for number in range(3 * MAX_WAITING):
            reading.take(notice(number, whole=True))
        shown = 0
        while shown < 3 * MAX_WAITING:
            piece = await stream.next()
            assert piece, "the stream was ended"
            shown += piece.count(b"event: notice")
        running.cancel()
        return shown

    assert asyncio.run(read()) == 3 * MAX_WAITING
