# SPDX-License-Identifier: Apache-2.0
"""What came of a try, and what it makes of the rows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from kairan.deliveries.models import MAX_REASON, Delivery, State, Waiting
from kairan.deliveries.queue import Request, key_is_spent, pause

Verdict = Literal[
    "accepted",  # the other side has it
    "refused",  # it will never take it
    "mended",  # it refused parts of it; what is left goes again
    "unknown",  # it may have it, or not
    "again",  # it surely has it not; try later
    "pushes",  # the reply token is no good, and nothing was sent: push instead
    "stopped",  # nothing at all can be sent until a person has acted
]

QUOTA_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    status: int = 0
    request_id: str = ""
    accepted_request_id: str = ""
    error: str = ""
    reason: str = ""
    retry_after: float | None = None
    waiting: Waiting = Waiting.TROUBLE
    # For "mended": delivery's key → the messages that the other side would take.
    kept: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def stops(self) -> bool:
        return self.verdict == "stopped"


def settle(request: Request, outcome: Outcome, now: datetime) -> None:
    """Write the verdict to the rows, inside the caller's transaction."""
    ids = [delivery.pk for delivery in request.deliveries]
    rows = Delivery.objects.filter(pk__in=ids)
    match outcome.verdict:
        case "accepted":
            rows.update(state=State.ACCEPTED, accepted_at=now, reply_token="")
        case "refused":
            rows.update(state=State.FAILED, failed_reason=outcome.reason[:MAX_REASON])
        case "mended":
            _mend(request, outcome)
        case "pushes":
            rows.update(state=State.PLANNED, reply_token="", reply_until=None)
        case "stopped":
            rows.exclude(pk__in=_doubtful(request)).update(state=State.PLANNED)
        case "unknown":
            rows.update(retry_at=_retry_at(request, outcome, now), waiting=Waiting.TROUBLE)
        case "again":
            _put_off(request, outcome, now)


def _doubtful(request: Request) -> list[int]:
    """Rows of which an earlier try is still in doubt: this try has not settled that."""
    return [delivery.pk for delivery in request.deliveries if delivery.is_in_doubt]


def wait_until(request: Request, outcome: Outcome, now: datetime) -> datetime | None:
    """When to come back; None when nothing has to be waited for."""
    if outcome.verdict in ("unknown", "again"):
        return _retry_at(request, outcome, now)
    return None


def _retry_at(request: Request, outcome: Outcome, now: datetime) -> datetime:
    if outcome.waiting == Waiting.QUOTA:
        return now + QUOTA_PAUSE
    wait = pause(max(delivery.tries for delivery in request.deliveries) + 1)
    if outcome.retry_after is not None:
        wait = max(wait, timedelta(seconds=outcome.retry_after))
    return now + wait


def _put_off(request: Request, outcome: Outcome, now: datetime) -> None:
    for delivery in request.deliveries:
        # Nothing was taken under the old key, so a new one is no second message.
        fresh: dict[str, Any] = {}
        if key_is_spent(delivery, now) and not request.resolves_doubt:
            fresh = {"retry_key": uuid.uuid4(), "keyed_at": None}
        state = State.SENDING if delivery.is_in_doubt else State.PLANNED
        Delivery.objects.filter(pk=delivery.pk).update(
            state=state,
            retry_at=_retry_at(request, outcome, now),
            waiting=outcome.waiting,
            **fresh,
        )


def _mend(request: Request, outcome: Outcome) -> None:
    """Each row keeps what would be taken, under a new key; with nothing left it has failed."""
    for delivery in request.deliveries:
        kept = outcome.kept.get(delivery.pk, delivery.messages)
        changes: dict[str, Any] = {
            "state": State.PLANNED if kept else State.FAILED,
            "failed_reason": outcome.reason[:MAX_REASON] if kept != delivery.messages else "",
        }
        if kept != delivery.messages:
            changes |= {"retry_key": uuid.uuid4(), "keyed_at": None}
        if kept:
            changes["payload"] = {**delivery.payload, "messages": kept}
        Delivery.objects.filter(pk=delivery.pk).update(**changes)
