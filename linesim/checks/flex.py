# SPDX-License-Identifier: Apache-2.0
"""Flex messages. Unknown names are errors here, as they are at LINE."""

from __future__ import annotations

import json
from collections.abc import Callable

from linesim.checks.actions import Place, check_action
from linesim.checks.nodes import Node

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
DEEPEST = 10
_SIZES = "xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl"
_LENGTH = r"\d+(\.\d+)?(px|%)"
_FORMS = {
    "space": rf"none|xs|sm|md|lg|xl|xxl|{_LENGTH}",
    "offset": rf"none|xs|sm|md|lg|xl|xxl|-?{_LENGTH}",
    "border": rf"none|light|normal|medium|semi-bold|bold|{_LENGTH}",
    "length": _LENGTH,
    "font": rf"{_SIZES}|\d+(\.\d+)?px",
    "image": rf"{_SIZES}|full|{_LENGTH}",
    "colour": r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{8})",
    "ratio": r"\d+(\.\d+)?:\d+(\.\d+)?",
    "angle": r"\d+(\.\d+)?deg",
    "percent": r"\d+(\.\d+)?%",
}
_CHOICES = {
    "layout": ("horizontal", "vertical", "baseline"),
    "position": ("relative", "absolute"),
    "justify": (
        "center",
        "flex-start",
        "flex-end",
        "space-between",
        "space-around",
        "space-evenly",
    ),
    "cross": ("center", "flex-start", "flex-end"),
    "gravity": ("top", "bottom", "center"),
    "align": ("start", "end", "center"),
    "weight": ("regular", "bold"),
    "slant": ("normal", "italic"),
    "line": ("none", "underline", "line-through"),
    "shrink": ("shrink-to-fit",),
    "style": ("primary", "secondary", "link"),
    "height": ("md", "sm"),
    "mode": ("fit", "cover"),
}
_PLACE = (
    "position:position offsetTop:offset offsetBottom:offset offsetStart:offset offsetEnd:offset"
)
_PADDING = " ".join(f"padding{side}:space" for side in ("All", "Top", "Bottom", "Start", "End"))
_FIELDS = {
    "box": f"flex:int spacing:space margin:space {_PLACE} backgroundColor:colour borderColor:colour"
    " borderWidth:border cornerRadius:space width:length maxWidth:length height:length"
    f" maxHeight:length {_PADDING} justifyContent:justify alignItems:cross",
    "button": f"flex:int color:colour style:style gravity:gravity margin:space {_PLACE}"
    " height:height adjustMode:shrink scaling:bool",
    "image": f"flex:int margin:space {_PLACE} align:align gravity:gravity size:image"
    " aspectRatio:ratio aspectMode:mode backgroundColor:colour animated:bool",
    "video": "aspectRatio:ratio",
    "icon": f"size:font aspectRatio:ratio margin:space {_PLACE} scaling:bool",
    "text": f"flex:int size:font align:align gravity:gravity color:colour weight:weight"
    f" style:slant decoration:line wrap:bool lineSpacing:length margin:space {_PLACE}"
    " maxLines:int adjustMode:shrink scaling:bool",
    "span": "size:font color:colour weight:weight style:slant decoration:line",
    "separator": "margin:space color:colour",
    "filler": "flex:int",
}
_BLOCKS = ("header", "hero", "body", "footer")


def check_flex(message: Node) -> None:
    message.text("altText", 1500)
    contents = message.child("contents")
    if contents is None:
        return
    kind = contents.choice("type", ("bubble", "carousel"), required=True)
    if kind == "bubble":
        check_bubble(contents)
    elif kind == "carousel":
        _carousel(contents)


def _carousel(node: Node) -> None:
    bubbles = list(node.items("contents", 1, 12))
    for bubble in bubbles:
        if bubble.choice("type", ("bubble",), required=True):
            check_bubble(bubble)
    if len({str(b.value.get("size", "mega")) for b in bubbles}) > 1:
        node.wrong("contents", "bubbles of a carousel must have the same size")
    _fits(node, CAROUSEL_BYTES)
    node.close(strict=True)


