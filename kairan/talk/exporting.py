# SPDX-License-Identifier: Apache-2.0
"""A room for the record: who may take it out, and what is in it, read a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Min
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.lib.plain import plain
from kairan.municipalities.tenancy import current_town, current_town_id, town
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.people.positions.holding import seats_of, writing_seats
from kairan.people.positions.models import Position
from kairan.talk import shape
from kairan.talk.models import Attachment, Member, Message, Recipient, Room
from kairan.talk.queries import seen

BATCH: Final = 500
# More pages than anybody reads; longer rooms are printed by period.
MOST_PRINTED: Final = 5_000
MAX_LINE: Final = 300
MAX_BODY: Final = 10_000


@dataclass(frozen=True)
class Period:
    """Whole days on the town's clock; None is open."""

    since: date | None = None
    until: date | None = None

    def bounds(self) -> dict[str, datetime]:
        """As a filter on ``sent_at``."""
        found = {}
        if self.since:
            found["sent_at__gte"] = _midnight(self.since)
        if self.until and self.until < date.max:
            found["sent_at__lt"] = _midnight(self.until + timedelta(days=1))
        return found


@dataclass(frozen=True)
class Reader:
    position: str
    person: str
    read_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True)
class Entry:
    """One message: as ``shape`` gives it, and what only a record wants to know."""

    message: dict[str, Any]
    sent_at: datetime
    attachments: tuple[Attachment, ...]
    readers: tuple[Reader, ...]
    recalled_at: datetime | None
    recalled_by: str

    @property
    def speaker(self) -> str:
        """「槇塚台校区 会長（氏名）」, as both then were; empty for an event."""
        position, person = self.message["position"], self.message["person"]
        if position is None:
            return ""
        return line(position["name"] + (f"（{person['name']}）" if person else ""))


@dataclass(frozen=True)
class Presence:
    """A position's time in the room. ``person``: who holds the position now."""

    position: str
    kind: str
    person: str
    joined_at: datetime
    left_at: datetime | None


@dataclass(frozen=True)
class Export:
    """What is taken out, by whom and when; ``entries`` reads it while it is written."""

    room: Room
    name: str
    kind: str
    town_id: int
    town: str
    person: str
    at: datetime
    period: Period
    members: tuple[Presence, ...]
    with_names: bool
    # Messages up to this number are not there for whoever takes it out.
    after: int = 0

    def entries(self) -> Iterator[Entry]:
        """In the order of the room. The town is entered for each batch: a streamed answer is made
        after its request has left it."""
        last = self.after
        while True:
            with town(self.town_id):
                batch = _batch(self, last)
            if not batch:
                return
            yield from batch
            last = batch[-1].message["number"]


