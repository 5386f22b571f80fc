# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from kairan.line import views

app_name = "line"


def console_urls(guard: Callable[[Any], Any]) -> tuple[list[URLPattern], str]:
    """The administrator's pages for `include`, each behind `guard`.

    This room lies below the people and knows no permission; whoever hangs the pages up says who
    may come in: `path("console/line/", include(console_urls(staff(Permission.MANAGE_LINE))))`.
    The guard sets `request.person`.
    """
    pages: list[tuple[str, Callable[..., Any], str]] = [
        ("", views.channels, "channels"),
        ("new/", views.add, "add"),
        ("preview.png", views.preview_image, "preview_image"),
        ("<int:channel_id>/", views.channel, "channel"),
        ("<int:channel_id>/edit/", views.edit, "edit"),
        ("<int:channel_id>/check/", views.check, "check"),
        ("<int:channel_id>/webhook/", views.set_webhook, "set_webhook"),
        ("<int:channel_id>/menu/", views.menu, "menu"),
        ("<int:channel_id>/menu/preview/", views.preview, "preview"),
        ("<int:channel_id>/menu/<int:menu_id>.png", views.shown_image, "shown_image"),
    ]
    return [path(route, guard(view), name=name) for route, view, name in pages], app_name
