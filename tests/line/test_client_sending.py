# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from uuid import UUID

import httpx
import pytest

from kairan.line import errors, messages
from kairan.line.errors import Verdict
from tests.line.contract import messaging_api
from tests.line.fake_line import USER, FakeLine, answer

KEY = UUID("123e4567-e89b-12d3-a456-426614174000")
HELLO = [messages.text("こんにちは")]


def test_a_push_carries_its_retry_key_and_the_token() -> None:
    line = FakeLine(answer(body={"sentMessages": [{"id": "461"}]}))
    accepted = line.client("secret-token").push(USER, HELLO, retry_key=KEY)
    assert accepted.request_id == "req-1"
    assert accepted.sent_ids == ("461",)
    assert not accepted.already
    assert line.last.headers["x-line-retry-key"] == str(KEY)
    assert line.last.headers["authorization"] == "Bearer secret-token"
    assert line.last.url == "https://api.example/v2/bot/message/push"


def test_a_reply_carries_no_retry_key() -> None:
    line = FakeLine(answer(body={"sentMessages": [{"id": "1"}]}))
    line.client().reply("reply-token", HELLO)
    assert "x-line-retry-key" not in line.last.headers
    assert line.last_body["replyToken"] == "reply-token"


def test_what_is_sent_keeps_lines_contract() -> None:
    api = messaging_api()
    line = FakeLine()
    client = line.client()
    client.reply("token", HELLO, silent=True)
    client.push(USER, HELLO, retry_key=KEY, unit="case_news")
    client.multicast([USER], HELLO, retry_key=KEY, unit="drill_2026", silent=True)
    client.broadcast(HELLO, retry_key=KEY)
    client.validate("push", HELLO)
    client.show_loading(USER, seconds=7)
    client.set_webhook_endpoint("https://town.example/line/webhook/1")
    client.link_rich_menu_in_bulk([USER], "richmenu-1")
    client.unlink_rich_menus_in_bulk([USER])
    client.put_rich_menu_alias("kairan-default", "richmenu-1")
    client.create_rich_menu_alias("kairan-default", "richmenu-1")
    for request in line.requests:
        body = httpx.Response(200, content=request.content).json()
        assert api.request_errors(request.method, request.url.path, body) == []


def test_a_conflict_with_a_retry_key_is_a_success() -> None:
    line = FakeLine(answer(409, {"message": "…"}, x_line_accepted_request_id="req-0"))
    accepted = line.client().push(USER, HELLO, retry_key=KEY)
    assert accepted.already
    assert accepted.accepted_request_id == "req-0"


def test_a_conflict_without_a_retry_key_is_refused() -> None:
    with pytest.raises(errors.BadRequest):
        FakeLine(answer(409, {"message": "…"})).client().reply("token", HELLO)


def test_accepted_counts_even_when_the_answer_cannot_be_read() -> None:
    line = FakeLine(httpx.Response(200, content=b"<html>"))
    assert line.client().push(USER, HELLO, retry_key=KEY).sent_ids == ()


@pytest.mark.parametrize(
    ("status", "kind", "verdict", "maybe"),
    [
        (400, errors.BadRequest, Verdict.PERMANENT, False),
        (401, errors.TokenRevoked, Verdict.PERMANENT, False),
        (403, errors.Forbidden, Verdict.PERMANENT, False),
        (404, errors.NotFound, Verdict.PERMANENT, False),
        (413, errors.BadRequest, Verdict.PERMANENT, False),
        (429, errors.RateLimited, Verdict.WAIT, False),
        (500, errors.ServerError, Verdict.TEMPORARY, True),
        (503, errors.ServerError, Verdict.TEMPORARY, True),
        (302, errors.BrokenAnswer, Verdict.TEMPORARY, False),
    ],
)
def test_every_status_has_its_name_and_verdict(
    status: int, kind: type[errors.LineError], verdict: Verdict, maybe: bool
) -> None:
    with pytest.raises(kind) as caught:
        FakeLine(answer(status, {"message": "no"})).client().push(USER, HELLO, retry_key=KEY)
    error = caught.value
    assert (error.status, error.request_id, error.message) == (status, "req-1", "no")
    assert (error.verdict, error.maybe_accepted) == (verdict, maybe)


