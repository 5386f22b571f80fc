# SPDX-License-Identifier: Apache-2.0
"""Answers that never arrive: a connection that breaks, a server that stays silent.

Over sockets they happen as they do in life. Without sockets the transport announces the ASGI
extension ``linesim.drops``; then they are raised at once and it turns them into httpx's errors.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

EXTENSION = "linesim.drops"


class DroppedError(Exception):
    """The connection broke before the answer."""


class SilentError(Exception):
    """Nothing was answered in time."""


class Cut(Response):
    """Promises more bytes than it sends, then breaks the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        if EXTENSION in scope.get("extensions", {}):
            raise DroppedError
        headers = [(b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        raise DroppedError


class Silence(Cut):
    """Says nothing for so many seconds, or until the other side hangs up."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if EXTENSION in scope.get("extensions", {}):
            raise SilentError
        with suppress(TimeoutError):
            await asyncio.wait_for(_hung_up(receive), self.seconds)
        await super().__call__(scope, receive, send)


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
