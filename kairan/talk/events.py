# SPDX-License-Identifier: Apache-2.0
"""This room's notices. Called inside the verb's transaction: sent with its commit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kairan.people.models import Person
from kairan.realtime import publish
from kairan.realtime.tickets import person_topic
from kairan.talk.limits import SMALL_ROOM
from kairan.talk.models import Member, Message, Room
from kairan.talk.streams import position_topic, room_topic

# A notice is at most 8,000 bytes; so many topics fit.
_MOST_TOPICS = 300


def message_changed(message: Message) -> None:
    """Recalled, a reaction, a pin. Told to those alone for whom the message is there."""
    room_id = message.room_id
    late = Member.objects.present().filter(room=room_id, sees_after__gte=message.number)
    ids: dict[str, Any] = {"room": room_id, "message": message.pk, "number": message.number}
    if not late.exists():
        publish([room_topic(room_id)], "talk.changed", **ids)
        return
    seeing = Member.objects.present().filter(room=room_id, sees_after__lt=message.number)
    positions = list(seeing.values_list("position_id", flat=True))
    if len(positions) > _MOST_TOPICS:
        room_changed(room_id)
        return
    publish([position_topic(one) for one in positions], "talk.changed", **ids)


def has_read(room: Room, position_id: int, upto: int, confirmed: int | None = None) -> None:
    """To everybody in the room; of a large one to the reader's own devices."""
    members = Member.objects.present().filter(room=room)[: SMALL_ROOM + 1].count()
    topics = [position_topic(position_id)]
    if members <= SMALL_ROOM:
        topics.append(room_topic(room.pk))
    ids: dict[str, Any] = {"room": room.pk, "position": position_id, "upto": upto}
    if confirmed is not None:
        ids["confirmed"] = confirmed
    publish(topics, "talk.read", **ids)


def room_changed(room_id: int) -> None:
    """Name, picture, members: ask again."""
    publish([room_topic(room_id)], "talk.room", room=room_id)


def joined(room_id: int, positions: Iterable[int]) -> None:
    for position_id in positions:
        seat, room = position_topic(position_id), room_topic(room_id)
        publish(
            [room, seat], "talk.joined", grants=[(seat, room)], room=room_id, position=position_id
        )


def left(room_id: int, positions: Iterable[int]) -> None:
    for position_id in positions:
        seat, room = position_topic(position_id), room_topic(room_id)
        publish(
            [room, seat], "talk.left", revokes=[(seat, room)], room=room_id, position=position_id
        )


def settings_changed(room_id: int, person: Person) -> None:
    """Draft or mute, for the person's other devices."""
    publish([person_topic(person.pk)], "talk.settings", room=room_id)


def goes_on(room_id: int, positions: Iterable[int]) -> None:
    """Whoever sits in these follows the room, though another of their seats has left it."""
    room = room_topic(room_id)
    grants = [(position_topic(one), room) for one in positions]
    if grants:
        publish([], "talk.room", grants=grants, room=room_id)
