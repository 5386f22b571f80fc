# SPDX-License-Identifier: Apache-2.0
"""The webhook on the event loop, without a thread and without Django's request: the same
judgement and the same statement as ``webhook.receive``, for many calls at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Executor
from http import HTTPStatus
from typing import Any

import structlog
from django.db import close_old_connections

from kairan.conversations.channels import KnownChannel, channel_by_key, kept_channel
from kairan.conversations.intake import Intake
from kairan.conversations.webhook import MAX_BODY, judge, row

log = structlog.get_logger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class WebhookLane:
    """An ASGI application for ``POST <prefix><key>``."""

    def __init__(self, conninfo: str, *, prefix: str, threads: Executor) -> None:
        self._intake = Intake(conninfo)
        self._prefix = prefix
        self._threads = threads

    async def stop(self) -> None:
        await self._intake.stop()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            status = await self._status(scope, receive)
        except Exception:
            log.exception("webhook.failed")
            status = HTTPStatus.INTERNAL_SERVER_ERROR
        if status is not None:
            await _answer(send, status)

    async def _status(self, scope: Message, receive: Receive) -> HTTPStatus | None:
        if scope["method"] != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        # The key is a secret of LINE's and ours: for anybody else not a byte is kept in memory.
        channel = await self._channel(scope["path"].removeprefix(self._prefix).rstrip("/"))
        if channel is None:
            return HTTPStatus.NOT_FOUND
        body = await _body(receive)
        if body is None:
            return None
        if len(body) > MAX_BODY:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        status, events = judge(channel, body, _signature(scope))
        if events:
            await self._intake.take(channel, [row(event) for event in events])
        return status

    async def _channel(self, key: str) -> KnownChannel | None:
        found, channel = kept_channel(key)
        if found:
            return channel
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _look_up, key)


def _look_up(key: str) -> KnownChannel | None:
    """In a thread, as Django's connections want it; outside a request nobody else tidies them."""
    close_old_connections()
    return channel_by_key(key)


async def _body(receive: Receive) -> bytes | None:
    """The bytes, one too many where there are more than allowed; None when the caller left."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        piece: bytes = message.get("body", b"")
        body += piece
        if len(body) > MAX_BODY or not message.get("more_body", False):
            return body


def _signature(scope: Message) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-line-signature":
            found: str = value.decode("latin-1")
            return found
    return None


async def _answer(send: Send, status: HTTPStatus) -> None:
    body = f"{status.phrase}\n".encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
