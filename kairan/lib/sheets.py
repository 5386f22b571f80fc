# SPDX-License-Identifier: Apache-2.0
"""Tables as files, one piece at a time: CSV and xlsx with flat memory, however many rows.

openpyxl can write rows one by one too, but gives the file only when the last is written, and
takes ten times as long; a browser would wait for minutes without a byte.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

from kairan.lib.piping import Pipe

Cell = str | int | float | date | datetime | None
Row = Sequence[Cell]

BOM = "\ufeff"
# What spreadsheets take for a formula at the start of a cell (OWASP: CSV injection); Japanese ones
# read the wide signs too, and the minus sign becomes a wide one in Shift_JIS.
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－−＠\t\r]|^[\t\r\n]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MAX_CELL = 32_767
_FLUSH_BYTES = 64 * 1024


def harmless(text: str) -> str:
    """A text that no spreadsheet executes: an apostrophe before what would begin a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_csv(rows: Iterable[Row], *, encoding: str) -> Iterator[bytes]:
    """Lines end with CRLF. UTF-8 begins with a BOM; what cp932 lacks becomes 「〓」."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if encoding == "utf-8":
        buffer.write(BOM)
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
        if buffer.tell() >= _FLUSH_BYTES:
            yield _encoded(_taken(buffer), encoding)
    yield _encoded(_taken(buffer), encoding)


def as_xlsx(rows: Iterable[Row], *, sheet: str) -> Iterator[bytes]:
    """One sheet, its first row in bold and kept in view. Texts are texts: never a formula."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in _parts(sheet).items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(_SHEET_HEAD.encode())
            for number, row in enumerate(rows, start=1):
                part.write(_xml_row(number, row).encode())
                if pipe.waiting >= _FLUSH_BYTES:
                    yield pipe.taken()
            part.write(_SHEET_TAIL.encode())
    yield pipe.taken()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return harmless(cell) if isinstance(cell, str) else str(cell)


# Unicode has two of each; Microsoft's Shift_JIS knows the other one (〜 → ～).
_TWINS = str.maketrans("〜−‖—¢£¬", "～－∥―￠￡￢")


def _encoded(text: str, encoding: str) -> bytes:
    if encoding == "utf-8":
        return text.encode(encoding, errors="replace")
    return text.translate(_TWINS).encode(encoding, errors="kairan_geta")


def _geta(error: UnicodeError) -> tuple[str, int]:
    """The mark that Japanese printers set for a character they lack."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "〓" * (error.end - error.start), error.end


codecs.register_error("kairan_geta", _geta)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _xml_row(number: int, row: Row) -> str:
    style = 1 if number == 1 else 0
    cells = "".join(
        _xml_cell(f"{_column(place)}{number}", cell, style) for place, cell in enumerate(row)
    )
    return f'<row r="{number}">{cells}</row>'


def _xml_cell(name: str, cell: Cell, style: int) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, datetime):
        return f'<c r="{name}" s="3"><v>{_serial(cell):.9f}</v></c>'
    if isinstance(cell, date):
        return f'<c r="{name}" s="2"><v>{cell.toordinal() - _EPOCH}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{name}" s="{style}"><v>{cell!r}</v></c>'
    text = escape(_NOT_IN_XML.sub("", cell)[:_MAX_CELL])
    return (
        f'<c r="{name}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    )


# Spreadsheets count days from here (their 1900 was a leap year).
_EPOCH = date(1899, 12, 30).toordinal()


def _serial(moment: datetime) -> float:
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return moment.toordinal() - _EPOCH + seconds / 86_400


def _column(place: int) -> str:
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET_HEAD = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><sheetData>'
)
_SHEET_TAIL = "</sheetData></worksheet>"


def _parts(sheet: str) -> dict[str, str]:
    """The other files of the package; styles: 0 plain, 1 bold, 2 day, 3 moment."""
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    name = escape(sheet[:31], {'"': "&quot;"})
    return {
        "[Content_Types].xml": (
            f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{types}.styles+xml"/></Types>'
        ),
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _relations(
            ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")
        ),
        "xl/workbook.xml": (
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/styles.xml": (
            f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
            '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
            '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
            '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>'
            '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
            '<borders count="1"><border/></borders>'
            '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="4">'
            '<xf numFmtId="0"/><xf numFmtId="0" fontId="1" applyFont="1"/>'
            '<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>'
            '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
            "</cellStyles></styleSheet>"
        ),
    }


def _relations(*targets: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'
