# SPDX-License-Identifier: Apache-2.0
"""A foreign .xlsx, read as plain text: no macros, no formulas worked out, no links followed.

What it may grow to when unpacked is asked before anything is unpacked.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

MAX_UNPACKED = 20 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = 5_000
MAX_COLUMNS = 120
MAX_CELL = 10_000


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
