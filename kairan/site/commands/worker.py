# SPDX-License-Identifier: Apache-2.0
"""``kairan worker``: runs the jobs, and takes up those that a killed worker has left."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import procrastinate
from django.conf import settings

HEARTBEAT_SECONDS = 2.0
# A worker that has not been heard of for so long is taken for dead.
DEAD_AFTER_SECONDS = 8.0


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="kairan worker")
    parser.add_argument("--concurrency", type=int, default=settings.WORKER_CONCURRENCY)
    arguments = parser.parse_args(argv)
    asyncio.run(work(arguments.concurrency))


async def work(concurrency: int) -> None:
    """Run until SIGTERM; running jobs are given 20 seconds to finish."""
    from procrastinate.contrib.django import app

    # Jobs run in threads of asyncio's default pool, which is small on small machines.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(concurrency + 4))
    connector: Any = app.connector
    with_workers = app.with_connector(connector.get_worker_connector())
    async with with_workers.open_async():
        nurse = asyncio.create_task(_revive_stalled_jobs(with_workers))
        try:
            await with_workers.run_worker_async(
                concurrency=concurrency,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=DEAD_AFTER_SECONDS,
                shutdown_graceful_timeout=20,
            )
        finally:
            nurse.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await nurse


async def _revive_stalled_jobs(app: procrastinate.App) -> None:
    """Jobs are safe to run twice, so what a dead worker held is simply queued again."""
    while True:
        stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS)
        for job in stalled:
            await app.job_manager.retry_job(job)
        await asyncio.sleep(HEARTBEAT_SECONDS)
