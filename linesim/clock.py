# SPDX-License-Identifier: Apache-2.0
"""The simulator's time: the machine's clock plus an offset, so tests expire things unwaited."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass
class Clock:
    """``offset`` is in seconds and may only grow within a run; buckets and tokens rely on that."""

    offset: float = 0.0

    def now(self) -> float:
        """Seconds since the epoch, offset included."""
        return time.time() + self.offset

    def ms(self) -> int:
        """Milliseconds since the epoch, as LINE writes timestamps."""
        return int(self.now() * 1000)

    def advance(self, seconds: float) -> None:
        self.offset += seconds


def iso(seconds: float) -> str:
    """``2026-08-01T00:00:00.123Z``: the form LINE gives times in JSON answers."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
