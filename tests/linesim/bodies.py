# SPDX-License-Identifier: Apache-2.0
"""Messages that LINE takes and messages that it refuses, each named for what it shows."""

from __future__ import annotations

from typing import Any

Message = dict[str, Any]
URL = "https://town.example/a.jpg"


def say(label: str = "はい", **more: Any) -> Message:
    return {"type": "message", "label": label, "text": label, **more}


def quick(*actions: Message) -> Message:
    items = [{"type": "action", "action": action} for action in actions]
    return {"type": "text", "text": "どれですか", "quickReply": {"items": items}}


def template(**fields: Any) -> Message:
    return {"type": "template", "altText": "選んでください", "template": fields}


def buttons(**fields: Any) -> Message:
    return template(**{"type": "buttons", "text": "どうしますか", "actions": [say()], **fields})


def column(**fields: Any) -> Message:
    return {"text": "案件", "actions": [say()], **fields}


def carousel(*columns: Message) -> Message:
    return template(type="carousel", columns=list(columns))


def bubble(*contents: Message, **fields: Any) -> Message:
    body = {"type": "box", "layout": "vertical", "contents": list(contents)}
    return {"type": "bubble", "body": body, **fields}


def flex(contents: Message) -> Message:
    return {"type": "flex", "altText": "受付", "contents": contents}


def words(text: str = "R8-000123", **fields: Any) -> Message:
    return {"type": "text", "text": text, **fields}


PICK = {"type": "datetimepicker", "label": "日時", "data": "when", "mode": "datetime"}
POSTBACK = {"type": "postback", "label": "次へ", "data": "next"}
IMAGE = {"type": "image", "originalContentUrl": URL, "previewImageUrl": URL}
PLACE = {
    "type": "location",
    "title": "市役所",
    "address": "1-1",
    "latitude": 32.8,
    "longitude": 130.7,
}
IMAGEMAP = {
    "type": "imagemap",
    "baseUrl": "https://town.example/map",
    "altText": "地図",
    "baseSize": {"width": 1040, "height": 700},
    "actions": [
        {"type": "message", "text": "北区", "area": {"x": 0, "y": 0, "width": 10, "height": 10}}
    ],
}

