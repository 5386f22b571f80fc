# SPDX-License-Identifier: Apache-2.0
"""What the worker does about a message: whom it wakes, now or when the night is over, and mail.

Everything is decided in one transaction: the jobs that it leaves behind stand in the queue together
with the mark that the recipient was told, or neither does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.types import JSONDict

from kairan.municipalities.tenancy import current_town_id
from kairan.people.models import Person
from kairan.people.positions.models import Tenure
from kairan.push.models import PushSetting, Subscription
from kairan.push.wishes import quiet_until, wishes_of_all
from kairan.talk import tasks
from kairan.talk.models import Importance, Member, Message, Recipient, Room, RoomSetting
from kairan.talk.queueing import Later, defer_once

# Who is looking has read it by then.
PATIENCE: Final = timedelta(seconds=2)
# After a long silence of the worker nobody is told of more than the last so many of a room.
LOOKS_BACK: Final = 200
# As the jobs are called that storing a message leaves behind.
ROOM_SETTLES: Final = "talk:{}"
_LOCKS: Final = 0x6B61_7465


@dataclass(frozen=True)
class Call:
    """What one person is to be told of one room. ``pierces``: comes though the room is muted."""

    person_id: int
    room_id: int
    message_id: int
    importance: int
    pierces: bool
    again: bool = False

    @property
    def is_urgent(self) -> bool:
        return self.importance == Importance.URGENT


def tell_room(room_id: int) -> None:
    """Tell of all that is unread and not told yet, and older than ``PATIENCE``."""
    ripe = timezone.now() - PATIENCE
    with transaction.atomic():
        _alone(room_id)
        untold = _untold(room_id)
        due = [one for one in untold if one.message.sent_at <= ripe]
        _place_calls(_calls(due))
        _mark_told(due)
        if young := [one.message.sent_at for one in untold if one.message.sent_at > ripe]:
            lock = ROOM_SETTLES.format(room_id)
            defer_once([Later(tasks.tell, lock, max(young) + PATIENCE, {"room_id": room_id})])


def tell_message(message_id: int, *, again: bool) -> None:
    """Of one message those who have not read it (of a 必読: not confirmed it)."""
    with transaction.atomic():
        message = Message.objects.filter(pk=message_id, recalled_at=None).first()
        if message is None:
            return
        waiting = Q(confirmed_at=None) if message.must_confirm else Q(read_at=None)
        rows = Recipient.objects.filter(waiting, message_id=message_id).select_related("message")
        present = Member.objects.present().filter(room_id=message.room_id)
        due = list(rows.filter(position_id__in=present.values("position_id")))
        _place_calls(_calls(due, again=again))
        _mark_told(due)


def wake(person_id: int, room_id: int) -> None:
    """Somebody's quiet hours are over: what is the newest that they have not read in the room?"""
    positions = Tenure.objects.open().filter(person_id=person_id).values("position_id")
    unread = Recipient.objects.filter(
        position_id__in=positions, room_id=room_id, read_at=None, message__recalled_at=None
    )
    newest = unread.exclude(message__person_id=person_id).order_by("-number").first()
    if newest is not None:
        with transaction.atomic():
            _push([Call(person_id, room_id, newest.message_id, Importance.QUIET, True)])


