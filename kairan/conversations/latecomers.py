# SPDX-License-Identifier: Apache-2.0
"""A set of photos of which some never came: answer for those that did."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kairan.conversations import photo_sets, reporting, writing_back
from kairan.conversations.models import Dialogue
from kairan.conversations.speaking import plan_unasked, save, talk_without_event
from kairan.conversations.tasks import answer_photo_set
from kairan.deliveries.recipients import LineRecipient, held
from kairan.deliveries.sending import send_pending
from kairan.lib.language import speaking
from kairan.residents.models import Friend

BUSY_PAUSE = timedelta(seconds=2)


def answer_incomplete(channel_id: int, user_id: str, set_id: str) -> None:
    recipient = LineRecipient(channel_id, user_id).key
    with held(recipient) as alone:
        if not alone:
            later = timezone.now() + BUSY_PAUSE
            answer_photo_set.defer(
                schedule_at=later, channel_id=channel_id, user_id=user_id, set_id=set_id
            )
            return
        friend = Friend.objects.of(channel_id, user_id).select_related("resident").first()
        if friend is not None and _answer(friend, set_id):
            send_pending(recipient)


def _answer(friend: Friend, set_id: str) -> bool:
    with transaction.atomic(), speaking(friend.resident.language):
        talk = talk_without_event(friend)
        if not photo_sets.is_open(talk, set_id):
            return False
        ready = photo_sets.take(talk)
        if ready is None:
            return False
        if reporting.is_running(talk):
            reporting.photos_ready(talk, ready)
        elif talk.dialogue.kind == Dialogue.Kind.WRITING:
            writing_back.photos_ready(talk, ready)
        save(talk)
        plan_unasked(talk, purpose="answer", once=f"photos:{friend.pk}:{set_id}")
    return bool(talk.said)
