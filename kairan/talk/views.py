# SPDX-License-Identifier: Apache-2.0
"""Rooms as JSON: the list, one room, what a person keeps about it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from kairan.files.responses import photo_response
from kairan.people.positions.holding import CommunityRequest
from kairan.talk import queries, views_rooms
from kairan.talk.access import find_room
from kairan.talk.actions import own, reading
from kairan.talk.api import BIGGEST_ID, api, body_of, number_of, words_of
from kairan.talk.limits import SMALL_ROOM


@api("GET", "POST")
def rooms(request: CommunityRequest) -> dict[str, Any]:
    if request.method == "POST":
        return views_rooms.make(request)
    return rooms_shown(request)


@api("GET")
def room(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    return room_shown(request, room_id, **_wanted(request))


def rooms_shown(request: CommunityRequest) -> dict[str, Any]:
    """Also what the page itself brings along."""
    found = queries.rooms_of(request.person, request.seats)
    return {
        "rooms": found,
        "me": _me(request),
        "unread": sum(room["unread"] for room in found),
    }


def room_shown(request: CommunityRequest, room_id: int, **wanted: int) -> dict[str, Any]:
    """``wanted``: ``before``, ``after`` or ``around`` a number. Raises ``Http404``."""
    fits = room_id <= BIGGEST_ID
    found = queries.one_room(request.person, request.seats, room_id) if fits else None
    if found is None:
        raise Http404
    after = found["sees_after"]
    page = queries.page_of(room_id, after, **wanted)
    pins = queries.pins_of(room_id, after)
    said = queries.shapes([*page.ids, *pins], after)
    return {
        "room": found,
        "members": queries.members_of(room_id),
        "messages": [said[one] for one in page.ids if one in said],
        "first_unread": found["first_unread"],
        "pins": [said[one] for one in pins if one in said],
        "more_before": page.more_before,
        "more_after": page.more_after,
        "confirmed": queries.confirmed_by(request.seats, said),
        "read": queries.read_marks(room_id) if found["members"] <= SMALL_ROOM else [],
        "me": _me(request),
    }


@api("GET", "POST")
def members(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    """All of them, also of a room whose page shows the first hundred."""
    if request.method == "POST":
        return views_rooms.add(request, room_id)
    here = find_room(request.seats, room_id)
    return {"members": queries.members_of(here.room.pk, most=10_000)}


@api("POST")
def read(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    upto = number_of(body_of(request).get("upto"))
    here = find_room(request.seats, room_id)
    marked = reading.mark_read(acting=request.person, here=here, upto=upto)
    return {"marked": marked, "unread": queries.unread_of(request.seats)}


@api("POST")
def draft(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    text = words_of(body_of(request).get("text", ""))
    own.keep_draft(acting=request.person, here=find_room(request.seats, room_id), text=text)
    return {}


@api("POST")
def mute(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    muted = body_of(request).get("muted") is True
    own.mute(acting=request.person, here=find_room(request.seats, room_id), muted=muted)
    return {"muted": muted}


@api("GET", "POST")
def picture(request: CommunityRequest, room_id: int) -> HttpResponseBase | dict[str, Any]:
    if request.method == "POST":
        return views_rooms.new_picture(request, room_id)
    stored = find_room(request.seats, room_id).room.picture
    if stored is None:
        raise Http404
    return photo_response(stored, "thumbnail", request=request)


def _me(request: CommunityRequest) -> dict[str, Any]:
    person = request.person
    return {
        "person": {"id": person.pk, "name": person.name},
        "seats": [
            {
                "id": seat.position_id,
                "name": seat.name,
                "kind": seat.kind,
                "may_write": seat.may_write,
            }
            for seat in request.seats
        ],
    }


def _wanted(request: HttpRequest) -> dict[str, int]:
    """The first of these that the address names."""
    for name in ("before", "after", "around"):
        if name in request.GET:
            return {name: number_of(request.GET[name])}
    return {}
