# SPDX-License-Identifier: Apache-2.0
"""What many bring at once, done together: what comes while one batch is being done is the next.
Nobody waits for a clock, and nobody is answered before their own is done."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

W = TypeVar("W")
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
A = TypeVar("A")


@dataclass(eq=False)
class _Call(Generic[T, A]):
    item: T
    done: asyncio.Future[A]


class Batching(Generic[W, K, T, A]):
    """``work(worker, key, items)`` gives an answer for each item, in their order. Each of the
    ``workers`` does one batch at a time, of items with one key, at most ``most`` of them."""

    def __init__(
        self,
        workers: Iterable[W],
        work: Callable[[W, K, list[T]], Awaitable[list[A]]],
        *,
        most: int,
    ) -> None:
        self._idle = list(workers)
        self._work = work
        self._most = most
        # By key, the one that has waited longest first.
        self._waiting: dict[K, deque[_Call[T, A]]] = {}
        self._at_work: set[asyncio.Task[None]] = set()

    async def take(self, key: K, item: T) -> A:
        """The item's answer; raises what ``work`` raised for it, when it was tried alone."""
        call: _Call[T, A] = _Call(item, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(key, deque()).append(call)
        if self._idle:
            task = asyncio.create_task(self._go_on(self._idle.pop()))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
        return await call.done

    async def stop(self) -> list[W]:
        """What has been taken in is done first; then the workers, for whoever puts them away."""
        await asyncio.gather(*self._at_work, return_exceptions=True)
        return self._idle

    async def _go_on(self, worker: W) -> None:
        try:
            while self._waiting:
                key, batch = self._next()
                await self._settle(worker, key, batch)
        finally:
            self._idle.append(worker)

    def _next(self) -> tuple[K, list[_Call[T, A]]]:
        key = next(iter(self._waiting))
        calls = self._waiting.pop(key)
        batch = [calls.popleft() for _ in range(min(self._most, len(calls)))]
        if calls:
            self._waiting[key] = calls
        return key, batch

    async def _settle(self, worker: W, key: K, calls: list[_Call[T, A]]) -> None:
        """Together; where that fails, each by itself, so that one cannot spoil the others."""
        try:
            answers = await self._work(worker, key, [call.item for call in calls])
        except Exception as error:
            if len(calls) > 1:
                for call in calls:
                    await self._settle(worker, key, [call])
            elif not calls[0].done.done():
                calls[0].done.set_exception(error)
            return
        for call, answer in zip(calls, answers, strict=True):
            if not call.done.done():  # cancelled: its caller has left
                call.done.set_result(answer)
