# SPDX-License-Identifier: Apache-2.0
"""Cases given to other authorities' systems, and what those answer.

Planning writes a row in the caller's transaction; ``handover_work`` sends it after the commit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.audit.actions import record
from kairan.audit.actors import Actor, NamedActor
from kairan.lib.language import speaking
from kairan.lib.plain import plain
from kairan.reports import events, handover_jobs, handover_text, notices, timeline
from kairan.reports.actions.errors import Refused
from kairan.reports.models import Authority, Case, CaseEntry, Connection, Handover
from kairan.reports.models.handovers import (
    MAX_REASON,
    MAX_REMOTE_ID,
    MAX_REMOTE_NOTES,
    MAX_REMOTE_STATUS,
)

State = Handover.State


@dataclass(frozen=True)
class Said:
    """What another system says about a case. ``once``: their own id of this message."""

    remote_id: str = ""
    status: str = ""
    notes: str = ""
    once: str = ""

    def kept(self) -> Said:
        return replace(
            self,
            remote_id=plain(self.remote_id, MAX_REMOTE_ID),
            status=plain(self.status, MAX_REMOTE_STATUS),
            notes=plain(self.notes, MAX_REMOTE_NOTES),
        )


class NotSendable(Refused):
    def __init__(self) -> None:
        super().__init__(_("この引き継ぎは、送り直せません。"))


def save_connection(*, acting: Actor, connection: Connection) -> Connection:
    """A new one or a changed one, as a form has filled it. The record does not repeat secrets."""
    with transaction.atomic():
        old = Connection.objects.filter(pk=connection.pk).first() if connection.pk else None
        connection.save()
        record(
            acting=acting,
            verb="connection.changed" if old else "connection.added",
            target=connection,
            summary=connection.authority.name,
            changes={
                "way": (old.way if old else "", connection.way),
                "url": (old.url if old else "", connection.url),
            },
        )
    return connection


def plan_handover(*, acting: Actor, case: Case, authority: Authority) -> Handover | None:
    """What is to be sent to the authority's system, with its job; None where it has none.

    In the caller's transaction, which holds the case's lock.
    """
    connection = Connection.objects.filter(authority=authority).first()
    if connection is None or not connection.is_on:
        return None
    handover = Handover.objects.create(
        case=case,
        authority=authority,
        way=connection.way,
        payload=handover_text.payload_of(case),
        actor_kind=acting.actor_kind,
        actor_id=acting.actor_id,
        actor_name=acting.actor_name[:200],
    )
    record(
        acting=acting,
        verb="handover.planned",
        target=handover,
        summary=f"{case.number} → {authority.name}",
    )
    handover_jobs.send_soon(handover)
    return handover


def send_again(*, acting: Actor, handover: Handover) -> None:
    """「もう一度送る」, under the same key: what has arrived is not made a second time.

    Raises ``NotSendable`` for what has not failed, or whose connection is off.
    """
    with transaction.atomic():
        row = Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
        connection = Connection.objects.filter(authority=row.authority_id).first()
        if not row.has_failed or connection is None or not connection.is_on:
            raise NotSendable
        row.state, row.way = State.PLANNED, connection.way
        row.tries, row.due_at, row.failed_reason = 0, timezone.now(), ""
        row.payload = row.payload or handover_text.payload_of(row.case)
        row.save(update_fields=["state", "way", "tries", "due_at", "failed_reason", "payload"])
        record(acting=acting, verb="handover.again", target=row, summary=row.case.number)
        handover_jobs.send_soon(row)
        events.case_changed(row.case)


def mark_delivered(*, handover_id: int, said: Said, token: str = "") -> None:
    """The other side has it. Its content goes; the case's timeline says under which number."""
    with transaction.atomic():
        row = _locked(handover_id)
        if row.state == State.DELIVERED:
            return
        said = said.kept()
        row.state, row.delivered_at, row.payload = State.DELIVERED, timezone.now(), {}
        row.remote_id, row.remote_token = said.remote_id, plain(token, MAX_REMOTE_ID)
        row.remote_status, row.remote_notes = said.status, said.notes
        row.poll_at = _next_look(row)
        row.save(
            update_fields=[
                "state", "delivered_at", "payload", "remote_id", "remote_token",
                "remote_status", "remote_notes", "poll_at",
            ]
        )  # fmt: skip
        _note(row, "sent", said, said.notes)


