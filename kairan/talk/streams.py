# SPDX-License-Identifier: Apache-2.0
"""What an open talk page is told: which rooms it follows, messages whole, and who sits where."""

from __future__ import annotations

from urllib.parse import urlencode

import psycopg

from kairan.lib.sealing import Unreadable, seal, unseal
from kairan.municipalities.tenancy import current_town_id
from kairan.people.models import Person
from kairan.realtime.reading import Content, SignedOut
from kairan.realtime.tickets import Ticket, issue
from kairan.talk.shape import MESSAGES, for_everybody

_SEATS = """
SELECT DISTINCT 'position:' || tenure.position_id
FROM people_tenure AS tenure
JOIN people_person AS person ON person.id = tenure.person_id AND person.is_active
WHERE person.id = %s AND (tenure.ended_at IS NULL OR tenure.reads_until > now())
"""
_SIGNED_IN = """
SELECT FROM django_session, people_person AS person
WHERE session_key = %s AND expire_date > now() AND person.id = %s AND person.session_epoch = %s
"""
_ROOMS = """
SELECT DISTINCT 'room:' || member.room_id
FROM talk_member AS member
JOIN people_tenure AS tenure ON tenure.position_id = member.position_id
    AND (tenure.ended_at IS NULL OR tenure.reads_until > now())
JOIN people_person AS person ON person.id = tenure.person_id AND person.is_active
WHERE person.id = %s AND member.left_at IS NULL
"""


# The rooms in which a position is, and who stands behind it there now.
_BESIDE = """
SELECT seat.id, member.room_id, seat.name, (
    SELECT person.name FROM people_tenure AS tenure
    JOIN people_person AS person ON person.id = tenure.person_id
    WHERE tenure.position_id = seat.id AND tenure.ended_at IS NULL AND seat.kind = 'post'
    LIMIT 1)
FROM talk_member AS member
JOIN people_position AS seat ON seat.id = member.position_id
WHERE member.position_id = ANY(%s) AND member.left_at IS NULL
ORDER BY member.room_id
"""


def room_topic(room_id: int) -> str:
    return f"room:{room_id}"


def position_topic(position_id: int) -> str:
    return f"position:{position_id}"


def stream_url(person: Person, session: str | None) -> str:
    """The address of a talk page's stream; what it follows is read when it opens, and whether the
    device's session still holds."""
    sealed = seal(f"{session or ''} {person.session_epoch}")
    ticket = issue(town_id=current_town_id(), person_id=person.pk, is_live=True, session=sealed)
    return "/streams/?" + urlencode({"ticket": ticket})


async def seats(connection: psycopg.AsyncConnection, ticket: Ticket) -> list[str]:
    """The positions that the person holds, or still reads for, at this moment.

    Raises ``SignedOut`` where the session of the ticket is over.
    """
    session, epoch = _sealed_in(ticket)
    signed_in = await connection.execute(_SIGNED_IN, [session, ticket.person_id, epoch])
    if await signed_in.fetchone() is None:
        raise SignedOut
    found = await connection.execute(_SEATS, [ticket.person_id])
    return [row[0] for row in await found.fetchall()]


async def rooms(connection: psycopg.AsyncConnection, ticket: Ticket) -> list[str]:
    """The rooms of these positions at this moment."""
    found = await connection.execute(_ROOMS, [ticket.person_id])
    return [row[0] for row in await found.fetchall()]


def _sealed_in(ticket: Ticket) -> tuple[str, int]:
    try:
        session, _space, epoch = unseal(ticket.session).partition(" ")
        return session, int(epoch)
    except (Unreadable, ValueError) as error:
        raise SignedOut from error


# A position is followed before its rooms are read: one that it is taken out of meanwhile is known.
FOLLOWS = (seats, rooms)


async def with_messages(
    connection: psycopg.AsyncConnection, notices: list[Content]
) -> list[Content]:
    """Each notice with its ``message`` as ``shape`` gives it, in the order of the notices."""
    ids = [int(notice["message"]) for notice in notices]
    found = await connection.execute(MESSAGES, [ids])
    messages = {row[0]["id"]: for_everybody(row[0]) for row in await found.fetchall()}
    return [
        {**notice, "message": messages[notice["message"]]}
        for notice in notices
        if notice["message"] in messages
    ]


async def with_rooms(connection: psycopg.AsyncConnection, notices: list[Content]) -> list[Content]:
    """Each notice, and behind it one for each room of the position: who sits there now. So those
    beside it learn of a new holder, and ``people`` need not know of rooms."""
    ids = [int(notice["position"]) for notice in notices]
    found = await connection.execute(_BESIDE, [ids])
    rows = await found.fetchall()
    beside = [
        {
            "town": notice["town"],
            "topics": [room_topic(room)],
            "kind": "talk.holder",
            "room": room,
            "position": position,
            "name": name,
            "person": person,
        }
        for notice in notices
        for position, room, name, person in rows
        if position == notice["position"]
    ]
    return [*notices, *beside]


READERS = {
    "talk.message": with_messages,
    "talk.changed": with_messages,
    "position.changed": with_rooms,
}
