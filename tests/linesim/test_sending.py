# SPDX-License-Identifier: Apache-2.0
"""Reply, push, multicast, broadcast: what arrives, and what is refused how."""

from __future__ import annotations

import uuid

import httpx
import pytest

from linesim.testing import Line
from tests.linesim.conftest import as_town, reply_token, text, user_id

PUSH, REPLY, MULTICAST = (f"/v2/bot/message/{kind}" for kind in ("push", "reply", "multicast"))
QUOTA = "/v2/bot/message/quota"


def push(town: httpx.Client, to: str, *, key: str | None = None, **body: object) -> httpx.Response:
    headers = {"x-line-retry-key": key} if key else {}
    return town.post(PUSH, json={"to": to, "messages": [text()], **body}, headers=headers)


def reply(town: httpx.Client, token: str) -> httpx.Response:
    return town.post(REPLY, json={"replyToken": token, "messages": [text()]})


def test_a_reply_reaches_the_resident(line: Line, town: httpx.Client) -> None:
    answer = reply(town, reply_token(line))
    assert answer.status_code == 200
    assert answer.json()["sentMessages"][0]["id"] == line.talk("花子")["messages"][-1]["id"]
    assert line.received("花子") == [text()]


def test_a_reply_token_works_once(line: Line, town: httpx.Client) -> None:
    token = reply_token(line)
    assert reply(town, token).status_code == 200
    again = reply(town, token)
    assert (again.status_code, again.json()) == (400, {"message": "Invalid reply token"})


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (61, 400)])
def test_a_reply_token_lives_one_minute(
    line: Line, town: httpx.Client, seconds: int, status: int
) -> None:
    token = reply_token(line)
    line.advance(seconds)
    assert reply(town, token).status_code == status


def test_a_broken_reply_leaves_its_token_alive(line: Line, town: httpx.Client) -> None:
    token = reply_token(line)
    assert town.post(REPLY, json={"replyToken": token, "messages": []}).status_code == 400
    assert reply(town, token).status_code == 200


def test_a_reply_takes_no_retry_key(line: Line, town: httpx.Client) -> None:
    body = {"replyToken": reply_token(line), "messages": [text()]}
    headers = {"x-line-retry-key": str(uuid.uuid4())}
    assert town.post(REPLY, json=body, headers=headers).status_code == 400


def test_a_repeated_retry_key_names_the_accepted_request(line: Line, town: httpx.Client) -> None:
    key = str(uuid.uuid4())
    first = push(town, user_id(line), key=key)
    again = push(town, user_id(line), key=key)
    assert again.status_code == 409
    assert again.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert again.json()["sentMessages"] == first.json()["sentMessages"]
    assert len(line.received("花子")) == 1


def test_a_retry_key_is_forgotten_after_a_day(line: Line, town: httpx.Client) -> None:
    key = str(uuid.uuid4())
    push(town, user_id(line), key=key)
    line.advance(24 * 60 * 60 + 1)
    assert push(town, user_id(line), key=key).status_code == 200


def test_a_refused_request_does_not_use_up_its_retry_key(line: Line, town: httpx.Client) -> None:
    key = str(uuid.uuid4())
    assert push(town, user_id(line), key=key, messages=[]).status_code == 400
    assert push(town, user_id(line), key=key).status_code == 200


def test_a_retry_key_must_be_a_uuid(line: Line, town: httpx.Client) -> None:
    assert push(town, user_id(line), key="again").status_code == 400


@pytest.mark.parametrize("to", ["花子", "U123", "U" + "0" * 32, ""])
def test_a_push_to_nobody_is_refused(town: httpx.Client, to: str) -> None:
    assert push(town, to).status_code == 400


def test_a_push_to_one_who_blocked_is_dropped_without_a_word(
    line: Line, town: httpx.Client
) -> None:
    line.act("花子", "unfollow")
    assert push(town, user_id(line)).status_code == 200
    assert line.received("花子") == []
    assert town.get(f"{QUOTA}/consumption").json() == {"totalUsage": 0}


def test_a_multicast_reaches_all(line: Line, town: httpx.Client) -> None:
    people = [user_id(line), user_id(line, "太郎")]
    assert town.post(MULTICAST, json={"to": people, "messages": [text()]}).json() == {}
    assert line.received("花子") == line.received("太郎") == [text()]


def test_one_foreign_id_stops_the_whole_multicast(line: Line, town: httpx.Client) -> None:
    people = [user_id(line), "U" + "0" * 32]
    assert town.post(MULTICAST, json={"to": people, "messages": [text()]}).status_code == 400
    assert line.received("花子") == []


