# SPDX-License-Identifier: Apache-2.0
"""Where tiles lie: ready-made layouts, each rows of equal tiles over the whole picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kairan.line.menu_image import LOW, TALL, WIDTH, Cell

FREE = "free"
# The strip of tabs on top, as a part of the picture's width.
STRIP = 0.1


@dataclass(frozen=True, slots=True)
class Layout:
    """`rows`: how many tiles stand in each row."""

    key: str
    label: Promise
    height: int
    rows: tuple[int, ...]

    @property
    def count(self) -> int:
        return sum(self.rows)


LAYOUTS: dict[str, Layout] = {
    layout.key: layout
    for layout in (
        Layout("tall-1", _("大・1つ"), TALL, (1,)),
        Layout("tall-2", _("大・2つ（左右）"), TALL, (2,)),
        Layout("tall-1-1", _("大・2つ（上下）"), TALL, (1, 1)),
        Layout("tall-1-2", _("大・3つ（上に1つ、下に2つ）"), TALL, (1, 2)),
        Layout("tall-2-2", _("大・4つ"), TALL, (2, 2)),
        Layout("tall-2-3", _("大・5つ（上に2つ、下に3つ）"), TALL, (2, 3)),
        Layout("tall-3-3", _("大・6つ"), TALL, (3, 3)),
        Layout("tall-4-4", _("大・8つ"), TALL, (4, 4)),
        Layout("tall-3-3-3", _("大・9つ"), TALL, (3, 3, 3)),
        Layout("low-1", _("小・1つ"), LOW, (1,)),
        Layout("low-2", _("小・2つ"), LOW, (2,)),
        Layout("low-3", _("小・3つ"), LOW, (3,)),
        Layout("low-4", _("小・4つ"), LOW, (4,)),
    )
}


def strip_height(width: int) -> int:
    return round(width * STRIP)


def cells_of(layout: Layout, width: int, height: int, top: int = 0) -> list[Cell]:
    """In reading order, below `top`. Cells touch each other: no tap falls between two tiles."""
    down = [top + round((height - top) * n / len(layout.rows)) for n in range(len(layout.rows) + 1)]
    placed = []
    for (upper, lower), columns in zip(pairwise(down), layout.rows, strict=True):
        across = [round(width * n / columns) for n in range(columns + 1)]
        placed += [
            Cell(left, upper, right - left, lower - upper) for left, right in pairwise(across)
        ]
    return placed


def strip_cells(count: int, width: int) -> list[Cell]:
    """One for each tab, over the whole width."""
    across = [round(width * n / count) for n in range(count + 1)]
    return [Cell(left, 0, right - left, strip_height(width)) for left, right in pairwise(across)]


def size_of(layout: str) -> tuple[int, int]:
    """Of a picture that we draw."""
    return WIDTH, LAYOUTS[layout].height if layout in LAYOUTS else TALL
