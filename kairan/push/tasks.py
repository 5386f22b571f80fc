# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from kairan.municipalities.jobs import town_task
from kairan.push.sending import PushDelayed

_MOST_ATTEMPTS = 10


class AsAsked(BaseRetryStrategy):
    """When the push host says; else after 4 seconds, then ever later, for about half an hour."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= _MOST_ATTEMPTS:
            return None
        wait = min(2 ** (job.attempts + 2), 600)
        if isinstance(exception, PushDelayed) and exception.after is not None:
            wait = max(wait, int(exception.after))
        return RetryDecision(retry_in={"seconds": wait})


@town_task(queue="push", retry=AsAsked())
def send_note(*, subscription_id: int, note: dict[str, Any]) -> None:
    from kairan.push.models import Subscription
    from kairan.push.sending import Note, send

    active = Subscription.objects.filter(pk=subscription_id, state=Subscription.State.ACTIVE)
    if (subscription := active.first()) is not None:
        send(subscription, Note(**note))
