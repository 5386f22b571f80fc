# SPDX-License-Identifier: Apache-2.0
"""Plan what is to be sent, in the caller's transaction; the sending itself is the worker's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.deliveries.models import Channel, Delivery, State
from kairan.deliveries.recipients import LineRecipient, MailRecipient
from kairan.deliveries.tasks import SENDING_PRIORITY, send
from kairan.line.checks import check_messages
from kairan.line.limits import MESSAGES_PER_REQUEST

log = structlog.get_logger(__name__)

Message = dict[str, Any]
About = tuple[str, int]
# Of a mail whose words and address are erased.
NOBODY = MailRecipient("").key


@dataclass(frozen=True)
class ReplyToken:
    """LINE's token of an event; ``until``: when we stop relying on it (it lives one minute)."""

    token: str
    until: datetime


def plan_line(
    *,
    acting: Actor,
    channel_id: int,
    user_id: str,
    messages: Sequence[Message],
    purpose: str,
    once: str,
    reply: ReplyToken | None = None,
    about: About | None = None,
    not_before: datetime | None = None,
    priority: int = 0,
    queue: bool = True,
) -> Delivery:
    """One row (one for every five messages; the first is returned). The same ``once`` gives the
    same row. ``queue=False``: the caller itself calls ``send_pending`` after its transaction.
    """
    recipient = LineRecipient(channel_id, user_id).key
    rows = [
        Delivery(
            channel=Channel.LINE,
            recipient=recipient,
            payload={"messages": list(chunk)},
            once=once if number == 0 else f"{once}/{number + 1}",
            purpose=purpose,
            priority=priority,
            reply_token=reply.token if reply and number == 0 else "",
            reply_until=reply.until if reply and number == 0 else None,
        )
        for number, chunk in enumerate(_fives(messages))
    ]
    for row in rows:
        _warn_of_unfit(row)
    return _plan(rows, acting=acting, about=about, not_before=not_before, queue=queue)


def plan_mail(
    *,
    acting: Actor,
    to: str,
    subject: str,
    text: str,
    purpose: str,
    once: str,
    about: About | None = None,
    not_before: datetime | None = None,
    priority: int = 0,
) -> Delivery:
    """One mail to one address. The same ``once`` gives the same row."""
    row = Delivery(
        channel=Channel.MAIL,
        recipient=MailRecipient(to).key,
        payload={"subject": subject, "text": text},
        once=once,
        purpose=purpose,
        priority=priority,
    )
    return _plan([row], acting=acting, about=about, not_before=not_before, queue=True)


def cancel(*, acting: Actor, delivery: Delivery, reason: str = "") -> bool:
    """Take it back. False when it has left already (or may have)."""
    with transaction.atomic():
        taken = Delivery.objects.filter(pk=delivery.pk, state=State.PLANNED).update(
            state=State.CANCELLED, failed_reason=reason[:500], payload={}
        )
        if taken:
            record(acting=acting, verb="delivery.cancelled", target=delivery, summary=reason)
    return bool(taken)


def erase_payloads(*, about: About | None = None, ids: Iterable[int] | None = None) -> int:
    """Forget what was written, and to which mail address: for erasure and for the end of the
    keeping period.

    What has not left yet is cancelled. Returns how many rows were erased.
    """
    rows = Delivery.objects.filter(~Q(payload={}) | Q(channel=Channel.MAIL) & ~Q(recipient=NOBODY))
    if about is not None:
        rows = rows.filter(about_kind=about[0], about_id=about[1])
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    with transaction.atomic():
        rows.filter(state=State.PLANNED).update(state=State.CANCELLED)
        rows = rows.exclude(state=State.SENDING)
        # A server that refuses a mail repeats the address.
        mails = rows.filter(channel=Channel.MAIL)
        erased = mails.update(payload={}, recipient=NOBODY, failed_reason="")
        return erased + rows.update(payload={}, reply_token="")


def erase_sent(*, recipient: str, since: datetime) -> int:
    """Forget what was said to a recipient since then (it may repeat what they have taken back)."""
    rows = Delivery.objects.filter(
        recipient=recipient, planned_at__gte=since, state=State.ACCEPTED
    ).exclude(payload={})
    return rows.update(payload={})


def forget_recipient(to: LineRecipient) -> int:
    """Forget what was ever said to somebody, and to whom; what has not left yet is cancelled."""
    rows = Delivery.objects.filter(recipient=to.key)
    rows.filter(state=State.PLANNED).update(state=State.CANCELLED)
    nobody = LineRecipient(to.channel_id, "").key
    return rows.exclude(state=State.SENDING).update(payload={}, reply_token="", recipient=nobody)


def _plan(
    rows: list[Delivery],
    *,
    acting: Actor,
    about: About | None,
    not_before: datetime | None,
    queue: bool,
) -> Delivery:
    first = rows[0]
    for row in rows:
        row.actor_kind, row.actor_id = acting.actor_kind, acting.actor_id
        row.about_kind, row.about_id = about or ("", None)
        row.not_before = not_before or row.not_before
    try:
        with transaction.atomic():
            Delivery.objects.bulk_create(rows)
            if queue:
                _queue(first.recipient, not_before)
    except IntegrityError:
        return Delivery.objects.get(once=first.once)
    return first


def _queue(recipient: str, not_before: datetime | None) -> None:
    """A job for later takes no lock: a waiting job would hold back all others of its lock."""
    if not_before is not None and not_before > timezone.now():
        send.defer(schedule_at=not_before, recipient=recipient)
    else:
        send.defer(lock=recipient, priority=SENDING_PRIORITY, recipient=recipient)


def _fives(messages: Sequence[Message]) -> list[Sequence[Message]]:
    if not messages:
        raise ValueError("a delivery needs a message")
    size = MESSAGES_PER_REQUEST
    return [messages[start : start + size] for start in range(0, len(messages), size)]


def _warn_of_unfit(row: Delivery) -> None:
    """LINE has the last word, and what it refuses is mended then; but somebody should know."""
    if problems := check_messages(row.messages):
        log.error("delivery.unfit", once=row.once, purpose=row.purpose, problems=problems[:5])
