# SPDX-License-Identifier: Apache-2.0
"""A foreign table, read as plain text: no macros, no formulas worked out, no links followed.

What an .xlsx may grow to when unpacked is asked before anything is unpacked.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from kairan.lib.folding import fold

MAX_UNPACKED = 20 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = 5_000
MAX_COLUMNS = 120
MAX_CELL = 10_000
# Titles and notes stand above the heading of many an office's list.
HEADING_WITHIN = 10
# Bounded: a part may hold a million of them, and no end of any.
_MERGED = re.compile(
    rb'<(?:\w{1,20}:)?mergeCell\s[^<>]{0,200}?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"'
)


class SheetRefused(Exception):
    """`reasons`: sentences for the staff."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Row:
    """One row below the heading. `number` as the spreadsheet shows it; empty cells left out."""

    number: int
    cells: dict[str, str]
    formulas: tuple[str, ...] = ()

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def read_sheets(content: bytes, name: str, wanted: tuple[str, ...]) -> dict[str, list[Row]]:
    """Sheet's name (small letters) → its rows, for those of `wanted` there are.

    Raises SheetRefused.
    """
    _look_inside(content, name)
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheets = {title.strip().lower(): book[title] for title in book.sheetnames}
        return {key: _rows(sheets[key]) for key in wanted if key in sheets}
    except SheetRefused:
        raise
    except Exception:
        # Whatever a library raises at a file that is broken on purpose: the file is refused.
        raise SheetRefused(_("表のファイルとして読めません。壊れているかもしれません。")) from None


@dataclass(frozen=True)
class Table:
    """``rows`` by the caller's names of columns; ``unused``: headings nobody asked for."""

    rows: list[Row]
    unused: tuple[str, ...] = ()


def read_table(content: bytes, name: str, columns: Mapping[str, str]) -> Table:
    """The first sheet of an .xlsx, or a CSV in UTF-8, UTF-16 or Shift_JIS.

    ``columns``: a heading as people write it → the caller's name for it. The heading is the first
    row with two of them. What was merged over several rows stands in each of them. Raises
    ``SheetRefused``.
    """
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise SheetRefused(_("古い形式（.xls）のファイルです。.xlsx で保存し直してください。"))
    grid = _grid_of_book(content, name) if content[:2] == b"PK" else _grid_of_csv(content)
    known = {fold(heading): column for heading, column in columns.items()}
    above = iter(grid)
    heading = _heading(above, known)
    if heading is None:
        words = "、".join(dict.fromkeys(columns.values()))
        raise SheetRefused(
            _("列の名前の行が見つかりません。はじめの行に入れてください: {names}").format(
                names=words
            )
        )
    names = [known.get(fold(word), "") for word in heading]
    for column in filter(None, names):
        if names.count(column) > 1:
            raise SheetRefused(_("「{name}」の列が2つあります。").format(name=column))
    unused = tuple(word for word, column in zip(heading, names, strict=True) if word and not column)
    return Table([_row(number, names, values) for number, values in above if any(values)], unused)


def _row(number: int, names: list[str], values: list[str]) -> Row:
    cells = {column: v for column, v in zip(names, values, strict=False) if column and v}
    return Row(number, cells, tuple(c for c, v in cells.items() if v.startswith(("=", "＝"))))


def _heading(grid: Iterator[tuple[int, list[str]]], known: Mapping[str, str]) -> list[str] | None:
    for number, values in grid:
        if number > HEADING_WITHIN:
            return None
        if sum(fold(value) in known for value in values) >= 2:
            return values
    return None


def _grid_of_book(content: bytes, name: str) -> list[tuple[int, list[str]]]:
    _look_inside(content, name)
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet: Any = next(one for one in book.worksheets if one.sheet_state == "visible")
        rows = sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True)
        grid = [(number, [_plain(value) for value in row]) for number, row in enumerate(rows, 1)]
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _fill_merged(grid, archive.read(sheet._worksheet_path))
    except Exception:
        # Whatever a library raises at a file that is broken on purpose: the file is refused.
        raise SheetRefused(_("表のファイルとして読めません。壊れているかもしれません。")) from None
    return _few_enough(grid)


