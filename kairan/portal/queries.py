# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import dataclass

from kairan.reports.models import Case, CaseEntry, Report, ReportPhoto
from kairan.reports.timeline import read_by
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
    Kind.TOOK_IN,
    Kind.SPLIT,
)


@dataclass(frozen=True)
class ShownReport:
    """What a report's own page says; see ``timeline.read_by``."""

    report: Report
    case: Case
    status: str
    entries: tuple[CaseEntry, ...]
    photos: tuple[ReportPhoto, ...]
    has_contact: bool

    @property
    def is_open(self) -> bool:
        return self.case.is_open

    @property
    def opened_the_case(self) -> bool:
        """Where the case is was said by this report; of a joined one it is somebody else's word."""
        return self.report.receipt_number == self.case.number

    @property
    def address(self) -> str:
        return self.case.address if self.opened_the_case else self.report.address


def shown_report(report: Report) -> ShownReport:
    about = contact_about(run_key=report.run_key, report_id=report.pk)
    own = [entry for entry in read_by(report) if entry.kind in SHOWN]
    photos = report.photos.select_related("stored").order_by("id")
    return ShownReport(
        report=report,
        case=report.case,
        status=str(Status(report.case.status).label),
        entries=tuple(own),
        photos=tuple(photo for photo in photos if photo.stored.is_stored),
        has_contact=contact_for(about) is not None,
    )
