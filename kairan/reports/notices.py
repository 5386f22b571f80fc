# SPDX-License-Identifier: Apache-2.0
"""Telling people: the department of what came in, the residents of what became of it.

Everything here only plans, in the caller's transaction; ``deliveries`` sends after the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from kairan.audit.actors import Actor
from kairan.deliveries.actions import cancel, erase_payloads, plan_line, plan_mail
from kairan.deliveries.models import Delivery, State
from kairan.lib.language import speaking
from kairan.lib.workdays import OfficeHours
from kairan.line import flex, messages
from kairan.people.models import Person
from kairan.reports import mailing, wording
from kairan.reports.access import who_may_handle
from kairan.reports.models import (
    Case,
    CaseEntry,
    NoticePreference,
    Report,
    ReportKind,
    ReportSettings,
    WaitingNotice,
)
from kairan.reports.workflow import CLOSED, Status
from kairan.residents.models import Friend
from kairan.residents.queries import friends_of

Mode = NoticePreference.Mode
ClosedHours = ReportKind.ClosedHours
PURPOSE_STAFF = "case_staff"
PURPOSE_RESIDENT = "case"
ABOUT_CASE = "case"
ABOUT_ENTRY = "case_entry"
# What comes back when a resident taps a button of ours, with the case's id behind it.
REPLY_DATA = "case:reply:"
REOPEN_DATA = "case:reopen:"

_TONES: dict[Status, flex.Tone] = {
    Status.RECEIVED: "calm",
    Status.UNDER_REVIEW: "active",
    Status.IN_PROGRESS: "active",
    Status.RESOLVED: "done",
    Status.NO_ACTION: "done",
    Status.REFERRED: "warning",
}


# ── the department ──


@dataclass(frozen=True)
class Recipient:
    address: str
    mode: Mode


@dataclass(frozen=True)
class Knowing:
    """Whom to tell of a case, and the hours of the town hall."""

    recipients: Sequence[Recipient]
    hours: OfficeHours


def when_to_tell(
    mode: Mode, rule: ClosedHours, now: datetime, hours: OfficeHours
) -> datetime | None:
    """None: a mail of its own, now. Else when the collected mail leaves. ``now`` is local."""
    if mode == Mode.DIGEST:
        return hours.next_opening(now)
    if rule == ClosedHours.AT_ONCE or hours.is_open(now):
        return None
    return hours.next_opening(now)


def local_now() -> datetime:
    return timezone.localtime()


def tell_department(
    *,
    acting: Actor,
    case: Case,
    what: StrOrPromise,
    once: str,
    collect: bool = False,
    known: Knowing | None = None,
) -> None:
    """Mail everybody who wants to know that something came in, each in their own way.

    ``collect``: one of many of the same kind, so that one mail shall hold them all.
    ``known``: what has been looked up already, before a lock was taken.

    ``what``: 「新しい通報」, not yet in any language. The town hall's hours and the kind's rule
    decide what waits.
    """
    now = local_now()
    known = known or whom_to_tell(case)
    hours = known.hours
    rule = ClosedHours(case.kind.closed_hours)
    subject, text = _mail(case, what)
    send = partial(
        plan_mail,
        acting=acting,
        subject=subject,
        text=text,
        purpose=PURPOSE_STAFF,
        about=(ABOUT_CASE, case.pk),
    )
    for recipient in known.recipients:
        due_at = when_to_tell(recipient.mode, rule, now, hours) or (now if collect else None)
        if due_at is None:
            send(to=recipient.address, once=f"{once}:{recipient.address}")
        else:
            WaitingNotice.objects.create(
                address=recipient.address, case=case, summary=subject[:200], due_at=due_at
            )
    if rule == ClosedHours.DUTY and not hours.is_open(now):
        send(to=case.kind.duty_email, once=f"{once}:duty:{case.kind.duty_email}")


def whom_to_tell(case: Case, hours: OfficeHours | None = None) -> Knowing:
    """Reads only; the case need not have been written yet."""
    return Knowing(recipients(case), hours or office_hours())


def forget_waiting(case: Case, what: StrOrPromise) -> None:
    """What would have been said in a collected mail has not happened after all."""
    subject, _text = _mail(case, what)
    WaitingNotice.objects.filter(case=case, sent_at=None, summary=subject[:200]).delete()


def office_hours() -> OfficeHours:
    row = ReportSettings.objects.first()
    return row.hours if row else OfficeHours()


def recipients(case: Case) -> list[Recipient]:
    """Who is told of a case: its assignee alone when there is one, else its department.

    The department's own address always. A person as they chose for the kind; who chose nothing
    hears at once when the case is theirs, or when their department has no address of its own.
    """
    if case.assignee is not None and case.assignee.is_active:
        return _wanted([case.assignee], case, Mode.AT_ONCE)
    shared = case.department.email if case.department else ""
    direct, others = who_may_handle(case.department)
    told = [Recipient(shared, Mode.AT_ONCE)] if shared else []
    told += _wanted(direct, case, Mode.NONE if shared else Mode.AT_ONCE)
    told += _wanted(others, case, Mode.NONE)
    return list({recipient.address: recipient for recipient in reversed(told)}.values())


def _wanted(persons: list[Person], case: Case, default: Mode) -> list[Recipient]:
    chosen: dict[int, NoticePreference] = {}
    rows = NoticePreference.objects.filter(person__in=persons, kind__in=[case.kind_id])
    general = NoticePreference.objects.filter(person__in=persons, kind=None)
    for preference in [*general, *rows]:
        chosen[preference.person_id] = preference
    modes = [(p, Mode(chosen[p.pk].mode) if p.pk in chosen else default) for p in persons]
    return [Recipient(person.email, mode) for person, mode in modes if mode != Mode.NONE]


def _mail(case: Case, what: StrOrPromise) -> tuple[str, str]:
    """Subject and text, with no word of the resident's own: mail is not where the town keeps them.

    The town's language: an address may be a whole department's, the request a resident's.
    """
    with speaking():
        return _subject(case, what), _mail_text(case, what)


def _subject(case: Case, what: StrOrPromise) -> str:
    return _("【{what}】{number} {kind}").format(what=what, number=case.number, kind=case.kind.name)


def _mail_text(case: Case, what: StrOrPromise) -> str:
    due = wording.day(case.due_on) if case.due_on else _("なし")
    lines = [
        f"{what}: {case.number} {case.kind.name}",
        _("場所: {place}").format(place=place_of(case)),
        _("受付: {moment}").format(moment=wording.moment(case.opened_at)),
        _("期限: {day}").format(day=due),
        "",
        wording.case_url(case),
    ]
    return "\n".join(lines)


def place_of(case: Case) -> str:
    return case.place or _("不明")


def send_waiting(*, acting: Actor, now: datetime | None = None) -> int:
    """One mail to each address for all that has waited long enough; returns how many mails."""
    with transaction.atomic():
        due = (
            WaitingNotice.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("case__kind", "case__area")
            .filter(sent_at=None, due_at__lte=now or timezone.now())
            .order_by("address", "id")
        )
        by_address: dict[str, list[WaitingNotice]] = {}
        for notice in due:
            by_address.setdefault(notice.address, []).append(notice)
        for address, waiting in by_address.items():
            _plan_collected(acting, address, waiting)
        sent = [notice.pk for waiting in by_address.values() for notice in waiting]
        WaitingNotice.objects.filter(pk__in=sent).update(sent_at=now or timezone.now())
    return len(by_address)


def _plan_collected(acting: Actor, address: str, waiting: list[WaitingNotice]) -> None:
    blocks = [
        f"{n.summary}\n{_('場所')}: {place_of(n.case)}\n{wording.case_url(n.case)}" for n in waiting
    ]
    plan_mail(
        acting=acting,
        to=address,
        subject=_("通報のまとめ（{count}件）").format(count=len(waiting)),
        text="\n\n".join(blocks),
        purpose=PURPOSE_STAFF,
        once=_collected(waiting[-1].pk, address),
    )


def _collected(last: int, address: str) -> str:
    """Names the mail whose last line that notice is."""
    return f"collected:{last}:{address}"


def forget_mails(case: Case) -> None:
    """The mails to its department, those that told of other cases too: each says where it is."""
    erase_payloads(about=(ABOUT_CASE, case.pk))
    sent = WaitingNotice.objects.filter(case=case).exclude(sent_at=None)
    for address, moment in sent.values_list("address", "sent_at").distinct():
        together = WaitingNotice.objects.filter(address=address, sent_at=moment)
        last = together.aggregate(last=Max("id"))["last"]
        mails = Delivery.objects.filter(once=_collected(last, address))
        erase_payloads(ids=mails.values_list("pk", flat=True))


# ── the residents ──


def tell_status(*, acting: Actor, case: Case, entry: CaseEntry, message: wording.Said) -> int:
    """All residents of the case read its new status; returns how many are told."""
    status = Status(case.status)

    def shown(report: Report) -> list[messages.Message]:
        return status_messages(report, status, message.to_reader(report))

    return _tell(acting, case, entry, shown)


def status_messages(report: Report, status: Status, message: str) -> list[messages.Message]:
    """What LINE gets for a new status, in the language that is spoken."""
    return [_bubble(report, status, wording.status_text(report, status, message), message)]


def word_messages(report: Report, text: str) -> list[messages.Message]:
    return messages.with_quick_replies(messages.texts(text), [_reply_action(report.case_id)])


def tell_words(
    *, acting: Actor, case: Case, entry: CaseEntry, text: Callable[[Report], str]
) -> int:
    """All residents of the case read a text; returns how many are told."""

    def shown(report: Report) -> list[messages.Message]:
        return word_messages(report, text(report))

    return _tell(acting, case, entry, shown)


def reachable(case: Case) -> dict[int, tuple[Report, Friend]]:
    """For each resident who can be written to: their latest report in the case, and where."""
    found: dict[int, tuple[Report, Friend]] = {}
    reports = Report.objects.filter(case=case, resident__isnull=False)
    for report in reports.select_related("kind", "resident").order_by("id"):
        if report.resident and (friend := friends_of(report.resident).first()):
            found[report.resident.pk] = (report, friend)
    return found


def _tell(
    acting: Actor,
    case: Case,
    entry: CaseEntry,
    shown: Callable[[Report], list[messages.Message]],
) -> int:
    """``shown`` is asked in each resident's language, not in that of the clerk who acts."""
    told = reachable(case)
    for report, friend in told.values():
        report.case = case
        _tell_friend(acting, report, friend, entry, shown)
    mailed = mailing.tell(acting=acting, case=case, entry=entry, shown=shown)
    return len(told) + _besides(told, mailed)


