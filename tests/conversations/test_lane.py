# SPDX-License-Identifier: Apache-2.0
"""The webhook as ``kairan web`` serves it: many calls at once, one statement for many of them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from kairan.conversations.channels import KnownChannel
from kairan.conversations.intake import Intake
from tests.cast import Cast
from tests.realtime.serving import serving

SECRET = "lane-secret"


@dataclass
class Lane:
    """A town of its own with a channel, committed: the server is another process."""

    address: str
    town: int
    channel: int
    key: str
    database: psycopg.Connection

    @property
    def known(self) -> KnownChannel:
        return KnownChannel(self.channel, self.town, SECRET)

    def post(self, body: bytes, secret: str = SECRET, **options: Any) -> httpx.Response:
        mac = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        headers = {"x-line-signature": base64.b64encode(mac).decode()}
        key = options.pop("key", self.key)
        url = f"{self.address}/line/webhook/{key}"
        return httpx.post(url, content=body, headers=headers, timeout=20)

    def enter(self, town_id: int) -> None:
        self.database.execute("SELECT set_config('kairan.municipality', %s, false)", [str(town_id)])

    def forget_events(self) -> None:
        self.database.execute("DELETE FROM conversations_inboundevent")
        locks = f"line:{self.channel}:%"
        self.database.execute("DELETE FROM procrastinate_jobs WHERE lock LIKE %s", [locks])

    def stored(self, prefix: str) -> list[str]:
        return [
            row[0]
            for row in self.database.execute(
                "SELECT event_id FROM conversations_inboundevent"
                " WHERE event_id LIKE %s ORDER BY event_id",
                [prefix + "%"],
            )
        ]


@pytest.fixture(scope="module")
def lane(
    built_town: Cast,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lane]:
    from kairan.line.models import LineChannel
    from kairan.municipalities.models import Municipality
    from kairan.municipalities.tenancy import town

    with django_db_blocker.unblock():
        place = Municipality.objects.create(name="追い越し市", host="lane.localhost")
        with town(place):
            channel = LineChannel.objects.create(name="LINE", secret=SECRET, token="t")
    log = tmp_path_factory.mktemp("lane") / "web.log"
    with (
        serving(log) as (address, _process),
        psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database,
    ):
        served = Lane(address, place.pk, channel.pk, channel.key, database)
        served.enter(place.pk)
        yield served
        served.forget_events()
        database.execute("DELETE FROM line_linechannel")
        database.execute("DELETE FROM municipalities_municipality WHERE id = %s", [place.pk])


def event(event_id: str, user: str = "U" + "2" * 32) -> dict[str, Any]:
    return {
        "type": "message",
        "timestamp": 1_780_000_000_000,
        "source": {"type": "user", "userId": user},
        "webhookEventId": event_id,
        "message": {"type": "text", "id": "1", "text": "照明灯"},
    }


def body(*events: dict[str, Any]) -> bytes:
    return json.dumps({"destination": "U", "events": list(events)}).encode()


def row(event_id: str) -> dict[str, object]:
    return {"id": event_id, "user": "U3", "kind": "message", "at": 1, "raw": {"n": 1}}


def test_an_answered_call_is_stored(lane: Lane) -> None:
    assert lane.post(body(event("A1"), event("A2"))).status_code == 200
    assert lane.stored("A") == ["A1", "A2"]


def test_a_call_again_is_stored_once(lane: Lane) -> None:
    for _ in range(2):
        assert lane.post(body(event("B1"))).status_code == 200
    assert lane.stored("B") == ["B1"]


@pytest.mark.parametrize(
    ("content", "status"), [(body(), 200), (b"{", 400), (b"\xff", 400), (b"[]", 400)]
)
def test_what_holds_no_events_stores_none(lane: Lane, content: bytes, status: int) -> None:
    assert lane.post(content).status_code == status


def test_a_wrong_signature_is_turned_away(lane: Lane) -> None:
    assert lane.post(body(event("C1")), secret="wrong").status_code == 403
    assert lane.stored("C") == []


def test_no_signature_is_turned_away(lane: Lane) -> None:
    url = f"{lane.address}/line/webhook/{lane.key}"
    assert httpx.post(url, content=body(event("D1"))).status_code == 401
    assert httpx.get(url).status_code == 405


@pytest.mark.parametrize("key", ["", "nonsense", "1-" + "x" * 32])
def test_an_unknown_address_is_not_found(lane: Lane, key: str) -> None:
    assert lane.post(body(event("E1")), key=key).status_code == 404


def test_a_strangers_body_is_not_waited_for(lane: Lane) -> None:
    url = httpx.URL(lane.address)
    with socket.create_connection((url.host, url.port or 80), timeout=20) as stranger:
        stranger.sendall(
            b"POST /line/webhook/1-" + b"x" * 32 + b" HTTP/1.1\r\n"
            b"Host: localhost\r\nContent-Length: 1000000\r\n\r\nonly the beginning"
        )
        assert stranger.recv(1000).startswith(b"HTTP/1.1 404")


def test_ten_megabytes_are_refused(lane: Lane) -> None:
    assert lane.post(b" " * 10_000_000).status_code == 413


def test_a_lost_connection_loses_nothing(lane: Lane) -> None:
    assert lane.post(body(event("F1"))).status_code == 200
    lane.database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'kairan webhook'"
    )
    assert lane.post(body(event("F2"))).status_code == 200
    assert lane.stored("F") == ["F1", "F2"]


def test_a_burst_is_stored_whole_and_one_job_waits_for_the_resident(lane: Lane) -> None:
    async def burst() -> None:
        intake = Intake(os.environ["DATABASE_URL"])
        await asyncio.gather(*(intake.take(lane.known, [row(f"G{n:03}")]) for n in range(300)))
        await intake.stop()

    asyncio.run(burst())
    assert lane.stored("G") == [f"G{n:03}" for n in range(300)]
    [[jobs]] = lane.database.execute(
        "SELECT count(*) FROM procrastinate_jobs WHERE lock = %s", [f"line:{lane.channel}:U3"]
    ).fetchall()
    assert jobs <= 3


def test_one_that_cannot_be_stored_does_not_spoil_the_others(lane: Lane) -> None:
    broken = {**row("H2"), "at": "no number"}

    async def three() -> list[object]:
        intake = Intake(os.environ["DATABASE_URL"])
        calls = [[row("H1")], [broken], [row("H3")]]
        done = await asyncio.gather(
            *(intake.take(lane.known, rows) for rows in calls), return_exceptions=True
        )
        await intake.stop()
        return list(done)

    first, second, third = asyncio.run(three())
    assert first is third is None
    assert isinstance(second, psycopg.DataError)
    assert lane.stored("H") == ["H1", "H3"]


def test_the_towns_of_two_channels_are_not_mixed_up(lane: Lane, built_town: Cast) -> None:
    """A connection that has just worked for another town."""
    elsewhere = KnownChannel(lane.channel, built_town.neighbour.pk, SECRET)

    async def both() -> list[object]:
        intake = Intake(os.environ["DATABASE_URL"])
        done = await asyncio.gather(
            intake.take(elsewhere, [row("I1")]),
            intake.take(lane.known, [row("I2")]),
            return_exceptions=True,
        )
        await intake.stop()
        return list(done)

    asyncio.run(both())
    assert lane.stored("I") == ["I2"]
    lane.enter(built_town.neighbour.pk)
    assert lane.stored("I") == ["I1"]
    lane.forget_events()
    lane.enter(lane.town)
