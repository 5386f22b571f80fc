# SPDX-License-Identifier: Apache-2.0
"""The app's icon, drawn when it is asked for: a clipboard that goes round."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

BLUE, WHITE, YELLOW = "#0017c1", "#ffffff", "#ffd43d"
# What a system may cut off a maskable icon lies outside 80 % of its width.
_SAFE: Final = 0.72
_FINE: Final = 4
KINDS: Final = {
    "any": (192, 512),
    "maskable": (192, 512),
    "apple": (180,),
    # White on nothing, for the line of small signs above a phone's screen.
    "badge": (96,),
}


@lru_cache(maxsize=8)
def draw(kind: str, size: int) -> bytes:
    """A PNG; ``kind`` and ``size`` out of ``KINDS``."""
    side = size * _FINE
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    if kind == "any":
        pen.rounded_rectangle((0, 0, side - 1, side - 1), side * 9 / 40, fill=BLUE)
    elif kind != "badge":
        pen.rectangle((0, 0, side, side), fill=BLUE)
    scale = _SAFE if kind == "maskable" else 1.2 if kind == "badge" else 1.0
    _clipboard(pen, side, scale, is_bare=kind == "badge")
    out = BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _clipboard(pen: ImageDraw.ImageDraw, side: int, scale: float, *, is_bare: bool) -> None:
    """As design/_mark.html has it, on a grid of 40."""

    def at(*grid: float) -> tuple[float, ...]:
        return tuple((0.5 + (value / 40 - 0.5) * scale) * side for value in grid)

    unit = side / 40 * scale
    paper = None if is_bare else WHITE
    pen.rounded_rectangle(
        at(10, 9, 30, 31), 3 * unit, fill=paper, outline=WHITE, width=round(2 * unit)
    )
    pen.rectangle(at(16, 6.5, 24, 11.5), fill=WHITE if is_bare else YELLOW)
    ink, width = (WHITE if is_bare else BLUE), round(2.2 * unit)
    pen.arc(at(15, 16, 25, 26), 170, 130, fill=ink, width=width)
    pen.polygon(at(13.2, 21.2, 18.2, 21.2, 15.6, 25.4), fill=ink)
