# SPDX-License-Identifier: Apache-2.0
"""Work through what one resident sent: event by event as they happened, each in one transaction.

The answer is planned in the transaction that marks the event as done, and sent after it. A crash
anywhere leaves an event that is done again from its beginning, or an answer that waits in the
ledger; the job itself is taken up again, and sends what waits before it looks for more.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.conversations import gathering, routing
from kairan.conversations.models import Dialogue, EventOutcome, InboundEvent
from kairan.conversations.speaking import dialogue_of, save
from kairan.conversations.talk import Needs, NotYet, Outside, Talk
from kairan.conversations.tasks import work_inbox
from kairan.deliveries.actions import ReplyToken, plan_line
from kairan.deliveries.recipients import LineRecipient, held
from kairan.deliveries.sending import send_pending
from kairan.lib.language import speaking
from kairan.line.events import Event
from kairan.line.webhook import parse_event
from kairan.residents.actions import meet
from kairan.residents.models import Friend

log = structlog.get_logger(__name__)

AT_ONCE = 20
MOST_NEEDS = 5
BUSY_PAUSE = timedelta(seconds=2)
# Before each further try of an event that failed; then it is set aside and later ones go on.
PAUSES = (timedelta(seconds=1), timedelta(seconds=8))
# LINE: a minute from the webhook. What is left covers the way to us and back.
TOKEN_LIFE = timedelta(seconds=50)


def work(channel_id: int, user_id: str) -> None:
    recipient = LineRecipient(channel_id, user_id).key
    with held(recipient) as alone:
        if not alone:
            work_inbox.defer(
                schedule_at=timezone.now() + BUSY_PAUSE, channel_id=channel_id, user_id=user_id
            )
            return
        friend: Friend | None = None
        more = True
        while more and (waiting := _waiting(channel_id, user_id)):
            friend = friend or meet(channel_id=channel_id, user_id=user_id)
            for stored in waiting:
                with speaking(friend.resident.language):
                    later = _take(stored, friend)
                send_pending(recipient, friend=friend)
                if later is not None:
                    work_inbox.defer(
                        schedule_at=timezone.now() + later, channel_id=channel_id, user_id=user_id
                    )
                    return
            # What came after we looked has brought a job of its own.
            more = len(waiting) == AT_ONCE
        if friend is None:  # taken up again after a crash: an answer may still wait
            send_pending(recipient)


def _waiting(channel_id: int, user_id: str) -> list[InboundEvent]:
    found = InboundEvent.objects.of(channel_id, user_id).waiting().in_order()
    return list(found[:AT_ONCE])


def _take(stored: InboundEvent, friend: Friend) -> timedelta | None:
    """Do one event. A pause when it must be tried again: the later ones wait for it that long."""
    event = parse_event(stored.payload)
    try:
        _answer_with_what_it_needs(stored, event, friend)
    except NotYet as not_yet:
        return not_yet.pause
    except (OperationalError, InterfaceError):
        raise  # the database's trouble, not the event's
    except Exception as error:
        if not InboundEvent.objects.waiting().filter(pk=stored.pk).exists():
            return None  # another worker has done it; what failed here was done again on top
        log.exception("inbox.failed", inbound=stored.pk, tries=stored.tries + 1)
        return _failed(stored, event, friend, error)
    return None


def _answer_with_what_it_needs(stored: InboundEvent, event: Event, friend: Friend) -> None:
    """What a dialogue asks of the outside is fetched between two transactions."""
    outside = Outside()
    for _turn in range(MOST_NEEDS):
        try:
            _answer(stored, event, friend, outside)
        except Needs as needs:
            fetched = gathering.fetch(needs, friend, since=stored.received_at)
            outside = Outside({**outside.known, needs: fetched})
        else:
            return
    raise RuntimeError("a dialogue that is never satisfied")


def _answer(stored: InboundEvent, event: Event, friend: Friend, outside: Outside) -> None:
    try:
        with transaction.atomic():
            talk = Talk(friend, dialogue_of(friend), event, timezone.now(), outside)
            outcome = routing.route(talk)
            save(talk)
            if talk.said and outcome == EventOutcome.ANSWERED:
                _plan(stored, talk)
            _done(stored, outcome)
    except _DoneAlready:
        log.info("inbox.done_already", inbound=stored.pk)


class _DoneAlready(Exception):
    """Somebody else was faster: a job revived while its first worker was only slow."""


def _plan(stored: InboundEvent, talk: Talk) -> None:
    token = talk.event.reply_token
    reply = ReplyToken(token, stored.received_at + TOKEN_LIFE) if token else None
    plan_line(
        acting=talk.resident,
        channel_id=stored.channel_id,
        user_id=stored.user_id,
        messages=talk.said,
        purpose="answer",
        once=f"event:{stored.pk}",
        reply=reply,
        about=("event", stored.pk),
        queue=False,
    )


def _done(stored: InboundEvent, outcome: str) -> None:
    """The last write of the transaction: of two who did the event, one takes it all back."""
    rows = InboundEvent.objects.waiting().filter(pk=stored.pk)
    if not rows.update(processed_at=timezone.now(), outcome=outcome):
        raise _DoneAlready


def _failed(
    stored: InboundEvent, event: Event, friend: Friend, error: Exception
) -> timedelta | None:
    """Count the try; after the last one set the event aside, visibly, and say so."""
    stored.tries += 1
    stored.error = f"{type(error).__name__}: {error}"[:500].replace("\0", "")
    with transaction.atomic():
        stored.save(update_fields=["tries", "error"])
        if stored.tries <= len(PAUSES):
            return PAUSES[stored.tries - 1]
        _done(stored, EventOutcome.SET_ASIDE)
        if event.reply_token and not event.is_standby:
            talk = Talk(friend, Dialogue(friend=friend), event, timezone.now())
            talk.say(
                _(
                    "すみません、うまく受け取れませんでした。もう一度送ってください。"
                    "続くときは、市役所に電話でお知らせください。"
                )
            )
            _plan(stored, talk)
    return None
