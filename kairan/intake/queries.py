# SPDX-License-Identifier: Apache-2.0
"""What the pages of this room need, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.intake import guessing
from kairan.intake.models import IncomingMail, IncomingPhoto
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports.access import visible_cases
from kairan.reports.models import AnswerTemplate, Authority, CallBack, Case, Report
from kairan.reports.similar import Similar, similar_cases
from kairan.reports.waiting import Waiting
from kairan.residents.models import ContactDetails
from kairan.residents.queries import contact_about
from kairan.scenarios.definition import Definition, End, ReportResult
from kairan.scenarios.models import Scenario
from kairan.scenarios.queries import definition_of

MOST_SIMILAR = 5
NEWEST_LOOKED_THROUGH = 3_000
PAGE = 50


@dataclass(frozen=True)
class Kind:
    """What can be reported, as the chooser shows it; ``sign`` is the key to press."""

    key: str
    title: str
    sign: str


SIGNS = "123456789abcdefghijklmnopqrstuvwxyz"


def kinds() -> list[Kind]:
    """The published scenarios that make reports, in the town's order."""
    rows = Scenario.objects.offered().in_order().select_related("published")
    made = [
        (row.key, definition_of(row.published_id or 0))
        for row in rows
        if definition_of(row.published_id or 0).outcome == "report"
    ]
    return [
        Kind(key, definition.title.said("ja"), SIGNS[place] if place < len(SIGNS) else "")
        for place, (key, definition) in enumerate(made)
    ]


def report_kind_of(definition: Definition) -> str:
    """The key of the kind that most of its ends make."""
    keys = [
        step.outcome.kind
        for step in definition.steps
        if isinstance(step, End) and isinstance(step.outcome, ReportResult)
    ]
    return max(keys, key=keys.count, default="")


@dataclass(frozen=True)
class Likely:
    """An open case that may be the same thing. What it says is for those who may see it."""

    similar: Similar | None
    case: Case
    is_visible: bool


def likely_cases(
    person: Person, kind_id: int, place: tuple[float, float] | None, words: str
) -> list[Likely]:
    """By position; where there is none yet, by the words of the place."""
    if place is None:
        return [Likely(None, case, True) for case in _named(person, kind_id, words)]
    found = similar_cases(
        kind_id=kind_id, longitude=place[0], latitude=place[1], limit=MOST_SIMILAR
    )
    keys = [one.case.pk for one in found]
    seen = set(visible_cases(person).filter(pk__in=keys).values_list("pk", flat=True))
    return [Likely(one, one.case, one.case.pk in seen) for one in found]


def _named(person: Person, kind_id: int, words: str) -> list[Case]:
    typed = " ".join(words.split())
    if len(typed) < 2:
        return []
    open_cases = visible_cases(person).open().filter(kind_id=kind_id)
    newest = open_cases.newest_first().values("pk")[:NEWEST_LOOKED_THROUGH]
    found = Case.objects.filter(pk__in=newest, address__contains=typed).defer("search_text")
    return list(found.select_related("kind").newest_first()[:MOST_SIMILAR])


# ── mails ──


@dataclass(frozen=True)
class MailCounts:
    new: int
    done: int
    aside: int


def mail_counts() -> MailCounts:
    rows = IncomingMail.objects.values_list("state").annotate(count=Count("id"))
    counted = dict(rows.order_by())
    return MailCounts(counted.get("new", 0), counted.get("done", 0), counted.get("aside", 0))


def mails_waiting(person: Person) -> Waiting | None:
    """For the first page of those who work through them."""
    if not person.may(Permission.HANDLE_CASES):
        return None
    new = IncomingMail.objects.new().count()
    return Waiting(gettext_lazy("未処理のメール"), new, reverse("intake:mails"), "blue")


def mails(state: str, before: int | None = None) -> QuerySet[IncomingMail]:
    """Those that wait with the oldest first, the others with the newest first."""
    photos = IncomingPhoto.objects.select_related("stored").order_by("position")
    rows = (
        IncomingMail.objects.filter(state=state)
        .select_related("kind", "report__case", "handled_by")
        .prefetch_related(Prefetch("photos", photos))
    )
    if state == IncomingMail.State.NEW:
        return rows.oldest_first()
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return rows.order_by("-id")


def shown_photos(mail: IncomingMail) -> list[IncomingPhoto]:
    rows = mail.photos.select_related("stored").order_by("position")
    return [photo for photo in rows if photo.stored.is_stored]


def left_out_words(mail: IncomingMail) -> list[str]:
    """What was sent and is not here, each with its reason."""
    reasons = {
        "not_a_photo": _("写真ではないので、受け取っていません"),
        "too_many": _("写真は20枚までなので、受け取っていません"),
        "too_big": _("大きすぎるので、受け取っていません"),
    }
    other = _("写真として開けませんでした")
    return [
        _("{name}（{reason}）").format(
            name=one.get("name", ""), reason=reasons.get(one.get("reason", ""), other)
        )
        for one in mail.left_out
    ]


def first_answers(mail: IncomingMail) -> dict[str, object]:
    """What the mail says already: the form begins with it."""
    photos = shown_photos(mail)
    spots = [photo.stored.position for photo in photos if photo.stored.position]
    return {
        "text": "\n".join(part for part in (mail.subject, mail.text) if part),
        "place": guessing.place_of(mail.text),
        "spot": {"lon": spots[0][0], "lat": spots[0][1]} if spots else None,
        "name": mail.sender_name,
        "email": mail.sender,
    }


def answer_texts() -> list[tuple[str, str]]:
    """Ready words for a mail that is not ours: one for each other body, and the town's own texts
    that speak of no case."""
    authorities = Authority.objects.filter(is_active=True).order_by("name")
    words = _(
        "お知らせいただき、ありがとうございます。\n"
        "お知らせの場所は、{name}の担当です。\nお手数ですが、{phone}へお知らせください。"
    )
    ready = [(one.name, words.format(name=one.name, phone=one.phone)) for one in authorities]
    own = AnswerTemplate.objects.filter(kind=None).order_by("title", "id")
    return ready + [(one.title, one.text) for one in own if "{" not in one.text]


# ── call backs ──


@dataclass(frozen=True)
class Promise:
    """A call that was promised, with whom to call."""

    call_back: CallBack
    contact: ContactDetails | None
    is_late: bool

    @property
    def report(self) -> Report:
        return self.call_back.report


def promises(person: Person, *, done: bool = False) -> list[Promise]:
    """Of the cases the person handles: those that wait, or the latest that were kept."""
    handled = visible_cases(person, Permission.HANDLE_CASES).values("pk")
    rows = CallBack.objects.filter(report__case__in=handled).select_related(
        "report__case__kind", "report__case__area", "report__kind", "done_by"
    )
    chosen = (
        rows.filter(done_at__isnull=False).order_by("-done_at", "-id")
        if done
        else rows.waiting().in_order()
    )
    return _with_contacts(list(chosen[:PAGE]), timezone.now())


def _with_contacts(rows: list[CallBack], now: datetime) -> list[Promise]:
    abouts = {
        row.pk: contact_about(run_key=row.report.run_key, report_id=row.report_id) for row in rows
    }
    found = {one.about: one for one in ContactDetails.objects.filter(about__in=abouts.values())}
    return [Promise(row, found.get(abouts[row.pk]), row.is_late(now)) for row in rows]


def waiting_calls(person: Person) -> int:
    handled = visible_cases(person, Permission.HANDLE_CASES).values("pk")
    return CallBack.objects.waiting().filter(report__case__in=handled).count()
