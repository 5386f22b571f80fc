# SPDX-License-Identifier: Apache-2.0
"""The default rich menu: what it says and does, and its way into LINE.

LINE cannot replace a menu's image, so a change is always a new menu: create → upload the image →
point the alias → make it the default → remove the old one. A failure before the new menu is the
default leaves the old one working and takes the new one away again.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from kairan.line import errors, limits
from kairan.line.client import LineClient
from kairan.line.limits import cut_graphemes, sendable
from kairan.line.menu_icons import ICONS
from kairan.line.menu_image import WIDTH, Face, cells, draw, height_for
from kairan.line.messages import Action, open_page, say

ALIAS = "kairan-default"
MARK = f"[{ALIAS}-"
MOST_TILES = 6
CHAT_BAR_TEXT = "メニュー"


class Does(StrEnum):
    """What a tap on a tile does with the tile's value."""

    SAY = "say"  # the resident says the value in the talk
    PAGE = "page"  # opens the address
    PHONE = "phone"  # calls the number


@dataclass(frozen=True, slots=True)
class Tile:
    """`icon` is a name in `menu_icons.ICONS`; `words` may hold one line break."""

    icon: str
    words: str
    does: Does
    value: str

    def action(self) -> Action:
        """The label is read aloud by screen readers."""
        label = self.words.replace("\n", "")
        if self.does == Does.SAY:
            return say(label, self.value)
        return open_page(label, self.address)

    @property
    def address(self) -> str:
        """What a tap opens; for a tile that calls, a tel: address."""
        return f"tel:{_digits(self.value)}" if self.does == Does.PHONE else self.value


