# SPDX-License-Identifier: Apache-2.0
"""A menu as it is designed: tabs, their areas, and what a tap does. Pure; stored as JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from kairan.line import limits
from kairan.line.limits import cut_graphemes, sendable
from kairan.line.menu_image import TALL, WIDTH, Cell
from kairan.line.menus.layouts import FREE, LAYOUTS, cells_of, size_of, strip_cells, strip_height
from kairan.line.messages import Action, open_page, postback, say

CHAT_BAR_TEXT = "メニュー"
NOWHERE = Cell(0, 0, 0, 0)


class Does(StrEnum):
    """What a tap on an area does with the area's value."""

    SAY = "say"  # the resident says the value in the talk
    START = "start"  # begins what the value, a button's data, names
    PAGE = "page"  # opens the address; one that begins with a slash is our own page
    PHONE = "phone"  # calls the number
    SWITCH = "switch"  # shows the tab whose key the value is


@dataclass(frozen=True, slots=True)
class Spot:
    """An area to tap. `words` are drawn, and read aloud; they may hold one line break. Where it
    lies counts only in a free layout."""

    words: str = ""
    icon: str = "report"
    does: Does = Does.SAY
    value: str = ""
    cell: Cell = NOWHERE

    @property
    def label(self) -> str:
        return self.words.replace("\n", "")

    @property
    def number(self) -> str:
        """What is dialled."""
        plain = unicodedata.normalize("NFKC", self.value)
        return "".join(s for s in plain if s.isascii() and (s.isdigit() or s in "+#*"))


@dataclass(frozen=True, slots=True)
class Tab:
    """One picture with its areas. `picture` is an uploaded one (its id and size), else we draw."""

    key: str
    name: str
    alias: str
    layout: str = "tall-3-3"
    spots: tuple[Spot, ...] = ()
    picture: int | None = None
    width: int = WIDTH
    height: int = TALL

    @property
    def is_free(self) -> bool:
        return self.layout == FREE

    @property
    def filled(self) -> tuple[Spot, ...]:
        """A place without words is empty: nothing is drawn there, nothing happens on a tap."""
        return tuple(spot for spot in self.spots if spot.words.strip())


