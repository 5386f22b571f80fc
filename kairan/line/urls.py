# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from kairan.line import views
from kairan.line.menus import tab_views
from kairan.line.menus import views as menu_views
from kairan.line.menus.forms import Starts

app_name = "line"


def nothing_to_start() -> list[tuple[str, str]]:
    return []


def console_urls(
    guard: Callable[[Any], Any], starts: Starts = nothing_to_start
) -> tuple[list[URLPattern], str]:
    """The administrator's pages for `include`, each behind `guard`.

    This room lies below the people and knows no permission; whoever hangs the pages up says who
    may come in: `path("console/line/", include(console_urls(staff(Permission.MANAGE_LINE))))`.
    The guard sets `request.person`. `starts`: what an area of a menu may begin in the talk.
    """
    pages: list[tuple[str, Callable[..., Any], str]] = [
        ("", views.channels, "channels"),
        ("new/", views.add, "add"),
        ("<int:channel_id>/", views.channel, "channel"),
        ("<int:channel_id>/edit/", views.edit, "edit"),
        ("<int:channel_id>/check/", views.check, "check"),
        ("<int:channel_id>/webhook/", views.set_webhook, "set_webhook"),
    ]
    found = [path(route, guard(view), name=name) for route, view, name in pages]
    return found + _menu_urls(guard, starts), app_name


def _menu_urls(guard: Callable[[Any], Any], starts: Starts) -> list[URLPattern]:
    one = "<int:channel_id>/menus/<int:menu_id>/"
    tab = f"{one}tabs/<slug:key>/"
    plain: list[tuple[str, Callable[..., Any], str]] = [
        ("menus/drawn.png", menu_views.drawn, "menu_drawn"),
        ("<int:channel_id>/menus/", menu_views.menus, "menus"),
        ("<int:channel_id>/menus/new/", menu_views.new, "menu_new"),
        ("<int:channel_id>/menus/progress/", menu_views.progress, "menus_progress"),
        ("<int:channel_id>/menus/disaster/", menu_views.disaster, "menus_disaster"),
        ("<int:channel_id>/menus/again/", menu_views.again, "menus_again"),
        ("<int:channel_id>/menus/pictures/<int:picture_id>/", menu_views.picture, "menu_picture"),
        ("<int:channel_id>/menus/pages/<int:page_id>/", menu_views.page_image, "menu_page"),
        (f"{one}do/<slug:verb>/", menu_views.deed, "menu_deed"),
        (f"{one}restore/<int:edition_id>/", menu_views.restore, "menu_restore"),
        (f"{one}tabs/", tab_views.add, "menu_tab_add"),
        (f"{tab}do/<slug:verb>/", tab_views.rearrange, "menu_tab_verb"),
    ]
    starting: list[tuple[str, Callable[..., Any], str]] = [
        (one, menu_views.menu_set, "menu_set"),
        (f"{one}send/", menu_views.send, "menu_send"),
        (tab, tab_views.edit, "menu_tab"),
        (f"{tab}preview/", tab_views.preview, "menu_preview"),
    ]
    found = [path(route, guard(view), name=name) for route, view, name in plain]
    given = {"starts": starts}
    return found + [path(route, guard(view), given, name=name) for route, view, name in starting]
