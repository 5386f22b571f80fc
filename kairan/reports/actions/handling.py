# SPDX-License-Identifier: Apache-2.0
"""What clerks do with a case. ``version``: the state they saw; see ``_locked``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.lib.plain import plain
from kairan.municipalities.models import Department
from kairan.municipalities.places import areas_at
from kairan.people.access import departments_with
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports import events, notices, routing, search, timeline, wording, workflow
from kairan.reports.actions import partners, proposing
from kairan.reports.actions.changing import change
from kairan.reports.actions.errors import (
    CaseChanged,
    JoinedElsewhere,
    MessageMissing,
    MoveNotAllowed,
    ReasonMissing,
    WrongAssignee,
)
from kairan.reports.models import Authority, Case, CaseEntry, Report
from kairan.reports.models.cases import MAX_ADDRESS_LENGTH, MAX_TEXT_LENGTH
from kairan.reports.workflow import CLOSED, OPEN, Status

Kind = CaseEntry.Kind
HANDED_OVER = gettext_lazy("引き継ぎ")


def locked(case: Case, *, version: int | None, acting: Actor) -> Case:
    """The case as it is now, its row held until the transaction's end.

    Raises ``CaseChanged`` when others changed it after ``version``; their notes do not count, nor
    does what the acting person did elsewhere. None: the caller has nothing on a screen.

    Of a case that was joined into another, residents and programs mean the one that stands for it;
    staff get ``JoinedElsewhere``.
    """
    row = _held(case.pk)
    check_version(row, version, acting)
    if row.joined_into_id is None:
        return row
    if acting.actor_kind == "person":
        raise JoinedElsewhere(row)
    return _held(row.joined_into_id)


def _held(case_id: int) -> Case:
    rows = Case.objects.select_for_update(of=("self",))
    return rows.select_related("kind", "department", "assignee", "area").get(pk=case_id)


def check_version(row: Case, version: int | None, acting: Actor) -> None:
    """Raises ``CaseChanged`` when others changed the locked row after ``version``."""
    if version is not None and version < row.version:
        changes = list(timeline.changes_by_others(row, since=version, acting=acting))
        if changes:
            raise CaseChanged(row, changes)


def change_status(
    *,
    acting: Actor,
    case: Case,
    to: str,
    message: str = "",
    texts: Mapping[str, str] | None = None,
    version: int | None = None,
) -> Case:
    """Along one of the allowed moves; at a public one the residents read ``message`` with it.

    ``message`` may hold placeholders; ``texts``: the same in other languages, for residents who
    read those. Where closing needs a second person (``proposing``), the case stays as it is and
    ``confirm_since`` is set. Raises ``MoveNotAllowed``, ``MessageMissing``, ``CaseChanged``,
    ``AlreadyProposed``. Handing over to another authority with its name and number is ``refer``.
    """
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        move = workflow.move(row.status, to)
        if move is None:
            raise MoveNotAllowed(row)
        words = plain(message, MAX_TEXT_LENGTH)
        if move.needs_message and not words:
            raise MessageMissing
        said = wording.Said(words, texts or {})
        if move.to in CLOSED and proposing.needs_second(acting, row):
            proposing.propose(acting, row, move.to, said)
        else:
            carry_out(acting, row, move, said)
        _finish(row)
    return row


def carry_out(acting: Actor, row: Case, move: workflow.Move, said: wording.Said) -> CaseEntry:
    """The move itself, of a locked row on which everybody has agreed."""
    entry = _move(acting, row, move, said)
    if move.public:
        notices.tell_status(acting=acting, case=row, entry=entry, message=said)
        _answered(row)
    return entry


def refer(
    *,
    acting: Actor,
    case: Case,
    authority: Authority,
    message: str = "",
    texts: Mapping[str, str] | None = None,
    version: int | None = None,
) -> Case:
    """「not ours」: the residents read whose it is, with the phone number and hours.

    Closes the case, so it may need a second person as ``change_status`` does.
    """
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        move = workflow.move(row.status, Status.REFERRED)
        if move is None:
            raise MoveNotAllowed(row)
        said = wording.Said(plain(message, MAX_TEXT_LENGTH), texts or {})
        if proposing.needs_second(acting, row):
            proposing.propose(acting, row, move.to, said, authority)
        else:
            carry_over(acting, row, move, authority, said)
        _finish(row)
    return row


def carry_over(
    acting: Actor, row: Case, move: workflow.Move, authority: Authority, said: wording.Said
) -> CaseEntry:
    """The referral itself, of a locked row on which everybody has agreed."""
    data = {"authority": authority.pk, "authority_name": authority.name}
    entry = _move(acting, row, move, said, data)

    def text(report: Report) -> str:
        return wording.referral_text(report, authority, said.to_reader(report))

    notices.tell_words(acting=acting, case=row, entry=entry, text=text)
    partners.plan_handover(acting=acting, case=row, authority=authority)
    _answered(row)
    return entry


def assign(*, acting: Actor, case: Case, to: Person | None, version: int | None = None) -> Case:
    """To a person who may handle it, or to nobody. Raises ``WrongAssignee``, ``CaseChanged``."""
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        if to is not None and not may_take(to, row):
            raise WrongAssignee
        if row.assignee == to:
            return row
        old, row.assignee = row.assignee, to
        row.handed_at = row.handed_from = None  # who works on it has taken it
        fields = ["assignee", "handed_at", "handed_from"]
        change(acting, row, Kind.ASSIGNED, fields, timeline.exchange(old, to))
        _finish(row)
    return row


def may_take(person: Person, case: Case) -> bool:
    reach = departments_with(person, Permission.HANDLE_CASES)
    return person.is_active and (reach is None or case.department_id in reach)


def move_department(
    *,
    acting: Actor,
    case: Case,
    to: Department,
    reason: str = "",
    version: int | None = None,
    returned: bool = False,
    collect: bool = False,
) -> Case:
    """To another department, which is told as of a new report. Its assignee stays only if there.

    A closed department stands for its successor. The receiving department reads the reason on top
    until it takes the case, works on it or sends it back (``handing``). ``collect``: one of many,
    for one mail. Raises ``ReasonMissing``.
    """
    words = plain(reason, MAX_TEXT_LENGTH)
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        heir = routing.open_heir(to)
        if heir is None or heir == row.department:
            return row
        if not words:
            raise ReasonMissing
        old, row.department = row.department, heir
        data = timeline.exchange(old, heir) | {"returned": returned}
        data |= {"assignee": row.assignee_id, "viewed": row.viewed_at is not None}
        if row.assignee is not None and not may_take(row.assignee, row):
            row.assignee = None
        row.viewed_at = None
        row.handed_from, row.handed_at = old, timezone.now() if old else None
        proposing.lapse(row)
        entry = change(
            acting,
            row,
            Kind.DEPARTMENT,
            ["department", "assignee", "viewed_at", "handed_from", "handed_at", "confirm_since"],
            data,
            words,
        )
        notices.tell_department(
            acting=acting, case=row, what=HANDED_OVER, once=f"moved:{entry.pk}", collect=collect
        )
        _finish(row, was_in=old.pk if old else None)
    return row


def move_open_cases(
    *, acting: Actor, from_department: Department, to_department: Department
) -> int:
    """All open cases of a department that is being closed; one notice for all of them."""
    with transaction.atomic():
        rows = Case.objects.open().select_for_update().filter(department=from_department)
        cases = list(rows.order_by("id"))
        data = timeline.exchange(from_department, to_department)
        for case in cases:
            case.version += 1
            case.department = to_department
            case.assignee = None
            timeline.write(case, Kind.DEPARTMENT, acting=acting, data=data)
        Case.objects.bulk_update(cases, ["department", "assignee", "version"], batch_size=500)
        record(
            acting=acting,
            verb="cases.moved",
            target=from_department,
            summary=f"{from_department} → {to_department} {len(cases)}件",
            changes={"department": (from_department.pk, to_department.pk)},
        )
        if cases:
            events.case_changed(cases[-1], was_in=from_department.pk)
    return len(cases)


def set_due(
    *, acting: Actor, case: Case, due_on: date | None, reason: str = "", version: int | None = None
) -> Case:
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        if row.due_on == due_on:
            return row
        old, row.due_on = row.due_on, due_on
        if not row.is_overdue(timezone.localdate()):
            row.escalated_at, row.escalation = None, 0
        data = timeline.exchange(
            old.isoformat() if old else None, due_on.isoformat() if due_on else None
        )
        change(acting, row, Kind.DUE, ["due_on", "escalated_at", "escalation"], data, reason)
        _finish(row)
    return row


def refine_position(
    *,
    acting: Actor,
    case: Case,
    longitude: float,
    latitude: float,
    address: str | None = None,
    version: int | None = None,
) -> Case:
    """Where it really is, on the case alone: the report keeps what was said.

    Raises ``ValueError`` for what is not on earth. The area follows; the department does not.
    """
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError("no such position")
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        old = {"longitude": row.longitude, "latitude": row.latitude, "address": row.address}
        areas = routing.smallest_first(areas_at(longitude, latitude))
        row.longitude, row.latitude = longitude, latitude
        row.area = areas[0] if areas else None
        if address is not None:
            row.address = plain(address, MAX_ADDRESS_LENGTH)
        new = {"longitude": longitude, "latitude": latitude, "address": row.address}
        data = {"from": old, "to": new, "from_name": old["address"], "to_name": row.address}
        change(acting, row, Kind.POSITION, ["longitude", "latitude", "area", "address"], data)
        search.renew(row)
        _finish(row)
    return row


def mark_viewed(*, acting: Actor, case: Case) -> None:
    """The first of the department to open it: it is no longer «new» to anybody."""
    with transaction.atomic():
        now = timezone.now()
        if Case.objects.filter(pk=case.pk, viewed_at=None).update(viewed_at=now):
            timeline.write(case, Kind.VIEWED, acting=acting)
            events.case_changed(case)


def _move(
    acting: Actor,
    row: Case,
    move: workflow.Move,
    said: wording.Said,
    data: dict[str, Any] | None = None,
) -> CaseEntry:
    old, row.status = Status(row.status), move.to
    row.closed_at = None if move.to in OPEN else timezone.now()
    row.reopened_count += move.reopens
    kind = Kind.REFERRED if data else Kind.STATUS
    exchanged = timeline.exchange_status(old, move.to)
    changed = {**exchanged, "reopens": move.reopens, **(data or {})}
    if texts := said.in_languages(row):
        changed["texts"] = texts
    proposing.lapse(row)
    row.handed_at = row.handed_from = None
    fields = ["status", "closed_at", "reopened_count", "confirm_since", "handed_at", "handed_from"]
    return change(acting, row, kind, fields, changed, said.to(row), public=move.public)


def _answered(row: Case) -> None:
    """The residents have heard from the town."""
    row.waiting_since = None
    row.first_answered_at = row.first_answered_at or timezone.now()
    row.save(update_fields=["waiting_since", "first_answered_at"])


def _finish(row: Case, *, was_in: int | None = None) -> None:
    events.case_changed(row, was_in=was_in)
