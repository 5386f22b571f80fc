# SPDX-License-Identifier: Apache-2.0
"""The pictures that we draw. One can be named by an address: what stands in an editor at the
moment is seen without being kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict

from kairan.line import limits
from kairan.line.menu_icons import ICONS
from kairan.line.menu_image import Cell, Face, Strip, draw
from kairan.line.menus.checks import MOST_TABS, size_problem
from kairan.line.menus.design import Design, Tab
from kairan.line.menus.layouts import strip_height

MOST_WORDS = 60


class Nonsense(ValueError):
    """The address names no picture of ours."""


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    spots: tuple[tuple[Cell, Face], ...]
    tabs: tuple[str, ...] = ()
    open: int = 0

    @staticmethod
    def of(design: Design, tab: Tab) -> Drawing:
        return Drawing(
            tab.width,
            tab.height,
            tuple(
                (inside, Face(spot.icon, spot.words[:MOST_WORDS]))
                for cell, spot in design.placed(tab)
                if (inside := _clipped(cell, tab))
            )[: limits.RICH_MENU_AREAS],
            tuple(t.name for t in design.tabs) if design.has_strip(tab) else (),
            design.tabs.index(tab),
        )

    @property
    def query(self) -> str:
        named = [("size", f"{self.width},{self.height}"), ("open", str(self.open))]
        named += [("tab", name) for name in self.tabs]
        for cell, face in self.spots:
            at = ",".join(map(str, cell))
            named.append(("spot", f"{at}:{face.icon}:{face.words}"))
        return urlencode(named)

    @staticmethod
    def read(query: QueryDict) -> Drawing:
        """Raises Nonsense."""
        try:
            width, height = map(int, query.get("size", "").split(","))
            drawing = Drawing(
                width,
                height,
                tuple(_spot(one) for one in query.getlist("spot")),
                tuple(query.getlist("tab")),
                int(query.get("open", "0")),
            )
        except (ValueError, TypeError) as error:
            raise Nonsense from error
        drawing.check()
        return drawing

    def check(self) -> None:
        many = len(self.spots) > limits.RICH_MENU_AREAS or len(self.tabs) > MOST_TABS
        long = any(not 0 < len(name) <= MOST_WORDS for name in self.tabs)
        if many or long or self.width < 1 or self.height < 1:
            raise Nonsense
        if size_problem(self.width, self.height) or not 0 <= self.open <= len(self.tabs):
            raise Nonsense

    def image(self) -> bytes:
        return _drawn(self)


def _clipped(cell: Cell, tab: Tab) -> Cell | None:
    """What of it lies inside the picture: while somebody types a number, it may lie anywhere."""
    left, top = max(cell.x, 0), max(cell.y, 0)
    right, bottom = min(cell.x + cell.width, tab.width), min(cell.y + cell.height, tab.height)
    if right <= left or bottom <= top:
        return None
    return Cell(left, top, right - left, bottom - top)


def _spot(one: str) -> tuple[Cell, Face]:
    at, icon, words = one.split(":", 2)
    x, y, width, height = map(int, at.split(","))
    cell = Cell(x, y, width, height)
    if icon not in ICONS or not 0 < len(words.strip()) <= MOST_WORDS or not _is_sane(cell):
        raise Nonsense
    return cell, Face(icon, words)


def _is_sane(cell: Cell) -> bool:
    return all(0 <= number <= 2500 for number in cell)


@lru_cache(maxsize=64)
def _drawn(drawing: Drawing) -> bytes:
    strip = Strip(drawing.tabs, drawing.open, strip_height(drawing.width))
    return draw(
        [face for _cell, face in drawing.spots],
        placed=[cell for cell, _face in drawing.spots],
        size=(drawing.width, drawing.height),
        strip=strip,
    )
