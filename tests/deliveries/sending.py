# SPDX-License-Identifier: Apache-2.0
"""What the delivery tests share: a plan, a clock, and the one recipient."""

from __future__ import annotations

import json
from datetime import timedelta

from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.deliveries.actions import ReplyToken, plan_line
from kairan.deliveries.models import Delivery
from kairan.deliveries.recipients import LineRecipient
from kairan.line import messages
from tests.talking import Talk


def plan(line: Talk, *words: str, once: str = "", reply: str = "", who: str = "花子") -> Delivery:
    """One message a word to the resident; ``reply``: a token of LINE's, fresh."""
    token = ReplyToken(reply, timezone.now() + timedelta(seconds=50)) if reply else None
    return plan_line(
        acting=PROGRAM,
        channel_id=line.ours.pk,
        user_id=user_id(line, who),
        messages=[messages.text(word) for word in words],
        purpose="test",
        once=once or f"test:{'|'.join(words)}",
        reply=token,
    )


def user_id(line: Talk, who: str = "花子") -> str:
    return str(line.resident(who))


def recipient(line: Talk, who: str = "花子") -> str:
    return LineRecipient(line.ours.pk, user_id(line, who)).key


def token(line: Talk, who: str = "花子") -> str:
    """A reply token, as a webhook brings it (the webhook itself goes nowhere)."""
    deliver, line.deliver = line.deliver, None
    try:
        webhook = line.text(who, "もしもし")["webhooks"][0]
    finally:
        line.deliver = deliver
    return str(json.loads(webhook["body"])["events"][0]["replyToken"])


def reload(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    return delivery
