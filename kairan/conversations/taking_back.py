# SPDX-License-Identifier: Apache-2.0
"""「送信取消」: what a resident takes back, we let go of too, wherever it stands."""

from __future__ import annotations

from kairan.conversations import reporting
from kairan.conversations.models import EventOutcome, InboundEvent
from kairan.conversations.talk import Talk
from kairan.deliveries.actions import erase_sent
from kairan.deliveries.recipients import LineRecipient
from kairan.files.actions import erase
from kairan.files.models import StoredFile
from kairan.reports.actions.talking import withdraw_message

UNSENT = {"type": "message", "message": {"type": "unsent"}}


def take_back(talk: Talk, message_id: str) -> None:
    """The event as it came, the photo, the answer in a running report, the report and its thread,
    and our own words that repeated it."""
    friend = talk.friend
    told = InboundEvent.objects.of(friend.channel_id, friend.user_id).filter(
        payload__message__id=message_id
    )
    first = told.order_by("received_at").first()
    told.waiting().update(processed_at=talk.now, outcome=EventOutcome.IGNORED)
    told.update(payload=UNSENT)
    if talk.dialogue.memory.get("source") == message_id:
        talk.remember(text=None, source=None)
    reporting.forget(talk, message_id)
    withdraw_message(acting=talk.resident, resident=talk.resident, source=message_id)
    once = f"line:{friend.channel_id}:{message_id}"
    for stored in StoredFile.objects.filter(once=once, state=StoredFile.State.STORED):
        erase(acting=talk.resident, stored=stored)
    if first is not None:
        recipient = LineRecipient(friend.channel_id, friend.user_id).key
        erase_sent(recipient=recipient, since=first.received_at)


def is_taken_back(talk: Talk) -> bool:
    """A message that LINE tells again after it told of its 「送信取消」: nothing of it is kept."""
    events = InboundEvent.objects.of(talk.friend.channel_id, talk.friend.user_id)
    if not events.filter(kind="unsend", payload__unsend__messageId=talk.source).exists():
        return False
    events.filter(payload__message__id=talk.source).update(payload=UNSENT)
    return True
