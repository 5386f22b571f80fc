# SPDX-License-Identifier: Apache-2.0
"""Erasing what people told us. What stays: that there was a case, of which kind, where in the
town, when, how it ended; and that it was erased."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.deliveries.actions import erase_payloads
from kairan.files import actions as files
from kairan.lib.plain import plain
from kairan.people.models import Person
from kairan.reports import events, mailing, notices, search, timeline
from kairan.reports.actions.errors import Refused
from kairan.reports.actions.handling import locked
from kairan.reports.actions.showing import forget_shown
from kairan.reports.handover_text import payload_of
from kairan.reports.models import (
    CallBack,
    Case,
    CaseEntry,
    ClosingProposal,
    Erasure,
    ErasureRequest,
    Handover,
    KeepingRule,
    Part,
    Report,
    ReportKind,
    ReportPhoto,
)
from kairan.reports.models.keeping import MAX_WORDS_LENGTH
from kairan.residents.actions import keep_contact
from kairan.residents.queries import contact_about

Kind = CaseEntry.Kind
Why = Erasure.Why


class ReasonMissing(Refused):
    def __init__(self) -> None:
        super().__init__(_("理由を書いてください。"))


class AlreadyDecided(Refused):
    def __init__(self) -> None:
        super().__init__(_("この求めは、ほかの人がもう決めました。"))


class StillOpen(Refused):
    def __init__(self) -> None:
        super().__init__(_("対応中の案件のすべては消せません。先に対応を終えてください。"))


def set_keeping(
    *,
    acting: Actor,
    kind: ReportKind,
    contact_days: int | None,
    photo_days: int | None,
    all_days: int | None,
) -> KeepingRule:
    """Days after closing; None keeps. It counts for cases that are closed already, too."""
    with transaction.atomic():
        row = KeepingRule.objects.select_for_update().filter(kind=kind).first()
        row = row or KeepingRule(kind=kind)
        old = [row.contact_days, row.photo_days, row.all_days]
        new = [contact_days, photo_days, all_days]
        if old == new and row.pk:
            return row
        row.contact_days, row.photo_days, row.all_days = new
        row.save()
        record(
            acting=acting,
            verb="keeping.set",
            target=row,
            summary=kind.name,
            changes={"days": (old, new)},
        )
    return row


def erase_case(*, acting: Actor, case: Case, part: Part, why: Why, reason: str = "") -> Case:
    """A part of the whole case goes. Erasing twice does nothing.

    Raises ``StillOpen`` for everything of a case that is being worked on, and ``ReasonMissing``
    when staff give no reason.
    """
    words = plain(reason, MAX_WORDS_LENGTH)
    if why == Why.STAFF and not words:
        raise ReasonMissing
    with transaction.atomic():
        row = locked(case, version=None, acting=acting)
        if part == Part.ALL and row.is_open:
            raise StillOpen
        if is_erased(row, part):
            return row
        reports = list(Report.objects.filter(case=row).select_related("case").order_by("id"))
        _erase_parts(acting, reports, part)
        if part == Part.ALL:
            for one in (row, *row.joined.all()):
                _empty_entries(CaseEntry.objects.filter(case=one))
                _empty_case(one)
        _note(acting, row, part, why, words)
    return row


def ask_erasure(*, acting: Actor, report: Report, words: str = "") -> ErasureRequest:
    """The resident, or a clerk for somebody on the phone, asks that a report be forgotten.

    The contact details go at once; a person decides about the rest. Asking twice is once.
    """
    with transaction.atomic():
        row = locked(report.case, version=None, acting=acting)
        known = ErasureRequest.objects.waiting().filter(report=report).first()
        if known is not None:
            return known
        asked = ErasureRequest.objects.create(
            report=report, words=plain(words, MAX_WORDS_LENGTH), asked_by=acting.actor_name
        )
        _erase_contact(acting, [report])
        entry = timeline.write(
            row, Kind.ERASED, acting=acting, report=report, data={"what": "asked"}
        )
        record(acting=acting, verb="erasure.asked", target=report, summary=report.receipt_number)
        what = gettext_lazy("消去の求め")
        notices.tell_department(acting=acting, case=row, what=what, once=f"erasure:{entry.pk}")
        events.case_changed(row)
    return asked


def grant_erasure(*, acting: Person, asked: ErasureRequest) -> None:
    """The report goes; its resident reads so. Others who told of the same case keep theirs.

    Raises ``AlreadyDecided``, and ``StillOpen`` while the town still works on it.
    """
    with transaction.atomic():
        report, row = _undecided(acting, asked)
        if row.is_open:
            raise StillOpen
        alone = not Report.objects.filter(case=row).exclude(pk=report.pk).exists()
        _erase_parts(acting, [report], Part.ALL, keep_link=True)
        for one in (row, *row.joined.all()):
            whole = alone or _was_alone_in(one, report)
            entries = CaseEntry.objects.filter(case=one)
            _empty_entries(entries if whole else entries.filter(report=report))
            if whole:
                _empty_case(one)
        if not alone:
            _forget_words(report, row)
        entry = _note(acting, row, Part.ALL, Why.RESIDENT, "", None if alone else report)
        _tell(acting, report, entry)
        _cut_link(report)
        _decide(acting, asked, ErasureRequest.Decision.ERASED)


def refuse_erasure(*, acting: Person, asked: ErasureRequest, reason: str) -> None:
    """The law, or other people's rights, ask for keeping it. Raises ``ReasonMissing``,
    ``AlreadyDecided``."""
    words = plain(reason, MAX_WORDS_LENGTH)
    if not words:
        raise ReasonMissing
    with transaction.atomic():
        report, row = _undecided(acting, asked)
        _decide(acting, asked, ErasureRequest.Decision.REFUSED, words)
        entry = timeline.write(
            row,
            Kind.MESSAGE_OUT,
            acting=acting,
            report=report,
            public=True,
            text=_("通報の消去には応じられません。理由: {reason}").format(reason=words),
        )
        _tell(acting, report, entry)


def is_erased(case: Case, part: Part) -> bool:
    parts = {part, Part.ALL}
    return Erasure.objects.filter(case=case, report=None, part__in=parts).exists()


def _undecided(acting: Actor, asked: ErasureRequest) -> tuple[Report, Case]:
    row = locked(asked.report.case, version=None, acting=acting)
    current = ErasureRequest.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if current.decided_at is not None:
        raise AlreadyDecided
    return Report.objects.select_related("resident", "kind", "case").get(pk=asked.report_id), row


def _decide(
    acting: Person, asked: ErasureRequest, decision: ErasureRequest.Decision, reason: str = ""
) -> None:
    asked.decided_at, asked.decided_by = timezone.now(), acting
    asked.decision, asked.reason = decision, reason
    # What they wrote when they asked is about them, too.
    asked.words = "" if decision == ErasureRequest.Decision.ERASED else asked.words
    asked.save(update_fields=["decided_at", "decided_by", "decision", "reason", "words"])
    record(acting=acting, verb=f"erasure.{decision.value}", target=asked.report)


def _tell(acting: Actor, report: Report, entry: CaseEntry) -> None:
    """This report's resident alone."""

    def text(told: Report) -> str:
        words = entry.text or _("お求めのとおり、通報の内容を消去しました。")
        return f"{told.receipt_number} {words}"

    notices.tell_one(acting=acting, report=report, entry=entry, text=text)


