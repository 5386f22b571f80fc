# SPDX-License-Identifier: Apache-2.0
"""The least that LINE can be: takes every reply and push, and remembers when it came.

``python -m bench.fake_line PORT``. ``GET /calls`` gives [[moment, reply token or recipient], …]
with moments of the system's monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
import uuid
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

calls: list[tuple[float, str]] = []


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    arrived = time.monotonic()
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    answer: object = {}
    if scope["method"] == "POST" and body:
        content = json.loads(body)
        calls.append((arrived, str(content.get("replyToken") or content.get("to"))))
        answer = {"sentMessages": []}
    elif scope["path"] == "/calls":
        answer = calls
    headers = [
        (b"content-type", b"application/json"),
        (b"x-line-request-id", str(uuid.uuid4()).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


async def serve(port: int) -> None:
    server = Server(
        application,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
