# SPDX-License-Identifier: Apache-2.0
"""LINE's rate limits: a token bucket per channel and path."""

from __future__ import annotations

from dataclasses import dataclass, field

PER_SECOND = 1.0
PER_HOUR = 3600.0


@dataclass(frozen=True)
class Rate:
    """``most`` requests in ``seconds``; unused room does not pile up beyond ``most``."""

    most: float
    seconds: float = PER_SECOND


NORMAL = Rate(2000)
MULTICAST = Rate(200)
BROADCAST = Rate(60, PER_HOUR)
RICH_MENU = Rate(100, PER_HOUR)
LOADING = Rate(100)
WEBHOOK_SETTING = Rate(1000, 60)
WEBHOOK_TEST = Rate(60, PER_HOUR)


@dataclass
class Rates:
    """``scale`` 0 switches limits off; 0.01 makes them a hundred times tighter."""

    scale: float = 1.0
    _buckets: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def take(self, channel_id: str, name: str, rate: Rate, now: float) -> bool:
        """Whether one more request fits now; it is counted when it does."""
        if not self.scale:
            return True
        most = max(1.0, rate.most * self.scale)
        left, then = self._buckets.get((channel_id, name), (most, now))
        left = min(most, left + max(0.0, now - then) * most / rate.seconds)
        if left < 1.0:
            self._buckets[channel_id, name] = (left, now)
            return False
        self._buckets[channel_id, name] = (left - 1.0, now)
        return True

    def clear(self) -> None:
        self._buckets.clear()