def _besides(told: dict[int, tuple[Report, Friend]], mailed: Sequence[Report]) -> int:
    """Who hears by mail alone."""
    return sum(report.resident_id not in told for report in mailed)


def count_reachable(case: Case) -> int:
    """How many residents would be told now, by LINE or by mail."""
    told = reachable(case)
    return len(told) + _besides(told, [report for report, _contact in mailing.readers(case)])


def taken_back(*, acting: Actor, entry: CaseEntry) -> bool:
    """Cancels what waits of the entry's notices; whether nobody has read any."""
    sent = Delivery.objects.filter(about_kind=ABOUT_ENTRY, about_id=entry.pk)
    stopped = [cancel(acting=acting, delivery=one) for one in sent.filter(state=State.PLANNED)]
    return all(stopped) and not sent.exclude(state=State.CANCELLED).exists()


def tell_one(
    *, acting: Actor, report: Report, entry: CaseEntry, text: Callable[[Report], str]
) -> bool:
    """The resident of one report alone reads a text; whether there is a way to them."""

    def shown(told: Report) -> list[messages.Message]:
        return word_messages(told, text(told))

    mailed = mailing.tell_one(acting=acting, report=report, entry=entry, shown=shown)
    friend = friends_of(report.resident).first() if report.resident else None
    if friend is not None:
        _tell_friend(acting, report, friend, entry, shown)
    return mailed or friend is not None


