# SPDX-License-Identifier: Apache-2.0
"""Rooms whose members follow the town: everybody, announcements, areas, groups of positions.

Desks that were put into an area's or a group's room stay in it; of everything else the positions,
the tree and the groups decide.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection, transaction

from kairan.audit.actors import CLOCK, Actor
from kairan.talk import members
from kairan.talk.models import Room

# Who ought to be there and is not, who is there and ought not to be: of one room, or of all.
_DIFFERENCE = """
WITH RECURSIVE below(top, area) AS (
    SELECT area_id, area_id FROM talk_room WHERE kind = 'area' AND closed_at IS NULL
    UNION
    SELECT below.top, child.id FROM below
    JOIN municipalities_area AS child ON child.parent_id = below.area
), wanted AS (
    SELECT room.id AS room_id, seat.id AS position_id
    FROM talk_room AS room CROSS JOIN people_position AS seat
    WHERE room.kind IN ('everyone', 'announcement') AND seat.closed_at IS NULL
    UNION
    SELECT room.id, seat.id FROM talk_room AS room
    JOIN below ON below.top = room.area_id
    JOIN people_position AS seat ON seat.area_id = below.area AND seat.closed_at IS NULL
    WHERE room.kind = 'area'
    UNION
    SELECT room.id, seat.id FROM talk_room AS room
    JOIN people_groupmember AS named ON named.group_id = room.group_id
    JOIN people_position AS seat ON seat.id = named.position_id AND seat.closed_at IS NULL
    WHERE room.kind = 'group' AND room.group_id IS NOT NULL
), present AS (
    SELECT member.room_id, member.position_id, seat.kind, seat.closed_at
    FROM talk_member AS member JOIN people_position AS seat ON seat.id = member.position_id
    WHERE member.left_at IS NULL
)
SELECT room.id, wanted.position_id, true
FROM talk_room AS room JOIN wanted ON wanted.room_id = room.id
WHERE room.closed_at IS NULL AND (%(room)s::bigint IS NULL OR room.id = %(room)s)
  AND NOT EXISTS (SELECT FROM present WHERE present.room_id = room.id
                  AND present.position_id = wanted.position_id)
UNION ALL
SELECT room.id, present.position_id, false
FROM talk_room AS room JOIN present ON present.room_id = room.id
WHERE room.closed_at IS NULL AND room.kind <> 'direct'
  AND (%(room)s::bigint IS NULL OR room.id = %(room)s)
  AND (present.closed_at IS NOT NULL OR (
        (room.kind <> 'group' OR room.group_id IS NOT NULL) AND present.kind <> 'desk'
        AND NOT EXISTS (SELECT FROM wanted WHERE wanted.room_id = room.id
                        AND wanted.position_id = present.position_id)))
ORDER BY 1, 2
"""


@dataclass
class Difference:
    joining: list[int] = field(default_factory=list)
    leaving: list[int] = field(default_factory=list)


def follow_town(*, acting: Actor = CLOCK) -> int:
    """Bring every room in step with the town; how many rooms that changed."""
    return sum(sync_members(room_id, acting=acting) for room_id in _differences(None))


def sync_members(room: Room | int, *, acting: Actor = CLOCK) -> bool:
    """Bring one room in step; whether that changed anything. Safe to run as often as one likes."""
    room_id = room if isinstance(room, int) else room.pk
    with transaction.atomic():
        locked = Room.objects.select_for_update(no_key=True).get(pk=room_id)
        difference = _differences(room_id).get(room_id)
        if difference is None:
            return False
        members.join(locked, difference.joining, acting=acting)
        members.leave(locked, difference.leaving, acting=acting)
    return True


def _differences(room_id: int | None) -> dict[int, Difference]:
    found: dict[int, Difference] = defaultdict(Difference)
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCE, {"room": room_id})
        for room, position, joins in cursor:
            (found[room].joining if joins else found[room].leaving).append(position)
    return found
