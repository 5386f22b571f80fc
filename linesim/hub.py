# SPDX-License-Identifier: Apache-2.0
"""Live notices to open phones: who looks at which talk is told that it changed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from typing import Any


class Hub:
    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Queue[dict[str, Any]]]] = defaultdict(set)

    def tell(self, topics: Iterable[str], notice: dict[str, Any]) -> None:
        """Cheap when nobody looks: a multicast to 500 costs 500 dictionary look-ups."""
        if not self._waiting:
            return
        for topic in topics:
            for queue in self._waiting.get(topic, ()):
                if queue.qsize() < 100:
                    queue.put_nowait(notice)

    async def listen(self, topics: list[str], beat: float = 15.0) -> AsyncIterator[dict[str, Any]]:
        """Notices as they come; an empty one every ``beat`` seconds keeps the line open."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for topic in topics:
            self._waiting[topic].add(queue)
        try:
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), beat)
                except TimeoutError:
                    yield {}
        finally:
            self._leave(topics, queue)

    def _leave(self, topics: list[str], queue: asyncio.Queue[dict[str, Any]]) -> None:
        for topic in topics:
            self._waiting[topic].discard(queue)
            if not self._waiting[topic]:
                del self._waiting[topic]