def mark_failed(*, handover_id: int, reason: str) -> None:
    """Nothing more is tried until somebody says so; the department is told."""
    with transaction.atomic():
        row = _locked(handover_id)
        if not row.is_open:
            return
        row.state, row.failed_reason = State.FAILED, plain(reason, MAX_REASON)
        row.save(update_fields=["state", "failed_reason"])
        entry = _note(row, "failed", Said(), row.failed_reason)
        notices.tell_department(
            acting=_partner(row.authority),
            case=row.case,
            what=gettext_lazy("他機関へ送れませんでした"),
            once=f"handover-failed:{entry.pk}",
        )


def mark_looked(*, handover_id: int, said: Said, is_closed: bool) -> None:
    """What a look at their status has shown; the timeline hears of it only when it is new."""
    with transaction.atomic():
        row = _locked(handover_id)
        said = said.kept()
        row.poll_at = None if is_closed else _next_look(row)
        row.remote_id = said.remote_id or row.remote_id
        row.save(update_fields=["poll_at", "remote_id"])
        if row.answered_at is None and said.status == row.remote_status:
            _keep_answer(row, said)  # how they say «received»: no news
        elif (said.status, said.notes) != (row.remote_status, row.remote_notes):
            _answered(row, said)


def receive_from_partner(*, handover: Handover, said: Said) -> CaseEntry:
    """An answer that they sent us. The same ``once`` again gives the entry of the first time."""
    with transaction.atomic():
        row = _locked(handover.pk)
        source = f"partner:{row.authority_id}:{said.once}"[:80] if said.once else ""
        known = CaseEntry.objects.filter(
            case=row.case, source=source, kind=CaseEntry.Kind.PARTNER
        ).first()
        if source and known is not None:
            return known
        return _answered(row, said.kept(), source)


def _answered(row: Handover, said: Said, source: str = "") -> CaseEntry:
    _keep_answer(row, said)
    entry = _note(row, "answer", said, said.notes, source)
    notices.tell_department(
        acting=_partner(row.authority),
        case=row.case,
        what=gettext_lazy("他機関から返事"),
        once=f"handover-answer:{entry.pk}",
    )
    return entry


def _keep_answer(row: Handover, said: Said) -> None:
    row.remote_id = said.remote_id or row.remote_id
    row.remote_status = said.status or row.remote_status
    row.remote_notes = said.notes
    row.answered_at = timezone.now()
    row.save(update_fields=["remote_id", "remote_status", "remote_notes", "answered_at"])


def _locked(handover_id: int) -> Handover:
    """The case's row first, as everybody takes it, then the handover's.

    ``case`` is the one that stands: what is written about a joined case belongs to its heir.
    """
    given = Case.objects.only("joined_into_id").get(handovers=handover_id)
    heir = Case.objects.select_for_update(of=("self",)).select_related(
        "kind", "area", "department", "assignee"
    )
    case = heir.get(pk=given.joined_into_id or given.pk)
    rows = Handover.objects.select_for_update(of=("self",)).select_related("authority")
    row = rows.get(pk=handover_id)
    row.case = case
    return row


def _next_look(row: Handover) -> datetime | None:
    """Webhooks tell us; an Open311 server must be asked."""
    if row.way != Connection.Way.OPEN311:
        return None
    return handover_jobs.next_look(row)


def _note(row: Handover, event: str, said: Said, text: str, source: str = "") -> CaseEntry:
    """For staff: what happened between the two systems."""
    partner = _partner(row.authority)
    data = {
        "event": event,
        "authority": row.authority_id,
        "authority_name": row.authority.name,
        "handover": row.pk,
        "remote_id": row.remote_id,
        "status": said.status,
    }
    entry = timeline.write(
        row.case, CaseEntry.Kind.PARTNER, acting=partner, text=text, data=data, source=source
    )
    with speaking():
        summary = f"{row.case.number} {row.authority.name} {said.status}".strip()
    record(acting=partner, verb=f"handover.{event}", target=row, summary=summary)
    events.case_changed(row.case)
    return entry


def _partner(authority: Authority) -> Actor:
    return NamedActor("program", authority.name)
