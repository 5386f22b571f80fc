# SPDX-License-Identifier: Apache-2.0
"""A person's rooms as the database gives them, in one statement, and as pages get them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.urls import reverse

from kairan.people.models import Person
from kairan.people.positions.holding import Seat, writing_seats
from kairan.talk.models import Room
from kairan.talk.wording import gist

Row = dict[str, Any]

# Of each room the seat in which the person acts; what is unread is counted for all they hold.
# Written with arrays, so that one prepared statement serves everybody.
_ROOMS = """
WITH mine AS (
    SELECT DISTINCT ON (member.room_id) member.room_id, member.position_id, seat.writes,
        seat.desk AS speaks,
        bool_or(member.manages AND seat.writes) OVER whole AS manages,
        min(member.sees_after) OVER whole AS sees_after,
        array_agg(member.position_id) FILTER (
            WHERE seat.writes AND (seat.desk OR here.kind <> 'announcement')
        ) OVER whole AS speakers,
        array_agg(member.position_id) FILTER (
            WHERE seat.writes AND (seat.desk OR member.manages)
        ) OVER whole AS pressers
    FROM unnest(%(seats)s::bigint[], %(writes)s::boolean[], %(desks)s::boolean[])
        WITH ORDINALITY AS seat(id, writes, desk, place)
    JOIN talk_member AS member ON member.position_id = seat.id AND member.left_at IS NULL
    JOIN talk_room AS here ON here.id = member.room_id
    WHERE %(room)s::bigint IS NULL OR member.room_id = %(room)s
    WINDOW whole AS (PARTITION BY member.room_id)
    ORDER BY member.room_id, seat.writes DESC,
        (seat.desk AND here.kind = 'announcement') DESC, seat.place
), unread AS (
    SELECT room_id, count({different}number) AS messages, min(number) AS first
    FROM talk_recipient
    WHERE position_id = ANY(%(held)s) AND read_at IS NULL
      AND (%(room)s::bigint IS NULL OR room_id = %(room)s)
    GROUP BY room_id
)
SELECT room.id, room.kind, room.name, room.picture_id IS NOT NULL AS has_picture,
    room.closed_at IS NOT NULL AS closed, room.last_number, room.shows_history, room.area_id,
    room.group_id, mine.position_id AS position, mine.writes, mine.speaks, mine.manages,
    mine.sees_after, mine.speakers, mine.pressers,
    coalesce(unread.messages, 0) AS unread, unread.first AS first_unread,
    CASE WHEN unread.messages > 0 THEN EXISTS (
        SELECT FROM talk_message AS message
        JOIN talk_recipient AS asked ON asked.message_id = message.id
            AND asked.position_id = ANY(%(held)s) AND asked.read_at IS NULL
        WHERE message.room_id = room.id AND message.mentions <> '[]'
          AND message.number >= unread.first AND message.recalled_at IS NULL
          AND (message.mentions @> '0'
               OR message.mentions @> to_jsonb(asked.position_id))
    ) ELSE false END AS mentioned,
    (SELECT count(*) FROM talk_member AS present
     WHERE present.room_id = room.id AND present.left_at IS NULL) AS members,
    coalesce(setting.muted, false) AS muted, coalesce(setting.draft, '') AS draft,
    other.name AS other_name, other.kind AS other_kind, other.person AS other_person,
    last.kind AS last_kind, last.text AS last_text, last.stamp AS last_stamp,
    last.sent_at AS last_at, last.recalled_at IS NOT NULL AS last_recalled,
    last_seat.name AS last_name, last_seat.id AS last_position,
    (SELECT coalesce(document.name, photo.name)
     FROM talk_attachment AS attached
     LEFT JOIN files_storeddocument AS document ON document.id = attached.document_id
     LEFT JOIN files_storedfile AS photo ON photo.id = attached.stored_id
     WHERE attached.message_id = last.id AND last.kind = 'file'
     ORDER BY attached.place LIMIT 1) AS last_file
