# SPDX-License-Identifier: Apache-2.0
"""Webhooks on their way to the town."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from linesim.testing import Line, in_process
from tests.linesim.conftest import as_town
from tests.linesim.receiver import Door, open_door

ENDPOINT = "/v2/bot/channel/webhook/endpoint"
TRY_IT = "/v2/bot/channel/webhook/test"


@pytest.fixture
def door() -> Iterator[Door]:
    with open_door() as door:
        yield door


@pytest.fixture
def joined(door: Door) -> Iterator[Line]:
    """A channel whose webhooks go to the door; it waits a fifth of a second for the answer."""
    with in_process(webhook_url=door.url) as line:
        line.app.state.postman.answer_seconds = 0.2
        yield line


def test_a_deed_arrives_and_is_read(joined: Line, door: Door) -> None:
    answer = joined.text("花子", "通報")
    assert answer["webhook"]["status"] == 200
    assert door.taken[0]["events"] == answer["events"]
    assert joined.talk("花子")["read_until"] == answer["message_ids"][0]


def test_a_slow_town_is_not_waited_for(joined: Line, door: Door) -> None:
    door.status = None
    answer = joined.text("花子", "通報")["webhook"]
    assert (answer["status"], answer["reason"]) == (None, "REQUEST_TIMEOUT")
    assert joined.talk("花子")["read_until"] == ""


def test_a_failure_is_not_sent_again_by_default(joined: Line, door: Door) -> None:
    door.status = 500
    joined.text("花子", "通報")
    assert joined.call("POST", "/sim/webhook/redeliver") == {"arrived": 0}
    assert len(door.taken) == 1


def test_redelivery_sends_the_same_event_marked(joined: Line, door: Door) -> None:
    joined.change_channel(redelivery=True)
    door.status = 500
    (event,) = joined.text("花子", "通報")["events"]
    door.status = 200
    assert joined.call("POST", "/sim/webhook/redeliver") == {"arrived": 1}
    (again,) = door.taken[1]["events"]
    assert again["webhookEventId"] == event["webhookEventId"]
    assert again["deliveryContext"] == {"isRedelivery": True}


def test_a_redelivered_event_can_still_be_answered(joined: Line, door: Door) -> None:
    joined.change_channel(redelivery=True)
    door.status = 500
    (event,) = joined.text("花子", "通報")["events"]
    joined.advance(300)
    door.status = 200
    joined.call("POST", "/sim/webhook/redeliver")
    body = {"replyToken": event["replyToken"], "messages": [{"type": "text", "text": "はい"}]}
    assert as_town(joined).post("/v2/bot/message/reply", json=body).status_code == 200


def test_the_endpoint_is_set_and_tried(joined: Line, door: Door) -> None:
    town = as_town(joined)
    assert town.put(ENDPOINT, json={"endpoint": door.url + "x"}).status_code == 200
    assert town.get(ENDPOINT).json() == {"endpoint": door.url + "x", "active": True}
    tried = town.post(TRY_IT).json()
    assert (tried["success"], tried["statusCode"], tried["reason"]) == (True, 200, "OK")
    assert door.taken == [{"destination": joined.channel.bot_user_id, "events": []}]


def test_a_failing_endpoint_is_told_with_its_status(joined: Line, door: Door) -> None:
    door.status = 403
    tried = as_town(joined).post(TRY_IT, json={"endpoint": door.url}).json()
    assert (tried["success"], tried["statusCode"]) == (False, 403)
    assert tried["reason"] == "ERROR_STATUS_CODE"


def test_an_endpoint_must_be_https(town: httpx.Client, line: Line) -> None:
    assert town.put(ENDPOINT, json={"endpoint": "http://town.example/"}).status_code == 400
    assert town.get(ENDPOINT).status_code == 404
    assert town.put(ENDPOINT, json={"endpoint": "https://town.example/"}).status_code == 200


def test_any_bytes_with_any_signature(joined: Line, door: Door) -> None:
    raw = {"body": '{"events":[]}', "signature": "wrong"}
    assert joined.call("POST", "/sim/webhook/raw", raw)["status"] == 200
    (line,) = joined.ledger(direction="out")
    assert line["headers"] == {"x-line-signature": "wrong"}


def test_without_an_address_the_test_posts_the_webhook_itself() -> None:
    taken: list[tuple[bytes, dict[str, str]]] = []
    with in_process(deliver=lambda body, headers: taken.append((body, headers))) as line:
        line.text("花子", "通報")
    ((body, headers),) = taken
    assert "通報".encode() in body
    assert headers["x-line-signature"]
