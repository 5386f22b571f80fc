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


def take_back(talk: Talk, message_id: str) -> None:
    """The event as it came, the photo, the answer in a running report, the report and its thread,
    and our own words that repeated it."""
    friend = talk.friend
    told = InboundEvent.objects.of(friend.channel_id, friend.user_id).filter(
        payload__message__id=message_id
    )
    first = told.order_by("received_at").first()
    told.waiting().update(processed_at=talk.now, outcome=EventOutcome.IGNORED)
    told.update(payload={"type": "message", "message": {"type": "unsent"}})
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
