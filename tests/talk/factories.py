# SPDX-License-Identifier: Apache-2.0
"""Seats, rooms and what is said in them, with few words."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kairan.people.models import Person
from kairan.people.positions.models import Position, Tenure
from kairan.talk.models import Attachment, Member, Message, Room
from kairan.talk.storing import say


def a_person(name: str, **given: Any) -> Person:
    """Without Membership and address, as neighbourhood leaders are."""
    person: Person = Person.objects.create(name=name, **given)
    return person


def a_seat(name: str, person: Person | None = None, kind: str = "post", **given: Any) -> Position:
    """A position, and who holds it since a while."""
    position = Position.objects.create(name=name, kind=kind, **given)
    if person is not None:
        hold(position, person)
    return position


def hold(position: Position, person: Person) -> Tenure:
    return Tenure.objects.create(
        position=position,
        person=person,
        starts_on=timezone.localdate(),
        is_post=not position.is_desk,
    )


def a_room(name: str, *positions: Position, kind: str = "group", **given: Any) -> Room:
    room = Room.objects.create(name=name, kind=kind, **given)
    for position in positions:
        Member.objects.create(room=room, position=position)
    return room


def said(person: Person, room: Room, text: str = "", **more: Any) -> Message:
    return Message.objects.get(pk=say(person=person, room=room, text=text, **more).id)


def attach(person: Person, **stored: Any) -> str:
    """The key of something that waits to be sent."""
    return str(Attachment.objects.create(person=person, **stored).key)
