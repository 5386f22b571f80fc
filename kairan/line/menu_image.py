# SPDX-License-Identifier: Apache-2.0
"""The picture of a rich menu: large words and icons, drawn by us.

On a phone 2,500 pixels are about 390 points wide: 6.4 pixels are one point, so that words of
128 pixels appear at 20 points. Words have a contrast of 7:1 or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from io import BytesIO
from itertools import pairwise
from typing import NamedTuple

import regex
from PIL import Image, ImageDraw, ImageFont

from kairan.line.menu_icons import icon_mask

WIDTH = 2500
TALL, LOW = 1686, 843
GAP = 36
RADIUS = 56
LARGEST, SMALLEST = 148, 92  # letters, in pixels
LINE_HEIGHT = 1.22
PADDING = 52

GROUND = "#DCE6F5"
CARD, CARD_INK, CARD_ICON = "#FFFFFF", "#1A1A1A", "#0017C1"
WARNING_ICON = "#B3261E"  # the one tile that must be found in a hurry
MAIN, MAIN_INK = "#0017C1", "#FFFFFF"
EDGE = "#A9BDE3"

# How many tiles stand in each row.
ROWS: dict[int, tuple[int, ...]] = {
    1: (1,),
    2: (2,),
    3: (3,),
    4: (2, 2),
    5: (2, 3),
    6: (3, 3),
}


class Cell(NamedTuple):
    """In pixels from the top left. Cells touch each other: no tap falls between two tiles."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Face:
    """What is seen of a tile. The words may hold one line break."""

    icon: str
    words: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The tabs on top of a picture: their names, which one is open, and how high they are."""

    names: tuple[str, ...] = ()
    open: int = 0
    height: int = 0


def height_for(count: int) -> int:
    return TALL if len(ROWS[count]) > 1 else LOW


def cells(count: int) -> list[Cell]:
    """Where each of 1–6 tiles lies, in reading order."""
    rows = ROWS[count]
    height = height_for(count) // len(rows)
    placed = []
    for row, columns in enumerate(rows):
        edges = [round(WIDTH * column / columns) for column in range(columns + 1)]
        placed += [
            Cell(left, row * height, right - left, height) for left, right in pairwise(edges)
        ]
    return placed


def draw(
    faces: Sequence[Face],
    *,
    placed: Sequence[Cell] | None = None,
    size: tuple[int, int] | None = None,
    strip: Strip | None = None,
) -> bytes:
    """A PNG; the first tile is the main one. Without `placed` 1–6 tiles share the picture of
    2,500 × 1,686 (4–6 tiles) or 2,500 × 843."""
    size = size or (WIDTH, height_for(len(faces)))
    picture = Image.new("RGB", size, GROUND)
    cards = [_card(cell, size) for cell in (cells(len(faces)) if placed is None else placed)]
    words = [_lines(face.words, card) for face, card in zip(faces, cards, strict=True)]
    # One size of letters for all: tiles that shout at different volumes look accidental.
    letters = min(
        (_largest(lines, card) for lines, card in zip(words, cards, strict=True)), default=LARGEST
    )
    for place, (face, card, lines) in enumerate(zip(faces, cards, words, strict=True)):
        _draw_tile(picture, face.icon, lines, card, size=letters, is_main=place == 0)
    if strip and strip.names:
        _draw_strip(picture, strip)
    out = BytesIO()
    # Few colours in large areas: a palette makes it a tenth of LINE's megabyte, unseen.
    picture.quantize(96, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def _draw_strip(picture: Image.Image, strip: Strip) -> None:
    """Tabs as a card index has them: the open one runs into what lies below it."""
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, picture.width, strip.height), fill=EDGE)
    across = [round(picture.width * n / len(strip.names)) for n in range(len(strip.names) + 1)]
    width = across[1] - 2 * PADDING
    size = min(
        min(LARGEST, int(LARGEST * width / _font(LARGEST).getlength(name))) for name in strip.names
    )
    for place, (left, right) in enumerate(pairwise(across)):
        is_open = place == strip.open
        box = (left + 12, 20, right - 12, strip.height - (0 if is_open else 8))
        corners = (True, True, not is_open, not is_open)
        pen.rounded_rectangle(box, RADIUS, fill=GROUND if is_open else CARD, corners=corners)
        at = ((left + right) // 2, strip.height // 2)
        pen.text(at, strip.names[place], font=_font(size), fill=CARD_INK, anchor="mm")
        if is_open:
            half = int(_font(size).getlength(strip.names[place])) // 2
            under = (at[0] - half, strip.height - 26, at[0] + half, strip.height - 10)
            pen.rectangle(under, fill=MAIN)


def _draw_tile(
    picture: Image.Image, icon: str, lines: Sequence[str], card: Cell, *, size: int, is_main: bool
) -> None:
    _draw_card(picture, card, MAIN if is_main else CARD, None if is_main else EDGE)
    line_height = round(size * LINE_HEIGHT)
    words_height = line_height * len(lines)
    icon_size = min(round(card.height * 0.44), card.height - words_height - 3 * PADDING)
    icon_size = min(icon_size, card.width - 2 * PADDING)
    if icon_size < SMALLEST:  # too small to be told from another: words alone
        icon_size = 0
    space = round(icon_size * 0.16)
    top = card.y + (card.height - icon_size - space - words_height) // 2
    middle = card.x + card.width // 2
    if icon_size:
        mask = icon_mask(icon, icon_size)
        picture.paste(_icon_colour(icon, is_main=is_main), (middle - icon_size // 2, top), mask)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        y = top + icon_size + space + line_height * number + line_height // 2
        ink = MAIN_INK if is_main else CARD_INK
        pen.text((middle, y), line, font=_font(size), fill=ink, anchor="mm")


def _icon_colour(icon: str, *, is_main: bool) -> str:
    if is_main:
        return MAIN_INK
    return WARNING_ICON if icon == "disaster" else CARD_ICON


def _card(cell: Cell, size: tuple[int, int]) -> Cell:
    """The cell less its half of every gap; the outer margin is a whole gap wide."""
    left = GAP if cell.x == 0 else GAP // 2
    top = GAP if cell.y == 0 else GAP // 2
    right = GAP if cell.x + cell.width == size[0] else GAP // 2
    bottom = GAP if cell.y + cell.height == size[1] else GAP // 2
    width, height = cell.width - left - right, cell.height - top - bottom
    return Cell(cell.x + left, cell.y + top, max(width, 20), max(height, 20))


def _draw_card(picture: Image.Image, card: Cell, colour: str, edge: str | None) -> None:
    finer = 2
    size = (card.width * finer, card.height * finer)
    mask = Image.new("L", size, 0)
    whole = (0, 0, size[0] - 1, size[1] - 1)
    radius = min(RADIUS, card.width // 2, card.height // 2)
    ImageDraw.Draw(mask).rounded_rectangle(whole, radius * finer, fill=255)
    small = mask.resize((card.width, card.height), Image.Resampling.LANCZOS)
    picture.paste(edge or colour, (card.x, card.y), small)
    if edge:
        inner = small.resize((card.width - 8, card.height - 8), Image.Resampling.LANCZOS)
        picture.paste(colour, (card.x + 4, card.y + 4), inner)


def _lines(words: str, card: Cell) -> list[str]:
    """As the words are broken; broken in the middle when they would be too small in one line."""
    lines = words.split("\n", 1)
    if len(lines) == 1 and _largest(lines, card) < SMALLEST:
        return _halved(words)
    return lines


def _largest(lines: Sequence[str], card: Cell) -> int:
    """The largest letters with which these lines fit the card, in pixels."""
    width = max(card.width - 2 * PADDING, 20)
    widest = max(_font(LARGEST).getlength(line) for line in lines)
    room = int((card.height - PADDING) / (LINE_HEIGHT * len(lines)))
    return max(8, min(LARGEST, room, int(LARGEST * width / max(widest, 1))))


def _halved(words: str) -> list[str]:
    """Two lines of like length, never within a character."""
    clusters = regex.findall(r"\X", words)
    half = (len(clusters) + 1) // 2
    return ["".join(clusters[:half]), "".join(clusters[half:])]


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont:
    with as_file(files("noto_cjk_sans_jp_bold") / "NotoSansCJKjp-Bold.otf") as path:
        return ImageFont.truetype(BytesIO(path.read_bytes()), size)
