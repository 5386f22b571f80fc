# SPDX-License-Identifier: Apache-2.0
"""Promised calls: asked for, made, and taken back as not made after all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.lib.language import speaking
from kairan.lib.plain import plain
from kairan.people.models import Person
from kairan.reports import events, timeline
from kairan.reports.models import CallBack, CaseEntry, Report
from kairan.reports.models.callbacks import MAX_NOTE_LENGTH


def ask_for_call_back(
    *, acting: Person, report: Report, due_at: datetime | None = None, note: str = ""
) -> CallBack:
    """One that waits for each report: asking again changes its time and its note."""
    with transaction.atomic():
        waiting = CallBack.objects.select_for_update().waiting().filter(report=report).first()
        row = waiting or CallBack(report=report)
        row.due_at, row.note = due_at, plain(note, MAX_NOTE_LENGTH).replace("\n", " ")
        row.save()
        record(
            acting=acting,
            verb="call_back.asked",
            target=row,
            summary=report.receipt_number,
            changes={"due_at": (None, str(due_at or ""))},
        )
        events.case_changed(report.case)
    return row


def finish_call_back(*, acting: Person, call_back: CallBack) -> CallBack:
    """The call was made. Again: does nothing."""
    with transaction.atomic():
        row = _locked(call_back)
        if row.done_at is not None:
            return row
        row.done_at, row.done_by = timezone.now(), acting
        row.save(update_fields=["done_at", "done_by"])
        with speaking():  # for the staff
            words = _("折り返しの電話をしました。")
        _note(acting, row, words)
        record(acting=acting, verb="call_back.done", target=row)
    return row


def renew_call_back(*, acting: Person, call_back: CallBack) -> CallBack:
    """It was not made after all: it waits again."""
    with transaction.atomic():
        row = _locked(call_back)
        if row.done_at is None:
            return row
        row.done_at = row.done_by = None
        row.save(update_fields=["done_at", "done_by"])
        with speaking():
            words = _("折り返しの電話は、まだでした。")
        _note(acting, row, words)
        record(acting=acting, verb="call_back.renewed", target=row)
    return row


def _note(acting: Person, row: CallBack, words: str) -> None:
    case = row.report.case
    timeline.write(case, CaseEntry.Kind.NOTE, acting=acting, text=words, report=row.report)
    events.case_changed(case)


def _locked(call_back: CallBack) -> CallBack:
    rows = CallBack.objects.select_for_update(of=("self",)).select_related("report__case__kind")
    return rows.get(pk=call_back.pk)
