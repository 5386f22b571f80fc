# SPDX-License-Identifier: Apache-2.0
"""What is done to a message that has been said."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.people.models import Person
from kairan.talk import events
from kairan.talk.access import Here, ask
from kairan.talk.limits import MAX_PINS, RECALL_WITHIN
from kairan.talk.models import Attachment, Message, Pin, Reaction, Recipient
from kairan.talk.stamps import REACTIONS
from kairan.talk.storing import NotSaid, Stored, say
from kairan.talk.troubles import IsRecalled, Refused, TooLate, TooMany
from kairan.talk.uploads import drop

_EMPTY = """
UPDATE talk_message SET text = '', stamp = '', longitude = NULL, latitude = NULL,
    answers_id = NULL, forwarded_from_id = NULL, mentions = '[]', search = NULL,
    recalled_at = %s, recalled_by_id = %s
WHERE id = %s
"""


def recall(*, acting: Person, here: Here, message: Message, now: datetime | None = None) -> None:
    """Take back what one's position said, within a day: text and attachments are gone everywhere,
    the line stays and says so. Recalling twice does nothing.

    Copies that others have forwarded are theirs and stay. Raises ``PermissionDenied``, ``TooLate``.
    """
    now = now or timezone.now()
    ask(
        here.may_act and message.position_id in here.held,
        _("取り消せるのは、自分の役職で送ったメッセージだけです。"),
    )
    with transaction.atomic():
        locked = _locked(message)
        if locked.recalled_at is not None:
            return
        if now - locked.sent_at > RECALL_WITHIN:
            raise TooLate
        _empty(acting, locked, now)
        record(acting=acting, verb="talk.message_recalled", target=locked, summary=str(here.room))
        events.message_changed(locked)


def react(*, acting: Person, here: Here, message: Message, mark: str, on: bool) -> None:
    """Each position has each mark once. Raises ``PermissionDenied``, ``Refused`` and
    ``IsRecalled``."""
    ask(here.may_act, "")
    if mark not in REACTIONS:
        raise Refused(_("そのリアクションはありません。画面を開き直してください。"))
    with transaction.atomic():
        locked = _sayable(message)
        mine = {"message": locked, "position_id": here.seat.position_id, "mark": mark}
        if on:
            Reaction.objects.get_or_create(**mine, defaults={"person": acting})
        else:
            Reaction.objects.filter(**mine).delete()
        events.message_changed(locked)


def pin(*, acting: Person, here: Here, message: Message, pinned: bool) -> None:  # noqa: ARG001
    """Keep a message at the top of its room, for everybody. Raises ``PermissionDenied``,
    ``TooMany``, ``IsRecalled``."""
    ask(here.may_say, "")
    with transaction.atomic():
        locked = _sayable(message)
        if not pinned:
            Pin.objects.filter(message=locked).delete()
        elif not Pin.objects.filter(message=locked).exists():
            if Pin.objects.filter(room=locked.room_id).count() >= MAX_PINS:
                raise TooMany(
                    _("ピン留めできるのは%(most)s件までです。どれかを外してください。")
                    % {"most": MAX_PINS}
                )
            Pin.objects.create(
                room_id=locked.room_id, message=locked, position_id=here.seat.position_id
            )
        events.message_changed(locked)


def forward(*, acting: Person, message: Message, to: Here, client_id: uuid.UUID) -> Stored:
    """The message again, in another room. Its attachments are copies that share the stored files.

    Raises ``NotSaid``, ``IsRecalled``, ``PermissionDenied``.
    """
    ask(to.may_say, _("そのトークには書けません。"))
    with transaction.atomic():
        locked = _sayable(message)
        copies = [] if _was_said(client_id) else _copied(acting, locked)
        return say(
            person=acting,
            room=to.room,
            position=to.seat.position_id,
            client_id=client_id,
            kind=locked.kind,
            text=locked.text,
            stamp=locked.stamp,
            longitude=locked.longitude,
            latitude=locked.latitude,
            forwarded_from=locked.pk,
            attachments=[str(copy.key) for copy in copies],
        )


def _locked(message: Message) -> Message:
    return Message.objects.select_for_update(no_key=True).get(pk=message.pk)


def _sayable(message: Message) -> Message:
    """Locked; raises ``IsRecalled``, and ``Refused`` for a line that nobody has said."""
    locked = _locked(message)
    if locked.recalled_at is not None:
        raise IsRecalled
    if locked.kind == Message.Kind.EVENT:
        raise Refused(_("お知らせの行には、この操作はできません。"))
    return locked


def _empty(acting: Person, message: Message, now: datetime) -> None:
    for attachment in Attachment.objects.filter(message=message).select_related("stored"):
        drop(acting=acting, attachment=attachment)
    Pin.objects.filter(message=message).delete()
    Reaction.objects.filter(message=message).delete()
    # Nobody is woken for it any more.
    Recipient.objects.filter(message=message, told_at=None).update(told_at=now)
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY, [now, acting.pk, message.pk])


def _was_said(client_id: uuid.UUID) -> bool:
    return Message.objects.filter(client_id=client_id).exists()


def _copied(acting: Person, message: Message) -> list[Attachment]:
    originals = Attachment.objects.filter(message=message).order_by("place")
    return [
        Attachment.objects.create(
            person=acting, stored_id=one.stored_id, document_id=one.document_id, place=one.place
        )
        for one in originals
    ]


__all__ = ["NotSaid", "forward", "pin", "react", "recall"]
