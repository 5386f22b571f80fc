# SPDX-License-Identifier: Apache-2.0
"""Rich menus: the object and the picture."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

from linesim.checks.actions import Place, check_action
from linesim.checks.nodes import Node
from linesim.counting import graphemes
from linesim.errors import ApiError

MOST_IMAGE_BYTES = 1024 * 1024
MOST_AREAS = 20
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}


def check_rich_menu(node: Node) -> None:
    size = node.child("size")
    width, height = _size(size) if size else (None, None)
    node.boolean("selected", required=True)
    node.text("name", 300)
    node.text("chatBarText", 14, count=graphemes)
    for area in node.items("areas", 0, MOST_AREAS):
        _bounds(area.child("bounds"), width or 2500, height or 2500)
        check_action(area.child("action"), Place.RICH_MENU)
        area.close()
    node.close()


def _size(node: Node) -> tuple[int | None, int | None]:
    width = node.integer("width", 800, 2500)
    height = node.integer("height", 250, 2500)
    if width and height and width / height < 1.45:
        node.wrong("height", "aspect ratio (width / height) must be 1.45 or more")
    node.close()
    return width, height


def _bounds(node: Node | None, width: int, height: int) -> None:
    if node is None:
        return
    x, y = node.integer("x", 0, 2500), node.integer("y", 0, 2500)
    wide, high = node.integer("width", 1, 2500), node.integer("height", 1, 2500)
    node.close()
    if x is not None and wide is not None and x + wide > width:
        node.wrong("width", "the area leaves the image")
    if y is not None and high is not None and y + high > height:
        node.wrong("height", "the area leaves the image")


def check_picture(data: bytes, content_type: str, size: dict[str, int]) -> None:
    """Raise what LINE answers to a picture it does not take for a rich menu of ``size``."""
    if len(data) > MOST_IMAGE_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    try:
        with Image.open(io.BytesIO(data)) as image:
            kind, found = _FORMATS.get(image.format or ""), image.size
    except (UnidentifiedImageError, OSError) as error:
        raise ApiError(400, "The image is broken") from error
    if kind != content_type:
        raise ApiError(400, "The image does not fit its Content-Type")
    if found != (size["width"], size["height"]):
        raise ApiError(400, "The image size does not match the rich menu's size")
