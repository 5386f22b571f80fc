# SPDX-License-Identifier: Apache-2.0
"""The worker's part of handing over. Safe to run twice, and to be killed anywhere.

Each try is in the database, committed, before its request leaves; its outcome follows in one
transaction afterwards. A try that was killed is made again under the same key.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.partners import open311, webhook
from kairan.partners.errors import PartnerError, Permanent, Temporary
from kairan.reports import handover_jobs, handover_text
from kairan.reports.actions.partners import Said, mark_delivered, mark_failed, mark_looked
from kairan.reports.models import Connection, Handover, HandoverAttempt

log = structlog.get_logger(__name__)

State = Handover.State
# Longer than any request of ours lasts: whoever began it is gone.
ABANDONED = timedelta(seconds=60)
# Younger rows have a job of their own.
LEFT_BEHIND = timedelta(seconds=20)
MOST_AT_ONCE = 500


def send_one(handover_id: int) -> None:
    """Send it if it is due; what must wait gets a job for the moment it waits for."""
    begun = _begin(handover_id)
    if begun is None:
        return
    handover, attempt, connection = begun
    if connection is None or not connection.is_on:
        _give_up(handover, attempt, _("つなぎ方の設定がありません。"))
        return
    if not handover.payload:
        _give_up(handover, attempt, _("送る内容が消されています。"))
        return
    try:
        said, token = _request(handover, connection)
    except PartnerError as error:
        _finish(attempt, error.status, error.reason)
        _put_off(handover, error)
        return
    _finish(attempt, 200, "")
    mark_delivered(handover_id=handover_id, said=said, token=token)


def look_at(handover_id: int) -> None:
    """Ask an Open311 server how it stands with what we handed over."""
    handover = Handover.objects.filter(pk=handover_id, poll_at__lte=timezone.now()).first()
    if handover is None:
        return
    connection = Connection.objects.filter(authority=handover.authority_id).first()
    if connection is None or not connection.is_on:
        Handover.objects.filter(pk=handover_id).update(poll_at=None)
        return
    client = _client(connection)
    try:
        number = handover.remote_id or client.request_id_of(handover.remote_token)
        remote = client.status_of(number) if number else open311.Remote("", "")
    except PartnerError as error:
        log.warning("handover.not_seen", handover=handover_id, reason=error.reason)
        Handover.objects.filter(pk=handover_id).update(poll_at=handover_jobs.next_look(handover))
        return
    said = Said(remote_id=number, status=remote.status, notes=remote.notes)
    mark_looked(handover_id=handover_id, said=said, is_closed=remote.is_closed)


def sweep() -> None:
    """A job for whatever is due and was left: after a crash, after anything."""
    now = timezone.now()
    open_ones = Handover.objects.filter(state__in=Handover.OPEN, due_at__lte=now - LEFT_BEHIND)
    for handover in open_ones.order_by("due_at")[:MOST_AT_ONCE]:
        handover_jobs.send_soon(handover)
    for handover in Handover.objects.filter(poll_at__lte=now).order_by("poll_at")[:MOST_AT_ONCE]:
        handover_jobs.look_soon(handover)


def _begin(handover_id: int) -> tuple[Handover, HandoverAttempt, Connection | None] | None:
    """Write the try down. None where there is nothing to send now, or another is at it."""
    now = timezone.now()
    with transaction.atomic():
        rows = Handover.objects.select_for_update(of=("self",)).select_related("authority")
        row = rows.filter(Q(state__in=Handover.OPEN), pk=handover_id, due_at__lte=now).first()
        if row is None or _is_under_way(row):
            return None
        row.state, row.tries = State.SENDING, row.tries + 1
        row.due_at = now + ABANDONED
        row.save(update_fields=["state", "tries", "due_at"])
        attempt = HandoverAttempt.objects.create(handover=row, started_at=now)
    return row, attempt, Connection.objects.filter(authority=row.authority_id).first()


def _is_under_way(row: Handover) -> bool:
    last = HandoverAttempt.objects.filter(handover=row, finished_at=None).order_by("-id").first()
    return last is not None and timezone.now() - last.started_at < ABANDONED


def _request(handover: Handover, connection: Connection) -> tuple[Said, str]:
    if connection.way == Connection.Way.WEBHOOK:
        content = handover_text.webhook_content(handover)
        taken = webhook.send(
            connection.url, connection.secret, key=str(handover.key), content=content
        )
        return Said(taken.remote_id, taken.status, taken.notes), ""
    fields = handover_text.open311_fields(handover, connection)
    made = _client(connection).create(fields, key=str(handover.key))
    return Said(made.remote_id, "open", made.notice), made.token


def _client(connection: Connection) -> open311.Client:
    return open311.Client(connection.url, connection.secret, connection.jurisdiction_id)


def _give_up(handover: Handover, attempt: HandoverAttempt, reason: str) -> None:
    _finish(attempt, None, "")
    mark_failed(handover_id=handover.pk, reason=reason)


def _finish(attempt: HandoverAttempt, status: int | None, error: str) -> None:
    attempt.finished_at, attempt.status_code = timezone.now(), status
    attempt.error = error[:300]
    attempt.save(update_fields=["finished_at", "status_code", "error"])


def _put_off(handover: Handover, error: PartnerError) -> None:
    log.warning(
        "handover.not_taken",
        handover=handover.pk,
        way=handover.way,
        status=error.status,
        permanent=isinstance(error, Permanent),
    )
    if isinstance(error, Permanent) or handover.tries >= handover_jobs.MOST_TRIES:
        mark_failed(handover_id=handover.pk, reason=error.reason)
        return
    after = error.after if isinstance(error, Temporary) else None
    due = timezone.now() + handover_jobs.pause(handover.tries, after)
    with transaction.atomic():
        Handover.objects.filter(pk=handover.pk).update(
            state=State.PLANNED, due_at=due, failed_reason=error.reason[:300]
        )
        handover_jobs.send_soon(handover, at=due)
