# SPDX-License-Identifier: Apache-2.0
"""A message as a phone shows it, written at the moment it leaves: what has been read meanwhile, or
recalled, wakes nobody."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from kairan.lib.language import speaking
from kairan.people.models import Person
from kairan.people.positions.holding import seats_of
from kairan.people.positions.models import Tenure
from kairan.push import sending
from kairan.push.models import Subscription
from kairan.push.sending import Note
from kairan.push.wishes import wishes_of
from kairan.talk.models import Importance, Member, Message, Recipient, Room
from kairan.talk.queries import unread_of
from kairan.talk.stamps import STAMPS

MAX_TITLE, MAX_WORDS = 60, 100


def push(subscription_id: int, message_id: int, *, again: bool) -> None:
    """Raises ``PushDelayed``."""
    active = Subscription.objects.filter(pk=subscription_id, state=Subscription.State.ACTIVE)
    subscription = active.first()
    if subscription is None:
        return
    person = Person.objects.active().filter(pk=subscription.person_id).first()
    received = _waiting(subscription.person_id, message_id)
    if person is not None and received is not None:
        with speaking(person.language):
            note = note_of(received, person, again=again)
        sending.send(subscription, note)


def note_of(received: Recipient, person: Person, *, again: bool = False) -> Note:
    message, room = received.message, received.room
    hides = wishes_of(person.pk).hides_words
    return Note(
        title=_("新しいメッセージ") if hides else title_of(message, room),
        body=_("開いて読んでください。") if hides else _body(message, room),
        url=link_to(room.pk, message.number),
        tag=f"room-{room.pk}",
        badge=unread_of(seats_of(person)),
        importance=message.importance,
        again=again or message.importance == Importance.IMPORTANT,
        number=message.number,
    )


def link_to(room_id: int, number: int) -> str:
    return f"/community/talk/{room_id}/?message={number}"


def name_of(room: Room, message: Message) -> str:
    """A room of two is called after the other one, who said this."""
    return room.name or (message.position.name if message.position else _("トーク"))


def title_of(message: Message, room: Room) -> str:
    title = _short(name_of(room, message), MAX_TITLE)
    if message.importance == Importance.URGENT:
        return _("［緊急］{title}").format(title=title)
    if message.importance == Importance.IMPORTANT:
        return _("［大切］{title}").format(title=title)
    return title


def _waiting(person_id: int, message_id: int) -> Recipient | None:
    """As the person still has to read it (of a 必読: to confirm it), in a seat they hold now."""
    positions = Tenure.objects.open().filter(person_id=person_id).values("position_id")
    present = Member.objects.present().filter(position_id__in=positions)
    rows = Recipient.objects.filter(
        Q(read_at=None) | Q(message__must_confirm=True, confirmed_at=None),
        message_id=message_id,
        message__recalled_at=None,
        position_id__in=positions,
        room_id__in=present.values("room_id"),
    )
    return rows.select_related("message__position", "message__person", "room").first()


def _body(message: Message, room: Room) -> str:
    words = _short(_words(message), MAX_WORDS)
    if message.position is None or not room.name:
        return words
    person = f"（{message.person.name}）" if message.person else ""
    return f"{message.position.name}{person}: {words}"


def _words(message: Message) -> str:
    if message.text:
        return message.text
    said = {
        Message.Kind.PHOTOS: _("写真が届きました"),
        Message.Kind.FILE: _("ファイルが届きました"),
        Message.Kind.PLACE: _("地図の場所が届きました"),
    }
    if message.kind == Message.Kind.STAMP:
        return str(STAMPS.get(message.stamp, _("スタンプ")))
    return said.get(Message.Kind(message.kind), "")


def _short(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"
