# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks stand on: a fresh database, a town with a LINE channel, processes."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from kairan.site import embedded


@dataclass
class Stage:
    data: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    token: str = field(default_factory=lambda: secrets.token_urlsafe(64))

    def start(self, *words: str, log: str) -> subprocess.Popen[bytes]:
        with (self.data / log).open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", *words], env=self.environment, stdout=out, stderr=out
            )
        self.processes.append(process)
        return process

    def web(self) -> str:
        """Start one web process; its address, once it answers."""
        port = free_port()
        self.start("kairan", "web", "--host", "127.0.0.1", "--port", str(port), log="web.log")
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/healthz")
        return address

    def line(self) -> str:
        """Start something that takes all calls to LINE; the processes started later use it."""
        port = free_port()
        self.start("bench.fake_line", str(port), log="line.log")
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/calls")
        self.environment.update(KAIRAN_LINE_API_URL=address, KAIRAN_LINE_DATA_API_URL=address)
        return address

    def worker(self) -> None:
        self.start("kairan", "worker", log="worker.log")

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait(20)


@contextmanager
def stage(**environment: str) -> Iterator[Stage]:
    """A migrated database of its own with fsync on, gone afterwards. Starts Django here too."""
    data = Path(tempfile.mkdtemp(prefix="kairan-bench-"))
    data.chmod(0o755)
    server = embedded.start(data)
    os.environ.update(
        {
            "DATABASE_URL": server.database_url,
            "DJANGO_SETTINGS_MODULE": "kairan.site.settings",
            "KAIRAN_DATA": str(data),
            "KAIRAN_DEMO": "1",
            "KAIRAN_SECRET_KEY": secrets.token_urlsafe(48),
            "KAIRAN_LINE_API_URL": "http://127.0.0.1:9",
            "KAIRAN_LINE_DATA_API_URL": "http://127.0.0.1:9",
            **environment,
        }
    )
    made = Stage(data, dict(os.environ))
    try:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield made
    finally:
        made.stop()
        from django.db import connections

        connections.close_all()
        server.stop()
        shutil.rmtree(data, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise TimeoutError(url)
