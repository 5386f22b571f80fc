# SPDX-License-Identifier: Apache-2.0
"""The worker, for tests: runs the waiting jobs here and now, in the test's own transaction."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

MOST_JOBS = 500


def work_off(*, until: datetime | None = None, queues: tuple[str, ...] = ()) -> int:
    """Runs every job that is due (until then), those it defers too; how many ran.

    An error in a job is the test's error.
    """
    done = 0
    while (job := _next(until or timezone.now(), queues)) is not None:
        _run(*job)
        done += 1
        assert done < MOST_JOBS, "jobs without end"
    return done


_MOMENTS = {
    "procrastinate_jobs": ["scheduled_at"],
    "talk_message": ["sent_at"],
    "deliveries_delivery": ["retry_at", "reply_until", "keyed_at", "not_before", "planned_at"],
}


def pass_time(**time: float) -> None:
    """Moves what waits into the past instead of the clock into the future, then works it off."""
    by = timedelta(**time)
    with connection.cursor() as cursor:
        for table, columns in _MOMENTS.items():
            moved = ", ".join(f"{column} = {column} - %s" for column in columns)
            cursor.execute(f"UPDATE {table} SET {moved}", [by] * len(columns))  # noqa: S608
    work_off()


def waiting() -> list[tuple[str, datetime | None]]:
    """Names and times of the jobs that wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, scheduled_at FROM procrastinate_jobs "
            "WHERE status = 'todo' ORDER BY id"
        )
        return list(cursor.fetchall())


def _next(until: datetime, queues: tuple[str, ...]) -> tuple[str, dict[str, Any]] | None:
    """Takes the job off the queue before it runs, as after a success."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' "
            "AND (scheduled_at IS NULL OR scheduled_at <= %s) "
            "AND (%s OR queue_name = ANY(%s)) ORDER BY priority DESC, id LIMIT 1",
            [until, not queues, list(queues)],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [row[0]])
    return row[1], json.loads(row[2]) if isinstance(row[2], str) else row[2]


def _run(name: str, arguments: dict[str, Any]) -> None:
    app.tasks[name].func(**arguments)