@dataclass(frozen=True, slots=True)
class Design:
    tabs: tuple[Tab, ...]
    chat_bar_text: str = CHAT_BAR_TEXT
    opens_by_itself: bool = True

    def tab(self, key: str) -> Tab | None:
        return next((tab for tab in self.tabs if tab.key == key), None)

    def with_tab(self, tab: Tab) -> Design:
        """The same with this tab in place of the one of its key."""
        return replace(self, tabs=tuple(tab if t.key == tab.key else t for t in self.tabs))

    def has_strip(self, tab: Tab) -> bool:
        """Drawn menus of several tabs carry the tabs on top; a picture brings its own."""
        return len(self.tabs) > 1 and tab.picture is None

    def placed(self, tab: Tab) -> list[tuple[Cell, Spot]]:
        """Every filled place and where it lies in the picture's own pixels."""
        if tab.is_free or tab.layout not in LAYOUTS:
            return [(spot.cell, spot) for spot in tab.filled]
        top = strip_height(tab.width) if self.has_strip(tab) else 0
        cells = cells_of(LAYOUTS[tab.layout], tab.width, tab.height, top)
        pairs = zip(cells, tab.spots, strict=False)
        return [(cell, spot) for cell, spot in pairs if spot.words.strip()]

    def strip_of(self, tab: Tab) -> list[tuple[Cell, Tab]]:
        if not self.has_strip(tab):
            return []
        return list(zip(strip_cells(len(self.tabs), tab.width), self.tabs, strict=True))

    def spoken(self, tab: Tab) -> str:
        """The words in a row, for those who cannot see the picture."""
        return "、".join(spot.label for _cell, spot in self.placed(tab))

    def body(self, tab: Tab, *, name: str, own_pages: str) -> dict[str, Any]:
        """LINE's rich menu object; `own_pages` is what our own addresses begin with."""
        areas = [
            {"bounds": cell._asdict(), "action": switch_to(other, other.name)}
            for cell, other in self.strip_of(tab)
            if other.key != tab.key
        ]
        areas += [
            {"bounds": cell._asdict(), "action": self.action(spot, own_pages)}
            for cell, spot in self.placed(tab)
        ]
        return {
            "size": {"width": tab.width, "height": tab.height},
            "selected": self.opens_by_itself,
            "name": cut_graphemes(sendable(name), limits.RICH_MENU_NAME),
            "chatBarText": self.chat_bar_text,
            "areas": areas,
        }

    def action(self, spot: Spot, own_pages: str) -> Action:
        """The label is read aloud by screen readers. A switch to no tab raises KeyError."""
        match spot.does:
            case Does.SAY:
                return say(spot.label, spot.value)
            case Does.START:
                return postback(spot.label, spot.value, display_text=spot.label)
            case Does.PHONE:
                return open_page(spot.label, f"tel:{spot.number}")
            case Does.SWITCH:
                if (tab := self.tab(spot.value)) is None:
                    raise KeyError(spot.value)
                return switch_to(tab, spot.label)
        own = spot.value.startswith("/")
        return open_page(spot.label, own_pages + spot.value if own else spot.value)

    def to_json(self) -> dict[str, Any]:
        """As stored; `Design.from_json` reads it."""
        return {
            "chat_bar_text": self.chat_bar_text,
            "opens_by_itself": self.opens_by_itself,
            "tabs": [_tab_json(tab) for tab in self.tabs],
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> Design:
        """Raises KeyError or ValueError when it is not what `to_json` wrote."""
        return Design(
            tuple(_tab(tab) for tab in stored["tabs"]),
            chat_bar_text=stored["chat_bar_text"],
            opens_by_itself=stored["opens_by_itself"],
        )


def switch_to(tab: Tab, label: str) -> Action:
    """LINE changes the menu by itself, and tells us by a postback that needs no answer."""
    return {
        "type": "richmenuswitch",
        "label": cut_graphemes(sendable(label), limits.LABEL),
        "richMenuAliasId": tab.alias,
        "data": f"tab {tab.alias}",
    }


def _tab_json(tab: Tab) -> dict[str, Any]:
    spots = [
        {"words": s.words, "icon": s.icon, "does": s.does.value, "value": s.value, "at": [*s.cell]}
        for s in tab.spots
    ]
    names = ("key", "name", "alias", "layout", "picture", "width", "height")
    return {**{name: getattr(tab, name) for name in names}, "spots": spots}


def _tab(stored: Mapping[str, Any]) -> Tab:
    spots = tuple(
        Spot(s["words"], s["icon"], Does(s["does"]), s["value"], Cell(*s["at"]))
        for s in stored["spots"]
    )
    return Tab(**{**stored, "spots": spots})


def drawn_size(tab: Tab) -> Tab:
    """The tab in the size that we draw its layout in."""
    width, height = size_of(tab.layout)
    return replace(tab, picture=None, width=width, height=height)


# ── what to begin with ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Known:
    """What a town has given, for the first menu."""

    phone: str = ""
    waste_page: str = ""
    disaster_page: str = ""
    web: str = ""
    more: tuple[Spot, ...] = field(default=())


REPORT = Spot("市民レポート", "report", Does.SAY, "市民レポート")
STATUS = Spot("状況確認", "status", Does.SAY, "状況確認")
# How many tiles → the layout that shows them best.
BEST = {1: "low-1", 2: "low-2", 3: "low-3", 4: "tall-2-2", 5: "tall-2-3", 6: "tall-3-3"}


def default_design(alias: str, known: Known) -> Design:
    """Report and status, then a tile for each address and number that the town has given."""
    more = (
        Spot("ごみ・資源", "waste", Does.PAGE, known.waste_page),
        Spot("防災情報", "disaster", Does.PAGE, known.disaster_page),
        Spot("電話で相談", "phone", Does.PHONE, known.phone),
        Spot("市の\nホームページ", "web", Does.PAGE, known.web),
    )
    spots = (REPORT, STATUS, *(spot for spot in more if spot.value))
    tab = Tab("t1", CHAT_BAR_TEXT, alias, layout=BEST[len(spots)], spots=spots)
    return Design((drawn_size(tab),))
