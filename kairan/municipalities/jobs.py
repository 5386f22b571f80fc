# SPDX-License-Identifier: Apache-2.0
"""Jobs that work for a town: the town travels with the job and is entered before it runs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from procrastinate import BaseRetryStrategy, tasks
from procrastinate.contrib.django import app
from structlog.contextvars import bound_contextvars

from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import current_town_id, town


class TownTask:
    """A task that is deferred from inside a town, in the caller's transaction."""

    def __init__(self, task: tasks.Task[..., Any, Any]) -> None:
        self.task = task

    @property
    def name(self) -> str:
        return self.task.name

    def defer(
        self,
        *,
        lock: str | None = None,
        queueing_lock: str | None = None,
        schedule_at: datetime | None = None,
        priority: int = 0,
        **arguments: Any,
    ) -> None:
        """Queue it. Jobs with the same ``lock`` run one after another, in the order queued."""
        self.task.configure(
            lock=lock, queueing_lock=queueing_lock, schedule_at=schedule_at, priority=priority
        ).defer(municipality_id=current_town_id(), **arguments)


def town_task(
    *, queue: str = "default", retry: int | BaseRetryStrategy = 0
) -> Callable[[Callable[..., Any]], TownTask]:
    """Make a function a job of a town. Its arguments are ids: plain JSON, keyword-only."""

    def wrap(function: Callable[..., Any]) -> TownTask:
        @functools.wraps(function)
        def run(*, municipality_id: int, **arguments: Any) -> None:
            with town(municipality_id), bound_contextvars(task=name, town=municipality_id):
                function(**arguments)

        name = f"{function.__module__}.{function.__name__}"
        return TownTask(app.task(name=name, queue=queue, retry=retry)(run))

    return wrap


def every_town(*, cron: str, queue: str = "clock") -> Callable[[Callable[[], None]], object]:
    """Run a function by the clock, once in each town."""

    def wrap(function: Callable[[], None]) -> object:
        @functools.wraps(function)
        def run(timestamp: int) -> None:  # noqa: ARG001  (procrastinate passes the tick)
            for municipality in Municipality.objects.order_by("id"):
                with town(municipality), bound_contextvars(task=name, town=municipality.pk):
                    function()

        name = f"{function.__module__}.{function.__name__}"
        return app.periodic(cron=cron)(app.task(name=name, queue=queue)(run))

    return wrap
