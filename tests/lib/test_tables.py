# SPDX-License-Identifier: Apache-2.0
"""Foreign tables: what offices send, and what somebody sends on purpose."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from kairan.lib.tables import MAX_ROWS, SheetRefused, Table, read_table

COLUMNS = {"校区": "校区", "学校区": "校区", "役職": "役職", "氏名": "氏名"}


def read(content: bytes, name: str = "名簿.csv") -> Table:
    return read_table(content, name, COLUMNS)


def book(*rows: list[object], merged: str = "", hidden: bool = False) -> bytes:
    made = Workbook()
    sheet = made.worksheets[0]
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    if hidden:
        sheet.sheet_state = "hidden"
        made.create_sheet("見える").append(["役職", "氏名"])
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_csv_is_read_in_each_encoding_that_spreadsheets_write(encoding: str) -> None:
    table = read("校区,役職,氏名\r\n槇塚台校区,会長,髙木 一\r\n".encode(encoding))
    assert table.rows[0].cells == {"校区": "槇塚台校区", "役職": "会長", "氏名": "髙木 一"}
    assert table.rows[0].number == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_and_quotes(delimiter: str) -> None:
    text = f'役職{delimiter}氏名\n"会{delimiter}長"{delimiter}"堺 ""太郎"""\n'
    assert read(text.encode()).rows[0].cells == {
        "役職": f"会{delimiter}長",
        "氏名": '堺 "太郎"',
    }


def test_titles_above_the_heading_are_passed_over_and_other_columns_named() -> None:
    table = read("令和8年度 役員名簿\n\n学校区,役職,住所\n西校区,会長,西1-2\n".encode())
    assert table.rows[0].cells == {"校区": "西校区", "役職": "会長"}
    assert table.unused == ("住所",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a,b\n1,2\n", "列の名前"),
        ("役職,役職,氏名\n会長,長,山\n".encode(), "2つ"),
        ('役職,氏名\n会長,"山\n'.encode(), "引用符"),
        ("役職,氏名\n".encode() + b"\x81\xff\xfe\n", "文字コード"),
        (b"\x00\x01\x02", "表のファイルではありません"),
        (b"PK\x03\x04 not a zip", "壊れて"),
        ("役職,氏名\n".encode() + "会長,山\n".encode() * 10_000, "行が多すぎます"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(SheetRefused, match=reason):
        read(content)


def test_a_book_is_read_from_its_first_visible_sheet() -> None:
    assert read(book(["役職", "氏名"], ["会長", "山"])).rows[0]["氏名"] == "山"
    assert read(book(["役職", "氏名"], ["会長", "山"], hidden=True)).rows == []


def test_merged_cells_count_for_each_of_their_rows() -> None:
    rows = [["校区", "役職", "氏名"], ["西校区", "会長", "山"], [None, "副会長", "川"]]
    table = read(book(*rows, merged="A2:A3"))
    assert [row["校区"] for row in table.rows] == ["西校区", "西校区"]
    assert "校区" not in read(book(*rows)).rows[1].cells


def test_a_formula_is_marked_and_never_worked_out() -> None:
    row = read(book(["役職", "氏名"], ["会長", "=1+1"])).rows[0]
    assert row.formulas == ("氏名",)
    assert read("役職,氏名\n会長,'=1\n".encode()).rows[0]["氏名"] == "=1"


def test_macros_and_swollen_books_are_refused() -> None:
    with pytest.raises(SheetRefused, match="マクロ"):
        read(book(["役職", "氏名"]), "名簿.xlsm")
    swollen = io.BytesIO()
    with zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (21 * 1024 * 1024))
    with pytest.raises(SheetRefused, match="大きすぎ"):
        read(swollen.getvalue())


@pytest.mark.parametrize(
    "tail", [b"<!--" + b"<mergeCell " * 1_000_000 + b"-->", b'<mergeCell ref="A2:A5000"/>' * 5_000]
)
def test_merged_cells_without_end_hold_nobody_up(tail: bytes) -> None:
    made = io.BytesIO(book(["役職", "氏名"], *[["会長", str(n)] for n in range(3_000)]))
    swollen = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            more = tail if part.filename.endswith("sheet1.xml") else b""
            new.writestr(
                part.filename, old.read(part).replace(b"</sheetData>", b"</sheetData>" + more)
            )
    assert len(read(swollen.getvalue()).rows) == 3_000


def test_ten_thousand_rows_of_a_book_are_refused() -> None:
    rows = [["会長", str(n)] for n in range(MAX_ROWS + 1)]
    with pytest.raises(SheetRefused, match="行が多すぎます"):
        read(book(["役職", "氏名"], *rows))
