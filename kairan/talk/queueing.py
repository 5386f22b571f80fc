# SPDX-License-Identifier: Apache-2.0
"""Jobs of which one that waits is enough: queued many at a time, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from kairan.municipalities.jobs import TownTask
from kairan.municipalities.tenancy import current_town_id


@dataclass(frozen=True)
class Later:
    """A job for a moment to come, unless one with the same ``lock`` waits already."""

    task: TownTask
    lock: str
    at: datetime
    arguments: dict[str, int]

    def as_job(self) -> Job:
        deferrer = self.task.task.configure(queueing_lock=self.lock, schedule_at=self.at)
        arguments: dict[str, Any] = {"municipality_id": current_town_id(), **self.arguments}
        return deferrer.make_new_job(**arguments)


def defer_once(wanted: Sequence[Later]) -> None:
    known = _waiting(one.lock for one in wanted)
    # The first of each lock.
    fresh = {one.lock: one.as_job() for one in reversed(wanted) if one.lock not in known}
    if fresh and not _deferred(list(fresh.values())):
        # Somebody else queued one of them at this very moment.
        for job in fresh.values():
            _deferred([job])


def _deferred(jobs: list[Job]) -> bool:
    try:
        with transaction.atomic():
            app.job_manager.batch_defer_jobs(jobs)
    except AlreadyEnqueued:
        return False
    return True


def _waiting(locks: Iterable[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queueing_lock FROM procrastinate_jobs "
            "WHERE status = 'todo' AND queueing_lock = ANY(%s)",
            [list(locks)],
        )
        return {row[0] for row in cursor.fetchall()}
