# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import dataclass

from kairan.reports.models import Case, CaseEntry, Report, ReportPhoto
from kairan.reports.workflow import Status
from kairan.residents.queries import contact_about, contact_for

Kind = CaseEntry.Kind
# What residents see of a timeline: what is public, less what repeats it.
SHOWN = (
    Kind.SUBMITTED,
    Kind.STATUS,
    Kind.REOPENED,
    Kind.REFERRED,
    Kind.MESSAGE_OUT,
    Kind.MESSAGE_IN,
)


@dataclass(frozen=True)
class ShownReport:
    """What a report's own page says. ``entries`` are of the whole case, but the words that other
    residents of a joined case wrote are theirs."""

    report: Report
    case: Case
    status: str
    entries: tuple[CaseEntry, ...]
    photos: tuple[ReportPhoto, ...]
    has_contact: bool

    @property
    def is_open(self) -> bool:
        return self.case.is_open


def shown_report(report: Report) -> ShownReport:
    about = contact_about(run_key=report.run_key, report_id=report.pk)
    entries = CaseEntry.objects.filter(case=report.case, public=True, kind__in=SHOWN)
    own = [
        entry
        for entry in entries.order_by("at", "id")
        if entry.report_id in (None, report.pk)
        or entry.kind not in (Kind.MESSAGE_IN, Kind.SUBMITTED)
    ]
    photos = report.photos.select_related("stored").order_by("id")
    return ShownReport(
        report=report,
        case=report.case,
        status=str(Status(report.case.status).label),
        entries=tuple(own),
        photos=tuple(photo for photo in photos if photo.stored.is_stored),
        has_contact=contact_for(about) is not None,
    )
