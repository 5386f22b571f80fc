# SPDX-License-Identifier: Apache-2.0
"""Send what is due for one recipient, in order. Safe to run twice, and to be killed anywhere.

Every try is in the database, committed, before its request leaves; its outcome follows in one
transaction afterwards. No request runs inside a transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kairan.deliveries import line_sending, mail_sending
from kairan.deliveries.models import OPEN_STATES, Attempt, Delivery, Method, State
from kairan.deliveries.outcomes import Outcome, settle, wait_until
from kairan.deliveries.queue import GiveUp, Pause, Request, next_step
from kairan.deliveries.recipients import LineRecipient, held, parse
from kairan.deliveries.tasks import send

log = structlog.get_logger(__name__)

# One call sends at most so many requests before it lets other recipients go on.
MOST_REQUESTS = 50
BUSY_PAUSE = timedelta(seconds=2)
CLOCKS_DIFFER = timedelta(seconds=1)


def send_pending(recipient: str) -> None:
    """Send what is due; what must wait gets a job of its own for the moment it waits for."""
    with held(recipient) as alone:
        if not alone:  # the other sender may have looked a moment before our row was there
            send.defer(schedule_at=timezone.now() + BUSY_PAUSE, recipient=recipient)
            return
        sender = _sender(recipient)
        if sender is None:
            return
        for _turn in range(MOST_REQUESTS):
            if not _send_next(recipient, sender):
                return
        send.defer(recipient=recipient)


Sender = line_sending.LineSender | mail_sending.MailSender


def _sender(recipient: str) -> Sender | None:
    """None while nothing can be sent: the sweep comes back to it."""
    to = parse(recipient)
    if isinstance(to, LineRecipient):
        return line_sending.sender_for(to)
    return mail_sending.MailSender()


def _send_next(recipient: str, sender: Sender) -> bool:
    """Whether to look for more."""
    now = timezone.now()
    step = next_step(list(Delivery.objects.all().waiting_for(recipient, now)), now)
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
    if (attempts := _begin(step, now)) is None:
        return True
    outcome = sender.send(step)
    return _finish(recipient, step, attempts, outcome)


def _begin(request: Request, now: datetime) -> list[Attempt] | None:
    """Write the try down. None when a row was taken back meanwhile: look again."""
    ids = [delivery.pk for delivery in request.deliveries]
    changes = _changes(request, now)
    attempts = [
        Attempt(delivery=delivery, method=request.method, started_at=now)
        for delivery in request.deliveries
    ]
    with transaction.atomic():
        rows = Delivery.objects.filter(pk__in=ids, state__in=OPEN_STATES)
        if rows.update(**changes) != len(ids):
            transaction.set_rollback(True)
            return None
        Attempt.objects.bulk_create(attempts)
    return attempts


def _changes(request: Request, now: datetime) -> dict[str, object]:
    changes: dict[str, object] = {
        "state": State.SENDING,
        "method": request.method,
        "tries": F("tries") + 1,
        "retry_at": None,
        "waiting": "",
    }
    if request.method == Method.REPLY:
        # Those that ride along share the token, so that a doubt is about all of them together.
        token = next(d for d in request.deliveries if d.reply_token)
        changes |= {"reply_token": token.reply_token, "reply_until": token.reply_until}
    elif request.method == Method.PUSH:
        head = request.deliveries[0]
        changes |= {"keyed_at": head.keyed_at or now, "reply_token": "", "reply_until": None}
    return changes


def _finish(recipient: str, request: Request, attempts: list[Attempt], outcome: Outcome) -> bool:
    """Write the outcome down; whether to look for more at once."""
    now = timezone.now()
    with transaction.atomic():
        Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).update(
            finished_at=now,
            status_code=outcome.status or None,
            request_id=outcome.request_id[:100],
            accepted_request_id=outcome.accepted_request_id[:100],
            error=outcome.error[:60],
        )
        settle(request, outcome, now)
        until = wait_until(request, outcome, now)
        if until is not None:
            send.defer(schedule_at=until, recipient=recipient)
    log.info(
        "delivery.tried",
        recipient_kind=recipient.partition(":")[0],
        deliveries=[delivery.pk for delivery in request.deliveries],
        method=str(request.method),
        verdict=outcome.verdict,
        error=outcome.error,
        request_id=outcome.request_id,
    )
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
