# SPDX-License-Identifier: Apache-2.0
"""Who has read a message, by name; who stays silent, and where to call them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from kairan.talk.models import Message

# Who has left the room since is not waited for any more.
_RECIPIENTS = """
SELECT seat.id, seat.name, seat.kind, asked.read_at, reader.name, asked.confirmed_at, yes.name,
    asked.reminded_at, asked.reminders,
    (SELECT string_agg(holder.name, '、' ORDER BY holder.name)
     FROM people_tenure AS tenure JOIN people_person AS holder ON holder.id = tenure.person_id
     WHERE tenure.position_id = seat.id AND tenure.ended_at IS NULL),
    coalesce(nullif(seat.phone, ''), (
        SELECT holder.phone
        FROM people_tenure AS tenure JOIN people_person AS holder ON holder.id = tenure.person_id
        WHERE tenure.position_id = seat.id AND tenure.ended_at IS NULL AND holder.phone <> ''
        ORDER BY tenure.id LIMIT 1), ''),
    EXISTS (SELECT FROM talk_member AS member
            WHERE member.room_id = asked.room_id AND member.position_id = asked.position_id
              AND member.left_at IS NULL)
FROM talk_recipient AS asked
JOIN people_position AS seat ON seat.id = asked.position_id
LEFT JOIN people_person AS reader ON reader.id = asked.read_by_id
LEFT JOIN people_person AS yes ON yes.id = asked.confirmed_by_id
WHERE asked.message_id = %s
ORDER BY seat.kind, seat.place, seat.name, seat.id
"""


@dataclass(frozen=True)
class Reader:
    """One recipient of a message. ``person``: who read it; ``holders``: who sits there now."""

    position_id: int
    position: str
    kind: str
    read_at: datetime | None
    person: str | None
    confirmed_at: datetime | None
    confirmed_by: str | None
    reminded_at: datetime | None
    reminders: int
    holders: str | None
    phone: str
    is_here: bool


def recipients(message: Message) -> list[Reader]:
    """Everybody to whom it was addressed when it was sent, in the town's order. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_RECIPIENTS, [message.pk])
        return [Reader(*row) for row in cursor]


def silent(message: Message) -> list[Reader]:
    """Those still in the room who have not confirmed, or, where nothing is to be confirmed, not
    read: whom the office phones."""
    return [one for one in recipients(message) if one.is_here and _is_silent(message, one)]


def by_name(message: Message, *, for_office: bool) -> dict[str, Any]:
    """As the page shows it; telephone numbers for the office alone."""
    everybody = recipients(message)
    return {
        "read": [_name(one, one.person, one.read_at) for one in _by_time(everybody)],
        "unread": [
            _name(one, one.holders, None)
            | {"phone": one.phone if for_office else "", "left": not one.is_here}
            for one in everybody
            if one.read_at is None
        ],
        "confirmed": [
            _name(one, one.confirmed_by, one.confirmed_at)
            for one in everybody
            if one.confirmed_at is not None
        ],
    }


def _is_silent(message: Message, reader: Reader) -> bool:
    done = reader.confirmed_at if message.must_confirm else reader.read_at
    return done is None


def _by_time(everybody: Iterable[Reader]) -> list[Reader]:
    read = [(one.read_at, one) for one in everybody if one.read_at is not None]
    return [one for _at, one in sorted(read, key=lambda pair: pair[0])]


def _name(one: Reader, person: str | None, at: datetime | None) -> dict[str, Any]:
    return {
        "position": {"id": one.position_id, "name": one.position},
        "person": person,
        "at": at.isoformat() if at else None,
    }
