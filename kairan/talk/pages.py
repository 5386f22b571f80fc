# SPDX-License-Identifier: Apache-2.0
"""The talk page: one shell for the list of rooms and every room, drawn by its scripts.

It brings the rooms along; kept for offline it may come without them or with old ones, and the
scripts show what the device has kept.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kairan.files.limits import MAX_BYTES
from kairan.municipalities.maps import town_map
from kairan.municipalities.tenancy import current_town_id
from kairan.people.positions.holding import CommunityRequest, community
from kairan.talk.api import api
from kairan.talk.limits import MAX_FILES, MAX_PHOTOS, MAX_TEXT
from kairan.talk.stamps import REACTIONS, STAMPS
from kairan.talk.streams import stream_url
from kairan.talk.views import room_shown, rooms_shown
from kairan.talk.words import WORDS

# In this order: the last holds what is true of all.
_SHEETS = ("talk", "room", "messages", "sheets")
_SEARCH = "/community/talk/search/"


@require_safe
@never_cache
@community
def home(request: CommunityRequest) -> HttpResponse:
    """The list of rooms."""
    return _shell(request, _given(request))


@require_safe
@never_cache
@community
def room(request: CommunityRequest, room_id: int) -> HttpResponse:
    """One room; one that the person does not sit in (any more) is explained by the page itself."""
    try:
        shown = room_shown(request, room_id)
    except Http404:
        shown = None
    given = _given(request) | {"room": shown}
    return _shell(request, given, status=200 if shown else 404)


@require_safe
@community
def shell(request: CommunityRequest) -> HttpResponse:
    """The page without anything of anybody, for the service worker to keep."""
    return _shell(request, None)


@api("GET")
def here(request: CommunityRequest) -> dict[str, Any]:
    """A fresh ticket for the stream."""
    return {"stream": stream_url(request.person, request.session.session_key)}


@api("GET")
def ground(request: CommunityRequest) -> dict[str, Any]:  # noqa: ARG001
    """What lies under a map."""
    return town_map()


def _given(request: CommunityRequest) -> dict[str, Any]:
    about = {
        "town": current_town_id(),
        "stream": stream_url(request.person, request.session.session_key),
        "made": timezone.now().isoformat(),
    }
    return rooms_shown(request) | about


def _shell(
    request: CommunityRequest, given: dict[str, Any] | None, status: int = 200
) -> HttpResponse:
    context = {
        "data": given,
        "sheets": [static(f"talk/{name}.css") for name in _SHEETS],
        "fixed": _fixed(request),
        "search_url": _SEARCH,
        "begin_url": reverse("community:home"),
    }
    return render(request, "talk/talk.html", context, status=status)


def _fixed(request: CommunityRequest) -> dict[str, Any]:
    """The same for everybody of the town."""
    town = getattr(request, "town", None)
    return {
        "town": town.name if town else "",
        "words": {name: str(words) for name, words in WORDS.items()},
        "stamps": {
            key: {"words": str(words), "url": static(f"talk/stamps/{key}.svg")}
            for key, words in STAMPS.items()
        },
        "reactions": {key: str(words) for key, words in REACTIONS.items()},
        "mostText": MAX_TEXT,
        "mostPhotos": MAX_PHOTOS,
        "mostFiles": MAX_FILES,
        "mostBytes": MAX_BYTES,
        "urls": {
            "api": reverse("talk:rooms").removesuffix("rooms/"),
            "send": "/community/talk/send",
            "home": reverse("community:home"),
            "room": reverse("talk:room", args=[0]),
            "here": reverse("talk:here"),
            "map": reverse("talk:ground"),
            "search": _SEARCH,
            "signIn": reverse("community:sign_in"),
        },
        "map": {
            "leaflet": static("leaflet/leaflet.js"),
            "styles": [static("leaflet/leaflet.css"), static("design/css/map.css")],
        },
    }
