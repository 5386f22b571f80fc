# SPDX-License-Identifier: Apache-2.0
"""Whom one may begin a talk with: leaders and the office always, leaders among themselves by the
town's rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kairan.people.positions.holding import Seat, writing_seats
from kairan.people.positions.models import Position, Tenure
from kairan.talk.models import Room, TalkRules


@dataclass(frozen=True)
class Entry:
    """A position that may be written to; ``room``: the direct one, where there is one already."""

    id: int
    name: str
    kind: str
    person: str | None
    area: str | None
    room: int | None


def leaders_may() -> bool:
    """Whether leaders begin talks among themselves; a town without rules lets them."""
    rules = TalkRules.objects.first()
    return rules is None or rules.leaders_among_themselves


def speaker(seats: Iterable[Seat], other: Position) -> Seat | None:
    """The first held seat from which a talk with the other position may be begun."""
    able = [seat for seat in writing_seats(seats) if seat.position_id != other.pk]
    if not other.is_desk and not leaders_may():
        able = [seat for seat in able if seat.is_desk]
    return able[0] if able else None


def entries(seats: Sequence[Seat]) -> list[Entry]:
    """Everybody whom the person may write to, desks first. Five queries."""
    held = writing_seats(seats)
    if not held:
        return []
    mine = [seat.position_id for seat in held]
    rows = Position.objects.open().exclude(pk__in=mine).select_related("area")
    if not any(seat.is_desk for seat in held) and not leaders_may():
        rows = rows.filter(kind=Position.Kind.DESK)
    holders = dict(
        Tenure.objects.open().filter(is_post=True).values_list("position_id", "person__name")
    )
    rooms = _direct_rooms(mine)
    return [
        Entry(
            one.pk,
            one.name,
            one.kind,
            holders.get(one.pk),
            one.area.name if one.area else None,
            rooms.get(one.pk),
        )
        for one in rows.order_by("kind", "place", "name", "id")
    ]


def pair_of(one: int, other: int) -> str:
    """The smaller id first: two positions have one room of their own."""
    return f"{min(one, other)}:{max(one, other)}"


def _direct_rooms(mine: Sequence[int]) -> dict[int, int]:
    """The other position of each direct room → the room, the first seat's before the others'."""
    found = Room.objects.filter(
        kind=Room.Kind.DIRECT, members__position__in=mine, members__left_at=None
    ).values_list("pk", "pair")
    rooms: dict[int, int] = {}
    for pk, pair in found:
        pair_ids = {int(part) for part in (pair or "").split(":")}
        for other in pair_ids - set(mine):
            rooms.setdefault(other, pk)
    return rooms
