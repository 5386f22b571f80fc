# SPDX-License-Identifier: Apache-2.0
"""What the console's pages of talk show, each in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from kairan.talk.limits import REMIND_FOR
from kairan.talk.models import Room
from kairan.talk.wording import gist

LATELY = timedelta(days=30)

# Unread is asked for by position, which has an index of what is unread alone.
_ROOMS = """
SELECT room.id, counted.members, counted.behind, coalesce(asked.waiting, 0)
FROM talk_room AS room
CROSS JOIN LATERAL (
    SELECT count(*) AS members, count(*) FILTER (WHERE EXISTS (
        SELECT FROM talk_recipient AS unread
        WHERE unread.position_id = member.position_id AND unread.room_id = room.id
          AND unread.read_at IS NULL)) AS behind
    FROM talk_member AS member WHERE member.room_id = room.id AND member.left_at IS NULL
) AS counted
LEFT JOIN LATERAL (
    SELECT count(*) AS waiting FROM talk_message AS message
    WHERE message.room_id = room.id AND message.must_confirm AND message.recalled_at IS NULL
      AND message.sent_at > %s AND EXISTS (
        SELECT FROM talk_recipient AS asked
        JOIN talk_member AS member ON member.room_id = asked.room_id
            AND member.position_id = asked.position_id AND member.left_at IS NULL
        WHERE asked.message_id = message.id AND asked.confirmed_at IS NULL)
) AS asked ON true
WHERE room.id = ANY(%s)
"""

_NAMES = """
SELECT member.room_id, string_agg(seat.name, '・' ORDER BY seat.kind, seat.id)
FROM talk_member AS member JOIN people_position AS seat ON seat.id = member.position_id
WHERE member.room_id = ANY(%s) GROUP BY member.room_id
"""

_MEMBERS = """
SELECT seat.id, seat.name, seat.kind, member.manages, coalesce(unread.count, 0),
    (SELECT sent_at FROM talk_message WHERE room_id = member.room_id AND number = unread.first),
    (SELECT string_agg(holder.name, '、' ORDER BY holder.name)
     FROM people_tenure AS tenure JOIN people_person AS holder ON holder.id = tenure.person_id
     WHERE tenure.position_id = seat.id AND tenure.ended_at IS NULL),
    coalesce(nullif(seat.phone, ''), (
        SELECT holder.phone
        FROM people_tenure AS tenure JOIN people_person AS holder ON holder.id = tenure.person_id
        WHERE tenure.position_id = seat.id AND tenure.ended_at IS NULL AND holder.phone <> ''
        ORDER BY tenure.id LIMIT 1), ''),
    member.joined_at
FROM talk_member AS member
JOIN people_position AS seat ON seat.id = member.position_id
LEFT JOIN LATERAL (
    SELECT count(*) AS count, min(number) AS first FROM talk_recipient
    WHERE talk_recipient.position_id = seat.id AND talk_recipient.room_id = member.room_id
      AND talk_recipient.read_at IS NULL
) AS unread ON true
WHERE member.room_id = %s AND member.left_at IS NULL
ORDER BY seat.kind, seat.place, seat.name, seat.id
"""

_MESSAGES = """
SELECT message.id, message.number, message.kind, message.text, message.stamp, message.importance,
    message.must_confirm, message.sent_at, seat.name, person.name,
    counted.recipients, counted.read, counted.confirmed, (
        SELECT document.name FROM talk_attachment AS attached
        JOIN files_storeddocument AS document ON document.id = attached.document_id
        WHERE attached.message_id = message.id ORDER BY attached.place LIMIT 1)
FROM talk_message AS message
LEFT JOIN people_position AS seat ON seat.id = message.position_id
LEFT JOIN people_person AS person ON person.id = message.person_id
CROSS JOIN LATERAL (
    SELECT count(*) AS recipients, count(read_at) AS read, count(confirmed_at) AS confirmed
    FROM talk_recipient WHERE talk_recipient.message_id = message.id
) AS counted
WHERE message.room_id = %(room)s AND message.number > %(after)s AND message.number < %(before)s
  AND message.kind <> 'event' AND message.recalled_at IS NULL
  AND (%(whose)s = 'all' OR (%(whose)s = 'must' AND message.must_confirm)
       OR (%(whose)s = 'office' AND seat.kind = 'desk'))
ORDER BY message.number DESC LIMIT %(most)s
"""

_FIGURES = """
SELECT count(*), count(DISTINCT message.position_id), sum(counted.recipients), sum(counted.soon)
FROM talk_message AS message
CROSS JOIN LATERAL (
    SELECT count(*) AS recipients,
        count(*) FILTER (WHERE read_at < message.sent_at + interval '1 day') AS soon
    FROM talk_recipient WHERE talk_recipient.message_id = message.id
) AS counted
WHERE message.room_id = ANY(%s) AND message.sent_at > %s AND message.kind <> 'event'
"""
_END = 2**63 - 1


@dataclass(frozen=True)
class RoomRow:
    """``behind``: members with something unread; ``waiting``: 必読 that not all have confirmed."""

    room: Room
    name: str
    members: int
    behind: int
    waiting: int


@dataclass(frozen=True)
class MemberRow:
    position_id: int
    name: str
    kind: str
    manages: bool
    unread: int
    unread_since: datetime | None
    holders: str | None
    phone: str
    joined_at: datetime


@dataclass(frozen=True)
class MessageRow:
    id: int
    number: int
    kind: str
    text: str
    stamp: str
    importance: int
    must_confirm: bool
    sent_at: datetime
    position: str | None
    person: str | None
    recipients: int
    read: int
    confirmed: int
    file: str | None

    @property
    def gist(self) -> str:
        return gist(kind=self.kind, text=self.text, stamp=self.stamp, file=self.file or "")

    @property
    def done(self) -> int:
        return self.confirmed if self.must_confirm else self.read


@dataclass(frozen=True)
class Figures:
    """Of the last thirty days. ``soon``: share of what was read within a day, in percent."""

    messages: int
    speakers: int
    soon: int | None


def names_of(rooms: Sequence[Room]) -> dict[int, str]:
    """A room of two is called by both."""
    direct = [room.pk for room in rooms if room.kind == Room.Kind.DIRECT]
    called = dict(_rows(_NAMES, [direct])) if direct else {}
    return {room.pk: called.get(room.pk) or str(room) for room in rooms}


def room_rows(rooms: Sequence[Room], names: dict[int, str]) -> list[RoomRow]:
    counted = _rows(_ROOMS, [timezone.now() - REMIND_FOR, [room.pk for room in rooms]])
    by_id = {row[0]: row[1:] for row in counted}
    return [RoomRow(room, names[room.pk], *by_id[room.pk]) for room in rooms if room.pk in by_id]


def member_rows(room: Room) -> list[MemberRow]:
    """Desks first, then posts, in the town's order."""
    return [MemberRow(*row) for row in _rows(_MEMBERS, [room.pk])]


def message_rows(
    room: Room, sees_after: int, *, whose: str, before: int | None, most: int
) -> list[MessageRow]:
    """Newest first. ``whose``: all, office, must (必読)."""
    given = {
        "room": room.pk,
        "after": sees_after,
        "before": _END if before is None else before,
        "whose": whose,
        "most": most,
    }
    return [MessageRow(*row) for row in _rows(_MESSAGES, given)]


def figures_of(rooms: Sequence[int]) -> Figures:
    since = timezone.now() - LATELY
    [(messages, speakers, recipients, soon)] = _rows(_FIGURES, [list(rooms), since])
    return Figures(messages, speakers, round(100 * soon / recipients) if recipients else None)


def _rows(statement: str, given: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
