# SPDX-License-Identifier: Apache-2.0
"""Our own look at a whole menu against LINE's limits, before LINE is asked.

https://developers.line.biz/en/reference/messaging-api/#rich-menu-object
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from kairan.line import limits
from kairan.line.limits import grapheme_length, utf16_length
from kairan.line.menu_image import Cell
from kairan.line.menus.design import Design, Does, Spot, Tab

ALIAS = re.compile(r"[a-z0-9_-]{1,32}")
WIDEST, NARROWEST, LOWEST, FLATTEST = 2500, 800, 250, 1.45
MOST_TABS = 6


@dataclass(frozen=True, slots=True)
class Problem:
    """`tab` is its key, "" for the whole menu; `spot` counts from 0, None for the whole tab;
    `field` is the form's."""

    text: str
    tab: str = ""
    spot: int | None = None
    field: str = ""


def problems(
    design: Design, *, starts: Collection[str] = (), taken: Collection[str] = ()
) -> list[Problem]:
    """Everything LINE would refuse or residents would stumble over; [] if nothing. `starts`: what
    an area may begin; `taken`: aliases of other menus."""
    found = list(_head(design))
    for alias, count in Counter(tab.alias for tab in design.tabs).items():
        if count > 1:
            found += [_twice(tab, alias) for tab in design.tabs if tab.alias == alias]
    for tab in design.tabs:
        found += _tab(design, tab, starts, taken)
    return found


def _head(design: Design) -> Iterator[Problem]:
    words = design.chat_bar_text.strip()
    if not words or grapheme_length(words) > limits.CHAT_BAR_TEXT:
        text = _("バーのことばは1字から%(most)s字までにしてください。")
        yield Problem(text % {"most": limits.CHAT_BAR_TEXT}, field="chat_bar_text")
    if not design.tabs:
        yield Problem(_("タブを1つは作ってください。"))
    if len(design.tabs) > MOST_TABS:
        yield Problem(_("タブは%(most)sつまでです。") % {"most": MOST_TABS})


def _twice(tab: Tab, alias: str) -> Problem:
    text = _("切り替え用の名前「%(alias)s」が2回使われています。別の名前にしてください。")
    return Problem(text % {"alias": alias}, tab.key, field="alias")


def _tab(
    design: Design, tab: Tab, starts: Collection[str], taken: Collection[str]
) -> Iterator[Problem]:
    if not ALIAS.fullmatch(tab.alias):
        text = _("切り替え用の名前は、半角の小文字・数字・「-」「_」で32字までです。")
        yield Problem(text, tab.key, field="alias")
    elif tab.alias in taken:
        text = _("切り替え用の名前「%(alias)s」は、ほかのメニューが使っています。")
        yield Problem(text % {"alias": tab.alias}, tab.key, field="alias")
    if size := size_problem(tab.width, tab.height):
        yield Problem(size, tab.key, field="picture")
    if not tab.filled:
        yield Problem(_("押せる枠がありません。1つは置いてください。"), tab.key)
    if len(design.tabs) > 1 and tab.picture and not any(s.does == Does.SWITCH for s in tab.filled):
        text = _("この絵から、ほかのタブに切り替える枠がありません。1つは置いてください。")
        yield Problem(text, tab.key)
    count = len(design.placed(tab)) + max(len(design.strip_of(tab)) - 1, 0)
    if count > limits.RICH_MENU_AREAS:
        text = _("枠が%(count)s個あります。タブの帯も入れて%(most)s個までです。")
        yield Problem(text % {"count": count, "most": limits.RICH_MENU_AREAS}, tab.key)
    for place, spot in enumerate(tab.spots):
        if spot.words.strip():
            for text, field in spot_problems(design, tab, spot, starts):
                yield Problem(text, tab.key, place, field)


def size_problem(width: int, height: int) -> str:
    """In words what size is needed; "" when this one fits."""
    fits = NARROWEST <= width <= WIDEST and height >= LOWEST and width / height >= FLATTEST
    if fits:
        return ""
    return _(
        "この絵は横%(width)s×縦%(height)sです。LINEのメニューには、横800〜2500、縦250以上で、"
        "横が縦の1.45倍以上の絵が要ります。2500×1686か、2500×843で作り直してください。"
    ) % {"width": width, "height": height}


def spot_problems(
    design: Design, tab: Tab, spot: Spot, starts: Collection[str]
) -> Iterator[tuple[str, str]]:
    """(what is wrong, the field)."""
    if grapheme_length(spot.label) > limits.LABEL:
        yield _("ことばは%(most)s字までです。") % {"most": limits.LABEL}, "words"
    if spot.words.strip().count("\n") > 1:
        yield _("改行は1つまでです。"), "words"
    yield from ((text, "value") for text in _value(design, tab, spot, starts))
    if tab.is_free:
        yield from ((text, "x") for text in _place(design, tab, spot.cell))


def _value(design: Design, tab: Tab, spot: Spot, starts: Collection[str]) -> Iterator[str]:
    value = spot.value.strip()
    match spot.does:
        case _ if not value:
            yield _("押したときのことを入れてください。")
        case Does.SAY if grapheme_length(value) > limits.MESSAGE_ACTION_TEXT:
            yield _("送ることばは%(most)s字までです。") % {"most": limits.MESSAGE_ACTION_TEXT}
        case Does.START if value not in starts:
            yield _("この受付は、いまはありません。選び直してください。")
        case Does.PAGE:
            yield from _address(value)
        case Does.PHONE if not re.fullmatch(r"\+?[0-9]{2,15}[0-9*#]*", spot.number):
            yield _("電話番号を数字で入れてください。例：096-000-0000")
        case Does.SWITCH if design.tab(value) is None:
            yield _("切り替え先のタブがありません。選び直してください。")
        case Does.SWITCH if value == tab.key:
            yield _("切り替え先が、このタブ自身になっています。")


def _address(value: str) -> Iterator[str]:
    if value.startswith("/"):
        if value.startswith("//") or re.search(r"\s", value):
            yield _("このサイトのページは「/」で始まる住所で入れてください。例：/report/")
        return
    try:
        parts = urlsplit(value)
        fits = parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        fits = False
    if not fits:
        yield _("https:// で始まる住所か、このサイトのページ（/ で始まる）を入れてください。")
    elif utf16_length(value) > limits.URI:
        yield _("住所が長すぎます。%(most)s字までです。") % {"most": limits.URI}


def _place(design: Design, tab: Tab, cell: Cell) -> Iterator[str]:
    if cell.width < 1 or cell.height < 1:
        yield _("枠の横と縦を入れてください。")
    elif (
        cell.x < 0
        or cell.y < 0
        or (cell.x + cell.width > tab.width or cell.y + cell.height > tab.height)
    ):
        text = _("枠が絵からはみ出しています。絵は横%(width)s×縦%(height)sです。")
        yield text % {"width": tab.width, "height": tab.height}
    elif strip := design.strip_of(tab):
        bottom = strip[0][0].height
        if cell.y < bottom:
            text = _("枠がタブの帯に重なっています。上から%(top)sより下に置いてください。")
            yield text % {"top": bottom}
