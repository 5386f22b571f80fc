# SPDX-License-Identifier: Apache-2.0
"""Taking back one's own last change of a case."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from kairan.audit.actors import Actor
from kairan.deliveries.actions import cancel
from kairan.deliveries.models import Delivery, State
from kairan.municipalities.models import Department
from kairan.people.models import Person
from kairan.reports import events, notices, wording
from kairan.reports.actions import joining, proposing
from kairan.reports.actions.changing import change
from kairan.reports.actions.errors import NothingToUndo
from kairan.reports.actions.handling import HANDED_OVER, locked
from kairan.reports.models import Case, CaseEntry, CaseTag, DefectKind, Tag
from kairan.reports.workflow import OPEN, Status

Kind = CaseEntry.Kind
UNDOABLE = {
    Kind.STATUS, Kind.ASSIGNED, Kind.DEPARTMENT, Kind.DUE,
    Kind.PRIORITY, Kind.DEFECT, Kind.TAGS, Kind.PROPOSED,
}  # fmt: skip


def undo(*, acting: Actor, case: Case, entry_id: int, version: int | None = None) -> Case:
    """Take back one's own last change: status, assignee, department, due date, priority, defect,
    tags, a closing that was proposed, a joining or a splitting.

    Raises ``NothingToUndo`` once anything else has changed. A notice that has not left is
    cancelled; where it has, the residents read a correction.
    """
    both = CaseEntry.objects.filter(case=case, pk=entry_id, kind__in=joining.UNDOABLE).first()
    if both is not None:
        return joining.take_back(acting=acting, entry=both)
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        entry = CaseEntry.objects.filter(case=row, pk=entry_id, kind__in=UNDOABLE).first()
        mine = entry and (entry.actor_kind, entry.actor_id) == (acting.actor_kind, acting.actor_id)
        if entry is None or not mine or entry.version != row.version:
            raise NothingToUndo
        was_in = row.department_id
        _put_back(acting, row, entry)
        events.case_changed(row, was_in=was_in)
    return row


def _put_back(acting: Actor, row: Case, entry: CaseEntry) -> None:
    back = {
        "from": entry.data["to"],
        "to": entry.data["from"],
        "from_name": entry.data["to_name"],
        "to_name": entry.data["from_name"],
        "undoes": entry.pk,
    }
    match Kind(entry.kind):
        case Kind.STATUS:
            _put_back_status(acting, row, entry, back)
        case Kind.ASSIGNED:
            row.assignee = Person.objects.filter(pk=back["to"]).first()
            change(acting, row, Kind.ASSIGNED, ["assignee"], back)
        case Kind.DEPARTMENT:
            _put_back_department(acting, row, entry, back)
        case Kind.PRIORITY:
            row.priority = str(back["to"])
            change(acting, row, Kind.PRIORITY, ["priority"], back)
        case Kind.DEFECT:
            row.defect_kind = DefectKind.objects.filter(pk=back["to"]).first()
            change(acting, row, Kind.DEFECT, ["defect_kind"], back)
        case Kind.TAGS:
            _put_back_tags(acting, row, entry, back)
        case Kind.PROPOSED:
            proposing.lapse(row)
            change(acting, row, Kind.PROPOSED, ["confirm_since"], back)
        case _:
            row.due_on = date.fromisoformat(back["to"]) if back["to"] else None
            change(acting, row, Kind.DUE, ["due_on"], back)


def _put_back_department(acting: Actor, row: Case, entry: CaseEntry, back: dict[str, Any]) -> None:
    """Mails to the receiving department that have not left are cancelled."""
    row.department = Department.objects.filter(pk=back["to"]).first()
    row.assignee = Person.objects.filter(pk=entry.data.get("assignee")).first() or row.assignee
    row.viewed_at = entry.at if entry.data.get("viewed") else row.viewed_at
    row.handed_from = row.handed_at = None
    fields = ["department", "assignee", "viewed_at", "handed_from", "handed_at"]
    change(acting, row, Kind.DEPARTMENT, fields, back)
    notices.forget_waiting(row, HANDED_OVER)
    mails = Delivery.objects.filter(once__startswith=f"moved:{entry.pk}:", state=State.PLANNED)
    for mail in mails:
        cancel(acting=acting, delivery=mail)


def _put_back_tags(acting: Actor, row: Case, entry: CaseEntry, back: dict[str, Any]) -> None:
    CaseTag.objects.filter(case=row, tag__in=entry.data["added"]).delete()
    known = Tag.objects.filter(pk__in=entry.data["removed"])
    CaseTag.objects.bulk_create(
        (CaseTag(case=row, tag=tag) for tag in known), ignore_conflicts=True
    )
    back |= {"added": entry.data["removed"], "removed": entry.data["added"]}
    change(acting, row, Kind.TAGS, [], back)


def _put_back_status(acting: Actor, row: Case, entry: CaseEntry, back: dict[str, Any]) -> None:
    row.status = Status(str(back["to"]))
    row.closed_at = None if row.status in OPEN else entry.at
    row.reopened_count -= bool(entry.data.get("reopens"))
    fields = ["status", "closed_at", "reopened_count"]
    undone = change(acting, row, Kind.STATUS, fields, back, public=entry.public)
    if entry.public and not notices.taken_back(acting=acting, entry=entry):
        status = Status(row.status)
        notices.tell_words(
            acting=acting,
            case=row,
            entry=undone,
            text=lambda report: wording.correction_text(report, status),
        )