def _erase_parts(
    acting: Actor, reports: list[Report], part: Part, *, keep_link: bool = False
) -> None:
    if part in {Part.CONTACT, Part.ALL}:
        _erase_contact(acting, reports)
    if part in {Part.PHOTOS, Part.ALL}:
        for case in {report.case for report in reports}:
            forget_shown(acting=acting, case=case, photos_alone=part == Part.PHOTOS)
        _erase_photos(acting, reports)
    if part == Part.ALL:
        for report in reports:
            _empty_report(report)
            if not keep_link:
                _cut_link(report)


def _was_alone_in(case: Case, report: Report) -> bool:
    """Of a joined case: whether nobody else had told of it before."""
    joined = CaseEntry.objects.filter(case=case, kind=Kind.JOINED).order_by("-id").first()
    if case.joined_into_id is None or joined is None:
        return False
    return bool(joined.data["reports"] == [report.pk])


def _erase_contact(acting: Actor, reports: Iterable[Report]) -> None:
    for report in reports:
        mailing.forget(report)
        for run_key in {report.run_key, None}:
            keep_contact(acting=acting, about=contact_about(run_key=run_key, report_id=report.pk))
        CallBack.objects.filter(report=report).exclude(note="").update(note="")


def _erase_photos(acting: Actor, reports: Iterable[Report]) -> None:
    photos = ReportPhoto.objects.select_related("stored").filter(report__in=list(reports))
    for photo in photos.order_by("id"):
        photo.delete()
        files.erase(acting=acting, stored=photo.stored)


