# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable

MINUTE = 60.0
# Forgotten all at once when there are more: a new count of a minute does no harm.
MOST_COUNTED = 10_000


class Pace:
    """How fast one may send, counted in this process. Nobody types so fast; a script does."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = a_minute
        self._clock = clock
        self._sent: dict[Hashable, deque[float]] = {}

    def allows(self, who: Hashable, count: int) -> bool:
        """Whether so many more may go now; then they are counted. 0 a minute: always."""
        if not self._most:
            return True
        if len(self._sent) >= MOST_COUNTED and who not in self._sent:
            self._sent.clear()
        now, times = self._clock(), self._sent.setdefault(who, deque())
        while times and times[0] <= now - MINUTE:
            times.popleft()
        if len(times) + count > self._most:
            return False
        times.extend([now] * count)
        return True
