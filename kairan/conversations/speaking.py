# SPDX-License-Identifier: Apache-2.0
"""Words of ours that no event of the resident's asked for: by the clock, or from a web page."""

from __future__ import annotations

from django.utils import timezone

from kairan.conversations.models import Dialogue
from kairan.conversations.talk import Talk
from kairan.deliveries.actions import plan_line
from kairan.line.events import Event, UserSource
from kairan.residents.models import Friend


def dialogue_of(friend: Friend) -> Dialogue:
    """The talk's row, locked until the end of the transaction."""
    rows = Dialogue.objects.select_for_update(of=("self",)).select_related("run")
    found = rows.filter(friend=friend).first()
    if found is not None:
        return found
    Dialogue.objects.get_or_create(friend=friend)
    return rows.get(friend=friend)


def talk_without_event(friend: Friend) -> Talk:
    """A talk in which the resident has said nothing just now. Locks its row."""
    now = timezone.now()
    nothing = Event(
        event_id="",
        timestamp=int(now.timestamp() * 1000),
        mode="active",
        is_redelivery=False,
        reply_token=None,
        source=UserSource(friend.user_id),
        raw={},
    )
    return Talk(friend, dialogue_of(friend), nothing, now)


def save(talk: Talk) -> None:
    talk.dialogue.touched_at = talk.now
    talk.dialogue.save(update_fields=["kind", "run", "memory", "sources", "touched_at"])


def plan_unasked(talk: Talk, *, purpose: str, once: str, queue: bool = False) -> None:
    """``queue=False``: the caller calls ``send_pending`` after its transaction."""
    if talk.said:
        plan_line(
            acting=talk.resident,
            channel_id=talk.friend.channel_id,
            user_id=talk.friend.user_id,
            messages=talk.said,
            purpose=purpose,
            once=once,
            queue=queue,
        )
