# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.line import events
from kairan.line.webhook import EVENTS, BrokenBody, parse, parse_event, signature_fits
from tests.line.contract import sample_webhook, webhook
from tests.line.fake_line import USER

SECRET = "channel-secret"


def _body(*given_events: object) -> bytes:
    return json.dumps({"destination": USER, "events": list(given_events)}).encode()


def _event(**changed: Any) -> dict[str, Any]:
    usual = {
        "type": "message",
        "mode": "active",
        "timestamp": 1_775_000_000_000,
        "webhookEventId": "01HZZZZZZZZZZZZZZZZZZZZZZZ",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "reply-1",
        "source": {"type": "user", "userId": USER},
        "message": {"type": "text", "id": "461", "text": "通報", "quoteToken": "q"},
    }
    return {**usual, **changed}


def _message(**message: Any) -> events.Message:
    (event,) = parse(_body(_event(message={"id": "461", **message}))).events
    assert isinstance(event, events.MessageEvent)
    return event.message


# ── signature ────────────────────────────────────────────────────────────────────────────────


def _sign(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


@pytest.mark.parametrize("body", [b"", b'{"events":[]}', "通報".encode(), bytes(range(256))])
def test_lines_signature_fits_its_bytes(body: bytes) -> None:
    assert signature_fits(SECRET, body, _sign(body))
    assert not signature_fits(SECRET, body + b" ", _sign(body))
    assert not signature_fits("other", body, _sign(body))


@pytest.mark.parametrize("header", [None, "", "x", "署名", "\udc80", _sign(b"{}")[:-1]])
def test_a_missing_or_broken_signature_does_not_fit(header: str | None) -> None:
    assert not signature_fits(SECRET, b"{}", header)


def test_an_empty_secret_signs_nothing() -> None:
    assert not signature_fits("", b"{}", _sign(b"{}", secret=""))


def test_the_official_sdk_signs_alike() -> None:
    from linebot.v3.webhook import SignatureValidator

    body = _body(_event())
    assert SignatureValidator(SECRET).validate(body.decode(), _sign(body))
    assert signature_fits(SECRET, body, _sign(body))


# ── bodies ───────────────────────────────────────────────────────────────────────────────────


def test_the_verification_call_without_events_is_good() -> None:
    callback = parse(b'{"destination":"U1","events":[]}')
    assert (callback.destination, callback.events) == ("U1", ())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"events"',
        b"{}",
        b'{"events":null}',
        b'{"events":{}}',
        b'{"events":[',
        b"\xff\xfe",
        b'{"events":["\xe3\x81"]}',
        b'{"events":[NaN]}',
        b'{"events":[{"timestamp":1e999}]}',
        '{"events":[]}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"events":[' + b'{"a":' * 100_000,
        b'{"events":[' + b"9" * 5000 + b"]}",
    ],
)
def test_a_body_that_is_not_lines_is_broken(body: bytes) -> None:
    with pytest.raises(BrokenBody):
        parse(body)


def test_deep_nesting_is_broken_or_read_but_never_a_crash() -> None:
    for depth in range(100, 1100, 100):
        value = b'"\\u0000"' + b"]" * depth
        try:
            parse(b'{"events":[{"x":' + b"[" * depth + value + b"}]}")
        except BrokenBody:
            continue


@pytest.mark.parametrize("escape", ["\\u0000", "\\ud83d", "\\uDE00"])
def test_what_no_database_takes_is_replaced(escape: str) -> None:
    body = f'{{"events":[{{"type":"x","k{escape}":["a{escape}b"]}}]}}'.encode()
    (event,) = parse(body).events
    assert event.raw["k\ufffd"] == ["a\ufffdb"]
    json.dumps(event.raw, ensure_ascii=False).encode()


def test_an_escaped_emoji_stays_whole() -> None:
    (event,) = parse(b'{"events":[{"type":"x","text":"\\ud83d\\ude00"}]}').events
    assert event.raw["text"] == "😀"


# ── events ───────────────────────────────────────────────────────────────────────────────────