@pytest.mark.parametrize(
    ("raised", "kind", "maybe"),
    [
        (httpx.ConnectError("refused"), errors.Unreachable, False),
        (httpx.ConnectTimeout("slow"), errors.Unreachable, False),
        (httpx.PoolTimeout("full"), errors.Unreachable, False),
        (httpx.ReadTimeout("silent"), errors.NoAnswer, True),
        (httpx.WriteError("half sent"), errors.NoAnswer, True),
        (httpx.RemoteProtocolError("hung up"), errors.NoAnswer, True),
    ],
)
def test_a_lost_line_says_whether_line_may_have_heard(
    raised: Exception, kind: type[errors.LineError], maybe: bool
) -> None:
    with pytest.raises(kind) as caught:
        FakeLine(raised).client().push(USER, HELLO, retry_key=KEY)
    assert caught.value.maybe_accepted is maybe
    assert caught.value.verdict == Verdict.TEMPORARY


def test_a_bad_request_keeps_lines_details() -> None:
    details = [{"message": "May not be empty", "property": "messages[0].text"}]
    line = FakeLine(answer(400, {"message": "1 error(s)", "details": details}))
    with pytest.raises(errors.BadRequest) as caught:
        line.client().push(USER, HELLO, retry_key=KEY)
    assert str(caught.value.details[0]) == "messages[0].text: May not be empty"


def test_a_used_reply_token_is_told_from_other_bad_requests() -> None:
    with pytest.raises(errors.InvalidReplyToken):
        FakeLine(answer(400, {"message": "Invalid reply token"})).client().reply("old", HELLO)
    with pytest.raises(errors.BadRequest) as caught:
        FakeLine(answer(400, {"message": "1 error(s)"})).client().reply("good", [])
    assert not isinstance(caught.value, errors.InvalidReplyToken)


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("Wed, 21 Oct", None), ("-1", None), ("nan", None)]
)
def test_a_time_to_wait_is_kept(header: str, seconds: float | None) -> None:
    with pytest.raises(errors.RateLimited) as caught:
        FakeLine(answer(429, retry_after=header)).client().push(USER, HELLO, retry_key=KEY)
    assert caught.value.retry_after == seconds


def _limited(value: int, used: int) -> FakeLine:
    return FakeLine(
        answer(body={"type": "limited", "value": value}), answer(body={"totalUsage": used})
    )


def test_too_fast_and_used_up_are_told_apart_by_the_counters() -> None:
    refused = errors.RateLimited("You have reached your monthly limit", status=429)
    assert _limited(1000, 999).client().told_apart(refused) is refused
    told = _limited(1000, 1000).client().told_apart(refused)
    assert isinstance(told, errors.QuotaUsedUp)
    assert told.verdict == Verdict.WAIT


def test_without_a_limit_nothing_is_ever_used_up() -> None:
    line = FakeLine(answer(body={"type": "none"}))
    assert line.client().quota_is_used_up() is False
    assert line.asked == ["GET /v2/bot/message/quota"]


def test_silent_counters_leave_the_error_as_it_was() -> None:
    refused = errors.RateLimited(status=429)
    assert FakeLine(answer(500)).client().told_apart(refused) is refused


def test_half_a_character_is_refused_before_anything_leaves() -> None:
    line = FakeLine()
    with pytest.raises(errors.BadRequest):
        line.client().push(USER, [{"type": "text", "text": "\ud83d"}], retry_key=KEY)
    assert line.requests == []


def test_an_error_never_shows_the_token() -> None:
    with pytest.raises(errors.TokenRevoked) as caught:
        FakeLine(answer(401)).client("very-secret").push(USER, HELLO, retry_key=KEY)
    assert "very-secret" not in str(caught.value) + repr(caught.value)
