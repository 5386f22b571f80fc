# SPDX-License-Identifier: Apache-2.0
"""Pages of A4 with Japanese text that can be read aloud, searched and copied: a PDF in memory.

Everything is placed in millimetres from the upper left corner; type is measured in points.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final, Literal

import qrcode  # type: ignore[import-untyped]
from fpdf import FPDF, ViewerPreferences
from noto_cjk_sans_jp_bold import FONT_PATH as BOLD  # type: ignore[import-untyped]
from noto_cjk_sans_jp_regular import FONT_PATH as REGULAR  # type: ignore[import-untyped]

WIDTH: Final = 210.0
HEIGHT: Final = 297.0
POINT: Final = 25.4 / 72
# What printers set for a character that the font lacks (emoji, mostly).
GETA: Final = "〓"
# Modules around a QR code, so that a camera finds its edge (ISO/IEC 18004).
QUIET_ZONE: Final = 4

_NEVER_FIRST = frozenset(
    "、。，．・：；？！）］｝」』】〉》〕”’ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.:;?!)]}"
)
_NEVER_LAST = frozenset("（［｛「『【〈《〔“‘([{")

Align = Literal["left", "centre", "right"]


class Paper(FPDF):
    """A document whose pages are drawn by hand. ``bytes(paper.output())`` is the file."""

    def __init__(self, title: str, *, language: str = "ja") -> None:
        super().__init__(unit="mm", format="A4")
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("Kairan")
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.add_font("sans", "", str(REGULAR))
        self.add_font("sans", "B", str(BOLD))
        self._widths: dict[tuple[str, float, str], float] = {}

    def words(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        align: Align = "left",
        grey: int = 0,
    ) -> None:
        """One line; ``y`` is its baseline, ``x`` its left end, middle or right end."""
        self.use(size, bold=bold)
        text = self.printable(text)
        back = {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
        self.set_text_color(grey)
        self.text(x - back * self.width_of(text), y, text)

    def fitting(self, text: str, size: float, most: float, *, bold: bool = False) -> float:
        """The size at which the line is at most ``most`` wide: the one given, or smaller."""
        self.use(size, bold=bold)
        width = self.width_of(self.printable(text))
        return size if width <= most else size * most / width

    def use(self, size: float, *, bold: bool = False) -> None:
        self.set_font("sans", "B" if bold else "", size)

    def printable(self, text: str) -> str:
        """The text in characters the font has; what nobody sees is left out."""
        known = self.fonts["sansB" if self.font_style == "B" else "sans"].cmap  # type: ignore[union-attr]
        return "".join(
            c if ord(c) in known else GETA for c in text if ord(c) in known or not _is_unseen(c)
        )

    def width_of(self, text: str) -> float:
        """Millimetres, in the font in use."""
        return sum(map(self._width, text))

    def lines(self, text: str, width: float) -> list[str]:
        """The text broken into lines of the font in use, as Japanese is: anywhere, but not before
        「。」 nor behind 「（」. Latin words are kept whole where they fit."""
        found: list[str] = []
        for paragraph in text.expandtabs(4).split("\n"):
            found += self._broken(self.printable(paragraph), width)
        return found

    def qr(self, x: float, y: float, size: float, content: str) -> None:
        """A QR code of squares, quiet zone included in ``size``."""
        drawn = qrcode.QRCode(border=QUIET_ZONE, error_correction=qrcode.ERROR_CORRECT_M)
        drawn.add_data(content)
        rows: list[list[bool]] = drawn.get_matrix()
        step = size / len(rows)
        self.set_fill_color(0)
        for row, modules in enumerate(rows):
            for first, last in _runs(modules):
                # A hair wider, or viewers leave white seams between the rows.
                self.rect(x + first * step, y + row * step, (last - first) * step, step * 1.02, "F")

    def _width(self, character: str) -> float:
        key = (character, self.font_size_pt, self.font_style)
        if key not in self._widths:
            self._widths[key] = self.get_string_width(character)
        return self._widths[key]

    def _broken(self, text: str, width: float) -> list[str]:
        found: list[str] = []
        while self.width_of(text) > width:
            end = self._first_end(text, width)
            found.append(text[:end].rstrip())
            text = text[end:].lstrip(" ")
        return [*found, text]

    def _first_end(self, text: str, width: float) -> int:
        """How many characters stand on the first line; at least one."""
        fits, used = 0, 0.0
        for character in text:
            used += self._width(character)
            if used > width:
                break
            fits += 1
        fits = max(1, fits)
        for end in range(fits, max(0, fits - 30), -1):
            if end < len(text) and _may_break(text[end - 1], text[end]):
                return end
        return fits


def _may_break(before: str, after: str) -> bool:
    if before == "/":  # addresses
        return after != "/"
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return not (_is_latin(before) and _is_latin(after))


def _is_latin(character: str) -> bool:
    return character.isascii() and not character.isspace()


def _is_unseen(character: str) -> bool:
    """Selectors of variants, joiners, marks of direction."""
    return unicodedata.category(character) in {"Cf", "Cc", "Mn", "Me"}


def _runs(modules: Iterable[bool]) -> Iterable[tuple[int, int]]:
    """Where dark modules lie side by side: first, and one behind the last."""
    begin: int | None = None
    place = -1
    for place, dark in enumerate(modules):
        if dark and begin is None:
            begin = place
        elif not dark and begin is not None:
            yield begin, place
            begin = None
    if begin is not None:
        yield begin, place + 1
