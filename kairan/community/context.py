# SPDX-License-Identifier: Apache-2.0
"""What the leaders' frame shows on every page: whom to call, where to go, how large the text is."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kairan.community.office import office_of
from kairan.design import text_size
from kairan.design.navigation import NavEntry
from kairan.people.access import signed_in

PREFIX = "/community/"
SIZES = {18: "standard", 22: "large", 28: "largest"}
# Until the room is open for search, the way leads to where it will stand.
SEARCH = "/community/talk/search/"


def frame(request: HttpRequest) -> dict[str, object]:
    """Empty for other doors. Before the sign-in: the town, the office's telephone, the size."""
    town = getattr(request, "town", None)
    if town is None or not request.path.startswith(PREFIX):
        return {}
    office = office_of(town)
    given: dict[str, object] = {
        "town_name": town.name,
        "office_name": office.name,
        "office_phone": office.phone,
        "home_url": PREFIX,
        "help_url": reverse("community:help"),
        "text_size_name": text_size.chosen(request),
    }
    if (person := signed_in(request)) is not None:
        given["text_size_name"] = SIZES.get(person.text_size, "standard")
        given["community_nav"] = _nav(request.path)
        given["community_app"] = {"person": person.pk}
    return given


def _nav(path: str) -> list[NavEntry]:
    ways = [
        NavEntry(_("トーク"), PREFIX, "chat"),
        NavEntry(_("さがす"), SEARCH, "search"),
        NavEntry(_("設定"), reverse("community:settings"), "settings"),
        NavEntry(_("ヘルプ"), reverse("community:help"), "help"),
    ]
    fits = [way.url for way in ways if path.startswith(way.url)]
    here = max(fits, key=len, default="")
    return [NavEntry(w.label, w.url, w.icon, current=w.url == here) for w in ways]
