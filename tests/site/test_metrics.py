# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tests.cast import Cast


def read(**headers: str) -> str:
    response = Client().get("/metrics", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def value(page: str, name: str) -> float:
    [line] = [line for line in page.splitlines() if line.startswith(name)]
    return float(line.rsplit(" ", 1)[1])


def test_requests_are_counted_by_view_and_status(hinokuni: Cast) -> None:
    name = 'kairan_requests_total{method="GET",status="200",view="account_login"}'
    Client().get("/accounts/login/")
    before = value(read(), name)
    Client().get("/accounts/login/")
    assert value(read(), name) == before + 1
    assert 'kairan_request_seconds_bucket{le="0.05",view="account_login"}' in read()


def test_an_address_that_is_not_ours_makes_no_new_series(hinokuni: Cast) -> None:
    for number in range(3):
        Client().get(f"/nowhere/{number}")
    assert "nowhere" not in read()


def test_what_waits_is_counted_over_all_towns(hinokuni: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " VALUES ('mine', 'x', '{}')"
        )
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    page = read()
    assert value(page, 'kairan_jobs{queue="mine",status="todo"}') == 1
    assert value(page, "kairan_worker_age_seconds") < 5
    assert value(page, "kairan_events_waiting") == 0
    assert value(page, "kairan_open_streams") == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "198.51.100.7"},
        {"X-Forwarded-Proto": "https"},
        {"Forwarded": "for=x"},
        {"Via": "proxy"},
    ],
)
def test_nobody_reads_them_through_a_proxy(db: None, headers: dict[str, str]) -> None:
    assert Client().get("/metrics", headers=headers).status_code == 404


def test_nobody_reads_them_from_elsewhere(db: None) -> None:
    assert Client(REMOTE_ADDR="198.51.100.7").get("/metrics").status_code == 404


def test_with_a_token_the_token_decides(db: None, settings: Settings) -> None:
    settings.METRICS_TOKEN = "open"
    assert Client().get("/metrics").status_code == 404
    wrong = Client().get("/metrics", headers={"Authorization": "Bearer shut"})
    assert wrong.status_code == 404
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    right = elsewhere.get("/metrics", headers={"Authorization": "Bearer open"})
    assert right.status_code == 200
