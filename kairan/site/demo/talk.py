# SPDX-License-Identifier: Apache-2.0
"""Some months of talk between the office and the chairs: rooms, committees, what is unread."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import F
from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.files.actions import store_photo
from kairan.files.documents import store_document
from kairan.files.models import StoredDocument, StoredFile
from kairan.municipalities.tenancy import current_town_id
from kairan.people.positions.holding import Seat
from kairan.people.positions.models import Group, GroupMember, Position, Tenure
from kairan.site.demo import papers
from kairan.site.demo.pictures import picture_of
from kairan.site.demo.talk_lines import (
    COUNCIL,
    DIRECTS,
    EVERYBODY,
    GREEN,
    NEWS,
    OFFICE,
    SAFETY,
    WARD,
    WELFARE,
    Line,
)
from kairan.talk.actions import rooms
from kairan.talk.models import Attachment, Member, Message, Pin, Reaction, Room
from kairan.talk.storing import STORE, Said

COMMITTEES = [
    ("防災委員会", SAFETY, (0, 3, 6, 9, 12, 15, 18)),
    ("環境美化委員会", GREEN, (2, 7, 10, 14)),
    ("福祉委員会", WELFARE, (1, 5, 11, 13, 17)),
]
FEWEST_CHAIRS = 19
# Days since these chairs looked last, one of them never; the others have looked within a day.
SELDOM = {2: 3.2, 10: 4.5, 16: 2.6, 18: 400.0}
# Who has read what is to be confirmed, and has not said so.
HESITANT = (6, 13)

_TIMES = """
UPDATE talk_message AS message SET sent_at = given.at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS given(id, at) WHERE message.id = given.id
"""
# What one has said oneself was said with open eyes: everything before it has been read.
_READ = """
UPDATE talk_recipient AS asked
SET read_by_id = eyes.person, read_at = least(
        message.sent_at + make_interval(mins => (asked.id * 37 %% 200 + 1)::integer), %s)
FROM talk_message AS message, unnest(%s::bigint[], %s::bigint[], %s::timestamptz[])
    AS eyes(position, person, seen)
WHERE message.id = asked.message_id AND eyes.position = asked.position_id
  AND message.sent_at <= greatest(eyes.seen, (
      SELECT max(own.sent_at) FROM talk_message AS own
      WHERE own.room_id = asked.room_id AND own.position_id = asked.position_id))
"""
# Months ago they were told; nobody's phone rings for it today.
_TOLD = """
UPDATE talk_recipient SET told_at = now();
DELETE FROM procrastinate_jobs WHERE status = 'todo' AND args->>'municipality_id' = '{town}'
    AND task_name IN ('kairan.talk.tasks.tell', 'kairan.talk.tasks.follow_town');