def check_bubble(node: Node) -> None:
    node.choice("size", ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga"))
    node.choice("direction", ("ltr", "rtl"))
    if not any(node.has(block) for block in _BLOCKS):
        node.problems.add(node.path, "At least one block must be specified")
    for block in _BLOCKS:
        allowed = ("box", "image", "video") if block == "hero" else ("box",)
        _component(node.child(block, required=False), allowed, 0)
    _styles(node.child("styles", required=False))
    check_action(node.child("action", required=False), Place.FLEX)
    _fits(node, BUBBLE_BYTES)
    node.close(strict=True)


def _fits(node: Node, most: int) -> None:
    size = len(json.dumps(node.value, ensure_ascii=False, separators=(",", ":")).encode())
    if size > most:
        node.problems.add(node.path, f"size must be at most {most} bytes")


def _styles(node: Node | None) -> None:
    if node is None:
        return
    for block in _BLOCKS:
        style = node.child(block, required=False)
        if style:
            style.boolean("separator")
            for key in ("backgroundColor", "separatorColor"):
                style.text(key, 9, required=False, pattern=_FORMS["colour"])
            style.close(strict=True)
    node.close(strict=True)


def _component(node: Node | None, allowed: tuple[str, ...], depth: int) -> None:
    if node is None:
        return
    kind = node.choice("type", allowed, required=True)
    if kind is None:
        return
    for field in _FIELDS[kind].split():
        _plain_field(node, *field.split(":"))
    _OWN.get(kind, _nothing_own)(node, depth)
    node.close(strict=True)


def _plain_field(node: Node, key: str, form: str) -> None:
    if form == "int":
        node.integer(key, 0, 2**31 - 1, required=False)
    elif form == "bool":
        node.boolean(key)
    elif form in _CHOICES:
        node.choice(key, _CHOICES[form])
    else:
        node.text(key, 100, required=False, pattern=_FORMS[form])


def _box(node: Node, depth: int) -> None:
    layout = node.choice("layout", _CHOICES["layout"], required=True)
    if depth >= DEEPEST:
        node.problems.add(node.path, "boxes are nested too deeply")
        return
    inside: tuple[str, ...] = ("box", "button", "image", "text", "separator", "filler", "video")
    if layout == "baseline":
        inside = ("icon", "text", "filler")
    for child in node.items("contents", 0, 1000):
        _component(child, inside, depth + 1)
    check_action(node.child("action", required=False), Place.FLEX)
    _gradient(node.child("background", required=False))


def _gradient(node: Node | None) -> None:
    if node is None:
        return
    node.choice("type", ("linearGradient",), required=True)
    node.text("angle", 20, pattern=_FORMS["angle"])
    for key in ("startColor", "endColor"):
        node.text(key, 9, pattern=_FORMS["colour"])
    node.text("centerColor", 9, required=False, pattern=_FORMS["colour"])
    node.text("centerPosition", 20, required=False, pattern=_FORMS["percent"])
    node.close(strict=True)


def _button(node: Node, _depth: int) -> None:
    check_action(node.child("action"), Place.FLEX_BUTTON)


def _image(node: Node, _depth: int) -> None:
    node.url("url", 2000)
    check_action(node.child("action", required=False), Place.FLEX)


def _video(node: Node, depth: int) -> None:
    node.url("url", 2000)
    node.url("previewUrl", 2000)
    _component(node.child("altContent"), ("box", "image"), depth + 1)
    check_action(node.child("action", required=False), Place.FLEX)


def _icon(node: Node, _depth: int) -> None:
    node.url("url", 2000)


def _text(node: Node, depth: int) -> None:
    spans = list(node.items("contents", 0, 1000, required=False))
    for span in spans:
        _component(span, ("span",), depth + 1)
    node.text("text", 2000, required=not spans)
    check_action(node.child("action", required=False), Place.FLEX)


def _span(node: Node, _depth: int) -> None:
    node.text("text", 2000)


def _nothing_own(_node: Node, _depth: int) -> None:
    """separator and filler have plain fields only."""


_OWN: dict[str, Callable[[Node, int], None]] = {
    "box": _box,
    "button": _button,
    "image": _image,
    "video": _video,
    "icon": _icon,
    "text": _text,
    "span": _span,
}
