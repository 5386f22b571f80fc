# SPDX-License-Identifier: Apache-2.0
"""A message as pages, streams and exports get it: one statement, one shape.

The database makes the JSON, so that a stream's process reads a message once, without Django, and
sends the same bytes to everybody who may see it. ``talk_store`` makes the same of a fresh message
that says all of itself, and tells it with the notice: change both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

MESSAGES = """
SELECT jsonb_build_object(
    'id', message.id, 'room', message.room_id, 'number', message.number, 'kind', message.kind,
    'client_id', message.client_id,
    'position', CASE WHEN seat.id IS NOT NULL
        THEN jsonb_build_object('id', seat.id, 'name', seat.name) END,
    'person', CASE WHEN person.id IS NOT NULL
        THEN jsonb_build_object('id', person.id, 'name', person.name) END,
    'text', message.text, 'stamp', message.stamp,
    'place', CASE WHEN message.longitude IS NOT NULL THEN jsonb_build_object(
        'longitude', message.longitude, 'latitude', message.latitude) END,
    'answers', CASE WHEN quoted.id IS NOT NULL THEN jsonb_build_object(
        'id', quoted.id, 'number', quoted.number, 'kind', quoted.kind,
        'name', quoted_seat.name, 'text', left(quoted.text, 200),
        'hidden_upto', (SELECT max(late.sees_after) FROM talk_member AS late
                        WHERE late.room_id = message.room_id AND late.left_at IS NULL)) END,
    'forwarded', CASE WHEN origin_seat.id IS NOT NULL
        THEN jsonb_build_object('name', origin_seat.name) END,
    'mentions', message.mentions, 'importance', message.importance,
    'must_confirm', message.must_confirm, 'sent_at', message.sent_at,
    'recalled', message.recalled_at IS NOT NULL,
    'attachments', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'key', attached.key, 'photo', attached.stored_id IS NOT NULL,
            'name', coalesce(document.name, photo.name),
            'size', coalesce(document.size, photo.size),
            'width', photo.width, 'height', photo.height) ORDER BY attached.place)
        FROM talk_attachment AS attached
        LEFT JOIN files_storedfile AS photo ON photo.id = attached.stored_id
        LEFT JOIN files_storeddocument AS document ON document.id = attached.document_id
        WHERE attached.message_id = message.id AND message.recalled_at IS NULL), '[]'),
    'reactions', coalesce((
        SELECT jsonb_agg(jsonb_build_object('mark', mark, 'positions', positions) ORDER BY first)
        FROM (
            SELECT reaction.mark, min(reaction.id) AS first, jsonb_agg(jsonb_build_object(
                'id', reacting.id, 'name', reacting.name) ORDER BY reaction.id) AS positions
            FROM talk_reaction AS reaction
            JOIN people_position AS reacting ON reacting.id = reaction.position_id
            WHERE reaction.message_id = message.id GROUP BY reaction.mark
        ) AS marks), '[]'),
    'pinned', EXISTS (SELECT FROM talk_pin WHERE talk_pin.message_id = message.id),
    'recipients', counted.recipients, 'read', counted.read, 'confirmed', counted.confirmed
)
FROM talk_message AS message
LEFT JOIN people_position AS seat ON seat.id = message.position_id
LEFT JOIN people_person AS person ON person.id = message.person_id
LEFT JOIN talk_message AS quoted ON quoted.id = message.answers_id
LEFT JOIN people_position AS quoted_seat ON quoted_seat.id = quoted.position_id
LEFT JOIN talk_message AS origin ON origin.id = message.forwarded_from_id
LEFT JOIN people_position AS origin_seat ON origin_seat.id = origin.position_id
CROSS JOIN LATERAL (
    SELECT count(*) AS recipients, count(read_at) AS read, count(confirmed_at) AS confirmed
    FROM talk_recipient WHERE talk_recipient.message_id = message.id
) AS counted
WHERE message.id = ANY(%s)
ORDER BY message.room_id, message.number
"""


def for_everybody(message: dict[str, Any]) -> dict[str, Any]:
    """As it goes to all who are in the room: a quotation that one of them may not see has no text.
    Who may see it has it, or asks for the message."""
    quoted = message["answers"]
    if quoted is not None and quoted["number"] <= quoted.pop("hidden_upto"):
        quoted["text"] = ""
    return message


def messages(ids: Iterable[int]) -> list[dict[str, Any]]:
    """The entered town's messages with these ids, by room and number. The caller authorises."""
    with connection.cursor() as cursor:
        cursor.execute(MESSAGES, [list(ids)])
        found = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor]
    for message in found:
        if message["answers"] is not None:
            del message["answers"]["hidden_upto"]
    return found
