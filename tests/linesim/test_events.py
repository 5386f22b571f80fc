# SPDX-License-Identifier: Apache-2.0
"""What residents do, as webhooks: held to LINE's OpenAPI and to the official SDK's parser."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from linebot.v3 import WebhookParser
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.models.events import UnknownEvent

from linesim.testing import Line
from tests.line import contract

ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
DEEDS: dict[str, dict[str, Any]] = {
    "text": {"text": "通報"},
    "photos": {"made_up": ["street-lamp", "pothole"]},
    "video": {},
    "audio": {},
    "file": {"name": "メモ.txt"},
    "location": {"latitude": 32.8, "longitude": 130.7, "title": "市役所", "address": "1-1"},
    "sticker": {},
    "postback": {"data": "when", "params": {"datetime": "2026-08-01T10:00"}},
    "unfollow": {},
    "follow": {},
}


def payload(answer: Any) -> Any:
    return json.loads(answer["webhook"]["body"])


@pytest.mark.parametrize("kind", DEEDS)
def test_every_deed_keeps_line_s_shape(line: Line, kind: str) -> None:
    body = payload(line.act("花子", kind, **DEEDS[kind]))
    assert contract.webhook().schema_errors("CallbackRequest", body) == []
    assert all(ULID.fullmatch(event["webhookEventId"]) for event in body["events"])


@pytest.mark.parametrize("kind", DEEDS)
def test_the_official_sdk_reads_every_deed(line: Line, kind: str) -> None:
    answer = line.act("花子", kind, **DEEDS[kind])
    sent = answer["webhook"]
    parser = WebhookParser(line.channel.secret)
    events = parser.parse(sent["body"], sent["headers"]["x-line-signature"])
    assert events
    assert not any(isinstance(event, UnknownEvent) for event in events)


def test_the_signature_is_of_these_bytes(line: Line) -> None:
    sent = line.text("花子", "通報")["webhook"]
    parser = WebhookParser(line.channel.secret)
    with pytest.raises(InvalidSignatureError):
        parser.parse(sent["body"] + " ", sent["headers"]["x-line-signature"])


def test_photos_sent_together_are_one_set(line: Line) -> None:
    events = line.photos("花子", "park", "river", reverse=True)["events"]
    sets = [event["message"]["imageSet"] for event in events]
    assert [(s["index"], s["total"]) for s in sets] == [(2, 2), (1, 2)]
    assert sets[0]["id"] == sets[1]["id"]


def test_photos_can_come_in_webhooks_of_their_own(line: Line) -> None:
    answer = line.photos("花子", "park", "river", separately=True)
    assert [len(json.loads(w["body"])["events"]) for w in answer["webhooks"]] == [1, 1]


def test_a_single_photo_is_no_set(line: Line) -> None:
    (event,) = line.photos("花子")["events"]
    assert "imageSet" not in event["message"]


def test_several_residents_share_one_webhook(line: Line) -> None:
    answer = line.batch(
        {"resident": "花子", "kind": "text", "text": "一"},
        {"resident": "太郎", "kind": "text", "text": "二"},
    )
    users = {event["source"]["userId"] for event in payload(answer)["events"]}
    assert len(users) == 2


@pytest.mark.parametrize("kind", ["unfollow", "unsend"])
def test_no_reply_token_where_nothing_can_be_answered(line: Line, kind: str) -> None:
    (message_id,) = line.text("花子", "まちがい")["message_ids"]
    (event,) = line.act("花子", kind, message_id=message_id)["events"]
    assert "replyToken" not in event


def test_in_standby_there_is_no_reply_token(line: Line) -> None:
    line.change_channel(mode="standby")
    (event,) = line.text("花子", "通報")["events"]
    assert event["mode"] == "standby"
    assert "replyToken" not in event


def test_coming_back_says_so(line: Line) -> None:
    line.act("花子", "unfollow")
    assert line.act("花子", "follow")["events"][0]["follow"] == {"isUnblocked": True}
    line.resident("次郎", follow=False)
    assert line.act("次郎", "follow")["events"][0]["follow"] == {"isUnblocked": False}


def test_an_unsent_message_and_its_content_are_gone(line: Line) -> None:
    (message_id,) = line.photos("花子")["message_ids"]
    (event,) = line.act("花子", "unsend", message_id=message_id)["events"]
    assert event["unsend"] == {"messageId": message_id}
    assert line.talk("花子")["messages"][-1]["unsent"]
    assert line.http.get(f"/sim/contents/{message_id}").status_code == 404


def test_one_who_blocked_cannot_write(line: Line) -> None:
    line.act("花子", "unfollow")
    with pytest.raises(AssertionError, match="409"):
        line.text("花子", "通報")


def test_an_event_of_an_unknown_type_can_be_sent(line: Line) -> None:
    (event,) = line.act("花子", "event", type="messageEdited", fields={"new": {"1": 1}})["events"]
    assert (event["type"], event["new"]) == ("messageEdited", {"1": 1})


def test_the_same_event_comes_again_marked_as_redelivery(line: Line) -> None:
    (event,) = line.text("花子", "通報")["events"]
    again = line.call("POST", "/sim/webhook/again", {"event_id": event["webhookEventId"]})
    (repeated,) = again["events"]
    assert repeated == {**event, "deliveryContext": {"isRedelivery": True}}
