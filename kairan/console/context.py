# SPDX-License-Identifier: Apache-2.0
"""What the console's frame shows on every page: navigation, person, the stream of news."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kairan.console.navigation import navigation
from kairan.design.navigation import MenuEntry
from kairan.people.access import signed_in
from kairan.people.permissions import Permission
from kairan.people.streams import stream_url

_FRAMED = ("/console/", "/accounts/")


def frame(request: HttpRequest) -> dict[str, object]:
    """Empty for residents' pages and for those who are not signed in."""
    if not request.path.startswith(_FRAMED) or (person := signed_in(request)) is None:
        return {}
    sees_cases = person.may(Permission.SEE_CASES)
    cases = reverse("reports:list")
    ways = navigation(person, request.path)
    talk = reverse("talk_office:list")
    return {
        "home_url": reverse("console:home"),
        "help_url": reverse("console:help"),
        "search_url": cases if sees_cases else "",
        "search_text": request.GET.get("q", "") if request.path == cases else "",
        "nav": ways,
        "pass_on_url": reverse("console:pass_on") if any(w.url == talk for w in ways) else "",
        "person_name": person.name,
        "person_menu": _person_menu(),
        "stream_url": stream_url(person),
    }


def _person_menu() -> list[MenuEntry]:
    return [
        MenuEntry(_("自分の設定"), reverse("people:me"), "person"),
        MenuEntry(_("サインアウト"), reverse("account_logout"), "lock", post=True),
    ]
