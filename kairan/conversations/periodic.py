# SPDX-License-Identifier: Apache-2.0
"""The clock: what was left behind is taken up, what is old is let go."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from kairan.conversations.models import InboundEvent
from kairan.conversations.tasks import work_inbox
from kairan.deliveries.recipients import LineRecipient
from kairan.municipalities.jobs import every_town

LEFT_BEHIND = timedelta(seconds=60)
MOST_RESIDENTS = 5_000
ERASED_AT_ONCE = 10_000


@every_town(cron="* * * * *")
def sweep() -> None:
    """A job for every resident whose events were left: after a crash, after a failed job."""
    left = InboundEvent.objects.waiting().filter(received_at__lte=timezone.now() - LEFT_BEHIND)
    rows = left.order_by("channel_id", "user_id").values_list("channel_id", "user_id").distinct()
    for channel_id, user_id in rows[:MOST_RESIDENTS]:
        lock = LineRecipient(channel_id, user_id).key
        work_inbox.defer(lock=lock, channel_id=channel_id, user_id=user_id)


@every_town(cron="41 3 * * *")
def forget() -> None:
    """LINE is an entrance and so is this table: what it held stands in reports by now."""
    before = timezone.now() - timedelta(days=settings.KEEP_EVENTS_DAYS)
    old = InboundEvent.objects.filter(processed_at__lt=before).order_by("processed_at")
    InboundEvent.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:ERASED_AT_ONCE])
    ).delete()