def test_a_text_message_is_read_whole() -> None:
    (event,) = parse(_body(_event())).events
    assert isinstance(event, events.MessageEvent)
    assert event.message == events.TextMessage(id="461", text="通報", quote_token="q")
    assert event.source == events.UserSource(USER)
    assert (event.reply_token, event.is_redelivery, event.is_standby) == ("reply-1", False, False)
    assert event.at.isoformat() == "2026-03-31T23:33:20+00:00"


def test_a_redelivery_and_standby_are_told() -> None:
    raw = _event(mode="standby", deliveryContext={"isRedelivery": True})
    (event,) = parse(_body(raw)).events
    assert event.is_redelivery
    assert event.is_standby


def test_photos_sent_together_tell_their_set() -> None:
    whole = _message(type="image", imageSet={"id": "S", "index": 2, "total": 3})
    assert isinstance(whole, events.ImageMessage)
    assert whole.image_set == events.ImageSet("S", index=2, total=3)
    old_app = _message(type="image", imageSet={"id": "S"})
    assert isinstance(old_app, events.ImageMessage)
    assert old_app.image_set == events.ImageSet("S", index=None, total=None)


def test_a_photo_that_lies_elsewhere_says_where() -> None:
    provider = {"type": "external", "originalContentUrl": "https://example.com/a.jpg"}
    photo = _message(type="image", contentProvider=provider)
    assert isinstance(photo, events.ImageMessage)
    assert photo.external_url == "https://example.com/a.jpg"


def test_a_position_is_in_degrees() -> None:
    place = _message(type="location", address="西区", latitude=32, longitude=130.7)
    assert place == events.LocationMessage(
        id="461", title="", address="西区", latitude=32.0, longitude=130.7
    )


@pytest.mark.parametrize(
    "message",
    [
        {"type": "location", "latitude": 91, "longitude": 0},
        {"type": "location", "latitude": "32", "longitude": 130},
        {"type": "location", "latitude": True, "longitude": 130},
        {"type": "text"},
        {"type": "text", "text": 5},
        {"type": "hologram"},
        {"type": ["text"]},
        {},
    ],
)
def test_a_message_that_is_unknown_or_lacks_its_core_is_kept_as_unknown(
    message: dict[str, Any],
) -> None:
    assert isinstance(_message(**message), events.UnknownMessage)


def test_a_quotation_names_the_message_it_answers() -> None:
    assert _message(type="text", text="これです", quotedMessageId="460").quoted_id == "460"


def test_unsend_names_the_message_to_erase() -> None:
    (event,) = parse(_body(_event(type="unsend", unsend={"messageId": "461"}))).events
    assert isinstance(event, events.Unsend)
    assert event.message_id == "461"


@pytest.mark.parametrize(
    ("detail", "unblocked"),
    [({"isUnblocked": True}, True), ({"isUnblocked": False}, False), (None, False)],
)
def test_follow_tells_whether_a_block_was_lifted(detail: object, unblocked: bool) -> None:
    (event,) = parse(_body(_event(type="follow", follow=detail))).events
    assert isinstance(event, events.Follow)
    assert event.is_unblocked is unblocked


def test_a_date_picked_comes_with_the_postback() -> None:
    postback = {"data": "when", "params": {"datetime": "2026-04-01T10:00"}}
    (event,) = parse(_body(_event(type="postback", postback=postback))).events
    assert isinstance(event, events.Postback)
    assert (event.data, event.params) == ("when", {"datetime": "2026-04-01T10:00"})


@pytest.mark.parametrize(
    "raw",
    [
        _event(type="messageEdited"),
        _event(type="postback", postback={}),
        _event(type="unsend", unsend="461"),
        _event(type=None),
        {},
        [],
        "event",
        None,
        5,
    ],
)
def test_an_event_that_is_unknown_or_lacks_its_core_is_kept_as_unknown(raw: object) -> None:
    (event,) = parse(_body(raw)).events
    assert isinstance(event, events.UnknownEvent)
    assert event.event_id


def test_an_unknown_source_keeps_its_user() -> None:
    (event,) = parse(_body(_event(source={"type": "planet", "userId": USER}))).events
    assert event.source == events.UnknownSource(USER, "planet")


