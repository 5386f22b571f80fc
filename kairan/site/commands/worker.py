# SPDX-License-Identifier: Apache-2.0
"""``kairan worker``: runs the jobs, and takes up those that a killed worker has left."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import procrastinate
import psycopg
import psycopg_pool
import structlog
from django.conf import settings
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 2.0
# A worker that has not been heard of for so long is taken for dead.
DEAD_AFTER_SECONDS = 8.0
# Running jobs are given so long to finish.
FINISH_SECONDS = 20.0
# Between two looks for a database that has gone away.
AWAY_SECONDS = 1.0

# A job that waited for another of its lock is not announced when that one ends.
LOOK_SECONDS = 1.0

DATABASE_AWAY = (ConnectorException, psycopg.OperationalError, psycopg_pool.PoolTimeout)


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="kairan worker")
    parser.add_argument("--concurrency", type=int, default=settings.WORKER_CONCURRENCY)
    arguments = parser.parse_args(argv)
    asyncio.run(work(arguments.concurrency))
    # Threads of jobs that never end must not keep the process.
    os._exit(0)


async def work(concurrency: int) -> None:
    """Run until SIGTERM or SIGINT. Where the database goes away, begin anew once it is back;
    where it is away at the start, raises.
    """
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    # Jobs run in threads of asyncio's default pool, which is small on small machines.
    loop.set_default_executor(ThreadPoolExecutor(concurrency + 4))
    began = asyncio.Event()
    while not asked.is_set():
        try:
            await _work_until(asked, began, concurrency)
        except DATABASE_AWAY as error:
            if not began.is_set():
                raise
            log.warning("worker.database_away", error=str(error.__cause__ or error)[:200])
        await _first_of(asked.wait(), asyncio.sleep(AWAY_SECONDS))


async def _work_until(asked: asyncio.Event, began: asyncio.Event, concurrency: int) -> None:
    """Returns when asked to, and when the worker has stopped by itself: its database has gone.

    Sets ``began`` once the database has answered as one of ours.
    """
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    connector = PsycopgConnector(kwargs=connector_params(), pool_factory=_lean_pool)
    with_workers = app.with_connector(connector)
    async with with_workers.open_async():
        await _revive_stalled_jobs(with_workers)
        began.set()
        working = with_workers.run_worker_async(
            concurrency=concurrency,
            delete_jobs="successful",
            fetch_job_polling_interval=LOOK_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=DEAD_AFTER_SECONDS,
            shutdown_graceful_timeout=FINISH_SECONDS,
            install_signal_handlers=False,
        )
        await _first_of(working, _nurse(with_workers), asked.wait())


def _lean_pool(**options: Any) -> psycopg_pool.AsyncConnectionPool:
    """One round trip a statement, where procrastinate's own pool takes four: it looks at each
    connection before use and wraps each single statement in a transaction. A connection that has
    gone ends the round above, which begins anew.
    """
    return psycopg_pool.AsyncConnectionPool(**options | {"check": None, "configure": _autocommit})


async def _autocommit(connection: psycopg.AsyncConnection) -> None:
    await connection.set_autocommit(True)


async def _first_of(*works: Coroutine[Any, Any, Any]) -> None:
    """Returns, or raises, as the first of them does; the others are cancelled and given time."""
    tasks = [asyncio.create_task(work) for work in works]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=FINISH_SECONDS + 5)
    for task in done:
        task.result()


async def _nurse(app: procrastinate.App) -> None:
    while True:
        await _revive_stalled_jobs(app)
        await asyncio.sleep(HEARTBEAT_SECONDS)


async def _revive_stalled_jobs(app: procrastinate.App) -> None:
    """Jobs are safe to run twice, so what a dead worker held is simply queued again."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS)
    for job in stalled:
        await app.job_manager.retry_job(job)
