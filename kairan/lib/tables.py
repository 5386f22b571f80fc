# SPDX-License-Identifier: Apache-2.0
"""Tables that leave the house as CSV: readable by spreadsheets, harmless in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"
# A cell that begins like this is run as a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def harmless(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV line by line, each cell made harmless; the first line begins with a BOM for Excel."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(header)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


class _Echo:
    """A file for ``csv.writer`` that gives back what is written."""

    def write(self, line: str) -> str:
        return line
