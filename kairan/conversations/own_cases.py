# SPDX-License-Identifier: Apache-2.0
"""「状況確認」: a resident's own reports, what is being done, and what they can do themselves."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kairan.conversations import greeting
from kairan.conversations.completing import page_of
from kairan.conversations.models import Dialogue
from kairan.conversations.rendering import Action, do_button
from kairan.conversations.talk import Talk
from kairan.line import flex, messages
from kairan.reports.models import Case, CaseEntry, Report
from kairan.reports.wording import day
from kairan.reports.workflow import Status
from kairan.residents.models import Resident
from kairan.scenarios.models import Run

MOST_SHOWN = 10
# A closed case stays «one's own» for so long when somebody just writes or sends a photo.
STILL_RECENT = timedelta(days=30)

TONES: dict[str, flex.Tone] = {
    Status.RECEIVED: "calm",
    Status.UNDER_REVIEW: "active",
    Status.IN_PROGRESS: "active",
    Status.RESOLVED: "done",
    Status.NO_ACTION: "done",
    Status.REFERRED: "done",
}


def show(talk: Talk) -> None:
    """Leaves a report in progress where it is."""
    reports = own_reports(talk.resident)[:MOST_SHOWN]
    if not reports:
        talk.say(_("お知らせいただいた件は、まだありません。"), _ways(talk))
        return
    bubbles = flex.carousel([_bubble(report) for report in reports])
    lines = [_line(report) for report in reports]
    shown = messages.flex("\n".join(lines), bubbles)
    talk.send(messages.with_quick_replies([shown], _ways(talk)))


def own_reports(resident: Resident) -> list[Report]:
    """Open ones first, then the newest."""
    rows = Report.objects.filter(resident=resident).select_related(
        "case__kind", "case__department", "kind"
    )
    newest = list(rows.order_by("-submitted_at", "-id")[:50])
    return sorted(newest, key=lambda report: not report.case.is_open)


def recent_reports(resident: Resident) -> list[Report]:
    """Those that words out of the blue may be about: open, or closed not long ago."""
    recent = Q(case__closed_at__isnull=True) | Q(case__closed_at__gt=timezone.now() - STILL_RECENT)
    rows = Report.objects.filter(recent, resident=resident).select_related("case", "kind")
    return list(rows.order_by("-submitted_at", "-id")[:3])


def own_report(resident: Resident, *, report_id: int = 0, case_id: int = 0) -> Report | None:
    """The resident's own report with that id or in that case; None for anybody else's."""
    rows = Report.objects.filter(resident=resident).select_related(
        "case__kind", "case__department", "kind"
    )
    if report_id:
        return rows.filter(pk=report_id).first()
    # A button of before the case was joined into another, or the report taken out of it again.
    case = Case.objects.only("joined_into_id").filter(pk=case_id).first()
    if case is None:
        return None
    gone = CaseEntry.objects.filter(case=case, kind=CaseEntry.Kind.GAVE_OFF)
    left = [key for data in gone.values_list("data", flat=True) for key in data["reports"]]
    here = Q(case_id=case.standing_id) | Q(pk__in=left)
    return rows.filter(here).order_by("-id").first()


def _bubble(report: Report) -> flex.Box:
    case = report.case
    facts = [flex.Fact(_("種類"), report.kind.name)]
    if case.department is not None:
        facts.append(flex.Fact(pgettext("department", "担当"), case.department.name))
    if case.is_open and case.due_on is not None:
        facts.append(
            flex.Fact(_("状況をお知らせする日"), _("{day}ごろまで").format(day=day(case.due_on)))
        )
    return flex.status_bubble(
        tone=TONES[case.status],
        heading=report.receipt_number,
        status=str(Status(case.status).label),
        facts=facts,
        actions=_actions(report),
    )


def _actions(report: Report) -> list[Action]:
    found = [do_button(_("担当に書く・写真を送る"), "write", report.pk)]
    if not report.case.is_open:
        found.insert(0, do_button(_("直っていません"), "reopen", report.pk))
    return [*found, messages.open_page(_("経過を見る"), page_of(report))]


def _line(report: Report) -> str:
    status = Status(report.case.status).label
    return f"{report.receipt_number} {report.kind.name} {status}"


def _ways(talk: Talk) -> list[Action]:
    run = talk.dialogue.run
    if talk.dialogue.kind == Dialogue.Kind.REPORTING and run and run.status == Run.Status.RUNNING:
        return [do_button(_("入力の続きに戻る"), "resume")]
    return greeting.ways()[:1]
