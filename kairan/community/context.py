# SPDX-License-Identifier: Apache-2.0
"""What the leaders' frame shows on every page: whom to call, where to go, how large the text is."""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kairan.community.app_views import WORKER
from kairan.design import text_size
from kairan.design.navigation import NavEntry
from kairan.people.access import signed_in
from kairan.people.positions.office import office_of

PREFIX = "/community/"
SIZES = {18: "standard", 22: "large", 28: "largest"}
SEARCH = "/community/talk/search/"
# Pages that one comes to from the settings.
BELOW_SETTINGS: Final = tuple(
    f"{PREFIX}{name}/" for name in ("devices", "passkey", "install", "approve")
)
_URLS: Final = ("worker", "push", "push_state", "push_trial", "share")


def frame(request: HttpRequest) -> dict[str, object]:
    """Empty for other doors. Before the sign-in: the town, the office's telephone, the size."""
    town = getattr(request, "town", None)
    if town is None or not request.path.startswith(PREFIX):
        return {}
    office = office_of(town)
    person = signed_in(request)
    # Who is let in, on pages that ask for it; anybody signed in on those that ask for nothing.
    is_in = hasattr(request, "seats") or (person is not None and request.path in _open_pages())
    return {
        "town_name": town.name,
        "office_name": office.name,
        "office_phone": office.phone,
        "home_url": PREFIX,
        "help_url": reverse("community:help"),
        "text_size_name": SIZES.get(person.text_size) if person else text_size.chosen(request),
        "community_nav": _nav(request.path) if is_in else [],
        "community_app": {
            "person": person.pk if person and is_in else None,
            # What the kept pages look like; another one, and they are fetched anew.
            "look": f"{person.pk}:{person.text_size}:{get_language()}" if person else "",
            "isShell": bool(re.match(WORKER.pages, request.path)),
            "urls": {name: reverse(f"community:{name}") for name in _URLS},
        },
    }


def _open_pages() -> set[str]:
    return {reverse("community:help"), reverse("community:install")}


def _nav(path: str) -> list[NavEntry]:
    ways = [
        NavEntry(_("トーク"), PREFIX, "chat"),
        NavEntry(_("さがす"), SEARCH, "search"),
        NavEntry(_("設定"), reverse("community:settings"), "settings"),
        NavEntry(_("ヘルプ"), reverse("community:help"), "help"),
    ]
    if path.startswith(BELOW_SETTINGS):
        path = reverse("community:settings")
    fits = [way.url for way in ways if path.startswith(way.url)]
    here = max(fits, key=len, default="")
    return [NavEntry(w.label, w.url, w.icon, current=w.url == here) for w in ways]