def _alone(room_id: int) -> None:
    """Till the end of the transaction; who reads meanwhile is not held up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCKS, str(room_id)])


def _untold(room_id: int) -> list[Recipient]:
    last = Room.objects.values_list("last_number", flat=True).get(pk=room_id)
    # By position, because that is how unread rows are indexed.
    members = Member.objects.present().filter(room_id=room_id).values_list("position_id", flat=True)
    rows = Recipient.objects.filter(
        position_id__in=list(members),
        room_id=room_id,
        number__gt=last - LOOKS_BACK,
        read_at=None,
        told_at=None,
    )
    return list(rows.select_related("message").order_by("number", "position_id"))


def _calls(due: Sequence[Recipient], *, again: bool = False) -> list[Call]:
    """One call for each person and room: the newest message of the greatest importance."""
    holders = _holders({one.position_id for one in due})
    heard: dict[tuple[int, int], list[Recipient]] = defaultdict(list)
    for one in due:
        for person_id in holders[one.position_id]:
            if one.message.person_id != person_id and one.message.recalled_at is None:
                heard[person_id, one.room_id].append(one)
    return [_call(person_id, rows, again=again) for (person_id, _), rows in heard.items()]


def _call(person_id: int, rows: Sequence[Recipient], *, again: bool) -> Call:
    shown = max(rows, key=lambda one: (one.message.importance, one.number))
    importance = shown.message.importance
    meant = any(is_meant(one) for one in rows)
    return Call(
        person_id,
        shown.room_id,
        shown.message_id,
        importance,
        pierces=meant or again or importance == Importance.URGENT,
        again=again,
    )


def is_meant(one: Recipient) -> bool:
    """Named in the message, or asked to confirm it."""
    return one.message.must_confirm or bool({0, one.position_id} & set(one.message.mentions))


def _holders(positions: Iterable[int]) -> dict[int, list[int]]:
    """Who sits there now. A predecessor who still reads is not told."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Tenure.objects.open().filter(position_id__in=list(positions), person__is_active=True)
    for position_id, person_id in rows.values_list("position_id", "person_id"):
        found[position_id].append(person_id)
    return found


def _place_calls(calls: Sequence[Call]) -> None:
    now = timezone.now()
    muted = _muted(calls)
    heard = [call for call in calls if call.pierces or (call.person_id, call.room_id) not in muted]
    wishes = wishes_of_all(call.person_id for call in heard)
    rests = {call: _rest(call, wishes, now) for call in heard}
    _push([call for call, rest in rests.items() if rest is None])
    morning = [_wake(call, rest) for call, rest in rests.items() if rest is not None]
    mails = _mails(rests, wishes, now)
    defer_once([*morning, *mails])


def _wake(call: Call, at: datetime) -> Later:
    lock = f"talk-wake:{call.person_id}:{call.room_id}"
    return Later(tasks.wake, lock, at, {"person_id": call.person_id, "room_id": call.room_id})


def _rest(call: Call, wishes: dict[int, PushSetting], now: datetime) -> datetime | None:
    """Until when the person wants to be left alone, by all that is not urgent."""
    return None if call.is_urgent else quiet_until(wishes[call.person_id], now)


def _muted(calls: Sequence[Call]) -> set[tuple[int, int]]:
    rows = RoomSetting.objects.filter(
        muted=True,
        room_id__in={call.room_id for call in calls},
        person_id__in={call.person_id for call in calls},
    )
    return set(rows.values_list("person_id", "room_id"))


def _push(calls: Sequence[Call]) -> None:
    """A job for each browser: one that has to be tried again keeps no other waiting."""
    by_person: dict[int, list[int]] = defaultdict(list)
    active = Subscription.objects.filter(
        person_id__in={call.person_id for call in calls}, state=Subscription.State.ACTIVE
    )
    for person_id, key in active.values_list("person_id", "pk"):
        by_person[person_id].append(key)
    jobs: list[JSONDict] = [
        {
            "municipality_id": current_town_id(),
            "subscription_id": key,
            "message_id": call.message_id,
            "again": call.again,
        }
        for call in calls
        for key in by_person[call.person_id]
    ]
    if jobs:
        tasks.push.task.configure(priority=10).batch_defer(*jobs)


def _mails(
    rests: dict[Call, datetime | None], wishes: dict[int, PushSetting], now: datetime
) -> list[Later]:
    """For who has an address and wants it: a look, some time later, at what is still unread."""
    people = Person.objects.filter(pk__in={call.person_id for call in rests}).exclude(email="")
    with_address = set(people.values_list("pk", flat=True))
    wanted = []
    for call, rest in rests.items():
        minutes = wishes[call.person_id].mail_after
        if minutes is None or call.person_id not in with_address:
            continue
        lock, arguments = f"talk-mail:{call.person_id}", {"person_id": call.person_id}
        at = rest or now
        if call.again:
            lock, arguments = f"{lock}:{call.message_id}", {**arguments, "again": call.message_id}
        else:
            at = max(at, now + timedelta(minutes=minutes))
        wanted.append(Later(tasks.mail, lock, at, arguments))
    return wanted


def _mark_told(rows: Sequence[Recipient]) -> None:
    keys = [one.pk for one in rows]
    Recipient.objects.filter(pk__in=keys, told_at=None).update(told_at=timezone.now())
