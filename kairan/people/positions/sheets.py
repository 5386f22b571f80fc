# SPDX-License-Identifier: Apache-2.0
"""The sheet of paper by which a leader comes in: one page of A4 a person, in large type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from kairan.design.dates import full_date
from kairan.lib.paper import WIDTH, Paper

LEFT: Final = 16.0
RIGHT: Final = WIDTH - LEFT
MIDDLE: Final = WIDTH / 2
# Points; nothing on the sheet is smaller.
SMALL: Final = 16


@dataclass(frozen=True)
class Sheet:
    """What stands on one page. ``address`` is behind the QR, ``typing`` where digits are typed."""

    town: str
    seat: str
    person: str
    address: str
    typing: str
    digits: str
    last_day: date
    office: str
    phone: str


def as_pdf(sheets: Iterable[Sheet]) -> bytes:
    """One page a sheet, in their order."""
    paper = Paper(_("トークに入るための紙"))
    for sheet in sheets:
        paper.add_page()
        _draw(paper, sheet)
    return bytes(paper.output())


def _draw(paper: Paper, sheet: Sheet) -> None:
    _heading(paper, sheet)
    _steps(paper, 66)
    _code(paper, sheet, 140)
    _small_print(paper, sheet, 246)


def _heading(paper: Paper, sheet: Sheet) -> None:
    paper.words(LEFT, 20, sheet.town, SMALL)
    paper.words(RIGHT, 20, _("トークに入るための紙"), SMALL, align="right")
    paper.set_draw_color(0)
    paper.set_line_width(0.6)
    paper.line(LEFT, 25, RIGHT, 25)
    _name(paper, 37, sheet.seat, 26)
    _name(paper, 53, _("%(name)s 様") % {"name": sheet.person}, 32)


def _name(paper: Paper, y: float, name: str, size: float) -> None:
    """As large as one line allows; a very long one in two."""
    wide = RIGHT - LEFT
    fits = paper.fitting(name, size, wide, bold=True)
    if fits >= SMALL:
        paper.words(LEFT, y, name, fits, bold=True)
        return
    fits = paper.fitting(name, SMALL, wide * 1.9, bold=True)
    paper.use(fits, bold=True)
    for row, words in enumerate(paper.lines(name, wide)):
        paper.words(LEFT, y - 3.5 + row * 7, words, fits, bold=True)


def _steps(paper: Paper, top: float) -> None:
    """Three pictures side by side, each with its words."""
    steps: list[tuple[Callable[[Paper, float, float], None], str, str]] = [
        (_camera, _("スマホのカメラで"), _("下の四角を写す")),
        (_button, _("大きなボタンを"), _("押す")),
        (_bubbles, _("トークが"), _("開きます")),
    ]
    wide = (RIGHT - LEFT) / 3
    for place, (picture, first, second) in enumerate(steps):
        middle = LEFT + wide * (place + 0.5)
        picture(paper, middle, top)
        _number(paper, middle - 24, top + 4, place + 1)
        paper.words(middle, top + 56, first, SMALL, bold=True, align="centre")
        paper.words(middle, top + 64, second, SMALL, bold=True, align="centre")
        if place:
            _arrow(paper, LEFT + wide * place, top + 24)


def _code(paper: Paper, sheet: Sheet, top: float) -> None:
    """The QR, and beside it the digits for who has no camera at hand."""
    paper.qr(LEFT - 4, top, 68, sheet.address)
    x, wide = LEFT + 70, RIGHT - LEFT - 70
    paper.words(x, top + 12, _("写せないときは、"), SMALL)
    paper.words(x, top + 20, _("この数字を入れます"), SMALL)
    digits = f"{sheet.digits[:4]}  {sheet.digits[4:]}"
    size = paper.fitting(digits, 66, wide, bold=True)
    paper.words(x, top + 43, digits, size, bold=True)
    paper.words(x, top + 55, _("入れるところ"), SMALL)
    paper.use(SMALL)
    for row, line in enumerate(paper.lines(sheet.typing.partition("://")[2], wide)):
        paper.words(x, top + 63 + row * 7.5, line, SMALL)


def _small_print(paper: Paper, sheet: Sheet, top: float) -> None:
    wide = RIGHT - LEFT
    until = _("%(day)sまで使えます") % {"day": full_date(sheet.last_day)}
    paper.set_fill_color(238)
    paper.rect(LEFT, top - 28, wide, 18, "F", round_corners=True, corner_radius=2)
    paper.words(MIDDLE, top - 16.5, until, 20, bold=True, align="centre")
    paper.words(LEFT, top, _("この紙は1回だけ使えます。ほかの人に見せないでください。"), SMALL)
    paper.words(LEFT, top + 9, _("入れたら、細かく切って捨ててください。"), SMALL)
    paper.line(LEFT, top + 16, RIGHT, top + 16)
    paper.words(LEFT, top + 28, _("わからないとき"), SMALL)
    called = f"{sheet.office}　{sheet.phone}"
    size = paper.fitting(called, 24, wide - 50, bold=True)
    paper.words(RIGHT, top + 28.5, called, size, bold=True, align="right")


def _number(paper: Paper, x: float, y: float, number: int) -> None:
    paper.set_fill_color(0)
    paper.circle(x, y, 5, "F")
    paper.use(SMALL, bold=True)
    paper.set_text_color(255)
    text = str(number)
    paper.text(x - paper.width_of(text) / 2, y + 2.1, text)


def _arrow(paper: Paper, x: float, y: float) -> None:
    paper.set_fill_color(0)
    paper.polygon([(x - 2, y - 3.5), (x + 3, y), (x - 2, y + 3.5)], style="F")


def _phone(paper: Paper, x: float, y: float) -> None:
    """A phone of 24 × 44 whose upper left corner is there, its screen empty."""
    paper.set_draw_color(0)
    paper.set_line_width(0.9)
    paper.set_fill_color(255)
    paper.rect(x, y, 24, 44, "DF", round_corners=True, corner_radius=3)
    paper.set_line_width(0.7)
    paper.line(x + 9, y + 40.5, x + 15, y + 40.5)


def _camera(paper: Paper, middle: float, top: float) -> None:
    """A phone before this sheet: four corners around a QR code."""
    x, y = middle - 12, top
    _phone(paper, x, y)
    paper.set_line_width(0.9)
    for left, up in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        corner_x, corner_y = middle - 9 * left, top + 19 - 9 * up
        paper.line(corner_x, corner_y, corner_x + 4 * left, corner_y)
        paper.line(corner_x, corner_y, corner_x, corner_y + 4 * up)
    _tiny_qr(paper, middle - 6, top + 13)


def _tiny_qr(paper: Paper, x: float, y: float) -> None:
    paper.set_line_width(1)
    for right, down in ((0.0, 0.0), (8.0, 0.0), (0.0, 8.0)):
        paper.rect(x + right + 0.5, y + down + 0.5, 3, 3)
    paper.set_fill_color(0)
    for right, down in ((8, 8), (10.5, 8), (8, 10.5), (5.3, 5.3), (10.5, 10.5), (5.3, 1), (1, 5.3)):
        paper.rect(x + right, y + down, 1.5, 1.5, "F")


def _button(paper: Paper, middle: float, top: float) -> None:
    """A phone with one big button, and the finger that presses it."""
    _phone(paper, middle - 12, top)
    paper.set_line_width(0.5)
    for row in range(3):
        paper.line(
            middle - 8, top + 8 + row * 3.5, middle + (8 if row < 2 else 2), top + 8 + row * 3.5
        )
    paper.set_fill_color(0)
    paper.rect(middle - 9.5, top + 20, 19, 9, "F", round_corners=True, corner_radius=1.5)
    paper.set_fill_color(255)
    paper.set_line_width(0.9)
    # Two outlines laid over each other: the finger, and the hand behind it.
    paper.rect(middle + 2, top + 36, 17, 12, "DF", round_corners=True, corner_radius=4)
    paper.rect(middle + 2, top + 24, 6.5, 17, "DF", round_corners=True, corner_radius=3.2)
    paper.rect(middle + 2.5, top + 37, 5.5, 6, "F")


def _bubbles(paper: Paper, middle: float, top: float) -> None:
    """A phone with a talk: theirs on the left, one's own in black on the right."""
    _phone(paper, middle - 12, top)
    for x, y, wide, black in (
        (-9.5, 5.0, 14.0, False),
        (-3.5, 14.0, 13.0, True),
        (-9.5, 23.0, 15.0, False),
    ):
        left, up = middle + x, top + y
        paper.set_line_width(0.7)
        paper.set_fill_color(0 if black else 255)
        paper.rect(left, up, wide, 7, "DF", round_corners=True, corner_radius=2)
        paper.set_draw_color(255 if black else 0)
        paper.line(left + 2.5, up + 2.5, left + wide - 2.5, up + 2.5)
        paper.line(left + 2.5, up + 4.7, left + wide - 5, up + 4.7)
        paper.set_draw_color(0)
