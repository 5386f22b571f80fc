# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from kairan.site import health


def heartbeat(seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def checks() -> tuple[int, dict[str, dict[str, object]]]:
    response = Client().get("/readyz")
    return response.status_code, response.json()["checks"]


def test_it_is_alive_under_any_name() -> None:
    """Without a database, too: this test has none."""
    response = Client().get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_it_is_ready_with_database_tables_and_worker() -> None:
    heartbeat(5)
    status, found = checks()
    assert status == 200
    assert {name: check["ok"] for name, check in found.items()} == {
        "database": True,
        "migrations": True,
        "worker": True,
    }


@pytest.mark.django_db
def test_a_role_that_sees_every_town_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    heartbeat(5)
    monkeypatch.setattr(health, "_BYPASSES", "SELECT true")
    status, found = checks()
    assert status == 503
    assert "row-level security" in str(found["database"]["why"])


@pytest.mark.django_db
def test_without_a_worker_it_is_not_ready_and_says_so() -> None:
    status, found = checks()
    assert status == 503
    assert found["worker"] == {"ok": False, "why": "no worker: kairan worker"}


@pytest.mark.django_db
def test_a_worker_that_fell_silent_is_no_worker() -> None:
    heartbeat(61)
    status, found = checks()
    assert status == 503
    assert "61 s" in str(found["worker"]["why"])


@pytest.mark.django_db
def test_a_missing_migration_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'mail' AND name = '0002_protect'")
    heartbeat(1)
    status, found = checks()
    assert status == 503
    assert found["migrations"]["why"] == "1 migrations to apply: kairan migrate"


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def down() -> health.Check:
        raise OperationalError("connection to host=secret failed")

    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setitem(health.CHECKS, "database", down)
    status, found = checks()
    assert status == 503
    assert found["database"] == {"ok": False, "why": "database: OperationalError"}
