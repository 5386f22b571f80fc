# SPDX-License-Identifier: Apache-2.0
"""A whole demo in processes of its own, as a new user would start it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.kept import copy_demo, without_ours

if TYPE_CHECKING:
    import psutil

START_SECONDS = 600


@dataclass(frozen=True)
class RunningDemo:
    """What the ready file said, and where the demo keeps its logs."""

    ready: dict[str, Any]
    data: Path
    process: subprocess.Popen[bytes]

    @property
    def web(self) -> str:
        return str(self.ready["web"])

    @property
    def simulator(self) -> str:
        return str(self.ready["simulator"])

    def login(self, role: str) -> dict[str, str]:
        found: dict[str, str] = next(one for one in self.ready["logins"] if one["role"] == role)
        return found

    def pids(self, part: str) -> list[int]:
        """The live processes of ``kairan PART`` below this demo, children before parents."""
        import psutil

        family = {top.pid for top in self._tops(part)}
        for top in self._tops(part):
            with suppress(psutil.Error):  # it may have died meanwhile
                family |= {p.pid for p in top.children(recursive=True)}
        return sorted(family, reverse=True)

    def main_pid(self, part: str) -> int:
        """The process that the supervisor started for ``kairan PART``; 0 while there is none."""
        return next((top.pid for top in self._tops(part)), 0)

    def _tops(self, part: str) -> list[psutil.Process]:
        import psutil

        found = []
        for process in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                if {"kairan", part} <= set(process.cmdline()):
                    found.append(process)
        return found


@contextmanager
def running_demo(**given: str) -> Iterator[RunningDemo]:
    """``kairan demo`` on free ports with data of its own, a copy of what a demo made from nothing;
    stop it and remove the data.

    ``given``: settings of its environment.
    """
    data = Path(tempfile.mkdtemp(prefix="kairan-demo-"))
    data.chmod(0o755)
    try:
        copy_demo(data)
        with started(data, **given) as demo:
            yield demo
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def started(data: Path, **given: str) -> Iterator[RunningDemo]:
    """``kairan demo`` in ``data``, which it fills where it is empty; stopped afterwards."""
    with tempfile.TemporaryDirectory(prefix="kairan-demo-") as beside:
        ready_file, log_file = Path(beside) / "ready.json", Path(beside) / "demo.log"
        command = [sys.executable, "-m", "kairan", "demo", "--port", "0", "--simulator-port", "0"]
        command += ["--data", str(data), "--ready-file", str(ready_file)]
        with log_file.open("wb") as log:
            environment = {**without_ours(), **given}
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            _wait(process, ready_file, log_file)
            yield RunningDemo(json.loads(ready_file.read_text()), data, process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], ready_file: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the demo did not start:\n" + log.read_text(errors="replace"))
        time.sleep(0.1)
