# SPDX-License-Identifier: Apache-2.0
"""The official SDK talks to the simulator as it would to LINE."""

from __future__ import annotations

import io
import uuid

import pytest
from linebot.v3 import messaging as sdk
from linebot.v3.messaging.exceptions import ApiException
from PIL import Image

from linesim.testing import Line
from tests.linesim.conftest import reply_token, user_id
from tests.linesim.receiver import open_door

HELLO = sdk.TextMessage(text="こんにちは")


@pytest.fixture
def api(served: Line) -> sdk.MessagingApi:
    served.reset()
    return sdk.MessagingApi(_client(served))


@pytest.fixture
def blob(served: Line) -> sdk.MessagingApiBlob:
    return sdk.MessagingApiBlob(_client(served))


def _client(line: Line) -> sdk.ApiClient:
    settings = sdk.Configuration(host=line.url, access_token=line.channel.token)
    client = sdk.ApiClient(settings)
    client.rest_client.pool_manager.connection_pool_kw["timeout"] = 10
    return client


def test_reply(served: Line, api: sdk.MessagingApi) -> None:
    token = reply_token(served)
    answer = api.reply_message(sdk.ReplyMessageRequest(replyToken=token, messages=[HELLO]))
    assert answer.sent_messages[0].id
    assert served.received("花子")[0]["text"] == "こんにちは"
    with pytest.raises(ApiException) as refused:
        api.reply_message(sdk.ReplyMessageRequest(replyToken=token, messages=[HELLO]))
    assert refused.value.status == 400


def test_push_twice_with_one_key(served: Line, api: sdk.MessagingApi) -> None:
    key = str(uuid.uuid4())
    request = sdk.PushMessageRequest(to=user_id(served), messages=[HELLO])
    api.push_message(request, x_line_retry_key=key)
    with pytest.raises(ApiException) as refused:
        api.push_message(request, x_line_retry_key=key)
    assert refused.value.status == 409
    assert refused.value.headers["x-line-accepted-request-id"]


def test_multicast_and_broadcast(served: Line, api: sdk.MessagingApi) -> None:
    people = [user_id(served), user_id(served, "太郎")]
    api.multicast(sdk.MulticastRequest(to=people, messages=[HELLO]))
    api.broadcast(sdk.BroadcastRequest(messages=[HELLO]))
    assert len(served.received("太郎")) == 2


def test_a_message_with_everything(served: Line, api: sdk.MessagingApi) -> None:
    camera = sdk.QuickReplyItem(action=sdk.CameraAction(label="撮る"))
    yes = sdk.MessageAction(label="はい", text="はい")
    buttons = sdk.ButtonsTemplate(text="どうしますか", actions=[yes])
    message = sdk.TemplateMessage(
        altText="選択", template=buttons, quickReply=sdk.QuickReply(items=[camera])
    )
    api.push_message(sdk.PushMessageRequest(to=user_id(served), messages=[message]))
    assert served.tap("花子", "はい")["events"][0]["message"]["text"] == "はい"


def test_a_flex_message(served: Line, api: sdk.MessagingApi) -> None:
    bubble = sdk.FlexBubble(
        body=sdk.FlexBox(layout="vertical", contents=[sdk.FlexText(text="R8-000123")])
    )
    message = sdk.FlexMessage(altText="受付", contents=bubble)
    api.push_message(sdk.PushMessageRequest(to=user_id(served), messages=[message]))
    assert served.received("花子")[0]["contents"]["body"]["contents"][0]["text"] == "R8-000123"


def test_validate(api: sdk.MessagingApi) -> None:
    api.validate_push(sdk.ValidateMessageRequest(messages=[HELLO]))
    long = sdk.TextMessage(text="😀" * 2501)
    with pytest.raises(ApiException):
        api.validate_push(sdk.ValidateMessageRequest(messages=[long]))


def test_rich_menu_with_image_and_alias(
    served: Line, api: sdk.MessagingApi, blob: sdk.MessagingApiBlob
) -> None:
    area = sdk.RichMenuArea(
        bounds=sdk.RichMenuBounds(x=0, y=0, width=800, height=270),
        action=sdk.MessageAction(label="通報", text="通報"),
    )
    request = sdk.RichMenuRequest(
        size=sdk.RichMenuSize(width=800, height=270),
        selected=True,
        name="標準",
        chatBarText="メニュー",
        areas=[area],
    )
    menu = api.create_rich_menu(request).rich_menu_id
    out = io.BytesIO()
    Image.new("RGB", (800, 270)).save(out, "PNG")
    headers = {"Content-Type": "image/png"}
    blob.set_rich_menu_image(menu, body=out.getvalue(), _headers=headers)
    api.create_rich_menu_alias(
        sdk.CreateRichMenuAliasRequest(richMenuAliasId=f"a{menu[-8:]}", richMenuId=menu)
    )
    api.set_default_rich_menu(menu)
    assert api.get_default_rich_menu_id().rich_menu_id == menu
    assert bytes(blob.get_rich_menu_image(menu)) == out.getvalue()
    assert served.tap("花子", "通報")["events"]


def test_content(served: Line, blob: sdk.MessagingApiBlob) -> None:
    (photo,) = served.photos("花子")["message_ids"]
    assert bytes(blob.get_message_content(photo)).startswith(b"\xff\xd8")
    assert bytes(blob.get_message_content_preview(photo)).startswith(b"\xff\xd8")


def test_people_quota_and_bot(served: Line, api: sdk.MessagingApi) -> None:
    assert api.get_profile(user_id(served)).display_name == "花子"
    assert len(api.get_followers().user_ids) == 2
    assert api.get_message_quota().type == "none"
    assert api.get_message_quota_consumption().total_usage == 0
    assert api.get_bot_info().user_id == served.channel.bot_user_id


def test_webhook_endpoint(served: Line, api: sdk.MessagingApi) -> None:
    with open_door() as door:
        api.set_webhook_endpoint(sdk.SetWebhookEndpointRequest(endpoint=door.url))
        assert api.get_webhook_endpoint().endpoint == door.url
        tried = api.test_webhook_endpoint(sdk.TestWebhookEndpointRequest(endpoint=door.url))
        assert tried.success
        assert door.taken[0]["events"] == []
    served.change_channel(webhook_url=None)


def test_loading(served: Line, api: sdk.MessagingApi) -> None:
    request = sdk.ShowLoadingAnimationRequest(chatId=user_id(served), loadingSeconds=5)
    api.show_loading_animation(request)
    assert served.talk("花子")["loading"]
