# SPDX-License-Identifier: Apache-2.0
"""One port: streams and the webhook on the event loop, pages in threads (decision 0004)."""

from __future__ import annotations

import time

from django.conf import settings

from kairan.conversations.lane import WebhookLane
from kairan.realtime.stream import StreamApp
from kairan.site import metrics
from kairan.site.bridge import ASGIApp, Message, Pages, Receive, Send
from kairan.site.wsgi import application as pages_wsgi
from kairan.talk.lane import TalkLane
from kairan.talk.streams import FOLLOWS, READERS

STREAMS = "/streams/"
WEBHOOK = "/line/webhook/"
TALK = "/community/talk/send"

streams = StreamApp(settings.DATABASE_URL, readers=READERS, follows=FOLLOWS)
metrics.OPEN_STREAMS.set_function(lambda: len(streams.hub))
pages = Pages(pages_wsgi, threads=settings.WEB_THREADS)
lane = WebhookLane(settings.DATABASE_URL, prefix=WEBHOOK, threads=pages.pool)
talk = TalkLane(settings.DATABASE_URL, threads=pages.pool)


async def application(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http":
        await _chosen(scope["path"])(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1000})


def _chosen(path: str) -> ASGIApp:
    if path == STREAMS:
        return streams
    if path == TALK:
        return _talk
    return _webhook if path.startswith(WEBHOOK) else pages


def _counted(name: str, app: ASGIApp) -> ASGIApp:
    """Counted here, because it passes by the middleware that counts pages."""

    async def counted(scope: Message, receive: Receive, send: Send) -> None:
        began, status = time.perf_counter(), 0

        async def noting_send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        await app(scope, receive, noting_send)
        metrics.count_request(name, scope["method"], status, time.perf_counter() - began)

    return counted


_webhook, _talk = _counted("webhook", lane), _counted("talk", talk)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await streams.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            await streams.stop()
            await lane.stop()
            await talk.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
