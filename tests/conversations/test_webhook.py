# SPDX-License-Identifier: Apache-2.0
"""LINE's door: what is let in, what is turned away, and what is stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kairan.conversations import channels
from kairan.conversations.models import EventOutcome, InboundEvent
from kairan.deliveries.models import Delivery
from kairan.municipalities.tenancy import town
from tests.cast import Cast
from tests.talking import Talk
from tests.working import waiting, work_off

USER = "U" + "1" * 32


def signed(line: Talk, body: bytes) -> str:
    mac = hmac.new(line.ours.secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(mac).decode()


def post(line: Talk, body: bytes, signature: str | None = None, key: str = "") -> int:
    signature = signed(line, body) if signature is None else signature
    return (
        Client()
        .post(
            f"/line/webhook/{key or line.ours.key}",
            body,
            content_type="application/json",
            headers={"x-line-signature": signature} if signature else {},
        )
        .status_code
    )


def text_event(event_id: str = "01A", words: str = "もしもし", **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": USER},
        "webhookEventId": event_id,
        "deliveryContext": {"isRedelivery": False},
        "message": {"type": "text", "id": f"m{event_id}", "text": words},
        **more,
    }


def call(line: Talk, *events: dict[str, Any]) -> int:
    return post(line, json.dumps({"destination": "U", "events": list(events)}).encode())


def test_signed_event_is_stored_and_a_job_waits(line: Talk) -> None:
    assert call(line, text_event()) == 200
    stored = InboundEvent.objects.get()
    assert (stored.event_id, stored.user_id, stored.outcome) == ("01A", USER, "")
    assert [name for name, _at in waiting()] == ["kairan.conversations.tasks.work_inbox"]


def test_missing_signature_is_401_and_a_wrong_one_403(line: Talk) -> None:
    body = json.dumps({"events": [text_event()]}).encode()
    assert post(line, body, signature="") == 401
    assert post(line, body, signature=signed(line, body + b" ")) == 403
    assert post(line, body, signature="ﾊﾝｺ") == 403
    assert not InboundEvent.objects.exists()


def test_signature_of_another_channel_is_no_signature(line: Talk) -> None:
    body = json.dumps({"events": [text_event()]}).encode()
    mac = hmac.new(b"other secret", body, hashlib.sha256).digest()
    assert post(line, body, signature=base64.b64encode(mac).decode()) == 403


@pytest.mark.parametrize("key", ["nonsense", "1-" + "x" * 32, "999999-" + "y" * 32])
def test_unknown_address_is_404(line: Talk, key: str) -> None:
    assert post(line, b'{"events": []}', key=key) == 404


def test_verification_without_events_is_200(line: Talk) -> None:
    assert post(line, b'{"destination": "U", "events": []}') == 200
    assert waiting() == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff\xfe", b"null", b'{"events": 1}', b"[" * 5000, b'{"events":[1e999]}'],
)
def test_what_is_no_webhook_is_400(line: Talk, body: bytes) -> None:
    assert post(line, body) == 400


def test_body_over_a_megabyte_is_413(line: Talk) -> None:
    assert post(line, b" " * (10 * 1024 * 1024)) == 413


def test_only_posts_are_answered(line: Talk) -> None:
    assert Client().get(f"/line/webhook/{line.ours.key}").status_code == 405


def test_event_told_twice_is_stored_once(line: Talk) -> None:
    again = text_event(deliveryContext={"isRedelivery": True})
    assert [call(line, text_event()), call(line, again, again)] == [200, 200]
    assert InboundEvent.objects.count() == 1


def test_one_call_is_one_query(line: Talk) -> None:
    call(line, text_event("warm"))
    with CaptureQueriesContext(connection) as queries:
        call(line, *[text_event(f"e{number}") for number in range(30)])
    assert len(queries) == 1


def test_batch_of_many_residents_gives_each_a_job(line: Talk) -> None:
    events = [
        text_event(f"e{number}", source={"type": "user", "userId": f"U{number % 3}"})
        for number in range(9)
    ]
    call(line, *events)
    assert InboundEvent.objects.count() == 9
    assert len(waiting()) == 3


def test_burst_of_one_resident_waits_in_one_job(line: Talk) -> None:
    for number in range(20):
        call(line, text_event(f"e{number}"))
    assert len(waiting()) == 1


def test_ten_thousand_events_in_one_call_are_stored_or_refused_at_once(line: Talk) -> None:
    event = {"type": "x", "source": {"type": "user", "userId": "U1"}}
    small = [{**event, "webhookEventId": f"{number}"} for number in range(10_000)]
    assert call(line, *small) == 200
    assert InboundEvent.objects.count() == 10_000
    large = [text_event(f"{number}" + "x" * 20) for number in range(10_000)]
    assert call(line, *large) == 413


def test_events_without_a_resident_are_kept_and_done_with(line: Talk) -> None:
    group = {"type": "group", "groupId": "C1", "userId": USER}
    call(line, text_event("a", source=group), text_event("b", source={"type": "news"}))
    assert {event.outcome for event in InboundEvent.objects.all()} == {EventOutcome.IGNORED}
    assert waiting() == []


def test_unknown_event_is_stored_and_ignored(line: Talk) -> None:
    call(line, {**text_event("a"), "type": "hologram", "future": {"x": [1, None]}})
    work_off()
    stored = InboundEvent.objects.get()
    assert (stored.kind, stored.outcome) == ("hologram", EventOutcome.IGNORED)


def test_strange_event_in_a_batch_costs_no_other(line: Talk) -> None:
    strange: list[Any] = [{"type": 7}, {}, {"message": []}, {"type": "message", "source": "x"}]
    assert call(line, *strange, text_event("good")) == 200
    work_off()
    assert InboundEvent.objects.get(event_id="good").outcome == EventOutcome.ANSWERED


def test_nothing_is_said_in_standby(line: Talk) -> None:
    call(line, text_event("a", "市民レポート", mode="standby"))
    work_off()
    assert InboundEvent.objects.get().outcome == EventOutcome.IGNORED
    assert not Delivery.objects.exists()


def test_channel_of_another_town_stores_there(line: Talk, hinokuni: Cast) -> None:
    from kairan.line.models import LineChannel

    with town(hinokuni.neighbour):
        theirs = LineChannel.objects.create(name="隣町", channel_id="9", secret="s9", token="t9")
    body = json.dumps({"events": [text_event()]}).encode()
    mac = base64.b64encode(hmac.new(b"s9", body, hashlib.sha256).digest()).decode()
    assert post(line, body, signature=mac, key=theirs.key) == 200
    assert not InboundEvent.objects.exists()
    with town(hinokuni.neighbour):
        assert InboundEvent.objects.count() == 1


def test_changed_secret_counts_within_seconds(line: Talk) -> None:
    call(line, text_event("a"))
    line.ours.secret = "renewed"
    line.ours.save(update_fields=["secret"])
    channels.forget()
    assert call(line, text_event("b")) == 200


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)
EVENT = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["message", "postback", "follow", "unsend", "unfollow"]) | JSON,
        "timestamp": st.integers() | JSON,
        "webhookEventId": st.text(max_size=80) | JSON,
        "replyToken": st.text(max_size=9) | JSON,
        "mode": st.sampled_from(["active", "standby"]) | JSON,
        "source": st.fixed_dictionaries(
            {"type": st.just("user"), "userId": st.sampled_from(["Uaa", "Ubb"])}
        )
        | JSON,
        "message": st.fixed_dictionaries(
            {"type": st.sampled_from(["text", "image", "location", "sticker"])},
            optional={"id": JSON, "text": JSON, "latitude": JSON, "longitude": JSON},
        )
        | JSON,
        "postback": st.fixed_dictionaries({"data": st.text(max_size=40)}) | JSON,
        "unsend": JSON,
    },
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=st.lists(EVENT | JSON, max_size=4))
def test_whatever_line_sends_is_stored_and_worked_off(line: Talk, events: list[Any]) -> None:
    body = json.dumps({"events": events}).encode()
    assert post(line, body) == 200
    work_off()
    aside = InboundEvent.objects.filter(outcome=EventOutcome.SET_ASIDE)
    assert not aside.exists(), list(aside.values_list("error", flat=True))
    assert not InboundEvent.objects.waiting().exists()
