# SPDX-License-Identifier: Apache-2.0
"""Whom one may write to; rooms made and managed by their members."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from kairan.files.actions import FileRefused, store_photo
from kairan.people.positions.holding import CommunityRequest, Seat, writing_seats
from kairan.people.positions.models import Position
from kairan.talk import queries
from kairan.talk.access import Here, ask, find_room
from kairan.talk.actions import rooms
from kairan.talk.api import api, body_of, number_of, numbers_of, words_of
from kairan.talk.checking import Unfit
from kairan.talk.directory import entries, leaders_may, speaker
from kairan.talk.limits import MAX_MEMBERS_AT_ONCE
from kairan.talk.models import Room
from kairan.talk.troubles import FollowsTheTown, Refused


@api("GET")
def positions(request: CommunityRequest) -> dict[str, Any]:
    """Everybody whom the person may write to."""
    found = [asdict(entry) for entry in entries(request.seats)]
    return {"positions": found, "may_make_groups": _group_maker(request.seats) is not None}


@api("POST")
def direct(request: CommunityRequest) -> dict[str, Any]:
    other_id = number_of(body_of(request).get("position"))
    other = Position.objects.open().filter(pk=other_id).first()
    if other is None:
        raise Http404
    seat = speaker(request.seats, other)
    if seat is None:
        raise PermissionDenied(
            _("この相手とのトークは始められません。用件は窓口へお知らせください。")
        )
    return {"room": rooms.open_direct(acting=request.person, seat=seat, other=other).pk}


def make(request: CommunityRequest) -> dict[str, Any]:
    """``{name, positions, shows_history?}``; whoever makes it manages it."""
    given = body_of(request)
    seat = _group_maker(request.seats)
    if seat is None:
        raise PermissionDenied(_("グループを作るときは、窓口へお知らせください。"))
    room = rooms.make_group(
        acting=request.person,
        name=words_of(given.get("name")),
        positions=numbers_of(given.get("positions"), MAX_MEMBERS_AT_ONCE),
        managers=[seat.position_id],
        shows_history=given.get("shows_history") is not False,
    )
    return {"room": room.pk}


@api("POST")
def name(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    new = words_of(body_of(request).get("name"))
    rooms.rename(acting=request.person, room=_managed(request, room_id).room, name=new)
    return _room(request, room_id)


def new_picture(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    """One photo in the field ``file``; none takes the picture away."""
    here = _managed(request, room_id)
    file = request.FILES.get("file")
    try:
        picture = store_photo(acting=request.person, content=file.read()) if file else None
    except FileRefused as refused:
        raise Refused(refused.reason) from refused
    rooms.set_picture(acting=request.person, room=here.room, picture=picture)
    return _room(request, room_id)


@api("POST")
def history(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    shows = body_of(request).get("shows_history") is True
    here = _managed(request, room_id)
    rooms.set_history(acting=request.person, room=here.room, shows_history=shows)
    return _room(request, room_id)


def add(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    here = _managed(request, room_id)
    ask(here.seat.is_desk or leaders_may(), _("加えるときは、窓口へお知らせください。"))
    wanted = numbers_of(body_of(request).get("add"), MAX_MEMBERS_AT_ONCE)
    rooms.add(acting=request.person, room=here.room, positions=wanted)
    return {"members": queries.members_of(here.room.pk, most=10_000)}


@api("POST")
def remove(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    position = number_of(body_of(request).get("position"))
    here = _managed(request, room_id)
    rooms.remove(acting=request.person, room=here.room, positions=[position])
    return {"members": queries.members_of(here.room.pk, most=10_000)}


@api("POST")
def manager(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    given = body_of(request)
    here = _managed(request, room_id)
    rooms.set_manager(
        acting=request.person,
        room=here.room,
        position_id=number_of(given.get("position")),
        manages=given.get("manages") is True,
    )
    return {"members": queries.members_of(here.room.pk, most=10_000)}


@api("POST")
def leave(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    """The seat in which the person is here goes; who sits here in another stays."""
    here = find_room(request.seats, room_id)
    ask(here.may_act, "")
    if here.room.kind != Room.Kind.GROUP:
        raise FollowsTheTown
    rooms.remove(acting=request.person, room=here.room, positions=[here.seat.position_id])
    return {}


@api("POST")
def close(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    rooms.close(acting=request.person, room=_managed(request, room_id).room)
    return _room(request, room_id)


def _managed(request: CommunityRequest, room_id: int) -> Here:
    here = find_room(request.seats, room_id)
    ask(here.may_manage, _("この操作は、トークの管理をする人だけができます。"))
    if here.room.kind == Room.Kind.DIRECT:
        raise FollowsTheTown
    return here


def _group_maker(seats: list[Seat]) -> Seat | None:
    """Leaders make groups where they may talk among themselves; the office always does."""
    held = writing_seats(seats)
    desks = [seat for seat in held if seat.is_desk]
    able = desks or (held if leaders_may() else [])
    return able[0] if able else None


def _room(request: CommunityRequest, room_id: int) -> dict[str, Any]:
    found = queries.one_room(request.person, request.seats, room_id)
    if found is None:
        raise Unfit(_("このトークには、もう入っていません。"))
    return {"room": found}
