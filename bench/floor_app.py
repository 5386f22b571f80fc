# SPDX-License-Identifier: Apache-2.0
"""The least that a webhook must do: check the signature, one INSERT, answer. No framework.

``python -m bench.floor_app PORT DATABASE_URL SECRET`` serves it as ``kairan web`` serves Kairan:
the same server, the same number of threads, one process.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

TABLE = "CREATE TABLE IF NOT EXISTS floor_event (id bigserial PRIMARY KEY, body bytea NOT NULL)"
_connections = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if environ["REQUEST_METHOD"] == "POST":
        mac = hmac.new(SECRET, body, hashlib.sha256).digest()
        given = environ.get("HTTP_X_LINE_SIGNATURE", "")
        if not hmac.compare_digest(base64.b64encode(mac).decode(), given):
            start_response("403 Forbidden", [("Content-Length", "0")])
            return []
        _connection().execute("INSERT INTO floor_event (body) VALUES (%s)", [body])
    start_response("200 OK", [("Content-Length", "3")])
    return [b"OK\n"]


def _connection() -> psycopg.Connection:
    known: psycopg.Connection | None = getattr(_connections, "open", None)
    if known is None:
        known = _connections.open = psycopg.connect(DATABASE_URL, autocommit=True)
    return known


async def serve(port: int) -> None:
    from granian.constants import HTTPModes, Interfaces
    from granian.server.embed import Server

    from kairan.site.bridge import Pages

    pages = Pages(application, threads=THREADS)
    server = Server(
        pages,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=2048,
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    PORT, DATABASE_URL, key, THREADS = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    SECRET = key.encode()
    with psycopg.connect(DATABASE_URL, autocommit=True) as first:
        first.execute(TABLE)
    asyncio.run(serve(PORT))