FROM mine
JOIN talk_room AS room ON room.id = mine.room_id
LEFT JOIN unread ON unread.room_id = room.id
LEFT JOIN talk_roomsetting AS setting
    ON setting.room_id = room.id AND setting.person_id = %(person)s
LEFT JOIN talk_message AS last ON last.room_id = room.id AND last.number = room.last_number
    AND last.number > mine.sees_after
LEFT JOIN people_position AS last_seat ON last_seat.id = last.position_id
LEFT JOIN LATERAL (
    SELECT seat.name, seat.kind, (
        SELECT person.name FROM people_tenure AS tenure
        JOIN people_person AS person ON person.id = tenure.person_id
        WHERE tenure.position_id = seat.id AND tenure.ended_at IS NULL
          AND seat.kind = 'post' LIMIT 1) AS person
    FROM talk_member AS beside
    JOIN people_position AS seat ON seat.id = beside.position_id
    WHERE room.kind = 'direct' AND beside.room_id = room.id
      AND beside.position_id <> mine.position_id
    LIMIT 1
) AS other ON true
WHERE %(room)s::bigint IS NOT NULL OR room.closed_at IS NULL
ORDER BY (coalesce(unread.messages, 0) > 0) DESC,
    coalesce(room.last_message_at, room.created_at) DESC, room.id DESC
"""


def shape_of(row: Mapping[str, Any]) -> Row:
    return {
        "id": row["id"],
        "kind": row["kind"],
        "name": row["other_name"] if row["kind"] == Room.Kind.DIRECT else row["name"],
        "person": row["other_person"],
        "picture": reverse("talk:picture", args=[row["id"]]) if row["has_picture"] else None,
        "members": row["members"],
        "unread": row["unread"],
        "mentioned": row["mentioned"],
        "last": _last(row),
        "muted": row["muted"],
        "draft": row["draft"],
        "may_write": _may_say(row),
        "manages": row["manages"],
        "last_number": row["last_number"],
        "closed": row["closed"],
    }


def _last(row: Mapping[str, Any]) -> Row | None:
    if row["last_at"] is None:
        return None
    text = gist(
        kind=row["last_kind"],
        text=row["last_text"],
        stamp=row["last_stamp"],
        file=row["last_file"] or "",
        recalled=row["last_recalled"],
    )
    return {"text": text, "at": row["last_at"].isoformat(), "name": row["last_name"]}


def _may_say(row: Mapping[str, Any]) -> bool:
    office_only = row["kind"] == Room.Kind.ANNOUNCEMENT
    return row["writes"] and not row["closed"] and (row["speaks"] or not office_only)


def speakers_of(row: Mapping[str, Any]) -> list[Row]:
    """The person's seats of which one may speak here; whether 必読 and 緊急 may be said from it."""
    pressers = row["pressers"] or []
    return [{"id": one, "presses": one in pressers} for one in row["speakers"] or []]


def rules_of(row: Mapping[str, Any]) -> Row:
    """What the person may do here, so that the page shows no button in vain."""
    acts = row["writes"] and not row["closed"]
    by_hand = row["kind"] == Room.Kind.GROUP and row["group_id"] is None
    return {
        "say": _may_say(row),
        "act": acts,
        "manage": acts and row["manages"] and row["kind"] != Room.Kind.DIRECT,
        "members": acts and row["manages"] and by_hand,
        "leave": acts and by_hand,
    }


def rows_of(person: Person, seats: Sequence[Seat], room_id: int | None) -> list[Row]:
    held = [seat.position_id for seat in writing_seats(seats)]
    given: dict[str, int | list[int] | list[bool] | None] = {
        "seats": [seat.position_id for seat in seats],
        "writes": [seat.may_write for seat in seats],
        "desks": [seat.is_desk for seat in seats],
        "held": held,
        "person": person.pk,
        "room": room_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(told_apart(held, _ROOMS), given)
        return dicts(cursor)


def told_apart(held: list[int], statement: str) -> str:
    """Nobody receives a message twice in one seat: then numbers need not be told apart."""
    return statement.replace("{different}", "DISTINCT " if len(held) > 1 else "")


def dicts(cursor: Any) -> list[Row]:
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