def exportable(person: Person, room_id: int) -> Room:
    """Raises ``Http404``. Administrators take out what the office sits in and what is between
    many; whoever manages talk the rooms of their own desks. What two leaders say to each other is
    nobody else's."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise Http404
    desks = set(
        Member.objects.filter(room=room, position__kind=Position.Kind.DESK).values_list(
            "position_id", flat=True
        )
    )
    if room.kind == Room.Kind.DIRECT and not desks:
        raise Http404
    if not is_administrator(person):
        own = {seat.position_id for seat in writing_seats(seats_of(person))}
        present = Member.objects.present().filter(room=room, position_id__in=desks & own)
        if not (person.may(Permission.MANAGE_TALK) and present.exists()):
            raise Http404
    return room


def hidden_upto(person: Person, room: Room) -> int:
    """The number up to which messages are not the person's to take out: from before their desks
    came into a room that shows no history. Administrators take out all."""
    if is_administrator(person):
        return 0
    own = [seat.position_id for seat in writing_seats(seats_of(person)) if seat.is_desk]
    present = Member.objects.present().filter(room=room, position_id__in=own)
    return int(present.aggregate(least=Min("sees_after"))["least"] or 0)


def is_administrator(person: Person) -> bool:
    return bool(Person.objects.administrators().filter(pk=person.pk).exists())


def count(room: Room, period: Period, after: int = 0) -> int:
    return Message.objects.filter(room=room, number__gt=after, **period.bounds()).count()


def begin(
    *,
    acting: Person,
    room: Room,
    period: Period,
    form: str,
    with_names: bool,
    messages: int,
    after: int = 0,
) -> Export:
    """Everything but the messages; written down in the record of the town. ``form``: pdf, zip.
    ``after``: as ``hidden_upto`` gives it."""
    name = name_of(room)
    with transaction.atomic():
        record(
            acting=acting,
            verb="talk.room_exported",
            target=room,
            summary=_("%(name)s（%(form)s、%(count)d件）")
            % {"name": name, "form": form.upper(), "count": messages},
        )
    return Export(
        room=room,
        name=line(name),
        kind=str(Room.Kind(room.kind).label),
        town_id=current_town_id(),
        town=current_town().name,
        person=line(acting.name),
        at=timezone.localtime(),
        period=period,
        members=tuple(_members(room)),
        with_names=with_names,
        after=after,
    )


def name_of(room: Room) -> str:
    """A room of two is called by both."""
    if room.kind != Room.Kind.DIRECT:
        return room.name
    of = Member.objects.filter(room=room).order_by("position__kind", "position_id")
    return "・".join(of.values_list("position__name", flat=True).distinct())


def line(text: str) -> str:
    """Somebody's words on one line, with nothing in them that turns what follows."""
    return " ".join(plain(text, MAX_LINE).split())


def body(text: str) -> str:
    return plain(text, MAX_BODY)


def _members(room: Room) -> Iterator[Presence]:
    rows = Member.objects.filter(room=room).select_related("position")
    rows = rows.order_by("position__kind", "position__place", "position__name", "joined_at")
    for member in rows.prefetch_related("position__tenures__person"):
        holders = [t.person.name for t in member.position.tenures.all() if t.ended_at is None]
        yield Presence(
            line(member.position.name),
            member.position.kind,
            line("、".join(sorted(holders))) if not member.position.is_desk else "",
            timezone.localtime(member.joined_at),
            timezone.localtime(member.left_at) if member.left_at else None,
        )


def _batch(export: Export, last: int) -> list[Entry]:
    """What follows the message of that number."""
    rows = Message.objects.filter(room=export.room, number__gt=last, **export.period.bounds())
    found = {m.pk: m for m in rows.select_related("recalled_by").order_by("number")[:BATCH]}
    attachments = _attachments(found)
    readers = _readers(found) if export.with_names else {}
    return [
        Entry(
            message=seen(message, export.after),
            sent_at=timezone.localtime(found[message["id"]].sent_at),
            attachments=tuple(attachments.get(message["id"], [])),
            readers=tuple(readers.get(message["id"], [])),
            recalled_at=_local(found[message["id"]].recalled_at),
            recalled_by=line(str(found[message["id"]].recalled_by or "")),
        )
        for message in shape.messages(found)
    ]


def _attachments(messages: dict[int, Message]) -> dict[int, list[Attachment]]:
    """Of what was recalled none."""
    ids = [key for key, message in messages.items() if message.recalled_at is None]
    rows = Attachment.objects.filter(message_id__in=ids).select_related("stored", "document")
    found: dict[int, list[Attachment]] = defaultdict(list)
    for attachment in rows.order_by("message_id", "place", "id"):
        found[attachment.message_id or 0].append(attachment)
    return found


def _readers(messages: dict[int, Message]) -> dict[int, list[Reader]]:
    rows = Recipient.objects.filter(message_id__in=list(messages))
    found: dict[int, list[Reader]] = defaultdict(list)
    for message, position, person, read_at, confirmed_at in rows.order_by(
        "message_id", "position__place", "position__name", "position_id"
    ).values_list("message_id", "position__name", "read_by__name", "read_at", "confirmed_at"):
        found[message].append(
            Reader(line(position), line(person or ""), _local(read_at), _local(confirmed_at))
        )
    return found


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
