# SPDX-License-Identifier: Apache-2.0
"""A list of seats and their holders, as an office keeps it: rows → what is wanted. No database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from kairan.lib.folding import fold
from kairan.lib.plain import plain
from kairan.lib.tables import Row, SheetRefused, read_table
from kairan.municipalities.models import MAX_NAME_LENGTH

MAX_BYTES: Final = 2 * 1024 * 1024
# Some fifteen seconds of work; a ward has hundreds of seats.
MAX_SEATS: Final = 1_000
AREA, TITLE, PERSON = "校区", "役職", "氏名"
PHONE, EMAIL, STARTS = "電話", "メール", "任期のはじめ"
HEADING: Final = (AREA, TITLE, PERSON, PHONE, EMAIL, STARTS)
# As offices head these columns.
COLUMNS: Final = {
    **dict.fromkeys(("校区", "学校区", "小学校区", "校区名", "地域"), AREA),
    **dict.fromkeys(("役職", "役職名", "役", "肩書"), TITLE),
    **dict.fromkeys(("氏名", "名前", "お名前", "会長名", "役員名"), PERSON),
    **dict.fromkeys(("電話", "電話番号", "TEL", "携帯", "携帯電話", "連絡先"), PHONE),
    **dict.fromkeys(("メール", "メールアドレス", "Eメール", "E-mail", "email"), EMAIL),
    **dict.fromkeys(("任期のはじめ", "任期開始日", "任期開始", "就任日", "任期"), STARTS),
}
_MAX_PERSON = 100
_PHONE = re.compile(r"\+?[0-9]{9,15}")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_ERA_DAY = re.compile(
    r"(令和|平成|昭和|R|H|S)\.?(元|\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.IGNORECASE
)
_ERA_BEFORE = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}


class RowRefused(ValueError):
    """One row cannot be taken; the message says why, for people."""


@dataclass(frozen=True)
class Wanted:
    """One row: a seat, and who is to hold it. Empty: the row says nothing about it."""

    row: int
    seat: str
    area: str
    title: str
    person: str
    phone: str
    email: str
    starts_on: date | None

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "starts_on": self.starts_on and self.starts_on.isoformat()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Wanted:
        starts = kept["starts_on"]
        return cls(**{**kept, "starts_on": date.fromisoformat(starts) if starts else None})


@dataclass(frozen=True)
class Problem:
    """``row`` as the spreadsheet numbers it."""

    row: int
    reason: str


@dataclass(frozen=True)
class Reading:
    wanted: tuple[Wanted, ...]
    problems: tuple[Problem, ...]
    unused: tuple[str, ...]


def read(content: bytes, name: str) -> Reading:
    """What the file asks for. Raises ``SheetRefused`` when it cannot be read at all."""
    table = read_table(content, name, COLUMNS)
    if len(table.rows) > MAX_SEATS:
        raise SheetRefused(
            _("行が多すぎます。%(most)s行までです。校区ごとに分けてください。")
            % {"most": f"{MAX_SEATS:,}"}
        )
    wanted: list[Wanted] = []
    problems: list[Problem] = []
    for row in table.rows:
        try:
            wanted.append(_wanted(row))
        except RowRefused as error:
            problems.append(Problem(row.number, str(error)))
    twice = list(_twice(wanted))
    bad = {problem.row for problem in twice}
    return Reading(
        tuple(one for one in wanted if one.row not in bad),
        tuple(sorted([*problems, *twice], key=lambda problem: problem.row)),
        table.unused,
    )


def _wanted(row: Row) -> Wanted:
    if row.formulas:
        raise RowRefused(
            _("「%(columns)s」に式（=…）が入っています。値にして保存し直してください。")
            % {"columns": "、".join(row.formulas)}
        )
    area, title = _line(row, AREA, MAX_NAME_LENGTH), _line(row, TITLE, MAX_NAME_LENGTH)
    if not title:
        raise RowRefused(_("役職がありません。"))
    seat = f"{area} {title}".strip()
    if len(seat) > MAX_NAME_LENGTH:
        raise RowRefused(_("校区と役職が長すぎます。"))
    person = _line(row, PERSON, _MAX_PERSON)
    phone, email, starts = _phone(row[PHONE]), _email(row[EMAIL]), _day(row[STARTS])
    if not person and (phone or email or starts):
        raise RowRefused(_("氏名がありません。"))
    return Wanted(row.number, seat, area, title, person, phone, email, starts)


def _twice(wanted: list[Wanted]) -> Iterator[Problem]:
    """The second and every further row of one seat."""
    first: dict[str, Wanted] = {}
    for one in wanted:
        other = first.setdefault(fold(one.seat), one)
        if other is one:
            continue
        if fold(other.person) == fold(one.person):
            reason = _("%(row)d行目と同じ席です。1行にしてください。")
        else:
            reason = _("%(row)d行目と同じ席に、別の人がいます。席に入れるのは1人です。")
        yield Problem(one.row, reason % {"row": other.row})


def _line(row: Row, column: str, most: int) -> str:
    """The cell as one line, however it was broken and spaced."""
    text = " ".join(plain(row[column], 10_000).split())
    if len(text) > most:
        raise RowRefused(_("「%(column)s」が長すぎます。") % {"column": column})
    return text


def _phone(text: str) -> str:
    """Spreadsheets take a number's first zero away: it is put back."""
    kept = unicodedata.normalize("NFKC", text).strip().replace("‐", "-").replace("−", "-")
    kept = kept.replace("ー", "-").replace(" ", "")
    digits = re.sub(r"[-()]", "", kept)
    if not digits:
        return ""
    if digits.isascii() and digits.isdigit() and len(digits) in (9, 10) and digits[0] != "0":
        return "0" + kept
    if not _PHONE.fullmatch(digits) or len(kept) > 20:
        raise RowRefused(_("電話番号として読めません。"))
    return kept


def _email(text: str) -> str:
    kept = unicodedata.normalize("NFKC", text).strip().lower()
    try:
        if kept:
            validate_email(kept)
    except ValidationError:
        raise RowRefused(_("メールアドレスとして読めません。")) from None
    return kept


def _day(text: str) -> date | None:
    """2026-04-01, 2026/4/1, 令和8年4月1日, R8.4.1."""
    kept = unicodedata.normalize("NFKC", text).strip()
    if not kept:
        return None
    try:
        if found := _DAY.fullmatch(kept):
            year, month, day = map(int, found.groups())
            return date(year, month, day)
        if found := _ERA_DAY.fullmatch(kept.replace(" ", "")):
            count = 1 if found[2] == "元" else int(found[2])
            return date(_ERA_BEFORE[found[1].lower()] + count, int(found[3]), int(found[4]))
    except ValueError:
        pass
    raise RowRefused(_("任期のはじめを日付として読めません。例: 2026/4/1、令和8年4月1日"))
