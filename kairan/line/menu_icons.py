# SPDX-License-Identifier: Apache-2.0
"""Simple icons for rich menu tiles, drawn on a grid of 100 × 100.

Each is a mask (white where the icon is), drawn four times too large and shrunk, so that its edges
are smooth. `hole` is drawn black: it shows what lies beneath.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageDraw

FINER = 4
INK, HOLE = 255, 0
Point = tuple[float, float]


class Pen:
    """Draws in grid units."""

    def __init__(self, draw: ImageDraw.ImageDraw, unit: float) -> None:
        self._draw = draw
        self._unit = unit

    def _at(self, *numbers: float) -> list[float]:
        return [number * self._unit for number in numbers]

    def box(
        self,
        x: float,
        y: float,
        right: float,
        bottom: float,
        *,
        radius: float = 0,
        fill: int = INK,
    ) -> None:
        self._draw.rounded_rectangle(self._at(x, y, right, bottom), radius * self._unit, fill=fill)

    def disc(self, x: float, y: float, radius: float, *, fill: int = INK) -> None:
        self._draw.ellipse(self._at(x - radius, y - radius, x + radius, y + radius), fill=fill)

    def ring(self, x: float, y: float, wide: float, high: float, *, width: float) -> None:
        around = self._at(x - wide, y - high, x + wide, y + high)
        self._draw.ellipse(around, outline=INK, width=round(width * self._unit))

    def arc(
        self,
        x: float,
        y: float,
        radius: float,
        start: int,
        end: int,
        *,
        width: float,
        fill: int = INK,
    ) -> None:
        """Degrees, clockwise from three o'clock; `radius` to the outer edge."""
        around = self._at(x - radius, y - radius, x + radius, y + radius)
        self._draw.arc(around, start, end, fill=fill, width=round(width * self._unit))

    def shape(self, *points: Point, fill: int = INK) -> None:
        self._draw.polygon([tuple(self._at(*point)) for point in points], fill=fill)

    def line(self, *points: Point, width: float, fill: int = INK) -> None:
        """With round ends and corners."""
        at = [tuple(self._at(*point)) for point in points]
        self._draw.line(at, fill=fill, width=round(width * self._unit), joint="curve")
        for x, y in points:
            self.disc(x, y, width / 2, fill=fill)


def _report(pen: Pen) -> None:
    """A camera."""
    pen.shape((34, 30), (41, 17), (59, 17), (66, 30))
    pen.box(8, 27, 92, 83, radius=10)
    pen.disc(50, 55, 21, fill=HOLE)
    pen.disc(50, 55, 13)
    pen.disc(80, 39, 4, fill=HOLE)


def _status(pen: Pen) -> None:
    """A clipboard with a tick."""
    pen.box(18, 15, 82, 93, radius=9)
    pen.box(33, 6, 67, 26, radius=7, fill=HOLE)
    pen.box(37, 8, 63, 22, radius=5)
    pen.line((34, 58), (46, 70), (67, 44), width=9, fill=HOLE)


def _waste(pen: Pen) -> None:
    """A bin."""
    pen.box(38, 7, 62, 21, radius=5)
    pen.box(43, 12, 57, 21, fill=HOLE)
    pen.box(14, 18, 86, 29, radius=5)
    pen.shape((21, 35), (79, 35), (74, 93), (26, 93))
    for x in (38, 50, 62):
        pen.line((x, 47), (x, 81), width=5, fill=HOLE)


def _disaster(pen: Pen) -> None:
    """A warning triangle."""
    pen.line((50, 16), (90, 84), (10, 84), (50, 16), width=14)
    pen.shape((50, 16), (90, 84), (10, 84))
    pen.line((50, 40), (50, 58), width=9, fill=HOLE)
    pen.disc(50, 74, 5.5, fill=HOLE)


def _phone(pen: Pen) -> None:
    """A receiver, lying along the diagonal."""
    pen.arc(80, 20, 64, 90, 180, width=20)
    pen.box(16, 10, 47, 42, radius=9)
    pen.box(58, 53, 90, 84, radius=9)


def _web(pen: Pen) -> None:
    """A globe."""
    pen.ring(50, 50, 42, 42, width=7)
    pen.ring(50, 50, 19, 42, width=6)
    pen.line((13, 50), (87, 50), width=6)
    pen.line((17, 29), (83, 29), width=5)
    pen.line((17, 71), (83, 71), width=5)


def _place(pen: Pen) -> None:
    """A pin."""
    pen.disc(50, 38, 31)
    pen.shape((24, 54.9), (76, 54.9), (50, 95))  # where lines from the tip touch the disc
    pen.disc(50, 38, 12, fill=HOLE)


def _calendar(pen: Pen) -> None:
    pen.box(12, 18, 88, 90, radius=9)
    pen.box(20, 39, 80, 82, radius=3, fill=HOLE)
    for x in (32, 68):
        pen.line((x, 12), (x, 24), width=9)
    for y in (51, 68):
        for x in (34, 50, 66):
            pen.box(x - 5, y - 4, x + 5, y + 6, radius=2)


def _help(pen: Pen) -> None:
    """A question mark in a disc."""
    pen.disc(50, 50, 43)
    pen.arc(50, 41, 17, 180, 450, width=9, fill=HOLE)
    pen.disc(37.5, 41, 4.5, fill=HOLE)
    pen.line((50, 53.5), (50, 60), width=9, fill=HOLE)
    pen.disc(50, 75, 6, fill=HOLE)


ICONS: dict[str, Callable[[Pen], None]] = {
    "report": _report,
    "status": _status,
    "waste": _waste,
    "disaster": _disaster,
    "phone": _phone,
    "web": _web,
    "place": _place,
    "calendar": _calendar,
    "help": _help,
}


@lru_cache(maxsize=64)
def icon_mask(name: str, size: int) -> Image.Image:
    """A square "L" image of `size` pixels; KeyError for a name not in ICONS."""
    large = Image.new("L", (size * FINER, size * FINER), HOLE)
    ICONS[name](Pen(ImageDraw.Draw(large), size * FINER / 100))
    return large.resize((size, size), Image.Resampling.LANCZOS)
