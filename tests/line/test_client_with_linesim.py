# SPDX-License-Identifier: Apache-2.0
"""Client and stand-in, neither knowing the other: what one says, the other must understand."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from kairan.line import errors, messages
from kairan.line.answers import ContentState
from kairan.line.client import LineClient
from kairan.line.events import ImageMessage, MessageEvent
from kairan.line.menus.design import Known, default_design
from kairan.line.menus.preview import Drawing
from kairan.line.webhook import parse, signature_fits
from linesim.testing import Line, in_process

HELLO = [messages.text("こんにちは")]
MENU = default_design("default", Known(phone="096-000-0000"))


@pytest.fixture
def line() -> Iterator[Line]:
    with in_process() as stand_in:
        yield stand_in


@pytest.fixture
def client(line: Line) -> LineClient:
    http = httpx.Client(transport=line.transport)
    return LineClient(line.channel.token, api_url=line.url, data_url=line.url, http=http)


def _user(line: Line) -> str:
    return next(iter(line.channel.friends))


def _came(line: Line, result: object) -> MessageEvent:
    (webhook,) = result["webhooks"]  # type: ignore[index]
    body = webhook["body"].encode()
    headers = {name.lower(): value for name, value in webhook["headers"].items()}
    assert signature_fits(line.channel.secret, body, headers["x-line-signature"])
    event = parse(body).events[0]
    assert isinstance(event, MessageEvent)
    return event


def test_a_reply_token_works_once(line: Line, client: LineClient) -> None:
    event = _came(line, line.text("花子", "通報"))
    assert event.reply_token
    accepted = client.reply(event.reply_token, HELLO)
    assert accepted.request_id
    assert line.received("花子") == HELLO
    with pytest.raises(errors.InvalidReplyToken):
        client.reply(event.reply_token, HELLO)


def test_a_reply_token_dies_after_a_minute(line: Line, client: LineClient) -> None:
    event = _came(line, line.text("花子", "通報"))
    line.advance(61)
    with pytest.raises(errors.InvalidReplyToken):
        client.reply(event.reply_token or "", HELLO)


def test_a_push_tried_twice_arrives_once(line: Line, client: LineClient) -> None:
    key = uuid4()
    first = client.push(_user(line), HELLO, retry_key=key)
    again = client.push(_user(line), HELLO, retry_key=key)
    assert again.already
    assert again.accepted_request_id == first.request_id
    assert again.sent_ids == first.sent_ids
    assert line.received("花子") == HELLO


def test_a_push_whose_answer_was_lost_is_known_by_its_key(line: Line, client: LineClient) -> None:
    line.fault("*/push", accept_then_drop=True, count=1)
    key = uuid4()
    with pytest.raises(errors.NoAnswer) as caught:
        client.push(_user(line), HELLO, retry_key=key)
    assert caught.value.maybe_accepted
    assert client.push(_user(line), HELLO, retry_key=key).already
    assert line.received("花子") == HELLO


def test_the_used_up_quota_is_told_from_haste(line: Line, client: LineClient) -> None:
    line.change_channel(quota=1)
    client.push(_user(line), HELLO, retry_key=uuid4())
    with pytest.raises(errors.RateLimited) as caught:
        client.push(_user(line), HELLO, retry_key=uuid4())
    assert isinstance(client.told_apart(caught.value), errors.QuotaUsedUp)


def test_a_revoked_token_is_named(line: Line, client: LineClient) -> None:
    line.change_channel(revoked=True)
    with pytest.raises(errors.TokenRevoked):
        client.push(_user(line), HELLO, retry_key=uuid4())
    with pytest.raises(errors.TokenRevoked):
        client.verify_token()


def test_a_long_label_comes_back_with_its_place(line: Line, client: LineClient) -> None:
    bad = messages.buttons("どれ", [{**messages.say("x"), "label": "あ" * 21}])
    with pytest.raises(errors.BadRequest) as caught:
        client.validate("push", [bad])
    assert "label" in caught.value.details[0].property


def test_a_photo_is_fetched_until_it_is_gone(line: Line, client: LineClient) -> None:
    message = _came(line, line.photos("花子", "street-lamp")).message
    assert isinstance(message, ImageMessage)
    assert client.content(message.id).content_type.startswith("image/")
    line.conditions(content_gone=True)
    with pytest.raises(errors.ContentGone):
        client.content(message.id)


def test_a_video_is_prepared_first(line: Line, client: LineClient) -> None:
    line.conditions(video_seconds=30)
    message = _came(line, line.act("花子", "video")).message
    assert client.content_state(message.id) == ContentState.PROCESSING
    with pytest.raises(errors.ContentNotReady):
        client.content(message.id)
    line.advance(31)
    assert client.content_state(message.id) == ContentState.READY


def test_the_account_and_the_resident_are_known(line: Line, client: LineClient) -> None:
    assert client.bot_info().user_id == line.channel.bot_user_id
    assert client.verify_token().channel_id == line.channel.id
    assert client.profile(_user(line)).display_name == "花子"
    with pytest.raises(errors.NotFound):
        client.profile("U" + "f" * 32)


def _registered(client: LineClient) -> str:
    tab = MENU.tabs[0]
    line_id = client.create_rich_menu(MENU.body(tab, name="標準", own_pages=""))
    client.upload_rich_menu_image(line_id, Drawing.of(MENU, tab).image(), "image/png")
    return line_id


def test_the_menu_is_shown_and_a_tap_speaks(line: Line, client: LineClient) -> None:
    line_id = _registered(client)
    client.put_rich_menu_alias("main", line_id)
    client.set_default_rich_menu(line_id)
    assert client.default_rich_menu() == line_id
    assert client.rich_menu_aliases() == {"main": line_id}
    event = _came(line, line.tap("花子", "市民レポート"))
    assert event.raw["message"]["text"] == "市民レポート"


def test_an_alias_moves_to_the_next_menu(client: LineClient) -> None:
    client.put_rich_menu_alias("main", _registered(client))
    second = _registered(client)
    client.put_rich_menu_alias("main", second)
    assert client.rich_menu_aliases() == {"main": second}


def test_bulk_links_the_loading_dots_and_the_webhook_are_understood(
    line: Line, client: LineClient
) -> None:
    line_id = _registered(client)
    client.link_rich_menu_in_bulk([_user(line)], line_id)
    client.unlink_rich_menus_in_bulk([_user(line)])
    client.link_rich_menu(_user(line), line_id)
    client.unlink_rich_menu(_user(line))
    client.show_loading(_user(line))
    client.set_webhook_endpoint("https://town.example/line/webhook/1")
    endpoint = client.webhook_endpoint()
    assert endpoint is not None
    assert endpoint.endpoint == "https://town.example/line/webhook/1"
    client.multicast([_user(line)], HELLO, retry_key=uuid4(), unit="news")
    client.broadcast(HELLO, retry_key=uuid4())
    assert len(line.received("花子")) == 2
    client.cancel_default_rich_menu()
    assert client.default_rich_menu() is None
