# SPDX-License-Identifier: Apache-2.0
"""Message objects and the bodies that carry them."""

from __future__ import annotations

from collections.abc import Callable

from linesim.checks.actions import Place, check_action
from linesim.checks.flex import check_flex
from linesim.checks.nodes import Node
from linesim.checks.templates import check_template
from linesim.counting import graphemes

MOST_MESSAGES = 5
MOST_QUICK_REPLIES = 13
_TRACKING_ID = r"[-a-zA-Z0-9.=,+*()%$&;:@{}!?<>\[\]_]+"


def check_messages(body: Node) -> None:
    """The ``messages`` of a reply, push, multicast, narrowcast, broadcast or validate body."""
    for message in body.items("messages", 1, MOST_MESSAGES):
        check_message(message)


def check_message(node: Node) -> None:
    kind = node.choice("type", _CHECKS, required=True)
    if kind is None:
        return
    _CHECKS[kind](node)
    _quick_reply(node.child("quickReply", required=False))
    _sender(node.child("sender", required=False))
    node.close()


def _quick_reply(node: Node | None) -> None:
    if node is None:
        return
    for item in node.items("items", 1, MOST_QUICK_REPLIES):
        item.choice("type", ("action",))
        item.url("imageUrl", 2000, required=False)
        check_action(item.child("action"), Place.QUICK_REPLY)
        item.close()
    node.close()


def _sender(node: Node | None) -> None:
    if node is None:
        return
    name = node.text("name", 20, required=False, count=graphemes)
    if name and "LINE" in name.upper():
        node.wrong("name", "contains a word that may not be used")
    node.url("iconUrl", 2000, required=False)
    node.close()


def _text(node: Node) -> None:
    text = node.text("text", 5000) or ""
    node.text("quoteToken", 300, required=False)
    for emoji in node.items("emojis", 1, 20, required=False):
        index = emoji.integer("index", 0, 4999)
        if index is not None and text[index : index + 1] != "$":
            emoji.wrong("index", "must point at a $ in text")
        emoji.text("productId", 100)
        emoji.text("emojiId", 100)
        emoji.close()


def _text_v2(node: Node) -> None:
    node.text("text", 5000)
    node.text("quoteToken", 300, required=False)
    names = node.child("substitution", required=False)
    if names is None:
        return
    for name in list(names.value):
        _substitution(names.child(name))


def _substitution(node: Node | None) -> None:
    if node is None:
        return
    kind = node.choice("type", ("mention", "emoji"), required=True)
    if kind == "emoji":
        node.text("productId", 100)
        node.text("emojiId", 100)
    elif kind == "mention":
        whom = node.child("mentionee")
        if whom and whom.choice("type", ("user", "all"), required=True) == "user":
            whom.text("userId", 33)


def _sticker(node: Node) -> None:
    node.text("packageId", 20, pattern=r"\d+")
    node.text("stickerId", 20, pattern=r"\d+")
    node.text("quoteToken", 300, required=False)


def _image(node: Node) -> None:
    node.url("originalContentUrl", 2000)
    node.url("previewImageUrl", 2000)


def _video(node: Node) -> None:
    _image(node)
    node.text("trackingId", 100, required=False, pattern=_TRACKING_ID)


def _audio(node: Node) -> None:
    node.url("originalContentUrl", 2000)
    node.integer("duration", 1, 24 * 60 * 60 * 1000)


def _location(node: Node) -> None:
    node.text("title", 100)
    node.text("address", 100)
    node.number("latitude", -90, 90)
    node.number("longitude", -180, 180)


def _imagemap(node: Node) -> None:
    node.url("baseUrl", 2000)
    node.text("altText", 1500)
    size = node.child("baseSize")
    if size:
        size.integer("width", 1040, 1040)
        size.integer("height", 1, 5000)
        size.close()
    for action in node.items("actions", 1, 50):
        _imagemap_action(action)
    _imagemap_video(node.child("video", required=False))


def _imagemap_action(node: Node) -> None:
    kind = node.choice("type", ("uri", "message", "clipboard"), required=True)
    node.text("label", 100, required=False)
    if kind == "uri":
        node.text("linkUri", 1000)
    elif kind == "message":
        node.text("text", 400)
    elif kind == "clipboard":
        node.text("clipboardText", 1000)
    _area(node.child("area"))


def _area(node: Node | None) -> None:
    if node is None:
        return
    for key in ("x", "y"):
        node.integer(key, 0, 10_000)
    for key in ("width", "height"):
        node.integer(key, 1, 10_000)


def _imagemap_video(node: Node | None) -> None:
    if node is None:
        return
    node.url("originalContentUrl", 2000)
    node.url("previewImageUrl", 2000)
    _area(node.child("area"))
    link = node.child("externalLink", required=False)
    if link:
        link.text("linkUri", 1000)
        link.text("label", 30)


def _coupon(node: Node) -> None:
    node.text("couponId", 100)
    node.text("deliveryTag", 30, required=False)


_CHECKS: dict[str, Callable[[Node], None]] = {
    "text": _text,
    "textV2": _text_v2,
    "sticker": _sticker,
    "image": _image,
    "video": _video,
    "audio": _audio,
    "location": _location,
    "imagemap": _imagemap,
    "template": check_template,
    "flex": check_flex,
    "coupon": _coupon,
}
