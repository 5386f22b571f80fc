# SPDX-License-Identifier: Apache-2.0
"""What was done out of doors comes in, perhaps a week late: nothing is done twice, nothing is
overwritten unasked, and nothing is lost."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.files.models import StoredFile
from kairan.people.models import Person
from kairan.reports import events, timeline, wording
from kairan.reports.actions.errors import CaseChanged, MessageMissing, Refused
from kairan.reports.actions.handling import change_status, locked, refine_position
from kairan.reports.actions.talking import add_note
from kairan.reports.models import Case, CaseEntry, Report, ReportPhoto
from kairan.reports.models.field import FieldEdit
from kairan.reports.workflow import Status

Kind, Result = FieldEdit.Kind, FieldEdit.Result
# A phone whose clock is a little fast; more than that is not believed.
FUTURE = timedelta(minutes=10)
# What is older than this is said to be old on the timeline.
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Edit:
    """What the phone says was done. ``seen``: the case's version on its screen then."""

    key: uuid.UUID
    kind: FieldEdit.Kind
    made_at: datetime
    seen: int
    text: str = ""
    to: str = ""
    longitude: float | None = None
    latitude: float | None = None
    # "before" or "after"; of photos alone.
    side: str = ""
    photo: StoredFile | None = None


def take_edit(*, acting: Person, case: Case, edit: Edit) -> FieldEdit:
    """Do it once. The same key again gives the result of the first time.

    ``result`` conflict: others changed the case after ``edit.seen``; what was meant is kept as a
    note, and the person decides on the phone. Refused: the workflow does not allow it (any more).
    """
    with transaction.atomic():
        row = locked(case, version=None, acting=acting)
        known = FieldEdit.objects.filter(key=edit.key).first()
        if known is not None:
            return known
        made_at = min(edit.made_at, timezone.now() + FUTURE)
        result, reason = _try(acting, row, edit, made_at)
        taken = FieldEdit.objects.create(
            key=edit.key,
            person=acting,
            case=row,
            kind=edit.kind,
            made_at=made_at,
            result=result,
            reason=reason[:500],
        )
        record(
            acting=acting,
            verb="case.field_edit",
            target=row,
            summary=f"{row.number} {edit.kind.label} {result.label}",
        )
    return taken


def _try(acting: Person, row: Case, edit: Edit, made_at: datetime) -> tuple[FieldEdit.Result, str]:
    try:
        with transaction.atomic():
            _do(acting, row, edit, made_at)
    except CaseChanged as changed:
        changes = "、".join(_change_of(entry) for entry in changed.entries[-3:])
        reason = _("あなたが見たあとに、{changes}。").format(changes=changes)
        _keep_as_note(acting, row, edit, made_at, reason)
        return Result.CONFLICT, reason
    except Refused as refused:
        if edit.kind == Kind.STATUS:
            _keep_as_note(acting, row, edit, made_at, refused.reason)
        return Result.REFUSED, refused.reason
    return Result.DONE, ""


def _do(acting: Person, row: Case, edit: Edit, made_at: datetime) -> None:
    match edit.kind:
        case Kind.NOTE:
            add_note(acting=acting, case=row, text=_dated(edit.text, made_at))
        case Kind.PHOTO:
            _add_photo(acting, row, edit, made_at)
        case Kind.STATUS:
            change_status(acting=acting, case=row, to=edit.to, message=edit.text, version=edit.seen)
        case Kind.POSITION:
            if edit.longitude is None or edit.latitude is None:
                raise MessageMissing
            refine_position(
                acting=acting,
                case=row,
                longitude=edit.longitude,
                latitude=edit.latitude,
                version=edit.seen,
            )


def _add_photo(acting: Person, row: Case, edit: Edit, made_at: datetime) -> None:
    report = Report.objects.filter(case=row).order_by("id").first()
    if edit.photo is None or report is None:
        raise MessageMissing
    name = _("作業前の写真") if edit.side == "before" else _("作業後の写真")
    words = _dated(f"{name} {edit.text}".strip(), made_at)
    entry = add_note(acting=acting, case=row, text=words)
    CaseEntry.objects.filter(pk=entry.pk).update(data={"side": edit.side})
    source = f"field:{edit.key}"
    ReportPhoto.objects.create(report=report, entry=entry, stored=edit.photo, source=source)


def _dated(words: str, made_at: datetime) -> str:
    """With the time of doing, where it was not just now."""
    if not words.strip() or timezone.now() - made_at < LATE:
        return words
    return _("（現場 {moment}）{words}").format(moment=wording.moment(made_at), words=words)


def _keep_as_note(acting: Person, row: Case, edit: Edit, made_at: datetime, reason: str) -> None:
    meant = {
        Kind.STATUS: _("「{status}」にする").format(
            status=Status(edit.to).label if edit.to in Status.values else edit.to
        ),
        Kind.POSITION: _("場所を直す（{latitude}, {longitude}）").format(
            latitude=edit.latitude, longitude=edit.longitude
        ),
    }.get(edit.kind, "")
    words = _("現場の入力を反映していません: {meant} {words}（{reason}）").format(
        meant=meant, words=edit.text, reason=reason
    )
    timeline.write(row, CaseEntry.Kind.NOTE, acting=acting, text=_dated(words, made_at))
    events.case_changed(row)


def _change_of(entry: CaseEntry) -> str:
    what = entry.became or entry.get_kind_display()
    return _("{name}さんが「{what}」にしました").format(name=entry.actor_name, what=what)
