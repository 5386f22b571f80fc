# SPDX-License-Identifier: Apache-2.0
"""``/streams/?ticket=…``: server-sent events, as a bare ASGI application without Django's ORM."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from kairan.lib.origins import is_same_origin
from kairan.municipalities.desk import Desk
from kairan.realtime.hub import HEARTBEAT, RELOAD, Hub, Stream
from kairan.realtime.listener import Listener
from kairan.realtime.reading import Follows, Reader, Reading, SignedOut
from kairan.realtime.tickets import BadTicket, Ticket, read

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEARTBEAT_SECONDS = 20.0
# Of a browser that comes back by itself; our own pages do it with a wait of their own.
RETRY = b"retry: 3000\n\n"
START_SECONDS = 5.0

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


class StreamApp:
    """Start it, serve with it, stop it, all on one event loop.

    ``readers``: by kind of notice, what adds to it what it is about. ``follows``: which topics the
    bearer of a live ticket may follow at this moment; asked one after the other, each when the
    topics of the one before are followed already.
    """

    def __init__(
        self,
        conninfo: str,
        *,
        readers: Mapping[str, Reader] | None = None,
        follows: Sequence[Follows] = (),
    ) -> None:
        self.hub = Hub()
        self._follows = follows
        self._desk = Desk(conninfo, name="kairan reader")
        self.reading = Reading(
            Desk(conninfo, name="kairan reader"), readers or {}, self.hub.receive
        )
        self.listener = Listener(
            conninfo,
            on_notice=lambda payload: self.reading.take(json.loads(payload)),
            on_gap=lambda: self.hub.tell_all(RELOAD),
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self.listener.run()),
            asyncio.create_task(self.reading.run()),
            asyncio.create_task(self._beat()),
        ]
        # A database that is down must not keep the pages from saying so.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.listener.listening.wait(), START_SECONDS)

    async def stop(self) -> None:
        self.hub.end_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self.hub.end_stalled()
            self.hub.tell_all(HEARTBEAT)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        ticket = _ticket(scope) if is_same_origin(headers) else None
        if scope["method"] != "GET":
            await _refuse(send, 405)
            return
        if ticket is None or not self.hub.may_open(ticket):
            await _refuse(send, 403)
            return
        stream = self.hub.open(ticket, headers.get(b"last-event-id", b"").decode("latin-1"))
        try:
            await self._begin(stream)
            await _serve(stream, receive, send)
        except SignedOut:
            await _refuse(send, 403)
        finally:
            self.hub.close(stream)

    async def _begin(self, stream: Stream) -> None:
        """What a live stream may follow. A topic that is taken away while that is being read stays
        away."""
        for follows in self._follows if stream.ticket.is_live else ():
            topics = await self._desk.ask(stream.ticket.town_id, follows, stream.ticket)
            self.hub.grant(stream, [topic for topic in topics if topic not in stream.revoked])


async def _serve(stream: Stream, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    watch = asyncio.create_task(_end_when_left(stream, receive))
    try:
        async with asyncio.timeout(None) as patience:
            stream.give_up = lambda: patience.reschedule(0)
            await _send_pieces(stream, send)
        with contextlib.suppress(Exception):  # the reader may be the one who has left
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except TimeoutError:
        pass
    finally:
        watch.cancel()


async def _send_pieces(stream: Stream, send: Send) -> None:
    """Until the stream is ended. The hub looks now and then whether the server still takes them: a
    clock around each sending cost more than the sending."""
    piece = RETRY
    while piece:
        stream.sending_since = time.time()
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        stream.sending_since = None
        piece = await stream.next()


async def _end_when_left(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


def _ticket(scope: Message) -> Ticket | None:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    try:
        return read(query.get("ticket", [""])[0])
    except BadTicket:
        return None


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"refused\n"})
