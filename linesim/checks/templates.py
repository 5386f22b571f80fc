# SPDX-License-Identifier: Apache-2.0
"""Template messages: buttons, confirm, carousel, image carousel."""

from __future__ import annotations

from linesim.checks.actions import Place, check_action
from linesim.checks.nodes import Node
from linesim.counting import graphemes

_COLOUR = r"#[0-9a-fA-F]{6}"


def check_template(message: Node) -> None:
    message.text("altText", 1500)
    template = message.child("template")
    if template is None:
        return
    kind = template.choice("type", _CHECKS, required=True)
    if kind:
        _CHECKS[kind](template)
        template.close()


def _buttons(node: Node) -> None:
    _shape(node)
    _picture_and_words(node, text=160, short_text=60)
    check_action(node.child("defaultAction", required=False), Place.DEFAULT)
    for action in node.items("actions", 1, 4):
        check_action(action, Place.TEMPLATE)


def _confirm(node: Node) -> None:
    node.text("text", 240)
    for action in node.items("actions", 2, 2):
        check_action(action, Place.TEMPLATE)


def _carousel(node: Node) -> None:
    _shape(node)
    columns = list(node.items("columns", 1, 10))
    for column in columns:
        _picture_and_words(column, text=120, short_text=60)
        check_action(column.child("defaultAction", required=False), Place.DEFAULT)
        for action in column.items("actions", 1, 3):
            check_action(action, Place.TEMPLATE)
        column.close()
    _columns_are_alike(node, columns)


def _columns_are_alike(node: Node, columns: list[Node]) -> None:
    """LINE wants the same number of actions, and titles and pictures in all columns or none."""
    actions = {len(c.value.get("actions") or []) for c in columns if _is_list(c, "actions")}
    if len(actions) > 1:
        node.wrong("columns", "All columns must have the same number of actions")
    for key in ("title", "thumbnailImageUrl"):
        if len({c.has(key) for c in columns}) > 1:
            node.wrong("columns", f"All columns must have {key}, or none")


def _is_list(node: Node, key: str) -> bool:
    return isinstance(node.value.get(key), list)


def _image_carousel(node: Node) -> None:
    for column in node.items("columns", 1, 10):
        column.url("imageUrl", 2000)
        check_action(column.child("action"), Place.IMAGE_COLUMN)
        column.close()


def _shape(node: Node) -> None:
    node.choice("imageAspectRatio", ("rectangle", "square"))
    node.choice("imageSize", ("cover", "contain"))


def _picture_and_words(node: Node, *, text: int, short_text: int) -> None:
    """The text may be long only when neither picture nor title takes its room."""
    node.url("thumbnailImageUrl", 2000, required=False)
    node.text("imageBackgroundColor", 7, required=False, pattern=_COLOUR)
    node.text("title", 40, required=False, count=graphemes)
    crowded = node.has("title") or node.has("thumbnailImageUrl")
    node.text("text", short_text if crowded else text)


_CHECKS = {
    "buttons": _buttons,
    "confirm": _confirm,
    "carousel": _carousel,
    "image_carousel": _image_carousel,
}
