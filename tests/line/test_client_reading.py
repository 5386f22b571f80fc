# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from kairan.line import client as client_module
from kairan.line import errors
from kairan.line.answers import ContentState
from tests.line.fake_line import USER, FakeLine, answer

PNG = b"\x89PNG" + bytes(2000)


def _file(status: int = 200, content: bytes = PNG) -> httpx.Response:
    headers = {"content-type": "image/png", "x-line-request-id": "req-9"}
    return httpx.Response(status, content=content, headers=headers)


def test_a_photo_is_fetched_from_the_data_host() -> None:
    line = FakeLine(_file())
    content = line.client().content("325708")
    assert (content.data, content.content_type, content.request_id) == (PNG, "image/png", "req-9")
    assert line.last.url == "https://data.example/v2/bot/message/325708/content"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (202, errors.ContentNotReady),
        (404, errors.ContentGone),
        (410, errors.ContentGone),
        (401, errors.TokenRevoked),
        (500, errors.ServerError),
    ],
)
def test_content_that_does_not_come_says_why(status: int, kind: type[errors.LineError]) -> None:
    with pytest.raises(kind) as caught:
        FakeLine(_file(status, b"{}")).client().content("325708")
    assert caught.value.request_id == "req-9"


def test_an_announced_giant_is_not_read() -> None:
    with pytest.raises(errors.ContentTooLarge):
        FakeLine(_file()).client().content("325708", limit=1999)


class Trickle(httpx.SyncByteStream):
    """A body without an announced length."""

    def __init__(self, *chunks: bytes | Exception) -> None:
        self.chunks = chunks
        self.given = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            if isinstance(chunk, Exception):
                raise chunk
            self.given += 1
            yield chunk


def test_an_unannounced_giant_is_read_no_further_than_allowed() -> None:
    body = Trickle(*[bytes(1000)] * 50)
    line = FakeLine(httpx.Response(200, stream=body))
    with pytest.raises(errors.ContentTooLarge):
        line.client().content("325708", limit=4500)
    assert body.given == 5


def test_a_file_that_breaks_off_is_no_answer() -> None:
    line = FakeLine(httpx.Response(200, stream=Trickle(b"half", httpx.ReadError("gone"))))
    with pytest.raises(errors.NoAnswer):
        line.client().content("325708")


def test_a_trickle_ends_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MAX_CONTENT_SECONDS", -1.0)
    with pytest.raises(errors.NoAnswer):
        FakeLine(_file()).client().content("325708")


@pytest.mark.parametrize("bad", ["../../v2/bot/info", "", "a/b", "..", "1?x=1", "é"])
def test_an_id_that_is_none_is_refused_unsent(bad: str) -> None:
    line = FakeLine()
    with pytest.raises(errors.BadRequest):
        line.client().content(bad)
    assert line.requests == []


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (answer(body={"status": "succeeded"}), ContentState.READY),
        (answer(body={"status": "processing"}), ContentState.PROCESSING),
        (answer(body={"status": "failed"}), ContentState.FAILED),
        (answer(404), ContentState.GONE),
        (answer(410), ContentState.GONE),
    ],
)
def test_a_video_tells_how_far_it_is(given: httpx.Response, state: ContentState) -> None:
    assert FakeLine(given).client().content_state("325708") == state


def test_the_account_tells_who_it_is() -> None:
    body = {"userId": USER, "basicId": "@hinokuni", "displayName": "ひのくに市", "chatMode": "bot"}
    info = FakeLine(answer(body=body)).client().bot_info()
    assert (info.user_id, info.basic_id, info.display_name) == (USER, "@hinokuni", "ひのくに市")


def test_an_answer_that_is_not_lines_is_named_so() -> None:
    with pytest.raises(errors.BrokenAnswer):
        FakeLine(httpx.Response(200, content=b"<html>wifi</html>")).client().bot_info()
    with pytest.raises(errors.BrokenAnswer):
        FakeLine(answer(body={"totalUsage": "many"})).client().consumption()


def test_the_token_tells_its_channel_and_is_sent_in_the_body() -> None:
    line = FakeLine(answer(body={"client_id": "165", "expires_in": 99, "scope": "P CM"}))
    assert line.client("se cret").verify_token().channel_id == "165"
    assert line.last.content == b"access_token=se+cret"
    assert "authorization" not in line.last.headers


def test_a_token_that_line_does_not_know_is_revoked() -> None:
    oauth = {"error": "invalid_request", "error_description": "access token expired"}
    with pytest.raises(errors.TokenRevoked, match="access token expired"):
        FakeLine(answer(400, oauth)).client().verify_token()


def test_no_webhook_address_is_none() -> None:
    assert FakeLine(answer(404)).client().webhook_endpoint() is None


def test_the_webhook_test_tells_what_line_saw() -> None:
    body = {"success": False, "statusCode": 0, "reason": "COULD_NOT_CONNECT", "detail": "TLS"}
    seen = FakeLine(answer(body=body)).client().test_webhook()
    assert (seen.success, seen.status_code, seen.reason) == (False, 0, "COULD_NOT_CONNECT")


def test_the_dots_last_for_fives_of_seconds() -> None:
    line = FakeLine(answer(202))
    for asked, told in ((1, 5), (7, 10), (500, 60)):
        line.client().show_loading(USER, seconds=asked)
        assert line.last_body == {"chatId": USER, "loadingSeconds": told}


def test_no_default_menu_is_none() -> None:
    assert FakeLine(answer(404)).client().default_rich_menu() is None


def _claims(**changed: Any) -> dict[str, Any]:
    usual = {
        "iss": "https://access.line.me",
        "sub": USER,
        "aud": "login-1",
        "exp": int(time.time()) + 60,
        "name": "花子",
    }
    return {**usual, **changed}


def test_an_id_token_tells_who_opened_the_page() -> None:
    line = FakeLine(answer(body=_claims()))
    told = line.client().verify_id_token("jwt", login_channel_id="login-1")
    assert told.user_id == USER
    assert line.last.content == b"id_token=jwt&client_id=login-1"


@pytest.mark.parametrize(
    "changed", [{"aud": "login-2"}, {"iss": "https://evil.example"}, {"exp": 1}, {"sub": ""}]
)
def test_claims_that_do_not_fit_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(errors.InvalidIdToken):
        FakeLine(answer(body=_claims(**changed))).client().verify_id_token(
            "jwt", login_channel_id="login-1"
        )


def test_an_id_token_that_line_refuses_is_invalid() -> None:
    refused = answer(400, {"error": "invalid_request", "error_description": "IdToken expired."})
    with pytest.raises(errors.InvalidIdToken, match="expired"):
        FakeLine(refused).client().verify_id_token("jwt", login_channel_id="login-1")
