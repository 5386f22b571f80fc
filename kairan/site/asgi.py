# SPDX-License-Identifier: Apache-2.0
"""One port for both: streams on the event loop, pages in threads (docs/decisions/0004)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from kairan.realtime.stream import StreamApp
from kairan.site.bridge import Message, Pages, Receive, Send
from kairan.site.metrics import OPEN_STREAMS
from kairan.site.wsgi import application as pages_wsgi

STREAMS = "/streams/"

streams = StreamApp(settings.DATABASE_URL)
OPEN_STREAMS.set_function(lambda: len(streams.hub))
pages = Pages(pages_wsgi, threads=settings.WEB_THREADS)


async def application(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http":
        chosen: Any = streams if scope["path"] == STREAMS else pages
        await chosen(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1000})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await streams.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            await streams.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