@pytest.mark.parametrize("count", [0, 501])
def test_a_multicast_takes_1_to_500(line: Line, town: httpx.Client, count: int) -> None:
    body = {"to": [user_id(line)] * count, "messages": [text()]}
    assert town.post(MULTICAST, json=body).status_code == 400


def test_a_broadcast_reaches_all_who_follow(line: Line, town: httpx.Client) -> None:
    line.act("太郎", "unfollow")
    assert town.post("/v2/bot/message/broadcast", json={"messages": [text()]}).status_code == 200
    assert (len(line.received("花子")), len(line.received("太郎"))) == (1, 0)


def test_a_narrowcast_is_accepted_and_can_be_followed(line: Line, town: httpx.Client) -> None:
    answer = town.post("/v2/bot/message/narrowcast", json={"messages": [text()]})
    assert answer.status_code == 202
    query = {"requestId": answer.headers["x-line-request-id"]}
    progress = town.get("/v2/bot/message/progress/narrowcast", params=query).json()
    assert (progress["phase"], progress["successCount"]) == ("succeeded", 2)


@pytest.mark.parametrize("unit", ["a b", "a" * 31, "課"])
def test_an_aggregation_unit_is_a_plain_name(line: Line, town: httpx.Client, unit: str) -> None:
    assert push(town, user_id(line), customAggregationUnits=[unit]).status_code == 400
    assert push(town, user_id(line), customAggregationUnits=["flood_2026"]).status_code == 200


def test_the_plan_s_quota_is_all_or_nothing(line: Line, town: httpx.Client) -> None:
    line.change_channel(quota=1)
    people = [user_id(line), user_id(line, "太郎")]
    assert town.post(MULTICAST, json={"to": people, "messages": [text()]}).status_code == 429
    assert push(town, people[0]).status_code == 200
    assert town.get(QUOTA).json() == {"type": "limited", "value": 1}
    assert town.get(f"{QUOTA}/consumption").json() == {"totalUsage": 1}


def test_replies_cost_nothing(line: Line, town: httpx.Client) -> None:
    line.change_channel(quota=0)
    assert reply(town, reply_token(line)).status_code == 200


def test_rate_and_quota_read_the_same(line: Line, town: httpx.Client) -> None:
    line.change_channel(quota=0)
    spent = push(town, user_id(line))
    line.change_channel(quota=None)
    line.conditions(rates=0.0005)  # one push a second
    push(town, user_id(line))
    fast = push(town, user_id(line))
    assert (spent.status_code, fast.status_code) == (429, 429)
    assert spent.json() == fast.json()


def test_a_bucket_fills_again(line: Line, town: httpx.Client) -> None:
    line.conditions(rates=0.0005)
    push(town, user_id(line))
    line.advance(2)
    assert push(town, user_id(line)).status_code == 200


@pytest.mark.parametrize("token", ["wrong", "無"])
def test_a_wrong_token_is_401(line: Line, token: str) -> None:
    client = httpx.Client(base_url=line.url, transport=line.transport)
    headers = {"authorization": f"Bearer {token}".encode()}
    answer = client.get("/v2/bot/info", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["x-line-request-id"]


def test_a_revoked_token_is_401(line: Line, town: httpx.Client) -> None:
    line.change_channel(revoked=True)
    assert town.get("/v2/bot/info").status_code == 401


def test_another_channel_s_token_does_not_reach_our_friends(line: Line) -> None:
    line.call("POST", "/sim/channels", {"id": "9", "token": "neighbour", "name": "隣町"})
    assert push(as_town(line, "neighbour"), user_id(line)).status_code == 400


def test_two_megabytes_are_too_much(town: httpx.Client) -> None:
    big = b'{"messages":"' + b"a" * (2 * 1024 * 1024) + b'"}'
    headers = {"content-type": "application/json"}
    assert town.post(PUSH, content=big, headers=headers).status_code == 413


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
    ],
)
def test_what_is_no_json_object_is_refused(
    town: httpx.Client, content: bytes, kind: str, status: int
) -> None:
    answer = town.post(PUSH, content=content, headers={"content-type": kind})
    assert answer.status_code == status
    assert answer.json()["message"]


def test_an_unknown_path_is_404_and_has_a_request_id(town: httpx.Client) -> None:
    answer = town.get("/v2/bot/nothing")
    assert (answer.status_code, answer.json()) == (404, {"message": "Not found"})
    assert answer.headers["x-line-request-id"]
