# SPDX-License-Identifier: Apache-2.0
"""What becomes of a mail: a report, a word more about an older one, or laid aside."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.deliveries.actions import cancel, plan_mail
from kairan.deliveries.models import Delivery
from kairan.files import actions as files
from kairan.files.models import StoredFile
from kairan.intake import events
from kairan.intake.models import IncomingMail
from kairan.lib.language import speaking
from kairan.lib.plain import plain
from kairan.municipalities.links import public_link
from kairan.people.models import Person
from kairan.reports.actions import GivenPhoto, receive_from_resident
from kairan.reports.models import CaseEntry, Report, ReportPhoto
from kairan.reports.wording import receipt_text

State, Why = IncomingMail.State, IncomingMail.Why
PURPOSE = "mail_in"
# Until an answer leaves: so long a slip can be taken back.
ANSWER_WAITS = timedelta(seconds=60)
MOST_FORGOTTEN = 500
# A day longer than the drafts themselves (drafts.js).
UPLOADS_KEPT = timedelta(days=4)


class MailHandled(Exception):
    """Somebody else was faster; ``mail`` as it is now."""

    def __init__(self, mail: IncomingMail) -> None:
        super().__init__(mail.state)
        self.mail = mail


def complete(*, acting: Person, mail: IncomingMail, report: Report) -> None:
    """The report exists, in the same transaction; its writer gets one receipt, if a person wrote.

    Raises ``MailHandled`` for a mail of which something else has become.
    """
    with transaction.atomic():
        row = _locked(mail)
        if row.report_id == report.pk and row.handled_by_id == acting.pk:
            return  # the form was sent twice
        if not row.is_new:
            raise MailHandled(row)
        _close(row, acting, State.DONE, report=report)
        record(acting=acting, verb="mail_in.completed", target=row, summary=report.receipt_number)
        if row.may_answer:
            send_receipt(acting=acting, report=report, to=row.sender)
        events.mail_changed(row)


def send_receipt(*, acting: Actor, report: Report, to: str) -> None:
    """Number, department, and the page where the writer sees how it goes on. Once for a report."""
    with speaking():
        subject = _("【{number}】受け付けました").format(number=report.receipt_number)
        link = _("経過は、このページで見られます。写真や説明の追加もできます。")
    page = public_link(f"/r/{report.token}/")
    plan_mail(
        acting=acting,
        to=to,
        subject=subject,
        text=f"{_receipt(report)}\n\n{link}\n{page}",
        purpose="receipt",
        once=f"receipt-mail:{report.pk}",
        about=("report", report.pk),
    )


def _receipt(report: Report) -> str:
    with speaking():
        return receipt_text(report)


def add_to_report(*, acting: Person, mail: IncomingMail) -> CaseEntry:
    """The mail is a word more about ``mail.about``: into the thread of its case it goes.

    Raises ``MailHandled``.
    """
    with transaction.atomic():
        row = _locked(mail)
        report = row.about
        if not row.is_new or report is None:
            raise MailHandled(row)
        photos = [GivenPhoto(photo.stored) for photo in row.photos.order_by("position")]
        entry = receive_from_resident(
            acting=acting,
            case=report.case,
            report=report,
            text=f"{row.subject}\n\n{row.text}",
            photos=photos,
            source=f"mail-in:{row.pk}",
        )
        _close(row, acting, State.DONE, report=report)
        record(acting=acting, verb="mail_in.added", target=row, summary=report.receipt_number)
        events.mail_changed(row)
    return entry


def set_aside(*, acting: Person, mail: IncomingMail, why: str, answer: str = "") -> IncomingMail:
    """No report will come of it. ``answer`` goes to a person who wrote, a minute later.

    Raises ``MailHandled``.
    """
    with transaction.atomic():
        row = _locked(mail)
        if not row.is_new:
            raise MailHandled(row)
        row.why = Why(why)
        _close(row, acting, State.ASIDE)
        words = plain(answer, 5_000)
        if words and row.may_answer:
            _answer(acting, row, words)
        record(acting=acting, verb="mail_in.set_aside", target=row, summary=row.why)
        events.mail_changed(row)
    return row


def take_back(*, acting: Person, mail: IncomingMail) -> IncomingMail:
    """Back among those that wait; an answer that has not left yet is stopped.

    Raises ``MailHandled`` for one that became a report or is forgotten.
    """
    with transaction.atomic():
        row = _locked(mail)
        if not row.can_be_taken_back:
            raise MailHandled(row)
        for planned in Delivery.objects.filter(about_kind=PURPOSE, about_id=row.pk):
            cancel(acting=acting, delivery=planned)
        row.state, row.why, row.handled_at, row.handled_by = State.NEW, "", None, None
        row.save(update_fields=["state", "why", "handled_at", "handled_by"])
        record(acting=acting, verb="mail_in.taken_back", target=row)
        events.mail_changed(row)
    return row


def forget_old(*, acting: Actor, now: datetime | None = None) -> int:
    """Words, writer and photos of mails dealt with long ago; a report keeps what it took over.

    What a report's writer had erased there goes here too.
    """
    moment = now or timezone.now()
    before = moment - timedelta(days=settings.KEEP_EVENTS_DAYS)
    old = IncomingMail.objects.exclude(state=State.NEW).filter(
        Q(received_at__lt=before) | Q(report__erased_at__isnull=False), forgotten_at__isnull=True
    )
    keys = list(old.order_by("id").values_list("pk", flat=True)[:MOST_FORGOTTEN])
    for key in keys:
        _forget(acting, key, moment)
    return len(keys)


def forget_uploads(*, acting: Actor, now: datetime | None = None) -> int:
    """Photos of forms that were never sent, once their drafts are gone from the clerks' devices."""
    before = (now or timezone.now()) - UPLOADS_KEPT
    used = ReportPhoto.objects.filter(stored=OuterRef("pk"))
    left = StoredFile.objects.filter(
        ~Exists(used),
        once__startswith="intake-photo:",
        created_at__lt=before,
        state=StoredFile.State.STORED,
    )
    rows = list(left.order_by("id")[:MOST_FORGOTTEN])
    for stored in rows:
        files.erase(acting=acting, stored=stored)
    return len(rows)


