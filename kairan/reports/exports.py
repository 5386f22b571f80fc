# SPDX-License-Identifier: Apache-2.0
"""The list as a file: the same filters, the same visibility, streamed row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.lib.sheets import Row, as_csv, as_xlsx
from kairan.municipalities.tenancy import current_town_id, town
from kairan.people.models import Person
from kairan.reports.filters import CaseFilter
from kairan.reports.models import Case, Report
from kairan.reports.queries import in_batches

BATCH = 1_000
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "sjis": "text/csv; charset=Shift_JIS",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export(person: Person, chosen: CaseFilter, form: str) -> Iterator[bytes]:
    """``form``: ``csv``, ``sjis`` or ``xlsx``. Reads the database while it is being sent."""
    rows = _rows(person, chosen, current_town_id())
    if form == "xlsx":
        return as_xlsx(rows, sheet=_("案件"))
    return as_csv(rows, encoding="cp932" if form == "sjis" else "utf-8")


def file_name(form: str) -> str:
    ending = "xlsx" if form == "xlsx" else "csv"
    return f"cases-{timezone.localtime():%Y%m%d-%H%M}.{ending}"


def heading() -> list[str]:
    return [
        _("受付番号"), _("種類"), _("件名"), _("対応状況"), _("担当課"), _("担当"),
        _("受付日時"), _("期限"), _("最初の返信"), _("完了日時"), _("再開の回数"), _("受付方法"),
        _("優先度"), _("不具合の種類"), _("札"), _("確認待ち"), _("引き継ぎ元"),
        _("区域"), _("場所"), _("緯度"), _("経度"), _("内容"), _("回答"), _("通報の数"),
    ]  # fmt: skip


def _rows(person: Person, chosen: CaseFilter, town_id: int) -> Iterator[Row]:
    """The town is entered for each batch: the answer is sent after its request has left it."""
    yield heading()
    batches = in_batches(person, chosen, BATCH)
    while True:
        with town(town_id):
            batch = next(batches, None)
            if batch is None:
                return
            rows = [_row(case) for case in batch]
        yield from rows


def _row(case: Case) -> Row:
    reports = list(case.reports.all())
    return [
        case.number,
        case.kind.name,
        case.title,
        case.get_status_display(),
        str(case.department or ""),
        str(case.assignee or ""),
        _local(case.opened_at),
        case.due_on,
        _local(case.first_answered_at),
        _local(case.closed_at),
        case.reopened_count,
        case.get_channel_display(),
        case.get_priority_display(),
        str(case.defect_kind or ""),
        "、".join(kept.tag.name for kept in case.tagged.all()),
        _local(case.confirm_since),
        str(case.handed_from or ""),
        str(case.area or ""),
        case.address,
        case.latitude,
        case.longitude,
        "\n".join(report.text for report in reports if report.text),
        "\n".join(_answers(report) for report in reports),
        len(reports),
    ]


def _answers(report: Report) -> str:
    return "\n".join(f"{given['question']}: {given['answer']}" for given in report.answers)


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None
