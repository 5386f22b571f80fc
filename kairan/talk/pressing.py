# SPDX-License-Identifier: Apache-2.0
"""必読 and 緊急 break into somebody's night, or ask until they are answered: such things are said
by the office, and by who manages the room."""

from __future__ import annotations

from kairan.talk.models import Member, Message


class ManagersOnly(Exception):
    """None of the seats that the person holds in the room may press the others."""


def pressing_seat(*, room: int, person: int, position: int | None, client_id: str) -> int | None:
    """The seat from which it is said: the one named, else the first that may press.

    Who does not sit there at all, and what is stored already under this id, is left to
    ``talk_store``. Raises ``ManagersOnly``.
    """
    seats = _seats(room, person, position)
    able = [member for member in seats if member.manages or member.position.is_desk]
    if able:
        return able[0].position_id
    if seats and not Message.objects.filter(client_id=client_id).exists():
        raise ManagersOnly
    return position


def _seats(room: int, person: int, position: int | None) -> list[Member]:
    present = Member.objects.present().filter(
        room=room,
        position__closed_at=None,
        position__tenures__person=person,
        position__tenures__ended_at=None,
    )
    if position is not None:
        present = present.filter(position=position)
    return list(present.select_related("position").order_by("position__place", "pk"))
