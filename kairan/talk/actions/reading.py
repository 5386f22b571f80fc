# SPDX-License-Identifier: Apache-2.0
"""A position reads; the record keeps which person did it."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction
from django.utils import timezone

from kairan.people.models import Person
from kairan.talk import events
from kairan.talk.access import Here, ask
from kairan.talk.models import Message, Recipient
from kairan.talk.troubles import IsRecalled

# In the order of numbers, so that two devices of one position wait for each other in one order.
_READ = """
UPDATE talk_recipient SET read_at = %s, read_by_id = %s
WHERE id IN (
    SELECT id FROM talk_recipient
    WHERE position_id = ANY(%s) AND room_id = %s AND number <= %s AND read_at IS NULL
    ORDER BY position_id, number FOR UPDATE
) AND read_at IS NULL
RETURNING position_id, number, message_id
"""


def mark_read(*, acting: Person, here: Here, upto: int) -> int:
    """Everything up to that number counts as read by the positions that the person holds here.

    How many rows that changed: the second of two devices changes none. A predecessor who reads on
    leaves no marks.
    """
    with transaction.atomic():
        messages = _mark(acting, here, upto)
        if len(here.held) > 1:
            _confirm_own(acting, here, messages)
        return len(messages)


def confirm(*, acting: Person, here: Here, message: Message) -> bool:
    """確認しました of the positions held here; what was said before it is read with it.

    False where there was nothing to confirm any more. Raises ``IsRecalled``, ``PermissionDenied``.
    """
    ask(here.may_act, "")
    with transaction.atomic():
        if Message.objects.filter(pk=message.pk, recalled_at__isnull=False).exists():
            raise IsRecalled
        _mark(acting, here, message.number)
        waiting = Recipient.objects.select_for_update().filter(
            message=message, message__must_confirm=True, position__in=here.held, confirmed_at=None
        )
        asked = list(waiting.order_by("position_id").values_list("position_id", flat=True))
        Recipient.objects.filter(message=message, position__in=asked).update(
            confirmed_at=timezone.now(), confirmed_by=acting
        )
        for position in asked:
            events.has_read(here.room, position, message.number, confirmed=message.pk)
        return bool(asked)


def _mark(acting: Person, here: Here, upto: int) -> list[int]:
    """The message of each row that was marked."""
    if not here.held:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_READ, [timezone.now(), acting.pk, here.held, here.room.pk, upto])
        rows = cursor.fetchall()
    furthest: dict[int, int] = {}
    for position, number, _message in rows:
        furthest[position] = max(number, furthest.get(position, 0))
    for position, number in sorted(furthest.items()):
        events.has_read(here.room, position, number)
    return [message for _position, _number, message in rows]


def _confirm_own(acting: Person, here: Here, messages: Collection[int]) -> None:
    """Who sits here twice need not confirm in one seat what they said from the other."""
    own = Recipient.objects.select_for_update(of=("self",)).filter(
        message__in=messages,
        message__must_confirm=True,
        message__person=acting,
        position__in=here.held,
        confirmed_at=None,
    )
    for one in own.order_by("position_id", "number"):
        one.confirmed_at, one.confirmed_by = timezone.now(), acting
        one.save(update_fields=["confirmed_at", "confirmed_by"])
        events.has_read(here.room, one.position_id, one.number, confirmed=one.message_id)
