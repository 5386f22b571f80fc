# SPDX-License-Identifier: Apache-2.0
"""Words to and fro: notes among staff, messages with the residents, and what they take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.files import actions as files
from kairan.lib.language import speaking
from kairan.lib.plain import plain
from kairan.reports import events, notices, search, timeline, wording
from kairan.reports.actions.errors import MessageMissing, NobodyReachable
from kairan.reports.actions.handling import locked
from kairan.reports.actions.submitting import Answer, GivenPhoto, headline
from kairan.reports.models import Case, CaseEntry, Report, ReportPhoto
from kairan.reports.models.cases import MAX_TEXT_LENGTH
from kairan.reports.workflow import REOPENED_BY_RESIDENT, Status
from kairan.residents.models import Resident

Kind = CaseEntry.Kind


def add_note(*, acting: Actor, case: Case, text: str) -> CaseEntry:
    """For staff alone. Adds and changes nothing, so it never conflicts."""
    words = plain(text, MAX_TEXT_LENGTH)
    if not words:
        raise MessageMissing
    with transaction.atomic():
        row = locked(case, version=None, acting=acting)
        entry = timeline.write(row, Kind.NOTE, acting=acting, text=words)
        search.renew(row)
        record(acting=acting, verb="case.noted", target=row, summary=row.number)
        events.case_changed(row)
    return entry


def write_to_resident(
    *, acting: Actor, case: Case, text: str, texts: Mapping[str, str] | None = None
) -> CaseEntry:
    """To all residents of the case, each in the nearest of the languages that ``texts`` has beside
    Japanese. Placeholders are filled. Raises ``MessageMissing``, ``NobodyReachable``.
    """
    words = plain(text, MAX_TEXT_LENGTH)
    if not words:
        raise MessageMissing
    said = wording.Said(words, texts or {})
    with transaction.atomic():
        row = locked(case, version=None, acting=acting)
        others = said.in_languages(row)
        entry = timeline.write(
            row,
            Kind.MESSAGE_OUT,
            acting=acting,
            text=said.to(row),
            data={"texts": others} if others else {},
            public=True,
        )
        told = notices.tell_words(
            acting=acting,
            case=row,
            entry=entry,
            text=lambda report: wording.message_text(report, said.to_reader(report)),
        )
        if not told:
            raise NobodyReachable
        row.waiting_since = None
        row.first_answered_at = row.first_answered_at or timezone.now()
        row.save(update_fields=["waiting_since", "first_answered_at"])
        search.renew(row)
        record(acting=acting, verb="case.message_out", target=row, summary=row.number)
        events.case_changed(row)
    return entry


def receive_from_resident(
    *,
    acting: Actor,
    case: Case,
    report: Report | None = None,
    text: str = "",
    photos: Sequence[GivenPhoto] = (),
    source: str = "",
) -> CaseEntry:
    """What a resident adds later. The same ``source`` again gives the entry of the first time.

    ``report``: theirs, for a case joined from several. Staff who have the case open are told
    before they change it (the version moves).
    """
    words = plain(text, MAX_TEXT_LENGTH)
    if not words and not photos:
        raise MessageMissing
    with transaction.atomic():
        row = locked(case, version=None, acting=acting)
        known = CaseEntry.objects.filter(case=row, source=source, kind=Kind.MESSAGE_IN).first()
        if source and known is not None:
            return known
        report = report or _report_of(row, acting)
        row.version += 1
        row.waiting_since = row.waiting_since or timezone.now()
        row.save(update_fields=["version", "waiting_since"])
        entry = timeline.write(
            row,
            Kind.MESSAGE_IN,
            acting=acting,
            text=words,
            public=True,
            report=report,
            source=source,
        )
        ReportPhoto.objects.bulk_create(
            ReportPhoto(report=report, entry=entry, stored=photo.stored, source=photo.source)
            for photo in photos
        )
        _heard(acting, row, entry, gettext_lazy("通報者から連絡"))
    return entry


def reopen(*, acting: Actor, case: Case, reason: str = "", source: str = "") -> Case:
    """「直っていません」: a closed case is open again and its department is told.

    An open case stays as it is; what was said is kept as a message.
    """
    with transaction.atomic():
        row = locked(case, version=None, acting=acting)
        if row.is_open:
            with speaking():  # for the staff
                words = reason.strip() or _("直っていません")
            receive_from_resident(acting=acting, case=row, text=words, source=source)
            return locked(case, version=None, acting=acting)
        old, row.status = Status(row.status), REOPENED_BY_RESIDENT
        now = timezone.now()
        row.closed_at, row.viewed_at, row.waiting_since = None, None, now
        row.reopened_count += 1
        row.version += 1
        row.due_on = row.kind.due_on(timezone.localdate(now), notices.office_hours())
        row.escalated_at, row.escalation = None, 0
        row.save(
            update_fields=[
                "status", "closed_at", "viewed_at", "waiting_since",
                "reopened_count", "version", "due_on",
                "escalated_at", "escalation",
            ]
        )  # fmt: skip
        entry = timeline.write(
            row,
            Kind.REOPENED,
            acting=acting,
            text=plain(reason, MAX_TEXT_LENGTH),
            data=timeline.exchange_status(old, REOPENED_BY_RESIDENT),
            public=True,
            report=_report_of(row, acting),
            source=source,
        )
        _heard(acting, row, entry, gettext_lazy("再開の申し出"))
    return row


def withdraw_message(*, acting: Actor, resident: Resident, source: str) -> int:
    """The resident took a message back: our copy of its words, photo or position goes.

    Returns in how many places it stood. Each case's timeline says that something was withdrawn,
    not what. Again: does nothing.
    """
    if not source:
        return 0
    with transaction.atomic():
        gone = _withdraw_photos(acting, resident, source)
        gone += _withdraw_words(acting, resident, source)
        for report in Report.objects.select_related("case", "kind").filter(resident=resident):
            gone += _withdraw_from(acting, report, source)
    return gone


def erase_photo(*, acting: Actor, photo: ReportPhoto, reason: str = "") -> None:
    """The picture goes for good (somebody's face, a wrong picture); the timeline says so."""
    with transaction.atomic():
        row = locked(photo.report.case, version=None, acting=acting)
        stored = photo.stored
        photo.delete()
        files.erase(acting=acting, stored=stored)
        timeline.write(row, Kind.ERASED, acting=acting, text=reason, data={"what": "photo"})
        record(acting=acting, verb="case.photo_erased", target=row, summary=row.number)
        events.case_changed(row)


def _report_of(case: Case, acting: Actor) -> Report:
    """The acting resident's own report in the case, else the one that opened it."""
    reports = Report.objects.filter(case=case).order_by("id")
    if acting.actor_kind == "resident" and acting.actor_id is not None:
        own = reports.filter(resident_id=acting.actor_id).last()
        if own is not None:
            return own
    return reports.first() or Report.objects.none().get()


def _heard(acting: Actor, row: Case, entry: CaseEntry, what: StrOrPromise) -> None:
    search.renew(row)
    record(acting=acting, verb=f"case.{entry.kind}", target=row, summary=row.number)
    notices.tell_department(acting=acting, case=row, what=what, once=f"heard:{entry.pk}")
    events.case_changed(row)


def _withdraw_photos(acting: Actor, resident: Resident, source: str) -> int:
    photos = ReportPhoto.objects.select_related("report__case", "stored").filter(
        source=source, report__resident=resident
    )
    for photo in photos:
        with speaking():  # for the staff
            reason = _("通報者が送信を取り消しました。")
        erase_photo(acting=acting, photo=photo, reason=reason)
    return len(photos)


def _withdraw_words(acting: Actor, resident: Resident, source: str) -> int:
    entries = CaseEntry.objects.select_related("case").filter(
        source=source, report__resident=resident
    )
    told = list(entries.exclude(text=""))
    for entry in told:
        CaseEntry.objects.filter(pk=entry.pk).update(text="")
        _say_withdrawn(acting, entry.case, what="message")
    return len(told)


def _withdraw_from(acting: Actor, report: Report, source: str) -> int:
    """Empty what the message said in the report itself, and what the case had from it."""
    fields = _emptied(report, source)
    if not fields:
        return 0
    row = locked(report.case, version=None, acting=acting)
    report.erased_at = timezone.now()
    report.save(update_fields=[*fields, "erased_at"])
    # The case that it opened, be it joined into another by now; none where it was added to one.
    here = Q(pk=row.pk) | Q(joined_into=row)
    for opened in Case.objects.select_for_update().filter(here, number=report.receipt_number):
        _withdraw_facts(opened, report, fields)
    _say_withdrawn(acting, row, what="report")
    return 1


def _withdraw_facts(case: Case, report: Report, fields: list[str]) -> None:
    answers = [Answer(**answer) for answer in report.answers]
    case.title = headline(report.kind, report.text, answers)
    if "longitude" in fields and not _was_refined(case):
        case.longitude = case.latitude = case.area = None
    if "address" in fields and not _was_refined(case):
        case.address = ""
    case.save(update_fields=["title", "longitude", "latitude", "area", "address"])
    search.renew(case)


def _emptied(report: Report, source: str) -> list[str]:
    """Names of the report's fields that this empties in memory."""
    fields: list[str] = []
    if report.sources.get("text") == source and report.text:
        report.text = ""
        fields.append("text")
    placed = report.position_source or report.address
    if report.sources.get("position") == source and placed:
        report.longitude = report.latitude = report.accuracy = None
        report.address = report.position_source = ""
        report.areas = []
        fields += ["longitude", "latitude", "accuracy", "address", "position_source", "areas"]
    if any(a["source"] == source and a["answer"] for a in report.answers):
        report.answers = [
            {**a, "answer": "" if a["source"] == source else a["answer"]} for a in report.answers
        ]
        fields.append("answers")
    return fields


def _was_refined(case: Case) -> bool:
    return CaseEntry.objects.filter(case=case, kind=Kind.POSITION).exists()


def _say_withdrawn(acting: Actor, case: Case, *, what: str) -> None:
    row = locked(case, version=None, acting=acting)
    row.version += 1
    row.save(update_fields=["version"])
    timeline.write(row, Kind.ERASED, acting=acting, data={"what": what})
    search.renew(row)
    record(acting=acting, verb="case.message_withdrawn", target=row, summary=row.number)
    events.case_changed(row)