def _forget(acting: Actor, key: int, moment: datetime) -> None:
    with transaction.atomic():
        row = IncomingMail.objects.select_for_update().get(pk=key)
        for photo in row.photos.select_related("stored"):
            stored = photo.stored
            photo.delete()
            if row.state == State.ASIDE:  # else the report has it
                files.erase(acting=acting, stored=stored)
        row.sender = row.sender_name = row.subject = row.text = row.sender_digest = ""
        row.left_out, row.about, row.forgotten_at = [], None, moment
        row.save(
            update_fields=[
                "sender", "sender_name", "subject", "text", "sender_digest",
                "left_out", "about", "forgotten_at",
            ]
        )  # fmt: skip


def _answer(acting: Person, row: IncomingMail, words: str) -> None:
    with speaking():
        subject = _("Re: {subject}").format(subject=row.subject or _("お問い合わせ"))
    plan_mail(
        acting=acting,
        to=row.sender,
        subject=subject,
        text=words,
        purpose=PURPOSE,
        once=f"mail-in-answer:{row.pk}:{timezone.now().timestamp():.3f}",
        about=(PURPOSE, row.pk),
        not_before=timezone.now() + ANSWER_WAITS,
    )


def _close(
    row: IncomingMail, acting: Person, state: IncomingMail.State, report: Report | None = None
) -> None:
    row.state, row.report = state, report
    row.handled_at, row.handled_by = timezone.now(), acting
    row.save(update_fields=["state", "why", "report", "handled_at", "handled_by"])


def _locked(mail: IncomingMail) -> IncomingMail:
    return IncomingMail.objects.select_for_update().get(pk=mail.pk)
