# SPDX-License-Identifier: Apache-2.0
"""Searching in all one's rooms, and the photos and files of one room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kairan.people.models import Person
from kairan.people.positions.holding import CommunityRequest, Seat, community
from kairan.talk.access import find_room
from kairan.talk.attached import PHOTOS, Kept, attached
from kairan.talk.models import Room
from kairan.talk.queries import one_room, rooms_of
from kairan.talk.search_form import SearchForm
from kairan.talk.searching import Found, search, seen_rooms


@require_safe
@community
def search_page(request: CommunityRequest) -> HttpResponse:
    """The page, or for htmx its results."""
    rooms = names_of(request.person, request.seats)
    form = SearchForm(request.GET, rooms=rooms)
    asked = form.asked
    found = Found([])
    if asked and not form.wrong_days:
        found = search(request.seats, before=form.before_id, **asked)
    context = {
        "form": form,
        "asked": asked,
        "found": found,
        "rooms": rooms,
        "older": _older(request.GET, found.older) if found.older else "",
        "is_first": form.before_id is None,
        "newest": _older(request.GET, None),
    }
    return render(request, "talk/search.html", context)


@require_safe
@community
def files_page(request: CommunityRequest, room_id: int) -> HttpResponse:
    """Photos, or files, newest first and by month."""
    here = find_room(request.seats, room_id)
    shown = one_room(request.person, request.seats, room_id) or {}
    kind = request.GET.get("kind", PHOTOS)
    before = request.GET.get("before", "")
    given = before.isascii() and before.isdecimal() and len(before) < 19
    page = attached(here, kind, int(before) if given else None)
    more = {"kind": page.kind, "before": page.older}
    context = {
        "room": shown,
        "room_id": room_id,
        "page": page,
        "months": [(month, list(rows)) for month, rows in groupby(page.rows, _month)],
        "older": f"?{urlencode(more)}" if page.older else "",
    }
    return render(request, "talk/files.html", context)


def names_of(person: Person, seats: list[Seat]) -> dict[int, str]:
    """The names of all rooms the seats see, those that were closed last."""
    names = {row["id"]: row["name"] for row in rooms_of(person, seats)}
    closed = Room.objects.filter(pk__in=[key for key in seen_rooms(seats) if key not in names])
    return names | {room.pk: str(room) for room in closed.order_by("name", "id")}


def _older(given: QueryDict, before: int | None) -> str:
    kept = given.copy()
    kept.pop("before", None)
    pairs: Iterable[tuple[str, object]] = [(name, value) for name, value in kept.items() if value]
    extra = [("before", before)] if before else []
    return f"{reverse('talk:search')}?{urlencode([*pairs, *extra])}"


def _month(row: Kept) -> date:
    return row.day.replace(day=1)
