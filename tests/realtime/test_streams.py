# SPDX-License-Identifier: Apache-2.0
"""The real server, over HTTP."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import httpx
import psycopg
import pytest

from kairan.realtime.tickets import issue
from tests.cast import Cast
from tests.realtime.conftest import Tell
from tests.realtime.reader import stream
from tests.realtime.serving import serving


def clerks(cast: Cast, topic: str = "cases") -> str:
    """A topic of its own for each test: a fresh stream hears the last seconds again."""
    return issue(town_id=cast.hinokuni.pk, person_id=cast.roads_clerk.pk, topics=[topic])


def test_a_page_hears_of_a_case(address: str, built_town: Cast, tell: Tell) -> None:
    with stream(address, clerks(built_town)) as page:
        tell("department:999", town=built_town.hinokuni.pk, id=1)
        tell("cases", town=built_town.neighbour.pk, id=2)
        tell("cases", "case:3", town=built_town.hinokuni.pk, id=3)
        assert page.event() == (
            "notice",
            {"topics": ["cases", "case:3"], "kind": "case", "id": 3},
        )


def test_nobody_between_keeps_or_holds_back_a_stream(address: str, built_town: Cast) -> None:
    with stream(address, clerks(built_town)) as page:
        headers = page.response.headers
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store, no-transform"
    assert headers["x-accel-buffering"] == "no"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("ticket", ["", "nonsense"])
def test_without_a_ticket_there_is_no_stream(address: str, ticket: str) -> None:
    assert httpx.get(f"{address}/streams/", params={"ticket": ticket}).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}]
)
def test_another_sites_page_gets_no_stream(
    address: str, built_town: Cast, headers: dict[str, str]
) -> None:
    params = {"ticket": clerks(built_town)}
    assert httpx.get(f"{address}/streams/", params=params, headers=headers).status_code == 403


def test_a_stream_is_only_read(address: str, built_town: Cast) -> None:
    params = {"ticket": clerks(built_town)}
    assert httpx.post(f"{address}/streams/", params=params).status_code == 405


def test_a_suspended_person_is_cut_off_and_cannot_come_back(
    address: str, built_town: Cast, tell: Tell
) -> None:
    town, person = built_town.hinokuni.pk, built_town.viewer.pk
    ticket = issue(town_id=town, person_id=person, topics=[])
    with stream(address, ticket) as page:
        tell(f"person:{person}", town=town, kind="person.suspended")
        with pytest.raises(EOFError):
            page.event()
    assert httpx.get(f"{address}/streams/", params={"ticket": ticket}).status_code == 403


def test_when_the_database_lets_go_the_page_reads_anew_and_hears_on(
    address: str, built_town: Cast, database: psycopg.Connection, tell: Tell
) -> None:
    with stream(address, clerks(built_town, "case:4")) as page:
        ended = database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'kairan streams'"
        ).fetchall()
        assert ended
        assert page.event() == ("reload", {})
        tell("case:4", town=built_town.hinokuni.pk, id=4)
        assert page.event()[1]["id"] == 4


def test_nonsense_from_the_database_ends_nothing(
    address: str, built_town: Cast, database: psycopg.Connection, tell: Tell
) -> None:
    with stream(address, clerks(built_town, "case:5")) as page:
        for nonsense in ("", "[]", "{}", '{"town": "x", "topics": 3}', "1"):
            database.execute("SELECT pg_notify('kairan_notices', %s)", [nonsense])
        tell("case:5", town=built_town.hinokuni.pk, id=5)
        assert page.event()[1]["id"] == 5


def test_pages_are_served_on_the_same_port(address: str) -> None:
    assert httpx.get(f"{address}/accounts/login/").status_code == 200


def test_a_server_with_open_streams_stops_soon(built_town: Cast, tmp_path: Path) -> None:
    with (
        serving(tmp_path / "web.log") as (address, process),
        stream(address, clerks(built_town)) as page,
    ):
        process.send_signal(signal.SIGTERM)
        with pytest.raises(EOFError):
            page.event()
        assert process.wait(8) == 0


def test_a_slow_sender_holds_up_nobody(address: str) -> None:
    """More of them than there are threads for pages."""
    host, _colon, port = address.removeprefix("http://").partition(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(20)]
    for sender in slow:
        sender.sendall(b"POST /accounts/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nx")
    try:
        assert httpx.get(f"{address}/accounts/login/", timeout=10).status_code == 200
    finally:
        for sender in slow:
            sender.close()