GOOD: dict[str, Message] = {
    "text": words(),
    "text of 5000": words("あ" * 5000),
    "text with sender": words(sender={"name": "土木総務課", "iconUrl": URL}),
    "text with emoji": words(
        "$です", emojis=[{"index": 0, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}]
    ),
    "textV2": {
        "type": "textV2",
        "text": "{a}です",
        "substitution": {"a": {"type": "emoji", "productId": "1", "emojiId": "2"}},
    },
    "sticker": {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    "image": IMAGE,
    "video": {**IMAGE, "type": "video", "trackingId": "a-1"},
    "audio": {"type": "audio", "originalContentUrl": URL, "duration": 1000},
    "location": PLACE,
    "imagemap": IMAGEMAP,
    "13 quick replies": quick(*[say(str(n)) for n in range(13)]),
    "inputs in quick replies": quick(
        {"type": "camera", "label": "撮る"},
        {"type": "cameraRoll", "label": "選ぶ"},
        {"type": "location", "label": "場所"},
        PICK,
        POSTBACK,
        {"type": "clipboard", "label": "写す", "clipboardText": "R8-000123"},
    ),
    "buttons": buttons(),
    "buttons with all": buttons(
        title="照明灯",
        thumbnailImageUrl=URL,
        imageAspectRatio="square",
        imageSize="contain",
        imageBackgroundColor="#FFFFFF",
        defaultAction={"type": "uri", "label": "開く", "uri": "tel:0960000000"},
        actions=[
            say(),
            POSTBACK,
            PICK,
            {"type": "uri", "label": "見る", "uri": "https://a.example/"},
        ],
    ),
    "confirm": template(type="confirm", text="送りますか", actions=[say(), say("いいえ")]),
    "carousel": carousel(column(), column()),
    "image carousel": template(
        type="image_carousel", columns=[{"imageUrl": URL, "action": say("見る")}]
    ),
    "flex bubble": flex(
        bubble(
            words(weight="bold", size="xl", wrap=True, color="#112233"),
            {"type": "separator", "margin": "md"},
            {"type": "image", "url": URL, "aspectRatio": "20:13", "aspectMode": "cover"},
            {"type": "button", "action": POSTBACK, "style": "primary", "height": "sm"},
            {
                "type": "box",
                "layout": "baseline",
                "spacing": "sm",
                "contents": [
                    words(flex=2),
                    words(flex=5, contents=[{"type": "span", "text": "a"}]),
                ],
            },
            size="mega",
            styles={"body": {"backgroundColor": "#ffffff", "separator": True}},
        )
    ),
    "flex carousel": flex({"type": "carousel", "contents": [bubble(words()), bubble(words())]}),
}

# LINE's OpenAPI, made strict, refuses these too.
BAD: dict[str, Message] = {
    "no type": {"text": "a"},
    "unknown type": {"type": "photo"},
    "text missing": {"type": "text"},
    "text not a string": {"type": "text", "text": 1},
    "text of 5001": words("あ" * 5001),
    "null quick reply": words(quickReply=None),
    "sender too long": words(sender={"name": "あ" * 21}),
    "sticker without number": {"type": "sticker", "packageId": "446"},
    "image without preview": {"type": "image", "originalContentUrl": URL},
    "audio without duration": {"type": "audio", "originalContentUrl": URL},
    "location without address": {k: v for k, v in PLACE.items() if k != "address"},
    "location with words for degrees": {**PLACE, "latitude": "32.8"},
    "location with a long title": {**PLACE, "title": "あ" * 101},
    "imagemap without size": {k: v for k, v in IMAGEMAP.items() if k != "baseSize"},
    "14 quick replies": quick(*[say(str(n)) for n in range(14)]),
    "quick reply of unknown type": quick({"type": "call", "label": "電話"}),
    "message action over 300": quick(say(text="あ" * 301)),
    "postback data over 300": quick({**POSTBACK, "data": "a" * 301}),
    "displayText over 300": quick({**POSTBACK, "displayText": "a" * 301}),
    "unknown inputOption": quick({**POSTBACK, "inputOption": "openCamera"}),
    "uri over 1000": quick({"type": "uri", "label": "a", "uri": "https://a.jp/" + "a" * 1000}),
    "unknown picker": quick({**PICK, "mode": "week"}),
    "empty clipboard": quick({"type": "clipboard", "label": "a", "clipboardText": ""}),
    "buttons over 160": buttons(text="あ" * 161),
    "buttons title over 40": buttons(title="あ" * 41),
    "five buttons": buttons(actions=[say()] * 5),
    "no buttons": buttons(actions=[]),
    "confirm with one": template(type="confirm", text="送りますか", actions=[say()]),
    "confirm over 240": template(type="confirm", text="あ" * 241, actions=[say()] * 2),
    "eleven columns": carousel(*[column()] * 11),
    "column over 120": carousel(column(text="あ" * 121)),
    "template of unknown type": template(type="table", text="a"),
    "altText over 1500": {**buttons(), "altText": "あ" * 1501},
    "altText missing": {k: v for k, v in buttons().items() if k != "altText"},
    "flex without contents": {"type": "flex", "altText": "受付"},
    "flex of unknown type": flex({"type": "page"}),
    "13 bubbles": flex({"type": "carousel", "contents": [bubble(words())] * 13}),
    "box without layout": flex({"type": "bubble", "body": {"type": "box", "contents": []}}),
    "unknown component": flex(bubble({"type": "table"})),
    "unknown weight": flex(bubble(words(weight="heavy"))),
    "image without url": flex(bubble({"type": "image"})),
    "button without action": flex(bubble({"type": "button"})),
    "wrap not a boolean": flex(bubble(words(wrap="yes"))),
}

# LINE says these in prose only; the OpenAPI lets them pass.
ONLY_IN_PROSE: dict[str, Message] = {
    "empty text": words(""),
    "blank text": words("　 "),
    "2501 emoji are 5002 units": words("😀" * 2501),
    "http image": {**IMAGE, "previewImageUrl": "http://town.example/a.jpg"},
    "latitude beyond the pole": {**PLACE, "latitude": 91},
    "camera in buttons": buttons(actions=[{"type": "camera", "label": "撮る"}]),
    "location in flex": flex(
        bubble({"type": "button", "action": {"type": "location", "label": "場所"}})
    ),
    "richmenuswitch in quick reply": quick(
        {"type": "richmenuswitch", "label": "a", "richMenuAliasId": "a", "data": "b"}
    ),
    "label over 20": quick(say("あ" * 21)),
    "label missing": quick({"type": "message", "text": "はい"}),
    "no quick replies": {"type": "text", "text": "a", "quickReply": {"items": []}},
    "unknown scheme": quick({"type": "uri", "label": "a", "uri": "javascript:alert(1)"}),
    "picker with a broken start": quick({**PICK, "initial": "2026-13-01T00:00"}),
    "picker that ends before it begins": quick(
        {**PICK, "min": "2026-08-02T00:00", "max": "2026-08-01T00:00"}
    ),
    "postback with text and displayText": quick({**POSTBACK, "text": "a", "displayText": "b"}),
    "fillInText without keyboard": quick({**POSTBACK, "fillInText": "a"}),
    "buttons over 60 under a title": buttons(title="照明灯", text="あ" * 61),
    "columns unlike": carousel(column(), column(actions=[say(), say()])),
    "some columns with titles": carousel(column(title="a"), column()),
    "four actions in a column": carousel(column(actions=[say()] * 4)),
    "empty bubble": flex({"type": "bubble"}),
    "unknown field in flex": flex(bubble(words(bold=True))),
    "flex colour by name": flex(bubble(words(color="red"))),
    "flex button label over 40": flex(
        bubble({"type": "button", "action": {**POSTBACK, "label": "あ" * 41}})
    ),
    "bubble over 30 KB": flex(bubble(*[words("あ" * 1000) for _ in range(11)])),
    "bubbles of two sizes": flex(
        {"type": "carousel", "contents": [bubble(words(), size="kilo"), bubble(words())]}
    ),
    "text in a span's place": flex(
        bubble({"type": "box", "layout": "baseline", "contents": [{"type": "span", "text": "a"}]})
    ),
}
