# SPDX-License-Identifier: Apache-2.0
"""The real server as a process of its own, on the session's database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx


@contextmanager
def serving(log: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Address and process of a ``kairan web``; stopped at the end."""
    port = _free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "kairan", "web", "--port", str(port)],
            env={**os.environ, **environment},
            stdout=out,
            stderr=out,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/streams/", process, log)
        yield address, process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers at all; a refusal is an answer."""
    connecting = httpx.HTTPTransport(retries=0)
    with httpx.Client(transport=connecting, timeout=10) as client:
        while process.poll() is None:
            try:
                client.get(url)
            except httpx.ConnectError:
                continue
            return
    raise RuntimeError(log.read_text(encoding="utf-8"))
