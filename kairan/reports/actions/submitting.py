# SPDX-License-Identifier: Apache-2.0
"""A report comes in: number, case, department, notices, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.files.models import StoredFile
from kairan.lib import fiscal
from kairan.lib.plain import plain
from kairan.lib.workdays import OfficeHours
from kairan.municipalities.models import Area
from kairan.municipalities.places import area_named, areas_at, is_position, with_those_above
from kairan.municipalities.tenancy import current_town_id
from kairan.reports import events, notices, routing, search, timeline
from kairan.reports.defects import guessed_defect
from kairan.reports.models import Case, CaseEntry, Report, ReportKind, ReportPhoto
from kairan.reports.models.cases import (
    MAX_ADDRESS_LENGTH,
    MAX_TEXT_LENGTH,
    MAX_TITLE_LENGTH,
    Priority,
)
from kairan.residents.models import Resident

PositionSource = Report.PositionSource


@dataclass(frozen=True)
class Answer:
    """A question as it was put, and what was answered; ``source`` names the message."""

    question: str
    answer: str
    source: str = ""


@dataclass(frozen=True)
class Position:
    """Degrees; ``accuracy`` in metres, None where nobody knows."""

    longitude: float
    latitude: float
    said_by: str = PositionSource.LINE
    accuracy: float | None = None
    source: str = ""


@dataclass(frozen=True)
class GivenPhoto:
    stored: StoredFile
    source: str = ""


def submit_report(
    *,
    acting: Actor,
    kind: ReportKind,
    channel: str,
    answers: Sequence[Answer] = (),
    text: str = "",
    text_source: str = "",
    position: Position | None = None,
    address: str = "",
    address_source: str = "",
    photos: Sequence[GivenPhoto] = (),
    resident: Resident | None = None,
    run_key: str | None = None,
    title: str = "",
    priority: str = Priority.NORMAL,
    submitted_at: datetime | None = None,
    join: Case | None = None,
) -> Report:
    """The report with its number, and a new case in the right department.

    ``join``: an open case that is the same thing; the report is added to it, or to the case that
    by now stands for it. Where that has been closed meanwhile a new case is made all the same.

    The same ``run_key`` again gives the report of the first time and changes nothing. Without a
    position a photo's own one is taken. A position outside the town is kept and goes to the
    town's default department. ``submitted_at`` is for reports of the past (imports, the demo):
    nobody is told of those.
    """
    with transaction.atomic():
        if run_key is not None and (known := _of_run(run_key)):
            return known
        at = submitted_at or timezone.now()
        text, address = plain(text, MAX_TEXT_LENGTH), plain(address, MAX_ADDRESS_LENGTH)
        answers = [_plain_answer(answer) for answer in answers]
        position = position or _position_of(photos)
        areas = _areas(position, address)
        placed = _on_earth(position)
        hours = notices.office_hours()
        # Everything that can be looked up is, before the counter's lock makes others wait.
        case = _open_case(kind, areas, placed, address, channel, hours, at)
        case.title = plain(title, MAX_TITLE_LENGTH) or headline(kind, text, answers)
        _sort(case, priority, answers)
        past = submitted_at is not None
        known_to = None if past or join else notices.whom_to_tell(case, hours)
        number = case.number = _next_number(at)
        if run_key is not None and (known := _of_run(run_key)):
            return known  # two at once: the counter's lock let the other go first
        joined = _held_if_open(join)
        case = joined or case
        report = Report(
            case=case,
            receipt_number=number,
            kind=kind,
            answers=[vars(answer) for answer in answers],
            text=text,
            address=address,
            areas=[{"id": a.pk, "kind": a.kind, "name": a.name} for a in areas],
            channel=channel,
            resident=resident,
            run_key=run_key,
            sources={"text": text_source, "position": address_source},
            submitted_at=at,
        )
        _locate(report, position, placed)
        _write(report, photos, new_case=joined is None)
        _announce(acting, case, report, past=past, joined=joined is not None, known=known_to)
    return report


def _sort(case: Case, priority: str, answers: Sequence[Answer]) -> None:
    case.priority = Priority(priority)
    case.defect_kind = guessed_defect(case.kind_id, [answer.answer for answer in answers])


def _locate(report: Report, position: Position | None, placed: Position | None) -> None:
    """Keep where it is; ``placed`` is the position where it lies on earth."""
    if placed is not None:
        report.longitude, report.latitude = placed.longitude, placed.latitude
    if position is not None:
        report.accuracy, report.position_source = position.accuracy, position.said_by
        report.sources["position"] = position.source


def _write(report: Report, photos: Sequence[GivenPhoto], *, new_case: bool) -> None:
    """The rows, and the words by which the case is found."""
    case = report.case
    if new_case:
        case.search_text = search.text_of(case, [report])
        case.save(force_insert=True)
        report.case = case  # it has its id now
    report.save(force_insert=True)
    if not new_case:
        search.renew(case)
    ReportPhoto.objects.bulk_create(
        ReportPhoto(report=report, stored=photo.stored, source=photo.source) for photo in photos
    )


def headline(kind: ReportKind, text: str, answers: Sequence[Answer]) -> str:
    """A title for lists: the first line of what was written, else the first answer given."""
    lines = [line.strip() for line in text.splitlines()] + [a.answer.strip() for a in answers]
    return next((line for line in lines if line), kind.name)[:MAX_TITLE_LENGTH]


def _plain_answer(answer: Answer) -> Answer:
    return Answer(
        plain(answer.question, MAX_TEXT_LENGTH),
        plain(answer.answer, MAX_TEXT_LENGTH),
        answer.source,
    )


def _of_run(run_key: str) -> Report | None:
    rows = Report.objects.filter(run_key=run_key)
    if not rows.exists():  # nearly always; the whole row with its relations is dear
        return None
    return rows.select_related("case__kind", "kind").first()


def _position_of(photos: Sequence[GivenPhoto]) -> Position | None:
    for photo in photos:
        if (place := photo.stored.position) is not None and areas_at(*place):
            return Position(*place, said_by=PositionSource.PHOTO, source=photo.source)
    return None


def _areas(position: Position | None, address: str) -> list[Area]:
    """Smallest first; from the address where there is no position."""
    if position is not None:
        return routing.smallest_first(areas_at(position.longitude, position.latitude))
    named = area_named(address) if address else None
    return with_those_above(named) if named else []


def _next_number(at: datetime) -> str:
    """The row's lock is held until the end of the transaction: no number twice, none lost."""
    label = fiscal.fiscal_year_label(timezone.localdate(at))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reports_receiptcounter AS counter (municipality_id, fiscal_year, last) "
            "VALUES (%s, %s, 1) ON CONFLICT (municipality_id, fiscal_year) "
            "DO UPDATE SET last = counter.last + 1 RETURNING last",
            [current_town_id(), label],
        )
        return fiscal.receipt_number(label, cursor.fetchone()[0])