def _empty_report(report: Report) -> None:
    """The database lets a report be emptied, and nothing else."""
    report.text = report.address = report.position_source = ""
    report.longitude = report.latitude = report.accuracy = None
    report.areas, report.sources = [], {}
    report.answers = [{**answer, "answer": ""} for answer in report.answers]
    report.erased_at = timezone.now()
    report.save(
        update_fields=[
            "text", "address", "position_source", "longitude", "latitude", "accuracy",
            "areas", "sources", "answers", "erased_at",
        ]
    )  # fmt: skip


def _cut_link(report: Report) -> None:
    """Nobody can tell any more whose it was."""
    report.resident = None
    report.save(update_fields=["resident"])


def _empty_entries(entries: Iterable[CaseEntry]) -> None:
    for entry in entries:
        erase_payloads(about=(notices.ABOUT_ENTRY, entry.pk))
        placed = entry.kind == Kind.POSITION
        if entry.text or entry.source or placed:
            data = {} if placed else entry.data
            name = entry.actor_name if entry.actor_kind == "person" else ""
            CaseEntry.objects.filter(pk=entry.pk).update(
                text="", source="", data=data, actor_name=name
            )


def _empty_case(row: Case) -> None:
    """Kind, department, area, status and times stay, for the town's figures."""
    row.title = row.kind.name
    row.address = ""
    row.longitude = row.latitude = None
    row.save(update_fields=["title", "address", "longitude", "latitude"])
    search.renew(row)
    notices.forget_mails(row)
    Handover.objects.filter(case=row).update(payload={}, remote_notes="")
    ClosingProposal.objects.filter(case=row).update(message="", texts={})
    ErasureRequest.objects.filter(report__case=row).update(words="")


def _forget_words(report: Report, row: Case) -> None:
    """What the case that this report opened, now or before it was joined, has from its words."""
    opened = Case.objects.filter(Q(pk=row.pk) | Q(joined_into=row), number=report.receipt_number)
    for case in opened.select_related("kind"):
        case.title, case.address = case.kind.name, ""
        case.save(update_fields=["title", "address"])
        search.renew(case)
        notices.forget_mails(case)
    kept = Handover.objects.filter(Q(case=row) | Q(case__joined_into=row)).exclude(payload={})
    for handover in kept.select_related("case__kind", "case__department", "case__area"):
        handover.payload = payload_of(handover.case)  # of those who did not ask for it
        handover.save(update_fields=["payload"])
    search.renew(Case.objects.select_related("kind").get(pk=row.pk))


def _note(
    acting: Actor, row: Case, part: Part, why: Why, words: str, report: Report | None = None
) -> CaseEntry:
    Erasure.objects.create(
        case=row,
        report=report,
        part=part,
        why=why,
        actor_kind=acting.actor_kind,
        actor_id=acting.actor_id,
        actor_name=acting.actor_name,
    )
    entry = timeline.write(
        row, Kind.ERASED, acting=acting, text=words, data={"what": part.value, "why": why.value}
    )
    record(acting=acting, verb="case.erased", target=row, summary=f"{row.number} {part.label}")
    events.case_changed(row)
    return entry
