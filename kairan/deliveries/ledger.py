# SPDX-License-Identifier: Apache-2.0
"""The try and its end, written down: one statement each.

Every answer to every resident passes through here, so this is plain SQL: as ORM calls in two
transactions the same takes eight statements and a third of the whole time of an answer.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import F

from kairan.deliveries.models import Attempt, Delivery, Method, State
from kairan.deliveries.outcomes import Outcome
from kairan.deliveries.queue import Request

_BEGIN = """
WITH tried AS (
    UPDATE deliveries_delivery
    SET state = 'sending', method = %(method)s, tries = tries + 1, retry_at = NULL, waiting = '',
        reply_token = %(token)s, reply_until = %(until)s,
        keyed_at = CASE WHEN %(method)s = 'push' THEN coalesce(keyed_at, %(now)s) ELSE keyed_at END
    WHERE id = ANY(%(ids)s) AND state IN ('planned', 'sending')
    RETURNING municipality_id, id
)
INSERT INTO deliveries_attempt (
    municipality_id, delivery_id, method, started_at, request_id, accepted_request_id, error
)
SELECT municipality_id, id, %(method)s, %(now)s, '', '', '' FROM tried
RETURNING id
"""
_ACCEPTED = """
WITH ended AS (
    UPDATE deliveries_attempt
    SET finished_at = %(now)s, status_code = %(status)s, request_id = %(request_id)s,
        accepted_request_id = %(accepted_request_id)s, error = %(error)s
    WHERE id = ANY(%(attempts)s)
)
UPDATE deliveries_delivery SET state = 'accepted', accepted_at = %(now)s, reply_token = ''
WHERE id = ANY(%(ids)s)
"""


def begin(request: Request, now: datetime) -> list[int] | None:
    """Write the try down before it leaves; the attempts' keys.

    None when a row was taken back meanwhile: look again.
    """
    # Those that ride along share the token, so that a doubt is about all of them together.
    replies = request.method == Method.REPLY
    anchor = next((d for d in request.deliveries if d.reply_token), None) if replies else None
    ids = [delivery.pk for delivery in request.deliveries]
    with connection.cursor() as cursor:
        cursor.execute(
            _BEGIN,
            {
                "method": str(request.method),
                "token": anchor.reply_token if anchor else "",
                "until": anchor.reply_until if anchor else None,
                "now": now,
                "ids": ids,
            },
        )
        attempts = [row[0] for row in cursor.fetchall()]
    if len(attempts) == len(ids):
        return attempts
    _undo(attempts)
    return None


def _undo(attempts: list[int]) -> None:
    """Nothing has left for the others either: they wait as before."""
    rows = Delivery.objects.filter(attempts__in=attempts, state=State.SENDING)
    rows.update(state=State.PLANNED, tries=F("tries") - 1)
    Attempt.objects.filter(pk__in=attempts).delete()


def accepted(request: Request, attempts: list[int], outcome: Outcome, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _ACCEPTED,
            {
                **_ending(outcome),
                "now": now,
                "status": outcome.status or None,
                "attempts": attempts,
                "ids": [delivery.pk for delivery in request.deliveries],
            },
        )


def finish(attempts: list[int], outcome: Outcome, now: datetime) -> None:
    """The attempts' end alone; what becomes of the deliveries is ``outcomes.settle``."""
    Attempt.objects.filter(pk__in=attempts).update(
        finished_at=now, status_code=outcome.status or None, **_ending(outcome)
    )


def _ending(outcome: Outcome) -> dict[str, str]:
    return {
        "request_id": outcome.request_id[:100],
        "accepted_request_id": outcome.accepted_request_id[:100],
        "error": outcome.error[:60],
    }