def _on_earth(position: Position | None) -> Position | None:
    if position is None or not is_position(position.longitude, position.latitude):
        return None
    return position


def _held_if_open(join: Case | None) -> Case | None:
    """The case that stands for it, its row held; None where there is none or it is closed."""
    if join is None:
        return None
    known = Case.objects.filter(pk=join.pk).only("joined_into_id").first()
    rows = Case.objects.select_for_update(of=("self",)).select_related(
        "kind", "department", "assignee", "area"
    )
    row = rows.filter(pk=known.standing_id).first() if known else None
    return row if row is not None and row.is_open else None


def _open_case(
    kind: ReportKind,
    areas: list[Area],
    placed: Position | None,
    address: str,
    channel: str,
    hours: OfficeHours,
    at: datetime,
) -> Case:
    """Not written, and without a number."""
    return Case(
        kind=kind,
        department=routing.department_for(kind, areas),
        due_on=kind.due_on(timezone.localdate(at), hours),
        longitude=placed.longitude if placed else None,
        latitude=placed.latitude if placed else None,
        area=areas[0] if areas else None,
        address=address,
        channel=channel,
        opened_at=at,
    )


def _announce(
    acting: Actor,
    case: Case,
    report: Report,
    *,
    past: bool,
    joined: bool,
    known: notices.Knowing | None,
) -> None:
    entry = timeline.write(
        case, CaseEntry.Kind.SUBMITTED, acting=acting, report=report, public=True
    )
    if past:
        CaseEntry.objects.filter(pk=entry.pk).update(at=report.submitted_at)
    else:
        what = gettext_lazy("同じ件の通報") if joined else gettext_lazy("新しい通報")
        once = f"report:{report.pk}"
        notices.tell_department(acting=acting, case=case, what=what, once=once, known=known)
    record(
        acting=acting,
        verb="report.submitted",
        target=report,
        summary=f"{report.receipt_number} {report.kind.name}",
        changes={"department": (None, str(case.department or ""))},
    )
    events.case_changed(case, kind="case" if joined else "case_new")
