# SPDX-License-Identifier: Apache-2.0
"""Saying something in a room, by whichever door: the database function ``talk_store`` does it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from kairan.lib.folding import fold
from kairan.municipalities.tenancy import current_town_id
from kairan.people.models import Person
from kairan.people.positions.models import Position
from kairan.realtime import publish
from kairan.talk.limits import MAX_TEXT
from kairan.talk.models import Importance, Message, Room
from kairan.talk.pressing import ManagersOnly, pressing_seat

STORE = "SELECT talk_store(%s, %s::jsonb)"


class NotSaid(Exception):
    """``reason``: not_here, closed, office_only, managers_only, attachment, taken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Stored:
    """Where a message stands. ``again``: it had been stored before, and nothing was done."""

    id: int
    room: int
    number: int
    again: bool = False


@dataclass(frozen=True)
class Said:
    """What is to be said, as ``talk_store`` takes it. ``session`` and ``seal`` are checked again
    by the database where they are given: whoever was signed out a moment ago, or has another
    password since, says nothing more."""

    room: int
    client_id: str
    person: int = 0
    kind: str = Message.Kind.TEXT
    text: str = ""
    stamp: str = ""
    longitude: float | None = None
    latitude: float | None = None
    position: int | None = None
    answers: int | None = None
    forwarded_from: int | None = None
    mentions: list[int] = field(default_factory=list)
    importance: int = Importance.QUIET
    must_confirm: bool = False
    attachments: list[str] = field(default_factory=list)
    folded: str = ""
    session: str | None = None
    seal: str | None = None

    @property
    def is_pressing(self) -> bool:
        return self.must_confirm or self.importance == Importance.URGENT

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "folded": fold(f"{self.text} {self.folded}")}


def say(
    *,
    person: Person,
    room: Room | int,
    text: str = "",
    position: Position | int | None = None,
    client_id: uuid.UUID | str | None = None,
    **more: Any,
) -> Stored:
    """A message of the person, in the seat given or else the first they hold in the room.

    ``more``: further fields of ``Said``. Raises ``NotSaid``.
    """
    said = Said(
        room=room if isinstance(room, int) else room.pk,
        person=person.pk,
        client_id=str(client_id or uuid.uuid4()),
        text=text,
        position=position if isinstance(position, int) or position is None else position.pk,
        **more,
    )
    with connection.cursor() as cursor:
        content = json.dumps([settled(said).as_json()])
        cursor.execute(STORE, [current_town_id(), content])
        [answers] = cursor.fetchone()
    return stored(json.loads(answers)[0] if isinstance(answers, str) else answers[0])


def settled(said: Said) -> Said:
    """With the seat from which it is said, where not every seat may. Raises ``NotSaid``."""
    if not said.is_pressing:
        return said
    try:
        seat = pressing_seat(
            room=said.room, person=said.person, position=said.position, client_id=said.client_id
        )
    except ManagersOnly as refused:
        raise NotSaid("managers_only") from refused
    return replace(said, position=seat)


def stored(answer: dict[str, Any]) -> Stored:
    """What the function answered for one message. Raises ``NotSaid``."""
    if answer["state"] == "refused":
        raise NotSaid(answer["reason"])
    return Stored(answer["id"], answer["room"], answer["number"], answer["state"] == "again")


def tell_event(room: Room, text: str) -> Message:
    """What happened to the room itself, as a line between the messages. It waits for nobody, and
    does not move the room up in the lists."""
    with transaction.atomic():
        number = _next_number(room)
        message = Message.objects.create(
            room=room,
            number=number,
            kind=Message.Kind.EVENT,
            text=text[:MAX_TEXT],
            sent_at=timezone.now(),
        )
        publish(
            [f"room:{room.pk}"], "talk.message", room=room.pk, message=message.pk, number=number
        )
    return message


def _next_number(room: Room) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE talk_room SET last_number = last_number + 1 WHERE id = %s"
            " RETURNING last_number",
            [room.pk],
        )
        [number] = cursor.fetchone()
    return int(number)
