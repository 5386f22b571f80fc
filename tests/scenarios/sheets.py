# SPDX-License-Identifier: Apache-2.0
"""XLSForm files, good and bad, made with the library that offices' files are like."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]


def workbook(sheets: Mapping[str, Rows]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def survey(*rows: Sequence[object], columns: Sequence[str] = (), **more: Rows) -> bytes:
    """A form of these rows; `columns` beside type, name, label."""
    heading = ["type", "name", "label", *columns]
    return workbook({"survey": [heading, *rows], **more})


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    """The same file with one part more, or another one in its place."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