def test_the_whole_raw_event_is_kept_with_fields_nobody_knows() -> None:
    raw = _event(newField={"x": [1]})
    (event,) = parse(_body(raw)).events
    assert event.raw == raw


def test_one_strange_event_spoils_no_other() -> None:
    kinds = [type(event) for event in parse(_body(5, _event(), {"type": "new"})).events]
    assert kinds == [events.UnknownEvent, events.MessageEvent, events.UnknownEvent]


def test_an_event_without_an_id_gets_the_same_one_every_time() -> None:
    first = parse_event(_event(webhookEventId=None))
    again = parse_event(_event(webhookEventId=None, deliveryContext={"isRedelivery": True}))
    other = parse_event(_event(webhookEventId=None, timestamp=1))
    assert first.event_id == again.event_id != other.event_id
    assert len(first.event_id) <= 64


@pytest.mark.parametrize("timestamp", [-1, 10**30, True, "now", None, 1.5])
def test_an_impossible_time_is_still_a_time(timestamp: object) -> None:
    assert parse_event(_event(timestamp=timestamp)).at.year >= 1970


# ── second and third opinions ────────────────────────────────────────────────────────────────


def test_every_sample_of_lines_is_read() -> None:
    sample = sample_webhook()
    callback = parse(json.dumps(sample).encode())
    for raw, event in zip(sample["events"], callback.events, strict=True):
        known = raw["type"] in EVENTS
        assert isinstance(event, events.UnknownEvent) is not known, raw["type"]
        assert event.raw == raw
        if isinstance(event, events.MessageEvent):
            assert not isinstance(event.message, events.UnknownMessage)


def test_what_lines_schema_accepts_is_read_like_the_official_sdk_reads_it() -> None:
    from linebot.v3 import WebhookParser

    body = json.dumps(sample_webhook())
    theirs = WebhookParser(SECRET).parse(body, _sign(body.encode()))
    for their, our in zip(theirs, parse(body.encode()).events, strict=True):
        assert our.timestamp == their.timestamp
        if isinstance(our, events.UnknownEvent):
            continue  # the SDK reads nothing more of it
        assert our.source.user_id == getattr(their.source, "user_id", None)
        assert (our.reply_token or None) == getattr(their, "reply_token", None)
        if isinstance(our, events.MessageEvent):
            assert our.message.id == their.message.id
            text = getattr(our.message, "text", None) or None
            assert text == getattr(their.message, "text", None)


def test_our_own_example_is_one_that_line_could_send() -> None:
    contract = webhook()
    assert contract.schema_errors("CallbackRequest", json.loads(_body(_event()))) == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(st.binary())
def test_no_bytes_crash_the_reader(body: bytes) -> None:
    with suppress(BrokenBody):
        parse(body)


@given(st.lists(json_values, max_size=3))
def test_no_json_crashes_the_reader(values: list[Any]) -> None:
    callback = parse(_body(*values))
    assert len(callback.events) == len(values)


KINDS = st.sampled_from([*EVENTS, "join", "hologram"])
FIELDS = ["message", "postback", "unsend", "follow", "source", "timestamp", "deliveryContext"]


@given(KINDS, st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_a_known_event_with_anything_inside_is_read_and_can_be_stored(
    kind: str, changed: dict[str, Any]
) -> None:
    (event,) = parse(_body(_event(type=kind, **changed))).events
    assert event.at
    json.dumps(event.raw, ensure_ascii=False).encode()
    assert parse_event(event.raw) == event


MESSAGE_KINDS = ["text", "image", "video", "audio", "file", "location", "sticker", "new"]
MESSAGE_FIELDS = ["id", "text", "imageSet", "contentProvider", "latitude", "longitude", "keywords"]


@given(
    st.sampled_from(MESSAGE_KINDS), st.dictionaries(st.sampled_from(MESSAGE_FIELDS), json_values)
)
def test_a_known_message_with_anything_inside_is_read(kind: str, changed: dict[str, Any]) -> None:
    (event,) = parse(_body(_event(message={"type": kind, **changed}))).events
    assert isinstance(event, events.MessageEvent)