@dataclass(frozen=True, slots=True)
class Menu:
    """1–6 tiles in reading order; the first is drawn as the main one."""

    name: str
    tiles: tuple[Tile, ...]
    chat_bar_text: str = CHAT_BAR_TEXT
    opens_by_itself: bool = True

    @property
    def height(self) -> int:
        return height_for(len(self.tiles))

    @property
    def spoken(self) -> str:
        """The tiles' words in a row, for those who cannot see the picture."""
        return "、".join(tile.words.replace("\n", "") for tile in self.tiles)

    def image(self) -> bytes:
        """A PNG under LINE's megabyte."""
        return draw([Face(tile.icon, tile.words) for tile in self.tiles])

    def definition(self) -> dict[str, Any]:
        """LINE's rich menu object."""
        areas = [
            {"bounds": cell._asdict(), "action": tile.action()}
            for cell, tile in zip(cells(len(self.tiles)), self.tiles, strict=True)
        ]
        return {
            "size": {"width": WIDTH, "height": self.height},
            "selected": self.opens_by_itself,
            "name": cut_graphemes(sendable(self.name), limits.RICH_MENU_NAME),
            "chatBarText": cut_graphemes(sendable(self.chat_bar_text), limits.CHAT_BAR_TEXT),
            "areas": areas,
        }

    def to_json(self) -> dict[str, Any]:
        """As stored with the channel; `Menu.from_json` reads it."""
        return {
            "name": self.name,
            "chat_bar_text": self.chat_bar_text,
            "opens_by_itself": self.opens_by_itself,
            "tiles": [
                {"icon": t.icon, "words": t.words, "does": t.does.value, "value": t.value}
                for t in self.tiles
            ],
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> Menu:
        """Raises KeyError or ValueError when it is not what `to_json` wrote."""
        tiles = tuple(
            Tile(t["icon"], t["words"], Does(t["does"]), t["value"]) for t in stored["tiles"]
        )
        if not 1 <= len(tiles) <= MOST_TILES or any(tile.icon not in ICONS for tile in tiles):
            raise ValueError("1 to 6 tiles with known icons")
        return Menu(
            name=stored["name"],
            tiles=tiles,
            chat_bar_text=stored.get("chat_bar_text", CHAT_BAR_TEXT),
            opens_by_itself=stored.get("opens_by_itself", True),
        )


REPORT_TILE = Tile("report", "市民レポート", Does.SAY, "市民レポート")
STATUS_TILE = Tile("status", "状況確認", Does.SAY, "状況確認")


def default_menu(
    name: str, *, waste_page: str = "", disaster_page: str = "", phone: str = "", web: str = ""
) -> Menu:
    """Report and status, then a tile for each address and number that the town has given."""
    more = [
        Tile("waste", "ごみ・資源", Does.PAGE, waste_page),
        Tile("disaster", "防災情報", Does.PAGE, disaster_page),
        Tile("phone", "電話で相談", Does.PHONE, phone),
        Tile("web", "市の\nホームページ", Does.PAGE, web),
    ]
    return Menu(name, (REPORT_TILE, STATUS_TILE, *(tile for tile in more if tile.value)))


def _digits(number: str) -> str:
    plain = unicodedata.normalize("NFKC", number)
    return "".join(sign for sign in plain if sign.isascii() and (sign.isdigit() or sign in "+#*"))


# ── registering ──────────────────────────────────────────────────────────────────────────────


class Step(StrEnum):
    CREATE = "create"
    IMAGE = "image"
    ALIAS = "alias"
    DEFAULT = "default"
    REMOVE_OLD = "remove_old"


@dataclass(frozen=True, slots=True)
class Registered:
    """The new menu is shown, with this image. `old_left`: the former menu that could not be
    removed (harmless)."""

    line_id: str
    image: bytes
    old_left: str | None = None


class MenuNotRegistered(Exception):
    """The new menu is not shown, and the old one works as before — except `is_uncertain`: LINE
    gave no answer when asked to switch, so either may be shown. `left_over` is a new menu that
    could not be taken away again; it shows nowhere and counts towards LINE's 1,000."""

    def __init__(
        self,
        step: Step,
        cause: errors.LineError,
        *,
        left_over: str | None = None,
        is_uncertain: bool = False,
    ) -> None:
        super().__init__(f"{step}: {cause}")
        self.step = step
        self.cause = cause
        self.left_over = left_over
        self.is_uncertain = is_uncertain


def register(client: LineClient, menu: Menu, previous: str | None = None) -> Registered:
    """Shows `menu` to everybody, and removes `previous` (a LINE id). Raises MenuNotRegistered.

    No transaction may be open: six calls to LINE.
    """
    # The mark tells our own attempts in LINE's list, should their ids never have reached us.
    marked = replace(menu, name=f"{menu.name} {MARK}{secrets.token_hex(4)}]")
    image = menu.image()
    line_id = _create(client, marked)
    step = Step.IMAGE
    try:
        client.upload_rich_menu_image(line_id, image, "image/png")
        step = Step.ALIAS
        client.put_rich_menu_alias(ALIAS, line_id)
    except errors.LineError as error:
        left = _taken_back(client, line_id, previous, alias=step == Step.ALIAS)
        raise MenuNotRegistered(step, error, left_over=left) from error
    _make_default(client, line_id, previous)
    old_left = previous if previous and not _remove(client, previous) else None
    _sweep(client, keep={line_id, previous})
    return Registered(line_id, image, old_left)


def _create(client: LineClient, menu: Menu) -> str:
    definition = menu.definition()
    try:
        return client.create_rich_menu(definition)
    except errors.LineError as error:
        left = None
        if error.maybe_accepted:
            left = _remove_named(client, definition["name"])
        raise MenuNotRegistered(Step.CREATE, error, left_over=left) from error


def _make_default(client: LineClient, line_id: str, previous: str | None) -> None:
    try:
        client.set_default_rich_menu(line_id)
    except errors.LineError as error:
        shown = _shown(client) if error.maybe_accepted else ""
        if shown == line_id:
            return
        if shown is None:  # residents may see either: neither may be taken away
            raise MenuNotRegistered(
                Step.DEFAULT, error, left_over=line_id, is_uncertain=True
            ) from error
        left = _taken_back(client, line_id, previous, alias=True)
        raise MenuNotRegistered(Step.DEFAULT, error, left_over=left) from error


def _taken_back(
    client: LineClient, line_id: str, previous: str | None, *, alias: bool
) -> str | None:
    """Undoes what was done so far; the new menu's id when it could not be removed."""
    if alias:
        _alias_back(client, previous)
    return None if _remove(client, line_id) else line_id


def _shown(client: LineClient) -> str | None:
    """The default menu's id, "" for none, None when LINE does not say."""
    try:
        return client.default_rich_menu() or ""
    except errors.LineError:
        return None


def _remove(client: LineClient, line_id: str) -> bool:
    """Whether the menu is gone now."""
    try:
        client.delete_rich_menu(line_id)
    except errors.NotFound:
        return True
    except errors.LineError:
        return False
    return True


def _sweep(client: LineClient, keep: set[str | None]) -> None:
    """Takes away what attempts that were killed on their way left at LINE; as well as it goes."""
    with suppress(errors.LineError):
        for menu in client.rich_menus():
            if MARK in menu.name and menu.line_id not in keep:
                _remove(client, menu.line_id)


def _remove_named(client: LineClient, name: str) -> str | None:
    """Removes the menu of that name; the id of one that could not be removed."""
    try:
        found = [menu.line_id for menu in client.rich_menus() if menu.name == name]
    except errors.LineError:
        return None
    left = [line_id for line_id in found if not _remove(client, line_id)]
    return left[0] if left else None


def _alias_back(client: LineClient, previous: str | None) -> None:
    """As well as it goes: nothing that residents see hangs on the alias."""
    with suppress(errors.LineError):
        if previous:
            client.put_rich_menu_alias(ALIAS, previous)
        else:
            client.delete_rich_menu_alias(ALIAS)
