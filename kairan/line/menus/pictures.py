# SPDX-License-Identifier: Apache-2.0
"""A picture made elsewhere → one that LINE takes, or a plain reason why not.

It is opened in the photos' own process (`files.photos`), and what leaves is what we wrote.
"""

from __future__ import annotations

import struct

from django.utils.translation import gettext as _

from kairan.files.photos import FileRefused, prepare
from kairan.line import limits
from kairan.line.menus.checks import size_problem

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
# JPEG markers that carry the size: every start of a frame.
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


class PictureRefused(Exception):
    """The argument is for people: what is wrong, and what is needed."""


def taken(content: bytes) -> tuple[bytes, int, int]:
    """A JPEG, its width and height. Raises PictureRefused."""
    if len(content) > limits.RICH_MENU_IMAGE_BYTES:
        size = len(content) / 1024 / 1024
        raise PictureRefused(
            _("絵は1MBまでです。このファイルは%(size).1fMBあります。小さく保存し直してください。")
            % {"size": size}
        )
    unreadable = _("絵として読めません。JPEGかPNGの絵を選んでください。")
    if not content.startswith((PNG, JPEG)):
        raise PictureRefused(unreadable)
    try:
        photo = prepare(content)
        width, height = _size(content)
    except (FileRefused, struct.error, IndexError) as error:
        raise PictureRefused(unreadable) from error
    if photo.width == height != width:  # a camera that was held upright
        width, height = height, width
    if problem := size_problem(width, height):
        raise PictureRefused(problem)
    if len(photo.large) > limits.RICH_MENU_IMAGE_BYTES:
        raise PictureRefused(_("絵が細かすぎて、1MBに収まりません。単純な絵にしてください。"))
    return photo.large, photo.width, photo.height


def _size(content: bytes) -> tuple[int, int]:
    """Width and height as the file's head says: the photos' process shrinks what is larger."""
    if content.startswith(PNG):
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    at = 2
    while content[at] == 0xFF:
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if marker in FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    raise IndexError
