# SPDX-License-Identifier: Apache-2.0
"""The demo's processes: started, watched, started again when they die, stopped together."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

STOP_SECONDS = 15


@dataclass
class Part:
    """One process. ``command`` are the words after ``python -m``."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  (our own modules, no shell)
                [sys.executable, "-m", *self.command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal reaches the supervisor alone, which stops them in order.
                start_new_session=True,
            )

    def is_dead(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class PartFailed(Exception):
    """A process does not come up; the message names it and its log."""


class Stopped(BaseException):
    """Somebody has asked for the end while the demo was still starting."""


@dataclass
class Supervisor:
    """``asked_to_stop`` is set by whoever wants the end; waiting notices it."""

    parts: list[Part] = field(default_factory=list)
    asked_to_stop: threading.Event = field(default_factory=threading.Event)

    def start(self, part: Part) -> None:
        self.parts.append(part)
        part.start()

    def wait_for(self, url: str, seconds: float) -> None:
        """Return when ``url`` answers 200; raises ``PartFailed`` when it does not in time, and
        ``Stopped``."""
        deadline = time.monotonic() + seconds
        last = ""
        while time.monotonic() < deadline:
            self.revive(at_most=0)
            try:
                answer = httpx.get(url, timeout=2)
                if answer.status_code == httpx.codes.OK:
                    return
                last = answer.text[:500]
            except httpx.HTTPError as error:
                last = str(error)
            if self.asked_to_stop.wait(0.1):
                raise Stopped
        raise PartFailed(f"{url} did not answer within {seconds:.0f} seconds: {last}")

    def revive(self, *, at_most: int | None = None) -> list[str]:
        """Start what has died again; the names. Raises ``PartFailed`` beyond ``at_most`` deaths."""
        revived = []
        for part in self.parts:
            if not part.is_dead():
                continue
            part.deaths += 1
            if at_most is not None and part.deaths > at_most:
                raise PartFailed(f"{part.name} has ended; its log: {part.log}\n{_tail(part.log)}")
            part.start()
            revived.append(part.name)
        return revived

    def stop(self) -> None:
        for part in reversed(self.parts):
            part.stop()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