"""


@dataclass
class Stage:
    """Whom the lines speak of: ``OFFICE`` is a clerk of the desk, the others the chairs."""

    desk: Position
    clerks: list[Tenure]
    chairs: list[Position]
    holders: dict[int, Tenure]
    now: datetime
    chance: random.Random
    photos: dict[str, StoredFile] = field(default_factory=dict)
    files: dict[str, StoredDocument] = field(default_factory=dict)

    def seat(self, who: int) -> Position:
        return self.desk if who == OFFICE else self.chairs[who]

    def person(self, who: int) -> int:
        if who == OFFICE:
            return self.chance.choice(self.clerks).person_id
        return self.holders[self.chairs[who].pk].person_id

    def at(self, line: Line) -> datetime:
        """«19:05» of that day; «-90»: so many minutes ago."""
        if line.at.startswith("-"):
            return self.now + timedelta(minutes=int(line.at))
        day = timezone.localtime(self.now).date() - timedelta(days=line.days)
        return timezone.make_aware(datetime.combine(day, time.fromisoformat(line.at)))

    def text(self, line: Line) -> str:
        return line.text.format(*(_district(chair) for chair in self.chairs))


def make_talk() -> None:
    """Rooms and what was said in them; nothing where the posts are not there."""
    stage = _stage()
    if stage is None:
        return
    written = [(room, lines) for room, lines in _rooms(stage) if lines]
    said = [_said(stage, room, line) for room, lines in written for line in lines]
    ids = _stored(said)
    lines = [line for _room, lines in written for line in lines]
    _move_back(stage, written, dict(zip(ids, lines, strict=True)))
    _answer(written, ids)
    _mark(stage, dict(zip(ids, lines, strict=True)))
    _read(stage)


def _stage() -> Stage | None:
    desk = Position.objects.open().filter(kind=Position.Kind.DESK, name="自治推進課").first()
    chairs = list(Position.objects.open().filter(kind=Position.Kind.POST).in_order())
    holders = {one.position_id: one for one in Tenure.objects.open().filter(is_post=True)}
    chairs = [chair for chair in chairs if chair.pk in holders]
    clerks = list(Tenure.objects.open().filter(position=desk)) if desk else []
    if desk is None or not clerks or len(chairs) < FEWEST_CHAIRS:
        return None
    return Stage(desk, clerks, chairs, holders, timezone.now(), random.Random(19))  # noqa: S311


def _rooms(stage: Stage) -> list[tuple[Room, Sequence[Line]]]:
    everybody = [chair.pk for chair in stage.chairs]
    desk = [stage.desk.pk]
    council = rooms.make_group(
        acting=PROGRAM, name="自治連合会長会", positions=everybody, managers=desk
    )
    news = rooms.make_following(acting=PROGRAM, kind=Room.Kind.ANNOUNCEMENT, name="お知らせ")
    made: list[tuple[Room, Sequence[Line]]] = [(council, COUNCIL), (news, NEWS)]
    made += [(_committee(stage, name, places), lines) for name, lines, places in COMMITTEES]
    if (area := stage.chairs[0].area) is not None:
        near = area.parent or area
        room = rooms.make_following(
            acting=PROGRAM, kind=Room.Kind.AREA, name=f"{near.name}の校区", area=near, desks=desk
        )
        made.append((room, _by_members(stage, room, WARD)))
    return made + [(_direct(stage, one, other), lines) for one, other, lines in DIRECTS]


def _committee(stage: Stage, name: str, places: Sequence[int]) -> Room:
    group, _made = Group.objects.get_or_create(name=name)
    for place in places:
        GroupMember.objects.get_or_create(group=group, position=stage.chairs[place])
    return rooms.make_group(
        acting=PROGRAM, name=name, positions=[], managers=[stage.desk.pk], group=group
    )


def _direct(stage: Stage, one: int, other: int) -> Room:
    first, second = stage.seat(one), stage.seat(other)
    seat = Seat(first.pk, first.name, first.kind, True)
    return rooms.open_direct(acting=PROGRAM, seat=seat, other=second)


def _by_members(stage: Stage, room: Room, lines: Sequence[Line]) -> list[Line]:
    """Only what those have said who are in the room."""
    present = set(Member.objects.present().filter(room=room).values_list("position", flat=True))
    return [line for line in lines if stage.seat(line.who).pk in present and not line.answers]


def _said(stage: Stage, room: Room, line: Line) -> Said:
    person = stage.person(line.who)
    longitude, latitude = line.place or (None, None)
    named = [0] if EVERYBODY in line.mentions else [stage.seat(n).pk for n in line.mentions]
    return Said(
        room=room.pk,
        client_id=str(uuid.uuid4()),
        person=person,
        position=stage.seat(line.who).pk,
        kind=_kind(line),
        text=stage.text(line),
        stamp=line.stamp,
        longitude=longitude,
        latitude=latitude,
        mentions=named,
        importance=line.importance,
        must_confirm=line.must_confirm,
        attachments=_attached(stage, line, person),
    )


def _kind(line: Line) -> str:
    if line.photos:
        return Message.Kind.PHOTOS
    if line.file:
        return Message.Kind.FILE
    if line.place:
        return Message.Kind.PLACE
    return Message.Kind.STAMP if line.stamp else Message.Kind.TEXT


def _attached(stage: Stage, line: Line, person: int) -> list[str]:
    rows = [Attachment(person_id=person, stored=_photo(stage, kind)) for kind in line.photos]
    if line.file:
        rows.append(Attachment(person_id=person, document=_file(stage, line.file)))
    return [str(row.key) for row in Attachment.objects.bulk_create(rows)]


def _photo(stage: Stage, kind: str) -> StoredFile:
    """One of each kind is drawn."""
    if kind not in stage.photos:
        content = picture_of(kind, stage.chance)
        name = f"IMG_{2041 + len(stage.photos)}.jpg"
        stage.photos[kind] = store_photo(acting=PROGRAM, content=content, name=name)
    return stage.photos[kind]


def _file(stage: Stage, name: str) -> StoredDocument:
    if name not in stage.files:
        districts = [_district(chair) for chair in stage.chairs]
        title, content = {
            "minutes": ("定例会 議事録.docx", papers.minutes),
            "roles": ("防災訓練 役割分担.xlsx", lambda: papers.tasks_of(districts)),
            "steps": ("炊き出しの手順（案）.txt", papers.steps),
        }[name]
        file = ContentFile(content())
        stage.files[name] = store_document(acting=PROGRAM, content=file, name=title)
    return stage.files[name]


def _stored(said: list[Said]) -> list[int]:
    """By the same function as everything that is said, in one statement. Ids in their order."""
    with connection.cursor() as cursor:
        given = json.dumps([one.as_json() for one in said])
        cursor.execute(STORE, [current_town_id(), given])
        [answers] = cursor.fetchone()
    answers = json.loads(answers) if isinstance(answers, str) else answers
    ids = {answer["client_id"]: answer["id"] for answer in answers}
    return [ids[one.client_id] for one in said]


def _move_back(
    stage: Stage, written: list[tuple[Room, Sequence[Line]]], lines: dict[int, Line]
) -> None:
    """To when it was said; a room is a little older than its first message."""
    times = [stage.at(line) for line in lines.values()]
    with connection.cursor() as cursor:
        cursor.execute(_TIMES, [list(lines), times])
    for room, own in written:
        began = stage.at(own[0]) - timedelta(minutes=5)
        Room.objects.filter(pk=room.pk).update(created_at=began, last_message_at=stage.at(own[-1]))
        Member.objects.filter(room=room).update(joined_at=began)
        Message.objects.filter(room=room, kind=Message.Kind.EVENT).update(sent_at=began)


def _answer(written: list[tuple[Room, Sequence[Line]]], ids: Sequence[int]) -> None:
    place = 0
    for _room, lines in written:
        for line in lines:
            if line.answers:
                Message.objects.filter(pk=ids[place]).update(answers=ids[place - line.answers])
            place += 1


def _mark(stage: Stage, lines: dict[int, Line]) -> None:
    reactions, pins = [], []
    rooms_of = dict(Message.objects.filter(pk__in=lines).values_list("pk", "room_id"))
    for pk, line in lines.items():
        if line.pin:
            pins.append(Pin(room_id=rooms_of[pk], message_id=pk, position=stage.desk))
        reactions += [
            Reaction(
                message_id=pk, position=stage.seat(who), person_id=stage.person(who), mark=mark
            )
            for mark, people in line.marks.items()
            for who in people
        ]
    Reaction.objects.bulk_create(reactions)
    Pin.objects.bulk_create(pins)


def _read(stage: Stage) -> None:
    eyes = [(stage.desk.pk, stage.clerks[0].person_id, stage.now - timedelta(minutes=70))]
    for place, chair in enumerate(stage.chairs):
        days = SELDOM.get(place, stage.chance.uniform(0.02, 0.9))
        seen = stage.now - timedelta(days=days)
        eyes.append((chair.pk, stage.person(place), seen))
    with connection.cursor() as cursor:
        cursor.execute(_READ, [stage.now, *(list(column) for column in zip(*eyes, strict=True))])
        cursor.execute(_TOLD.format(town=int(current_town_id())))
    _confirm(stage)


def _confirm(stage: Stage) -> None:
    """Whoever has read it has said so, but for the hesitant; the others were reminded once."""
    hesitant = [stage.chairs[place].pk for place in HESITANT]
    for message in Message.objects.filter(must_confirm=True):
        asked = message.recipients
        asked.exclude(position__in=hesitant).exclude(read_at=None).update(
            confirmed_at=F("read_at"), confirmed_by=F("read_by")
        )
        asked.filter(confirmed_at=None).update(
            reminded_at=stage.now - timedelta(hours=12), reminders=1
        )


def _district(chair: Position) -> str:
    return chair.area.name if chair.area else chair.name.removesuffix(" 会長")