def _tell_friend(
    acting: Actor,
    report: Report,
    friend: Friend,
    entry: CaseEntry,
    shown: Callable[[Report], list[messages.Message]],
) -> None:
    with speaking(report.resident.language if report.resident else ""):
        said = shown(report)
    plan_line(
        acting=acting,
        channel_id=friend.channel_id,
        user_id=friend.user_id,
        messages=said,
        purpose=PURPOSE_RESIDENT,
        once=f"case-entry:{entry.pk}:{report.pk}",
        about=(ABOUT_ENTRY, entry.pk),
    )


def _bubble(report: Report, status: Status, words: str, message: str) -> messages.Message:
    actions = [_reply_action(report.case_id)]
    if status in CLOSED:
        data = f"{REOPEN_DATA}{report.case_id}"
        said = _("直っていません")
        actions.insert(0, messages.postback(said, data, display_text=said))
    bubble = flex.status_bubble(
        tone=_TONES[status],
        heading=f"{report.receipt_number} {report.kind.name}",
        status=str(status.label),
        note=message or words.split("\n", 1)[0],
        actions=actions,
    )
    return messages.flex(words, bubble)


def _reply_action(case_id: int) -> messages.Action:
    said = _("返信する")
    return messages.postback(said, f"{REPLY_DATA}{case_id}", display_text=said)
