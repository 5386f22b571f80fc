# SPDX-License-Identifier: Apache-2.0
"""What a list of rooms and a room show, each in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from kairan.people.models import Person
from kairan.people.positions.holding import Seat, writing_seats
from kairan.talk import shape
from kairan.talk.limits import PAGE, SMALL_ROOM
from kairan.talk.room_rows import (
    Row,
    dicts,
    rows_of,
    rules_of,
    shape_of,
    speakers_of,
    told_apart,
)

_UNREAD = """
SELECT count(*) FROM (
    SELECT {different}unread.room_id, unread.number
    FROM talk_recipient AS unread
    WHERE unread.position_id = ANY(%(held)s) AND unread.read_at IS NULL
      AND unread.room_id IN (
        SELECT member.room_id FROM talk_member AS member
        JOIN talk_room AS room ON room.id = member.room_id AND room.closed_at IS NULL
        WHERE member.position_id = ANY(%(held)s) AND member.left_at IS NULL)
) AS waiting
"""

_MEMBERS = """
SELECT seat.id, seat.name, seat.kind, member.manages, (
    SELECT person.name FROM people_tenure AS tenure
    JOIN people_person AS person ON person.id = tenure.person_id
    WHERE tenure.position_id = seat.id AND tenure.ended_at IS NULL AND seat.kind = 'post'
    LIMIT 1) AS person
FROM talk_member AS member
JOIN people_position AS seat ON seat.id = member.position_id
WHERE member.room_id = %s AND member.left_at IS NULL
ORDER BY seat.kind, seat.place, seat.name, seat.id
LIMIT %s
"""

# How far each has read: up to the message before the first that waits for them.
_READ = """
SELECT member.position_id, coalesce((
    SELECT waiting.number - 1 FROM talk_recipient AS waiting
    WHERE waiting.position_id = member.position_id AND waiting.room_id = member.room_id
      AND waiting.read_at IS NULL
    ORDER BY waiting.number LIMIT 1), room.last_number)
FROM talk_member AS member
JOIN talk_room AS room ON room.id = member.room_id
WHERE member.room_id = %s AND member.left_at IS NULL
"""

_BEFORE = """
SELECT id, number FROM talk_message
WHERE room_id = %s AND number > %s AND number < %s ORDER BY number DESC LIMIT %s
"""
_FROM = """
SELECT id, number FROM talk_message
WHERE room_id = %s AND number > %s AND number >= %s ORDER BY number LIMIT %s
"""
_PINNED = """
SELECT message.id FROM talk_pin AS pin
JOIN talk_message AS message ON message.id = pin.message_id
WHERE pin.room_id = %s AND message.number > %s ORDER BY pin.at DESC
"""
_CONFIRMED = """
SELECT DISTINCT message_id FROM talk_recipient
WHERE message_id = ANY(%s) AND position_id = ANY(%s) AND confirmed_at IS NOT NULL
"""
_END = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """Ids of messages, and whether there are more on either side."""

    ids: list[int]
    more_before: bool
    more_after: bool


def rooms_of(person: Person, seats: Sequence[Seat]) -> list[Row]:
    """The open rooms of all the person's seats, those with something unread first. One query."""
    return [shape_of(row) for row in rows_of(person, seats, None)]


def unread_of(seats: Iterable[Seat]) -> int:
    """Messages in open rooms that wait for the seats that are held. One query on one index."""
    held = [seat.position_id for seat in writing_seats(seats)]
    with connection.cursor() as cursor:
        cursor.execute(told_apart(held, _UNREAD), {"held": held})
        [count] = cursor.fetchone()
    return int(count)


def one_room(person: Person, seats: Sequence[Seat], room_id: int) -> Row | None:
    """With what its own page needs besides; None where the person does not sit in it."""
    rows = rows_of(person, seats, room_id)
    if not rows:
        return None
    row = rows[0]
    return shape_of(row) | {
        "position": row["position"],
        "sees_after": row["sees_after"],
        "first_unread": row["first_unread"],
        "shows_history": row["shows_history"],
        "rules": rules_of(row),
        "speakers": speakers_of(row),
    }


def members_of(room_id: int, most: int = SMALL_ROOM) -> list[Row]:
    """Who is in the room: desks first, then posts, in the town's order."""
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [room_id, most])
        return dicts(cursor)


def read_marks(room_id: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [room_id])
        return [{"position": position, "upto": upto} for position, upto in cursor]


def page_of(
    room_id: int,
    sees_after: int,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
) -> Page:
    """The newest, those before or after a number, or those on both sides of it. One or two
    queries."""
    half = PAGE // 2
    if after is not None:
        later = _ids(_FROM, room_id, sees_after, after + 1, PAGE + 1)
        return Page(later[:PAGE], after > sees_after, len(later) > PAGE)
    if around is not None:
        later = _ids(_FROM, room_id, sees_after, around, half + 1)
        earlier = _ids(_BEFORE, room_id, sees_after, around, half + 1)
        ids = [*reversed(earlier[:half]), *later[:half]]
        return Page(ids, len(earlier) > half, len(later) > half)
    earlier = _ids(_BEFORE, room_id, sees_after, _END if before is None else before, PAGE + 1)
    return Page(list(reversed(earlier[:PAGE])), len(earlier) > PAGE, before is not None)


def pins_of(room_id: int, sees_after: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_PINNED, [room_id, sees_after])
        return [row[0] for row in cursor]


def confirmed_by(seats: Iterable[Seat], ids: Iterable[int]) -> list[int]:
    """Those of the messages that one of the seats has confirmed."""
    with connection.cursor() as cursor:
        cursor.execute(_CONFIRMED, [list(ids), [seat.position_id for seat in seats]])
        return [row[0] for row in cursor]


def shapes(ids: Iterable[int], sees_after: int) -> dict[int, Row]:
    """The messages as everybody gets them; a quotation from before ``sees_after`` has no text."""
    return {one["id"]: seen(one, sees_after) for one in shape.messages(ids)}


def seen(message: Row, sees_after: int) -> Row:
    quoted = message["answers"]
    if quoted is not None and quoted["number"] <= sees_after:
        return {**message, "answers": {**quoted, "text": ""}}
    return message


def _ids(statement: str, *given: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [row[0] for row in cursor]