def _fill_merged(grid: list[tuple[int, list[str]]], part: bytes) -> None:
    """What a spreadsheet shows once over several rows is meant for each of them. Merged cells lie
    beside each other, so that there are never more of them than the table has."""
    left = MAX_ROWS * MAX_COLUMNS
    for letters, first, last in _MERGED.findall(part)[:MAX_ROWS]:
        column = _column(letters.decode())
        if column >= MAX_COLUMNS or not int(first) <= int(last) or int(first) > len(grid):
            continue
        begin = grid[int(first) - 1][1]
        left -= min(int(last), len(grid)) - int(first) + 1
        if left < 0:
            return
        for _number, values in grid[int(first) : int(last)]:
            if column < len(values) and column < len(begin):
                values[column] = begin[column]


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _grid_of_csv(content: bytes) -> list[tuple[int, list[str]]]:
    text = _text_of(content)
    if "\0" in text:
        raise SheetRefused(_("表のファイルではありません。.xlsx か .csv を選んでください。"))
    lines = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        grid = [(number, _cells(line)) for number, line in enumerate(_bounded(lines), 1)]
    except csv.Error:
        raise SheetRefused(
            _('{n}行目のあたりで、引用符（"）が閉じていません。').format(n=lines.line_num)
        ) from None
    return _few_enough(grid)


def _cells(line: list[str]) -> list[str]:
    """An apostrophe before what would begin a formula is our own writer's."""
    cells = [cell.strip()[:MAX_CELL] for cell in line[:MAX_COLUMNS]]
    return [cell[1:] if re.match(r"'[=+\-@＝＋－−＠]", cell) else cell for cell in cells]


def _bounded(lines: Iterable[list[str]]) -> Iterator[list[str]]:
    for number, line in enumerate(lines, 1):
        yield line
        if number > MAX_ROWS:
            return


def _text_of(content: bytes) -> str:
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeError:
            continue
    raise SheetRefused(
        _("文字コードが分かりません。Excelで「CSV UTF-8」か .xlsx として保存し直してください。")
    )


def _delimiter(text: str) -> str:
    """Whichever of the three parts the first lines most."""
    first = "".join(text.splitlines(keepends=True)[:HEADING_WITHIN])
    return max(",\t;", key=first.count)


def _few_enough(grid: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    if any(number > MAX_ROWS and any(values) for number, values in grid):
        raise SheetRefused(_("行が多すぎます。{n}行までにしてください。").format(n=MAX_ROWS))
    return grid


def _look_inside(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise SheetRefused(_("ファイルの中身が大きすぎます。"))
            names = {part.filename.lower() for part in parts}
            if name.lower().endswith(".xlsm") or any("vbaproject" in one for one in names):
                raise SheetRefused(
                    _("マクロ入りのファイルです。マクロのない .xlsx で保存し直してください。")
                )
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    _without_doctype(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        raise SheetRefused(_("表のファイルとして読めません。壊れているかもしれません。")) from None


def _without_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Office writes none; entities that grow or reach out are declared there. The sizes of the
    directory are a claim: never more is read than was claimed."""
    with archive.open(part) as file:
        text = file.read(part.file_size + 1)
    if len(text) > part.file_size:
        raise SheetRefused(_("ファイルの中身が大きすぎます。"))
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"<\x00!\x00D\x00O" in text:
        raise SheetRefused(_("表のファイルとして読めません。壊れているかもしれません。"))


def _rows(sheet: Any) -> list[Row]:
    heading: list[str] = []
    found: list[Row] = []
    for number, row in enumerate(
        sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True), 1
    ):
        values = [_plain(value) for value in row]
        if not any(values):
            continue
        if not heading:
            heading = [value.strip() for value in values]
            continue
        if number > MAX_ROWS:
            raise SheetRefused(_("行が多すぎます。{n}行までにしてください。").format(n=MAX_ROWS))
        cells = {h: v for h, v in zip(heading, values, strict=False) if h and v}
        formulas = tuple(h for h, v in cells.items() if v.startswith("="))
        found.append(Row(number, cells, formulas))
    return found


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, ArrayFormula | DataTableFormula):
        value = getattr(value, "text", "") or ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()[:MAX_CELL]
