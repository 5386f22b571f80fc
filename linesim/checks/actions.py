# SPDX-License-Identifier: Apache-2.0
"""Actions, and the places where LINE takes each of them."""

from __future__ import annotations

import re
from enum import Enum
from urllib.parse import urlsplit

from linesim.checks.nodes import Node
from linesim.counting import graphemes

ANYWHERE = ("postback", "message", "uri", "datetimepicker", "clipboard")
ONLY_QUICK_REPLY = ("camera", "cameraRoll", "location")
ONLY_RICH_MENU = ("richmenuswitch",)
SCHEMES = ("http", "https", "line", "tel")
_TIME_FORMS = {
    "date": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    "time": r"([01]\d|2[0-3]):[0-5]\d",
    "datetime": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[tT]([01]\d|2[0-3]):[0-5]\d",
}


class Place(Enum):
    """Where an action stands: (allowed types, longest label, whether a label is required)."""

    QUICK_REPLY = (ANYWHERE + ONLY_QUICK_REPLY, 20, True)
    TEMPLATE = (ANYWHERE, 20, True)
    IMAGE_COLUMN = (ANYWHERE, 12, False)
    DEFAULT = (ANYWHERE, 20, False)
    RICH_MENU = (ANYWHERE + ONLY_RICH_MENU, 20, False)
    FLEX_BUTTON = (ANYWHERE, 40, True)
    FLEX = (ANYWHERE, 40, False)


def check_action(node: Node | None, place: Place) -> None:
    if node is None:
        return
    types, label, label_required = place.value
    kind = node.choice("type", types, required=True)
    if kind is None:
        return
    node.text("label", label, required=label_required, count=graphemes)
    _CHECKS[kind](node)
    node.close(strict=place in (Place.FLEX, Place.FLEX_BUTTON))


def _postback(node: Node) -> None:
    node.text("data", 300)
    node.text("displayText", 300, required=False)
    node.text("text", 300, required=False)
    if node.has("displayText") and node.has("text"):
        node.wrong("text", "displayText and text cannot be used together")
    option = node.choice(
        "inputOption", ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")
    )
    node.text("fillInText", 300, required=False)
    if node.has("fillInText") and option != "openKeyboard":
        node.wrong("fillInText", "fillInText requires inputOption openKeyboard")


def _message(node: Node) -> None:
    node.text("text", 300)


def _uri(node: Node) -> None:
    uri = node.text("uri", 1000)
    if uri and not _has_known_scheme(uri):
        node.wrong("uri", "invalid uri scheme")
    alternative = node.child("altUri", required=False)
    if alternative:
        alternative.text("desktop", 1000, required=False, least=0)
        alternative.close()


def _has_known_scheme(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    if parts.scheme in ("http", "https"):
        return bool(parts.hostname)
    return parts.scheme in SCHEMES


def _datetimepicker(node: Node) -> None:
    node.text("data", 300)
    mode = node.choice("mode", _TIME_FORMS, required=True)
    form = _TIME_FORMS.get(mode or "", ".*")
    given = {key: node.text(key, 16, required=False) for key in ("initial", "max", "min")}
    for key, value in given.items():
        if value is not None and not re.fullmatch(form, value):
            node.wrong(key, "invalid format")
    if given["min"] and given["max"] and given["min"].lower() >= given["max"].lower():
        node.wrong("max", "max must be greater than min")


def _clipboard(node: Node) -> None:
    node.text("clipboardText", 1000)


def _nothing_more(_node: Node) -> None:
    """camera, cameraRoll and location carry nothing but their label."""


def _richmenuswitch(node: Node) -> None:
    node.text("richMenuAliasId", 32, pattern=r"[a-z0-9_-]{1,32}")
    node.text("data", 300)


_CHECKS = {
    "postback": _postback,
    "message": _message,
    "uri": _uri,
    "datetimepicker": _datetimepicker,
    "clipboard": _clipboard,
    "camera": _nothing_more,
    "cameraRoll": _nothing_more,
    "location": _nothing_more,
    "richmenuswitch": _richmenuswitch,
}
