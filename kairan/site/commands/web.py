# SPDX-License-Identifier: Apache-2.0
"""``kairan web``: pages, webhook and streams on one port, in one process."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import resource
import signal

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

# Open streams and kept-alive connections together; granian's own default is 1,024.
MAX_CONNECTIONS = 20_000
# Work still running so long after SIGTERM is cut off: a worker or a browser will ask again.
STOP_SECONDS = 8


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="kairan web")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args(argv)
    run(arguments.host, arguments.port)


def run(host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    _allow_many_connections()
    asyncio.run(_serve(host, port))
    # Threads of pages that never end must not keep the process.
    os._exit(0)


async def _serve(host: str, port: int) -> None:
    from kairan.site import asgi

    server = Server(
        asgi.application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=2048,
        backpressure=MAX_CONNECTIONS,
        log_access=False,
    )
    loop = asyncio.get_running_loop()

    def stop() -> None:
        asgi.streams.hub.end_all()  # else the server would wait for them
        loop.call_later(STOP_SECONDS, os._exit, 0)
        server.stop()  # type: ignore[no-untyped-call]

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    await server.serve()


def _allow_many_connections() -> None:
    """Every stream is an open file; the usual soft limit of 1,024 is a relic."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + 1_000
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
