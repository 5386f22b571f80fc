# SPDX-License-Identifier: Apache-2.0
"""What the clock does: subscriptions that are gone are forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kairan.municipalities.jobs import every_town
from kairan.push.models import Subscription

# As long as the office may ask why somebody was not woken.
KEPT = timedelta(days=30)


@every_town(cron="50 3 * * *")
def forget_what_is_gone() -> None:
    long_ago = timezone.now() - KEPT
    gone = Subscription.objects.filter(state=Subscription.State.GONE, created_at__lt=long_ago)
    gone.exclude(last_accepted_at__gte=long_ago).delete()
