# SPDX-License-Identifier: Apache-2.0
"""For who has not looked: one mail about all rooms, with a link and without anybody's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actors import PROGRAM
from kairan.deliveries.actions import plan_mail
from kairan.lib.language import speaking
from kairan.municipalities.links import public_link
from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import current_town
from kairan.people.models import Person
from kairan.people.positions.models import Tenure
from kairan.push.wishes import wishes_of
from kairan.talk import tasks
from kairan.talk.calls import link_to, name_of
from kairan.talk.models import Importance, Member, Recipient, RoomSetting
from kairan.talk.queueing import Later, defer_once
from kairan.talk.telling import is_meant

# What was said so long ago is no news any more.
NEWS = timedelta(days=2)


def mail_unread(person_id: int) -> None:
    """Mail somebody what they were told of and have not read; look again for what is too young."""
    person, minutes = _reader(person_id)
    if person is None or minutes is None:
        return
    ripe = timezone.now() - timedelta(minutes=minutes)
    unread = _unread(person_id, since=ripe - NEWS)
    with transaction.atomic():
        if due := [one for one in unread if one.message.sent_at <= ripe]:
            _plan(person, due, once=f"talk-mail:{person_id}:{due[-1].message_id}")
        if young := [one.message.sent_at for one in unread if one.message.sent_at > ripe]:
            later = min(young) + timedelta(minutes=minutes)
            lock = f"talk-mail:{person_id}"
            defer_once([Later(tasks.mail, lock, later, {"person_id": person_id})])


def mail_again(person_id: int, message_id: int) -> None:
    """Somebody is reminded of one message: one mail for each reminder."""
    person, minutes = _reader(person_id)
    if person is None or minutes is None:
        return
    rows = Recipient.objects.filter(
        Q(read_at=None) | Q(message__must_confirm=True, confirmed_at=None),
        message_id=message_id,
        message__recalled_at=None,
        position_id__in=Tenure.objects.open().filter(person_id=person_id).values("position_id"),
    )
    due = list(rows.select_related("message__position", "room"))
    if due:
        reminders = max(one.reminders for one in due)
        _plan(person, due, once=f"talk-again:{person_id}:{message_id}:{reminders}")


def _reader(person_id: int) -> tuple[Person | None, int | None]:
    """Who is to be mailed, and after how many minutes; None: not at all."""
    person = Person.objects.active().filter(pk=person_id).exclude(email="").first()
    return person, wishes_of(person_id).mail_after


def _unread(person_id: int, *, since: datetime) -> list[Recipient]:
    positions = Tenure.objects.open().filter(person_id=person_id).values("position_id")
    here = Member.objects.present().filter(position_id__in=positions, room__closed_at=None)
    rows = Recipient.objects.filter(
        position_id__in=positions,
        room_id__in=here.values("room_id"),
        read_at=None,
        told_at__isnull=False,
        message__recalled_at=None,
        message__sent_at__gt=since,
    ).exclude(message__person_id=person_id)
    muted = set(
        RoomSetting.objects.filter(person_id=person_id, muted=True).values_list(
            "room_id", flat=True
        )
    )
    found = rows.select_related("message__position", "room").order_by("message_id")
    return [one for one in found if one.room_id not in muted or _pierces(one)]


def _pierces(one: Recipient) -> bool:
    return is_meant(one) or one.message.importance == Importance.URGENT


def _plan(person: Person, due: Sequence[Recipient], *, once: str) -> None:
    with speaking(person.language):
        town = current_town()
        subject = _("トークに未読のメッセージがあります")
        plan_mail(
            acting=PROGRAM,
            to=person.email,
            subject=f"［{town.name}］{subject}",
            text=render_to_string("talk/mail/unread.txt", _context(person, town, due)),
            purpose="talk_unread",
            once=once,
            about=("talk_message", due[-1].message_id),
        )


def _context(person: Person, town: Municipality, due: Sequence[Recipient]) -> dict[str, object]:
    rooms: dict[int, list[Recipient]] = {}
    for one in due:
        rooms.setdefault(one.room_id, []).append(one)
    return {
        "person": person,
        "town": town,
        "rooms": [
            {
                "name": name_of(rows[-1].room, rows[-1].message),
                "count": len({one.message_id for one in rows}),
                "url": public_link(link_to(rows[0].room_id, rows[0].number)),
            }
            for rows in rooms.values()
        ],
        "settings_url": public_link("/community/settings/"),
    }
