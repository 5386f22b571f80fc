# SPDX-License-Identifier: Apache-2.0
"""Who comes to the console's pages of talk, and which rooms they see there.

Who sits at a desk of the office sees the rooms of that desk. Who manages talk for the whole town
sees besides which rooms there are and who is in them; what is said in them, only through a desk.
What two leaders say to each other is nobody else's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from kairan.people.access import StaffRequest, departments_with, refuse, staff
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.people.positions.holding import Seat, seats_of, writing_seats
from kairan.talk.access import Here, find_room
from kairan.talk.models import Member, Message, Room

P = ParamSpec("P")


class OfficeRequest(StaffRequest):
    """What a view behind ``office`` gets. ``desks``: where the person sits for the office now."""

    desks: list[Seat]
    manages_talk: bool
    sees_all: bool


OfficeView = Callable[Concatenate[OfficeRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True)
class Desk:
    """A room as the office has it. ``here``: through the desk that sits in it; None without one."""

    room: Room
    here: Here | None
    may_edit: bool


def office(view: OfficeView[P]) -> View[P]:
    """Let in who manages talk or sits at a desk; everybody else reads whom to ask (403)."""

    @wraps(view)
    def guarded(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        person = request.person
        desks = desks_of(person)
        manages = person.may(Permission.MANAGE_TALK)
        if not desks and not manages:
            return refuse(request)
        request.desks = desks  # type: ignore[attr-defined]
        request.manages_talk = manages  # type: ignore[attr-defined]
        reach = departments_with(person, Permission.MANAGE_TALK)
        request.sees_all = reach is None  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return staff()(guarded)


def may_come(person: Person) -> bool:
    """Whether the console leads the person to talk."""
    return person.may(Permission.MANAGE_TALK) or bool(desks_of(person))


def desks_of(person: Person) -> list[Seat]:
    """Where the person sits for the office now."""
    return [seat for seat in writing_seats(seats_of(person)) if seat.is_desk]


def visible_rooms(request: OfficeRequest) -> QuerySet[Room]:
    desks = [seat.position_id for seat in request.desks]
    own = Q(pk__in=Member.objects.present().filter(position__in=desks).values("room"))
    between_many = ~Q(kind=Room.Kind.DIRECT)
    return Room.objects.filter(own | between_many if request.sees_all else own)


def get_room(request: OfficeRequest, room_id: int) -> Desk:
    """Raises ``Http404``."""
    room = visible_rooms(request).select_related("area", "group").filter(pk=room_id).first()
    if room is None:
        raise Http404
    try:
        here = find_room(request.desks, room_id)
    except Http404:
        here = None
    between_many = room.kind != Room.Kind.DIRECT
    manages = request.sees_all or (here is not None and here.manages)
    return Desk(room, here, may_edit=between_many and manages)


def get_edited(request: OfficeRequest, room_id: int) -> Room:
    """A room that the person may change. Raises ``Http404``, ``PermissionDenied``."""
    desk = get_room(request, room_id)
    if not desk.may_edit:
        raise PermissionDenied
    return desk.room


def get_message(request: OfficeRequest, room_id: int, message_id: int) -> tuple[Message, Here]:
    """In a room where one of the person's desks sits. Raises ``Http404``."""
    here = find_room(request.desks, room_id)
    message = (
        Message.objects.select_related("position", "person", "room")
        .filter(pk=message_id, room=room_id, number__gt=here.sees_after, recalled_at=None)
        .exclude(kind=Message.Kind.EVENT)
        .first()
    )
    if message is None:
        raise Http404
    return message, here
