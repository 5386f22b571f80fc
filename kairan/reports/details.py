# SPDX-License-Identifier: Apache-2.0
"""What a case's page needs, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.deliveries.models import Delivery, State
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports import handovers, notices
from kairan.reports.access import may, who_may_handle
from kairan.reports.models import Case, CaseEntry, Handover, Report, ReportPhoto
from kairan.reports.similar import Similar, nearby_cases
from kairan.residents.models import ContactDetails
from kairan.residents.queries import contact_about, contacts_for

Kind = CaseEntry.Kind
_IN_THREAD = {
    Kind.SUBMITTED, Kind.STATUS, Kind.REFERRED, Kind.REOPENED, Kind.NOTE,
    Kind.MESSAGE_OUT, Kind.MESSAGE_IN, Kind.ERASED,
    Kind.JOINED, Kind.TOOK_IN, Kind.SPLIT, Kind.GAVE_OFF,
}  # fmt: skip
# The case that took another in has words of its own for it.
_OF_THE_CASE_ALONE = (Kind.VIEWED, Kind.JOINED)
# Worst first: one word for all notices of an entry.
_STATES: tuple[tuple[State, str], ...] = (
    (State.FAILED, "failed"),
    (State.UNCERTAIN, "uncertain"),
    (State.PLANNED, "planned"),
    (State.SENDING, "sending"),
    (State.ACCEPTED, "sent"),
    (State.CANCELLED, "cancelled"),
)


@dataclass(frozen=True)
class Line:
    """An entry as pages show it. ``delivery``: failed, uncertain, planned, sending, sent, …"""

    entry: CaseEntry
    delivery: str
    reason: str

    @property
    def photos(self) -> Iterable[ReportPhoto]:
        return self.entry.photos.all()

    @property
    def is_ours(self) -> bool:
        return self.entry.actor_kind != "resident"

    @property
    def is_fresh(self) -> bool:
        """Just happened: a live screen marks it."""
        return (timezone.now() - self.entry.at).total_seconds() < 5

    @property
    def words(self) -> str:
        """What happened, in one line."""
        data = self.entry.data
        new = self.entry.became or _("なし")
        said = {
            Kind.STATUS: _("「{new}」にしました"),
            Kind.REOPENED: _("通報者の申し出で再開しました"),
            Kind.REFERRED: _("{authority}へ引き継ぎました"),
            Kind.ASSIGNED: _("担当を{new}にしました") if data.get("to") else _("担当を外しました"),
            Kind.DEPARTMENT: _("担当課を{new}にしました"),
            Kind.DUE: _("期限を{new}にしました"),
            Kind.JOINED: _("{new}に統合しました"),
            Kind.TOOK_IN: _("{new}を統合しました"),
            Kind.SPLIT: _("{new}から分けました"),
            Kind.GAVE_OFF: _("{new}を分けました"),
            Kind.PARTNER: handovers.words_of(data),
            Kind.PRIORITY: _("優先度を{new}にしました"),
            Kind.DEFECT: _("不具合の種類を{new}にしました"),
            Kind.TAGS: _("札を変えました（{new}）"),
            Kind.PROPOSED: _("「{new}」にする確認を頼みました"),
            Kind.SENT_BACK: _("完了を差し戻しました"),
            Kind.ESCALATED: _("期限を過ぎたので、{new}に知らせました"),
        }.get(Kind(self.entry.kind), str(self.entry.get_kind_display()))
        said = said.format(new=new, authority=data.get("authority_name", ""))
        return _("元に戻しました: {said}").format(said=said) if data.get("undoes") else said


@dataclass(frozen=True)
class CaseDetails:
    case: Case
    reports: list[Report]
    lines: list[Line]
    similar: list[Similar]
    own_staff: list[Person]
    other_staff: list[Person]
    may_handle: bool
    # Of a case that was joined into another: whether the person may take it out again.
    may_split: bool
    # What was joined into this one.
    joined: list[Case]
    handovers: list[Handover]
    # Left on the residents' own page; empty for those who may only look.
    contacts: list[ContactDetails]
    reachable: int
    today: date

    @property
    def thread(self) -> list[Line]:
        """What was said, and what the residents were told."""
        return [line for line in self.lines if Kind(line.entry.kind) in _IN_THREAD]

    @property
    def is_overdue(self) -> bool:
        return self.case.is_overdue(self.today)

    @property
    def days_left(self) -> int | None:
        return (self.case.due_on - self.today).days if self.case.due_on else None


def case_details(person: Person, case: Case) -> CaseDetails:
    photos = ReportPhoto.objects.select_related("stored").order_by("id")
    first = photos.filter(entry=None)
    reports = list(
        Report.objects.filter(case=case)
        .select_related("kind", "resident")
        .prefetch_related(Prefetch("photos", first))
        .order_by("id")
    )
    # What was written about a case before it was joined into this one stands between.
    entries = list(
        CaseEntry.objects.filter(
            Q(case=case) | Q(case__joined_into=case) & ~Q(kind__in=_OF_THE_CASE_ALONE)
        )
        .select_related("report", "case")
        .prefetch_related(Prefetch("photos", photos))
        .order_by("id")
    )
    own, others = who_may_handle(case.department)
    may_change = may(person, case, Permission.HANDLE_CASES)
    may_handle = may_change and case.joined_into_id is None
    return CaseDetails(
        case=case,
        reports=reports,
        lines=_with_deliveries(entries),
        similar=nearby_cases(person, case),
        own_staff=own,
        other_staff=others,
        may_handle=may_handle,
        may_split=may_change and case.joined_into_id is not None,
        joined=list(Case.objects.filter(joined_into=case).order_by("id")),
        handovers=handovers.of_case(case),
        contacts=contacts_for(_abouts(reports)) if may_handle else [],
        reachable=notices.count_reachable(case),
        today=timezone.localdate(),
    )


def _abouts(reports: list[Report]) -> list[str]:
    return [contact_about(run_key=r.run_key, report_id=r.pk) for r in reports]


def _with_deliveries(entries: list[CaseEntry]) -> list[Line]:
    about: dict[int, list[Delivery]] = {}
    rows = Delivery.objects.filter(
        about_kind=notices.ABOUT_ENTRY, about_id__in=[e.pk for e in entries if e.public]
    ).only("about_id", "state", "failed_reason")
    for row in rows:
        about.setdefault(row.about_id or 0, []).append(row)
    return [_line(entry, about.get(entry.pk, [])) for entry in entries]


def _line(entry: CaseEntry, sent: list[Delivery]) -> Line:
    states = {row.state for row in sent}
    worst = next((word for state, word in _STATES if state in states), "")
    return Line(entry, worst, next((row.failed_reason for row in sent if row.failed_reason), ""))
