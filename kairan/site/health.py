# SPDX-License-Identifier: Apache-2.0
"""``/healthz``: the process answers. ``/readyz``: it can do its work, or which part cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

WORKER_SILENT_SECONDS = 60.0
_BYPASSES = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


@dataclass(frozen=True)
class Check:
    ok: bool
    why: str = ""


def alive(_request: HttpRequest) -> HttpResponseBase:
    return HttpResponse("ok\n", content_type="text/plain")


def ready(_request: HttpRequest) -> HttpResponseBase:
    """503 unless every check holds."""
    checks = {name: _guarded(check) for name, check in CHECKS.items()}
    ok = all(check.ok for check in checks.values())
    content = {"ok": ok, "checks": {name: asdict(check) for name, check in checks.items()}}
    return JsonResponse(content, status=200 if ok else 503, headers={"Cache-Control": "no-store"})


def worker_age() -> float | None:
    """Seconds since the liveliest worker was heard of; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
        )
        [age] = cursor.fetchone()
    return None if age is None else float(age)


def _database() -> Check:
    """It answers, and keeps the towns apart: for such a role its policies do not exist."""
    with connection.cursor() as cursor:
        cursor.execute(_BYPASSES)
        [bypasses] = cursor.fetchone()
    if bypasses:
        return Check(ok=False, why="the role bypasses row-level security: kairan doctor")
    return Check(ok=True)


def _migrations() -> Check:
    """Read once: what this process was started with does not change, and is never taken back."""
    global _migrated  # noqa: PLW0603
    if not _migrated:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            return Check(ok=False, why=f"{len(missing)} migrations to apply: kairan migrate")
        _migrated = True
    return Check(ok=True)


def _worker() -> Check:
    age = worker_age()
    if age is None:
        return Check(ok=False, why="no worker: kairan worker")
    if age > WORKER_SILENT_SECONDS:
        return Check(ok=False, why=f"no worker heard of for {age:.0f} s")
    return Check(ok=True)


def _guarded(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except DatabaseError as error:
        connection.close()
        # The kind alone: the text of some errors holds host and user.
        return Check(ok=False, why=f"database: {type(error).__name__}")


_migrated = False
CHECKS: dict[str, Callable[[], Check]] = {
    "database": _database,
    "migrations": _migrations,
    "worker": _worker,
}
