# SPDX-License-Identifier: Apache-2.0
"""Our own look at messages against LINE's limits, before LINE is asked.

LINE refuses a whole request for one long label, so what staff write (scenarios, templates,
broadcasts) is checked while they write. It finds what the limits say; LINE's own check
(`LineClient.validate`) remains the last word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kairan.line import limits
from kairan.line.limits import grapheme_length, utf16_length

Json = Mapping[str, Any]
Problem = tuple[str, str]

ONLY_IN_QUICK_REPLIES = {"camera", "cameraRoll", "location"}
ONLY_IN_RICH_MENUS = {"richmenuswitch"}
URI_SCHEMES = ("https://", "http://", "tel:", "line://")


def check_messages(messages: Sequence[Json]) -> list[str]:
    """What LINE would refuse, in plain Japanese with the place («messages[0].text: …»); [] if
    nothing."""
    found = list(_count("messages", messages, 1, limits.MESSAGES_PER_REQUEST))
    for place, message in enumerate(messages):
        found += _message(f"messages[{place}]", message)
    return [f"{where}: {what}" for where, what in found]


def check_action(action: Json, *, where: str = "action", in_rich_menu: bool = False) -> list[str]:
    """The same for one action of a rich menu or a bubble."""
    found = _action(where, action, limits.LABEL, rich_menu=in_rich_menu)
    return [f"{place}: {what}" for place, what in found]


# ── messages ─────────────────────────────────────────────────────────────────────────────────


def _message(where: str, message: Json) -> Iterator[Problem]:
    check = KINDS.get(str(message.get("type")))
    if check is None:
        yield where, _("種類「%(kind)s」は送れません。") % {"kind": message.get("type")}
        return
    yield from check(where, message)
    if (reply := message.get("quickReply")) is not None:
        yield from _quick_replies(f"{where}.quickReply.items", reply.get("items", []))


def _text_message(where: str, message: Json) -> Iterator[Problem]:
    yield from _units(f"{where}.text", message.get("text"), limits.TEXT)


def _image(where: str, message: Json) -> Iterator[Problem]:
    for name in ("originalContentUrl", "previewImageUrl"):
        yield from _picture(f"{where}.{name}", message.get(name))


def _location(where: str, message: Json) -> Iterator[Problem]:
    yield from _units(f"{where}.title", message.get("title"), limits.LOCATION_TITLE)
    yield from _units(f"{where}.address", message.get("address"), limits.LOCATION_ADDRESS)
    for name, most in (("latitude", 90), ("longitude", 180)):
        value = message.get(name)
        if not isinstance(value, int | float) or not -most <= value <= most:
            yield f"{where}.{name}", _("緯度・経度の値ではありません。")


def _template(where: str, message: Json) -> Iterator[Problem]:
    yield from _units(f"{where}.altText", message.get("altText"), limits.ALT_TEXT)
    template = message.get("template") or {}
    check = TEMPLATES.get(str(template.get("type")))
    if check is None:
        yield f"{where}.template", _("この形のボタンは送れません。")
        return
    yield from check(f"{where}.template", template)


def _buttons(where: str, template: Json) -> Iterator[Problem]:
    beside = template.get("title") or template.get("thumbnailImageUrl")
    most = limits.BUTTONS_TEXT_BESIDE_TITLE_OR_IMAGE if beside else limits.BUTTONS_TEXT
    yield from _clusters(f"{where}.text", template.get("text"), most)
    yield from _head(where, template)
    yield from _actions(where, template, 1, limits.BUTTONS_ACTIONS)


def _confirm(where: str, template: Json) -> Iterator[Problem]:
    yield from _clusters(f"{where}.text", template.get("text"), limits.CONFIRM_TEXT)
    yield from _actions(where, template, limits.CONFIRM_ACTIONS, limits.CONFIRM_ACTIONS)


def _carousel(where: str, template: Json) -> Iterator[Problem]:
    columns = template.get("columns", [])
    yield from _count(f"{where}.columns", columns, 1, limits.CAROUSEL_COLUMNS)
    for place, column in enumerate(columns):
        at = f"{where}.columns[{place}]"
        beside = column.get("title") or column.get("thumbnailImageUrl")
        most = limits.CAROUSEL_TEXT_BESIDE_TITLE_OR_IMAGE if beside else limits.CAROUSEL_TEXT
        yield from _clusters(f"{at}.text", column.get("text"), most)
        yield from _head(at, column)
        yield from _actions(at, column, 1, limits.CAROUSEL_ACTIONS)
    for name in ("title", "thumbnailImageUrl"):
        if len({bool(column.get(name)) for column in columns}) > 1:
            yield f"{where}.columns", _("題と画像は、すべての枠に付けるか、付けないかです。")
    if len({len(column.get("actions", [])) for column in columns}) > 1:
        yield f"{where}.columns", _("ボタンの数を、すべての枠で同じにしてください。")


def _head(where: str, template: Json) -> Iterator[Problem]:
    if template.get("title"):
        yield from _clusters(f"{where}.title", template["title"], limits.TEMPLATE_TITLE)
    if template.get("thumbnailImageUrl"):
        yield from _picture(f"{where}.thumbnailImageUrl", template["thumbnailImageUrl"])


def _flex(where: str, message: Json) -> Iterator[Problem]:
    yield from _units(f"{where}.altText", message.get("altText"), limits.ALT_TEXT)
    contents = message.get("contents") or {}
    bubbles = contents.get("contents", []) if contents.get("type") == "carousel" else [contents]
    yield from _count(f"{where}.contents", bubbles, 1, limits.FLEX_BUBBLES)
    yield from _size(f"{where}.contents", contents, limits.FLEX_CAROUSEL_BYTES)
    for place, bubble in enumerate(bubbles):
        at = f"{where}.contents[{place}]"
        yield from _size(at, bubble, limits.FLEX_BUBBLE_BYTES)
        yield from _flex_parts(at, bubble)


def _flex_parts(where: str, part: Any) -> Iterator[Problem]:
    """Walks a bubble: empty texts, and every action wherever it hangs."""
    if isinstance(part, list):
        for place, one in enumerate(part):
            yield from _flex_parts(f"{where}[{place}]", one)
    if not isinstance(part, Mapping):
        return
    if part.get("type") == "text" and not part.get("text") and not part.get("contents"):
        yield f"{where}.text", _("文字がありません。")
    for name, value in part.items():
        if name == "action":
            yield from _action(f"{where}.action", value, limits.FLEX_LABEL)
        else:
            yield from _flex_parts(f"{where}.{name}", value)


def _unchecked(_where: str, _message: Json) -> Iterator[Problem]:
    yield from ()


KINDS: dict[str, Callable[[str, Json], Iterator[Problem]]] = {
    "text": _text_message,
    "image": _image,
    "location": _location,
    "template": _template,
    "flex": _flex,
    # Kinds that nothing here builds; LINE's own check knows them.
    "textV2": _unchecked,
    "sticker": _unchecked,
    "video": _unchecked,
    "audio": _unchecked,
    "imagemap": _unchecked,
}
TEMPLATES: dict[str, Callable[[str, Json], Iterator[Problem]]] = {
    "buttons": _buttons,
    "confirm": _confirm,
    "carousel": _carousel,
}

# ── quick replies and actions ────────────────────────────────────────────────────────────────


def _quick_replies(where: str, items: Sequence[Json]) -> Iterator[Problem]:
    yield from _count(where, items, 1, limits.QUICK_REPLIES)
    for place, item in enumerate(items):
        at = f"{where}[{place}]"
        yield from _action(f"{at}.action", item.get("action") or {}, limits.LABEL, quick=True)
        if item.get("imageUrl"):
            yield from _picture(f"{at}.imageUrl", item["imageUrl"])


def _actions(where: str, holder: Json, fewest: int, most: int) -> Iterator[Problem]:
    actions = holder.get("actions", [])
    yield from _count(f"{where}.actions", actions, fewest, most)
    for place, action in enumerate(actions):
        yield from _action(f"{where}.actions[{place}]", action, limits.LABEL)


def _action(
    where: str, action: Json, label: int, *, quick: bool = False, rich_menu: bool = False
) -> Iterator[Problem]:
    kind = str(action.get("type"))
    if kind in ONLY_IN_QUICK_REPLIES and not quick:
        yield where, _("カメラ・写真・位置のボタンは、クイックリプライだけで使えます。")
    if kind in ONLY_IN_RICH_MENUS and not rich_menu:
        yield where, _("メニューの切り替えは、リッチメニューだけで使えます。")
    if not rich_menu or action.get("label"):
        yield from _clusters(f"{where}.label", action.get("label"), label)
    if kind in {"postback", "datetimepicker", "richmenuswitch"}:
        yield from _units(f"{where}.data", action.get("data"), limits.POSTBACK_DATA)
    if kind == "message":
        yield from _clusters(f"{where}.text", action.get("text"), limits.MESSAGE_ACTION_TEXT)
    if kind == "clipboard":
        text = action.get("clipboardText")
        yield from _units(f"{where}.clipboardText", text, limits.CLIPBOARD_TEXT)
    if kind == "uri":
        yield from _uri(f"{where}.uri", action.get("uri"))
    if display := action.get("displayText"):
        yield from _clusters(f"{where}.displayText", display, limits.DISPLAY_TEXT)


# ── the measures ─────────────────────────────────────────────────────────────────────────────


def _units(where: str, value: Any, most: int) -> Iterator[Problem]:
    yield from _measured(where, value, most, utf16_length)


def _clusters(where: str, value: Any, most: int) -> Iterator[Problem]:
    yield from _measured(where, value, most, grapheme_length)


def _measured(
    where: str, value: Any, most: int, measure: Callable[[str], int]
) -> Iterator[Problem]:
    if not isinstance(value, str) or not value:
        yield where, _("文字がありません。")
    elif (length := measure(value)) > most:
        told = {"length": f"{length:,}", "most": f"{most:,}", "over": f"{length - most:,}"}
        yield (
            where,
            _("%(length)s字あります。%(most)s字までです。%(over)s字減らしてください。") % told,
        )


def _count(where: str, items: Sequence[Any], fewest: int, most: int) -> Iterator[Problem]:
    if not fewest <= len(items) <= most:
        told = {"count": len(items), "fewest": fewest, "most": most}
        yield where, _("%(count)s個あります。%(fewest)s個から%(most)s個までです。") % told


def _size(where: str, value: Any, most: int) -> Iterator[Problem]:
    size = len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    if size > most:
        told = {"size": size // 1024 + 1, "most": most // 1024}
        yield where, _("%(size)s KBあります。%(most)s KBまでです。") % told


def _uri(where: str, value: Any) -> Iterator[Problem]:
    yield from _units(where, value, limits.URI)
    if isinstance(value, str) and value and not value.lower().startswith(URI_SCHEMES):
        yield where, _("https:// か tel: で始まる住所にしてください。")


def _picture(where: str, value: Any) -> Iterator[Problem]:
    yield from _units(where, value, limits.IMAGE_URL)
    if isinstance(value, str) and value and not value.startswith("https://"):
        yield where, _("画像の住所は https:// で始まるものだけです。")
