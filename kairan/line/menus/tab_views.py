# SPDX-License-Identifier: Apache-2.0
"""The editor of one tab: picture, areas, and what a tap does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kairan.line import limits
from kairan.line.access import get_channel
from kairan.line.menu_image import Cell
from kairan.line.menus import actions, showing
from kairan.line.menus.checks import MOST_TABS
from kairan.line.menus.design import Design, Spot, Tab, drawn_size
from kairan.line.menus.forms import Starts, TabEditor
from kairan.line.menus.layouts import FREE, LAYOUTS
from kairan.line.menus.models import MenuSet
from kairan.line.menus.pictures import PictureRefused
from kairan.line.menus.views import StaffRequest, get_menu, meanwhile
from kairan.line.models import LineChannel

FIRST_PLACE = Cell(100, 300, 800, 600)


@require_http_methods(["GET", "POST"])
def edit(
    request: StaffRequest, channel_id: int, menu_id: int, key: str, starts: Starts
) -> HttpResponseBase:
    channel = get_channel(channel_id)
    menu = get_menu(channel, menu_id)
    tab = _tab(menu, key)
    if request.method != "POST":
        return _page(request, channel, TabEditor(menu, tab, starts()))
    data = request.POST.copy()
    refused = _taken(channel, request, data)
    editor = TabEditor(menu, tab, starts(), data)
    if changed := _rearranged(editor, data):
        return _page(request, channel, _again(editor, changed, data))
    fits = editor.is_valid(actions.taken_aliases(menu))
    if refused:
        editor.head.errors.pop("upload", None)
        editor.head.add_error("upload", refused)
    if not fits or refused:
        return _page(request, channel, editor, status=422)
    return _saved(request, channel, editor)


def _tab(menu: MenuSet, key: str) -> Tab:
    tab = menu.design.tab(key)
    if tab is None:
        raise Http404
    return tab


def _taken(channel: LineChannel, request: StaffRequest, data: QueryDict) -> str:
    """Keeps an uploaded picture at once: what is wrong elsewhere shall not cost it. Why it was
    refused, else ""."""
    upload = request.FILES.get("upload")
    if upload is None or data.get("source") != "upload":
        return ""
    if not upload.size:
        return _("このファイルは空です。絵のファイルを選んでください。")
    content = upload.read(20 * limits.RICH_MENU_IMAGE_BYTES)  # enough to say how large it is
    try:
        data["picture"] = str(actions.keep_picture(channel=channel, content=content).pk)
    except PictureRefused as error:
        return str(error)
    return ""


def _rearranged(editor: TabEditor, data: QueryDict) -> Tab | None:
    """The tab after a press on a button that saves nothing: another layout, one area more, one
    less, or two that change places."""
    tab = editor.tab()
    spots = list(tab.spots)
    if "relayout" in data:
        return _laid_out(editor.design(), editor.before, tab)
    if "add" in data and len(spots) < limits.RICH_MENU_AREAS:
        return replace(tab, spots=(*spots, Spot(cell=FIRST_PLACE)))
    drop = data.get("drop", "")
    if drop.isdecimal() and int(drop) < len(spots) > 1:
        del spots[int(drop)]
        return replace(tab, spots=tuple(spots))
    place, _dash, way = data.get("move", "").partition("-")
    if place.isdecimal() and way in ("up", "down"):
        here, there = int(place), int(place) + (-1 if way == "up" else 1)
        if here < len(spots) and 0 <= there < len(spots):
            mine, theirs = spots[here], spots[there]
            spots[here] = replace(theirs, cell=mine.cell)
            spots[there] = replace(mine, cell=theirs.cell)
            return replace(tab, spots=tuple(spots))
        return tab
    return None


def _laid_out(design: Design, before: Tab, tab: Tab) -> Tab:
    """What has words keeps them. Whoever goes over to free areas begins where they lay before."""
    if tab.layout == FREE:
        old = replace(before, spots=tab.spots, picture=tab.picture, width=tab.width)
        if before.layout != FREE:
            old = replace(old, height=tab.height)
            placed = design.with_tab(old).placed(old)
            spots = tuple(replace(spot, cell=cell) for cell, spot in placed)
            return replace(tab, spots=spots or (Spot(cell=FIRST_PLACE),))
        return tab
    count = LAYOUTS[tab.layout].count
    filled = tab.filled[:count]
    return replace(tab, spots=filled + (Spot(),) * (count - len(filled)))


def _again(editor: TabEditor, tab: Tab, data: QueryDict) -> TabEditor:
    """The editor with what stood in its fields, after a rearrangement."""
    fresh = TabEditor(editor.menu, tab, editor.starts)
    fresh.head.initial["revision"] = data.get("revision")
    fresh.head.initial["source"] = data.get("source")
    return fresh


def _saved(request: StaffRequest, channel: LineChannel, editor: TabEditor) -> HttpResponseBase:
    menu = editor.menu
    try:
        actions.save(
            acting=request.person,
            menu=menu,
            revision=editor.head.cleaned_data["revision"],
            design=editor.design(),
        )
    except actions.ChangedMeanwhile as error:
        editor.head.add_error(None, meanwhile(error))
        return _page(request, channel, editor, status=409, theirs=error.revision)
    messages.success(request, _("下書きを保存しました。市民にはまだ見えません。"))
    return redirect("line:menu_set", channel.pk, menu.pk)


def _page(
    request: StaffRequest,
    channel: LineChannel,
    editor: TabEditor,
    *,
    status: int = 200,
    theirs: int | None = None,
) -> HttpResponse:
    if theirs is not None:
        editor.head.data = {**editor.head.data, "revision": str(theirs)}
    context = _context(channel, editor)
    return render(request, "line/menus/tab.html", context, status=status)


def _context(channel: LineChannel, editor: TabEditor) -> dict[str, Any]:
    tab = editor.tab()
    return {
        "channel": channel,
        "menu": editor.menu,
        "tab": editor.before,
        "editor": editor,
        "is_free": tab.is_free,
        "is_full": len(tab.spots) >= limits.RICH_MENU_AREAS,
        "most": limits.RICH_MENU_AREAS,
        "canvas": showing.canvas_of(channel.pk, editor.menu.design.with_tab(tab), tab),
    }


@require_POST
def preview(
    request: StaffRequest, channel_id: int, menu_id: int, key: str, starts: Starts
) -> HttpResponseBase:
    """The picture for what stands in the editor at the moment."""
    channel = get_channel(channel_id)
    menu = get_menu(channel, menu_id)
    editor = TabEditor(menu, _tab(menu, key), starts(), request.POST)
    return render(request, "line/menus/_canvas.html", _context(channel, editor))


# ── tabs of a menu ───────────────────────────────────────────────────────────────────────────


@require_POST
def add(request: StaffRequest, channel_id: int, menu_id: int) -> HttpResponseBase:
    channel = get_channel(channel_id)
    menu = get_menu(channel, menu_id)
    design = menu.design
    if len(design.tabs) >= MOST_TABS:
        messages.error(request, _("タブは%(most)sつまでです。") % {"most": MOST_TABS})
        return redirect("line:menu_set", channel.pk, menu.pk)
    used = {tab.key for tab in design.tabs}
    key = next(f"t{n}" for n in range(1, MOST_TABS + 2) if f"t{n}" not in used)
    name = _("タブ%(number)s") % {"number": len(design.tabs) + 1}
    spots = (Spot(),) * LAYOUTS["tall-3-3"].count
    tab = drawn_size(Tab(key, name, actions.alias_for(menu, key), "tall-3-3", spots))
    if _keep(request, menu, replace(design, tabs=(*design.tabs, tab))):
        return redirect("line:menu_tab", channel.pk, menu.pk, key)
    return redirect("line:menu_set", channel.pk, menu.pk)


@require_POST
def rearrange(
    request: StaffRequest, channel_id: int, menu_id: int, key: str, verb: str
) -> HttpResponseBase:
    """left, right or remove."""
    channel = get_channel(channel_id)
    menu = get_menu(channel, menu_id)
    _tab(menu, key)
    design = menu.design
    tabs = list(design.tabs)
    here = next(place for place, tab in enumerate(tabs) if tab.key == key)
    if verb == "remove" and len(tabs) > 1:
        del tabs[here]
    elif verb in ("left", "right"):
        there = here + (-1 if verb == "left" else 1)
        if 0 <= there < len(tabs):
            tabs[here], tabs[there] = tabs[there], tabs[here]
    else:
        raise Http404
    _keep(request, menu, replace(design, tabs=tuple(tabs)))
    return redirect("line:menu_set", channel.pk, menu.pk)


def _keep(request: StaffRequest, menu: MenuSet, design: Design) -> bool:
    """Against the revision of the page, so that nobody's work is lost."""
    given = request.POST.get("revision", "")
    revision = int(given) if given.isdecimal() else menu.revision
    try:
        actions.save(acting=request.person, menu=menu, revision=revision, design=design)
    except actions.ChangedMeanwhile as error:
        told = _("%(by)sさんが先に変えていました。今の内容を見て、もう一度押してください。")
        messages.error(request, told % {"by": error.by})
        return False
    return True
