# SPDX-License-Identifier: Apache-2.0
"""The clock: what no job remembers is found again, and what was said is forgotten in time."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from kairan.deliveries.actions import erase_payloads
from kairan.deliveries.models import Delivery
from kairan.deliveries.recipients import LineRecipient, parse
from kairan.deliveries.tasks import send
from kairan.line.models import LineChannel
from kairan.municipalities.jobs import every_town

# Younger rows have a job of their own.
LEFT_BEHIND = timedelta(seconds=20)
MOST_RECIPIENTS = 5_000
ERASED_AT_ONCE = 5_000


@every_town(cron="* * * * *")
def sweep() -> None:
    """A job for every recipient whose deliveries are due and were left: after a crash, after a
    token was renewed, after anything."""
    before = timezone.now() - LEFT_BEHIND
    due = Delivery.objects.open().filter(
        Q(retry_at__isnull=True) | Q(retry_at__lte=before), not_before__lte=before
    )
    recipients = due.order_by("recipient").values_list("recipient", flat=True).distinct()
    mute = set(LineChannel.objects.in_trouble().values_list("pk", flat=True))
    for recipient in recipients[:MOST_RECIPIENTS]:
        to = parse(recipient)
        if not (isinstance(to, LineRecipient) and to.channel_id in mute):
            send.defer(lock=recipient, recipient=recipient)


@every_town(cron="17 3 * * *")
def forget() -> None:
    """Sent messages are kept for a while to answer questions about them; then only the fact."""
    before = timezone.now() - timedelta(days=settings.KEEP_SENT_DAYS)
    old = Delivery.objects.filter(planned_at__lt=before).exclude(payload={})
    erase_payloads(ids=old.values_list("pk", flat=True)[:ERASED_AT_ONCE])
