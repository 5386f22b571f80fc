# SPDX-License-Identifier: Apache-2.0
"""The only door to a room and its messages: found for the seats of a person, or not there (404)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404

from kairan.people.positions.holding import Seat
from kairan.talk.models import Attachment, Member, Message, Room


@dataclass(frozen=True)
class Here:
    """A person in a room. ``seat`` is the one they act in; they may sit here in several.

    Messages up to ``sees_after`` are not there for them.
    """

    room: Room
    seat: Seat
    seats: tuple[Seat, ...]
    manages: bool
    sees_after: int

    @property
    def may_act(self) -> bool:
        """React, pin, confirm: whoever holds the seat now, in a room that is open."""
        return self.seat.may_write and self.room.closed_at is None

    @property
    def may_say(self) -> bool:
        return self.may_act and (self.seat.is_desk or self.room.kind != Room.Kind.ANNOUNCEMENT)

    @property
    def may_manage(self) -> bool:
        return self.may_act and self.manages

    @property
    def held(self) -> list[int]:
        """The positions here that the person holds now; of a predecessor none."""
        return [seat.position_id for seat in self.seats if seat.may_write]


def find_room(seats: Iterable[Seat], room_id: int) -> Here:
    """Raises ``Http404`` where the person does not sit in the room."""
    by_position = {seat.position_id: seat for seat in seats}
    members = list(
        Member.objects.present()
        .filter(room_id=room_id, position_id__in=by_position)
        .select_related("room")
    )
    if not members:
        raise Http404
    room, present = members[0].room, {member.position_id for member in members}
    here = [seat for key, seat in by_position.items() if key in present]
    only_office = room.kind == Room.Kind.ANNOUNCEMENT
    return Here(
        room=room,
        seat=max(here, key=lambda seat: (seat.may_write, seat.is_desk and only_office)),
        seats=tuple(here),
        manages=any(m.manages for m in members if by_position[m.position_id].may_write),
        sees_after=min(m.sees_after for m in members),
    )


def find_message(seats: Iterable[Seat], message_id: int) -> tuple[Message, Here]:
    """Raises ``Http404`` also for a message from before the person's time in the room."""
    message = Message.objects.filter(pk=message_id).first()
    if message is None:
        raise Http404
    here = find_room(seats, message.room_id)
    if message.number <= here.sees_after:
        raise Http404
    return message, here


def find_attachment(person_id: int, seats: Iterable[Seat], key: uuid.UUID) -> Attachment:
    """Of a message that the person may see and that was not recalled; their own before it is sent.

    Raises ``Http404``.
    """
    rows = Attachment.objects.select_related("stored", "document", "message")
    attachment = rows.filter(key=key).first()
    if attachment is None:
        raise Http404
    message = attachment.message
    if message is None:
        if attachment.person_id != person_id:
            raise Http404
        return attachment
    here = find_room(seats, message.room_id)
    if message.number <= here.sees_after or message.recalled_at is not None:
        raise Http404
    return attachment


def ask(allowed: bool, words: str) -> None:
    """Raises ``PermissionDenied`` with words for people."""
    if not allowed:
        raise PermissionDenied(words)
