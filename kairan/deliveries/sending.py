# SPDX-License-Identifier: Apache-2.0
"""Send what is due for one recipient, in order. Safe to run twice, and to be killed anywhere.

Every try is in the database, committed, before its request leaves; its outcome follows in one
transaction afterwards. No request runs inside a transaction.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from kairan.deliveries import ledger, line_sending, mail_sending
from kairan.deliveries.models import Delivery, State
from kairan.deliveries.outcomes import Outcome, settle, wait_until
from kairan.deliveries.queue import GiveUp, Pause, Request, next_step
from kairan.deliveries.recipients import LineRecipient, held, parse
from kairan.deliveries.tasks import send
from kairan.residents.models import Friend

log = structlog.get_logger(__name__)

# One call sends at most so many requests before it lets other recipients go on.
MOST_REQUESTS = 50
BUSY_PAUSE = timedelta(seconds=2)
CLOCKS_DIFFER = timedelta(seconds=1)


def send_pending(recipient: str, *, friend: Friend | None = None) -> None:
    """Send what is due; what must wait gets a job of its own for the moment it waits for.

    ``friend``: the recipient with its channel, where the caller has just read them.
    """
    with held(recipient) as alone:
        if not alone:  # the other sender may have looked a moment before our row was there
            send.defer(schedule_at=timezone.now() + BUSY_PAUSE, recipient=recipient)
            return
        sender = _sender(recipient, friend)
        if sender is None:
            return
        for _turn in range(MOST_REQUESTS):
            if not _send_next(recipient, sender):
                return
        send.defer(recipient=recipient)


Sender = line_sending.LineSender | mail_sending.MailSender


def _sender(recipient: str, friend: Friend | None) -> Sender | None:
    """None while nothing can be sent: the sweep comes back to it."""
    to = parse(recipient)
    if isinstance(to, LineRecipient):
        return line_sending.sender_for(to, friend)
    return mail_sending.MailSender()


def _send_next(recipient: str, sender: Sender) -> bool:
    """Whether to look for more."""
    now = timezone.now()
    waiting = list(Delivery.objects.all().waiting_for(recipient, now))
    step = next_step(waiting, now)
    if step is None:
        return False
    if isinstance(step, Pause):
        if step.until - now < CLOCKS_DIFFER:  # the job for that moment may be this one, early
            send.defer(schedule_at=step.until, recipient=recipient)
        return False
    if isinstance(step, GiveUp):
        _give_up(step.delivery)
        return True
    if reason := sender.refuses():
        _drop(step, reason)
        return True
    if (attempts := ledger.begin(step, now)) is None:
        return True
    outcome = sender.send(step)
    goes_on = _finish(recipient, step, attempts, outcome)
    # What was planned meanwhile brings a job (or a caller) of its own.
    return goes_on and (outcome.verdict != "accepted" or len(waiting) > len(step.deliveries))


def _finish(recipient: str, request: Request, attempts: list[int], outcome: Outcome) -> bool:
    """Write the outcome down; whether to look for more at once."""
    now = timezone.now()
    log.info(
        "delivery.tried",
        recipient_kind=recipient.partition(":")[0],
        deliveries=[delivery.pk for delivery in request.deliveries],
        method=str(request.method),
        verdict=outcome.verdict,
        error=outcome.error,
        request_id=outcome.request_id,
    )
    if outcome.verdict == "accepted":
        ledger.accepted(request, attempts, outcome, now)
        return True
    with transaction.atomic():
        ledger.finish(attempts, outcome, now)
        settle(request, outcome, now)
        until = wait_until(request, outcome, now)
        if until is not None:
            send.defer(schedule_at=until, recipient=recipient)
    return until is None and not outcome.stops


def _give_up(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.UNCERTAIN, failed_reason="no answer within the life of the retry key"
    )
    log.error("delivery.uncertain", delivery=delivery.pk, purpose=delivery.purpose)


def _drop(request: Request, reason: str) -> None:
    """The recipient does not want it any more."""
    Delivery.objects.filter(pk__in=[d.pk for d in request.deliveries]).update(
        state=State.CANCELLED, failed_reason=reason
    )
