# SPDX-License-Identifier: Apache-2.0
"""What templates read of a menu: its tabs with their pictures, and where it stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kairan.line.menu_image import Cell
from kairan.line.menus import queries
from kairan.line.menus.checks import Problem
from kairan.line.menus.design import Design, Tab
from kairan.line.menus.models import MenuEdition, MenuPage, MenuSet
from kairan.line.menus.preview import Drawing
from kairan.line.models import LineChannel


@dataclass(frozen=True, slots=True)
class Picture:
    """`url`, and its size for the page's layout; `words` for who cannot see it."""

    name: str
    url: str
    width: int
    height: int
    words: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The picture of an editor with its areas on top: (number, cell, whether it can be moved)."""

    picture: Picture
    spots: list[tuple[int, Cell]]
    is_free: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One menu in the list."""

    menu: MenuSet
    audience: str
    period: str
    state: str
    tone: str
    icon: str
    picture: Picture
    tabs: int


def picture_of(channel_id: int, design: Design, tab: Tab) -> Picture:
    if tab.picture is not None:
        url = reverse("line:menu_picture", args=[channel_id, tab.picture])
    else:
        url = f"{reverse('line:menu_drawn')}?{Drawing.of(design, tab).query}"
    return Picture(tab.name, url, tab.width, tab.height, design.spoken(tab), tab.key)


def pictures_of(menu: MenuSet) -> list[Picture]:
    design = menu.design
    return [picture_of(menu.channel_id, design, tab) for tab in design.tabs]


def first_picture(menu: MenuSet) -> Picture:
    """What LINE has of it, else what is being designed; no drawing where none is needed."""
    page = menu.edition.pages.filter(position=0).first() if menu.edition else None
    return sent_picture(menu.channel_id, page) if page else pictures_of(menu)[0]


def sent_picture(channel_id: int, page: MenuPage) -> Picture:
    url = reverse("line:menu_page", args=[channel_id, page.pk])
    size = page.body["size"]
    return Picture(page.name, url, size["width"], size["height"], page.spoken)


def canvas_of(channel_id: int, design: Design, tab: Tab) -> Canvas:
    numbers = [place for place, spot in enumerate(tab.spots) if spot.words.strip()]
    cells = [cell for cell, _spot in design.placed(tab)]
    if tab.is_free:  # those without words are drawn as well: they are being made
        numbers, cells = list(range(len(tab.spots))), [spot.cell for spot in tab.spots]
    spots = list(zip((number + 1 for number in numbers), cells, strict=True))
    return Canvas(picture_of(channel_id, design, tab), spots, tab.is_free)


def cards(channel: LineChannel, shown: Sequence[queries.Shown]) -> list[Card]:
    now = {line.menu.pk for line in shown if line.menu}
    found = channel.menu_sets.kept().in_order().select_related("area", "edition")
    return [_card(menu, now) for menu in found]


def _card(menu: MenuSet, now: Collection[int]) -> Card:
    state, tone, icon = state_of(menu, is_shown=menu.pk in now)
    return Card(
        menu=menu,
        audience=queries.audience(menu),
        period=queries.period(menu) if menu.starts_at or menu.ends_at else "",
        state=state,
        tone=tone,
        icon=icon,
        picture=first_picture(menu),
        tabs=len(menu.design.tabs),
    )


def state_of(menu: MenuSet, *, is_shown: bool) -> tuple[str, str, str]:
    """Words, colour and icon."""
    latest = menu.editions.order_by("-number").defer("definition").first()
    if latest and latest.state == MenuEdition.State.REFUSED:
        return _("LINEが受け付けませんでした"), "red", "error"
    if latest and latest.state == MenuEdition.State.WAITING and menu.is_offered:
        return _("LINEに送っています"), "yellow", "sending"
    if not menu.is_offered:
        return _("下書き"), "gray", "draft"
    if is_shown:
        return _("表示中"), "green", "done"
    if menu.is_for_disasters:
        return _("用意ができています"), "blue", "check"
    return _("出番を待っています"), "blue", "clock"


@dataclass(frozen=True, slots=True)
class Told:
    """A problem, and where it is mended."""

    text: str
    where: str
    url: str


def told(menu: MenuSet, found: Sequence[Problem]) -> list[Told]:
    design = menu.design
    return [_told(menu, design, problem) for problem in found]


def _told(menu: MenuSet, design: Design, problem: Problem) -> Told:
    tab = design.tab(problem.tab)
    if tab is None:
        return Told(problem.text, "", "#id_chat_bar_text")
    url = reverse("line:menu_tab", args=[menu.channel_id, menu.pk, tab.key])
    where = tab.name
    if problem.spot is not None:
        where = _("%(tab)s・%(number)s番目") % {"tab": tab.name, "number": problem.spot + 1}
        url = f"{url}#spot-{problem.spot + 1}"
    return Told(problem.text, where, url)


def edition_rows(menu: MenuSet) -> list[dict[str, Any]]:
    """The history, newest first, each with its pictures as they were sent."""
    editions = menu.editions.order_by("-number").prefetch_related("pages")[:20]
    return [
        {
            "edition": edition,
            "is_current": edition.pk == menu.edition_id,
            "pictures": [
                sent_picture(menu.channel_id, page)
                for page in sorted(edition.pages.all(), key=lambda page: page.position)
            ],
        }
        for edition in editions
    ]
