# SPDX-License-Identifier: Apache-2.0
"""Serving the simulator with granian, inside this process: all state stays in its memory."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.applications import Starlette

from linesim.drops import DroppedError
from linesim.state import Sim

START_SECONDS = 20.0


def usable_port(host: str, port: int) -> int:
    """The port, or a free one for 0. Raises OSError when somebody else listens there: granian
    would share it (SO_REUSEPORT), and half of the requests would go to the other."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        bound: int = probe.getsockname()[1]
        return bound


class Listening:
    """The server of one Sim. ``serve`` returns after ``stop``."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        self.host, self.port = host, usable_port(host, port)
        self.url = f"http://{host}:{self.port}"
        sim: Sim = app.state.sim
        sim.public_url = sim.public_url or self.url
        self._server = Server(
            quiet(app),
            address=host,
            port=self.port,
            interface=Interfaces.ASGI,
            log_enabled=False,
            websockets=False,
        )

    async def serve(self, ready: Callable[[], None]) -> None:
        """Serve until stopped; ``ready`` is called once the port answers."""
        serving = asyncio.create_task(self._server.serve())
        waiting = asyncio.create_task(self._wait_until_up(ready))
        try:
            await serving
        finally:
            waiting.cancel()

    async def _wait_until_up(self, ready: Callable[[], None]) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            for _ in range(int(START_SECONDS / 0.05)):
                try:
                    await client.get(f"{self.url}/sim/faults", timeout=1)
                except httpx.HTTPError:
                    await asyncio.sleep(0.05)
                else:
                    ready()
                    return

    def stop(self) -> None:
        """To be called in the server's own loop."""
        self._server.stop()  # type: ignore[no-untyped-call]


def quiet(app: Starlette) -> Callable[..., object]:
    """A broken connection on purpose is no news for the log."""

    async def wrapped(scope, receive, send):  # type: ignore[no-untyped-def]
        try:
            await app(scope, receive, send)
        except DroppedError:
            raise ConnectionResetError from None

    return wrapped
