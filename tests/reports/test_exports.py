# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.test import Client

from kairan.audit.models import Entry
from kairan.lib.sheets import as_csv, as_xlsx
from kairan.people.models import Membership, Role
from kairan.reports import exports
from kairan.reports.models import Case, ReportKind
from tests.cast import Cast
from tests.reports.factories import SignIn, report

EXPORT = "/console/cases/export/"


def _sheet(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def rows_of(response: Any, encoding: str) -> list[dict[str, str]]:
    text = response.getvalue().decode(encoding)
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_begins_with_a_bom_and_keeps_the_filter(roads_client: Client, hole: Case) -> None:
    content = roads_client.get(f"{EXPORT}csv/").getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    row = rows_of(roads_client.get(f"{EXPORT}csv/"), "utf-8-sig")[0]
    assert (row["受付番号"], row["対応状況"]) == (hole.number, "受付")
    assert rows_of(roads_client.get(f"{EXPORT}csv/?status=resolved"), "utf-8-sig") == []


def test_shift_jis_marks_what_it_lacks(roads_client: Client, road: ReportKind) -> None:
    report(road, text="〜😀髙", east=True)
    row = rows_of(roads_client.get(f"{EXPORT}sjis/"), "cp932")[0]
    assert row["内容"] == "～〓髙"


def test_xlsx_opens(roads_client: Client, hole: Case) -> None:
    content = roads_client.get(f"{EXPORT}xlsx/").getvalue()
    rows = list(_sheet(content).values)
    assert rows[0][0] == "受付番号"
    assert rows[1][0] == hole.number
    assert rows[1][6].date() == hole.opened_at.astimezone().date()


@pytest.mark.parametrize(
    "evil",
    ['=HYPERLINK("http://evil")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1", "−1"],
)
def test_no_cell_is_a_formula(evil: str) -> None:
    line = b"".join(as_csv([[evil]], encoding="utf-8")).decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(line)))[0].startswith("'")
    sheet = _sheet(b"".join(as_xlsx([[evil]], sheet="x")))
    assert sheet["A1"].data_type == "s"


def test_numbers_stay_numbers() -> None:
    line = b"".join(as_csv([[-1.5, None, 3]], encoding="utf-8")).decode("utf-8-sig")
    assert line == "-1.5,,3\r\n"


def test_only_ones_own_cases_leave(roads_client: Client, hole: Case, theft_case: Case) -> None:
    rows = rows_of(roads_client.get(f"{EXPORT}csv/?status=all"), "utf-8-sig")
    assert {row["受付番号"] for row in rows} == {hole.number}


def test_what_one_may_only_look_at_does_not_leave(
    roads_client: Client, hinokuni: Cast, hole: Case, theft_case: Case
) -> None:
    """A clerk of one department who sees the whole town."""
    Membership.objects.create(person=hinokuni.roads_clerk, role=Role.VIEWER)
    assert theft_case.number in roads_client.get("/console/cases/?status=all").content.decode()
    rows = rows_of(roads_client.get(f"{EXPORT}csv/?status=all"), "utf-8-sig")
    assert {row["受付番号"] for row in rows} == {hole.number}


def test_who_may_only_look_may_not_export(hinokuni: Cast, sign_in: SignIn) -> None:
    assert sign_in(hinokuni.viewer).get(f"{EXPORT}csv/").status_code == 403


def test_an_export_is_recorded(roads_client: Client, hole: Case) -> None:
    roads_client.get(f"{EXPORT}csv/?status=all").getvalue()
    assert Entry.objects.filter(verb="cases.exported", summary="csv status=all").exists()
    assert roads_client.get(f"{EXPORT}pdf/").status_code == 404


def test_rows_are_read_in_batches(
    monkeypatch: pytest.MonkeyPatch, roads_client: Client, road: ReportKind
) -> None:
    monkeypatch.setattr(exports, "BATCH", 2)
    made = {report(road, east=True).case.number for _ in range(5)}
    rows = rows_of(roads_client.get(f"{EXPORT}csv/"), "utf-8-sig")
    assert {row["受付番号"] for row in rows} == made
    assert len(rows) == 5


def test_a_file_leaves_before_its_last_row_is_read() -> None:
    read = 0

    def rows() -> Iterator[list[str]]:
        nonlocal read
        for number in range(20_000):
            read += 1
            yield [f"R8-{number:06}", "長い内容" * 20]

    next(as_csv(rows(), encoding="utf-8"))
    assert read < 2_000
    read = 0
    next(as_xlsx(rows(), sheet="案件"))
    assert read < 20_000
