# SPDX-License-Identifier: Apache-2.0
"""The sheet of paper: what stands on it, who prints it, and that it opens the door once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

from kairan.audit.models import Entry
from kairan.lib.paper import Paper
from kairan.people.models import Person
from kairan.people.positions.models import Position, SignInCode
from kairan.people.positions.sheets import SMALL, Sheet, as_pdf
from tests.cast import Cast
from tests.talk.factories import a_person, a_seat, hold

SignIn = Callable[[Person], Client]
SHEETS = "/console/positions/sheets/"
SHEET = Sheet(
    town="ひのくに市",
    seat="槇塚台校区 会長",
    person="髙﨑 𠮷子",
    address="https://kairan.example.jp/community/s/Vt3kq9w_8sXo2mNfQ4hYbZ7LrTcUaEpD/",
    typing="https://kairan.example.jp/community/sign-in/",
    digits="40718259",
    last_day=date(2026, 11, 29),
    office="自治推進課",
    phone="072-290-1803",
)


def words(pdf: bytes, page: int = 0) -> str:
    text: str = pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_bounded()
    return text


@pytest.fixture
def chair(hinokuni: Cast) -> Person:
    return a_person("槇塚 一郎")


@pytest.fixture
def seat(hinokuni: Cast, chair: Person) -> Position:
    a_seat("自治推進課", kind="desk", phone="096-328-0000")
    return a_seat("槇塚台校区 会長", chair)


@pytest.fixture
def office(hinokuni: Cast, sign_in: SignIn) -> Client:
    return sign_in(hinokuni.administrator)


def test_a_sheet_says_in_text_what_one_needs() -> None:
    said = words(as_pdf([SHEET]))
    for text in (
        "槇塚台校区 会長", "髙﨑 𠮷子 様", "令和8年（2026年）11月29日（日）まで使えます",
        "自治推進課　072-290-1803", "1回だけ使えます", "捨ててください",
        "kairan.example.jp/community/sign-in/",
    ):  # fmt: skip
        assert text in said
    assert re.search(r"4071\s+8259", said)


def test_the_file_is_named_and_says_its_language() -> None:
    pdf = as_pdf([SHEET])
    assert pypdfium2.PdfDocument(pdf).get_metadata_dict()["Title"] == "トークに入るための紙"
    assert b"/Lang (ja)" in pdf
    assert b"/DisplayDocTitle true" in pdf


def test_nothing_on_it_is_small_and_nothing_runs_off_the_page() -> None:
    long = replace(SHEET, seat="長い名前の校区 " * 4 + "会長", typing=SHEET.typing * 2)
    page = pypdfium2.PdfDocument(as_pdf([long]))[0]
    width, height = page.get_size()
    text = page.get_textpage()
    for index in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(index)
        assert 0 <= left <= right <= width
        assert 0 <= bottom <= top <= height
    assert SMALL >= 16


def test_its_qr_is_of_the_address_and_keeps_a_quiet_zone() -> None:
    """Drawn anew from the picture: a dark square where the library says so, for each module."""
    import qrcode

    page = pypdfium2.PdfDocument(as_pdf([SHEET]))[0]
    scale = 4.0
    picture = page.render(scale=scale).to_pil().convert("L")
    drawn = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    drawn.add_data(SHEET.address)
    rows = drawn.get_matrix()
    millimetre = scale * 72 / 25.4
    step = 68 / len(rows) * millimetre
    left, top = 12 * millimetre, 140 * millimetre
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            point = (round(left + (x + 0.5) * step), round(top + (y + 0.5) * step))
            assert (picture.getpixel(point) < 128) is dark  # type: ignore[operator]


def test_lines_break_where_japanese_may() -> None:
    paper = Paper("行")
    paper.add_page()
    paper.use(10)
    lines = paper.lines("あいうえお。「かきく」ABCDEF\n次", paper.width_of("あいうえお") + 0.1)
    assert lines == ["あいうえ", "お。「かき", "く」", "ABCDEF", "次"]
    assert paper.printable("辺\U000e0101り🙏") == "辺り〓"


def test_all_sheets_come_in_one_file_and_each_opens_the_door(
    office: Client, seat: Position, chair: Person
) -> None:
    other = a_seat("西校区 会長", a_person("西 二郎"))
    answer = office.post(SHEETS, {"seat": [seat.pk, other.pk]})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert len(pypdfium2.PdfDocument(answer.content)) == 2
    found = re.search(r"(\d{4})\s+(\d{4})\r", words(answer.content))
    assert found
    assert (
        Client().post("/community/sign-in/", {"digits": "".join(found.groups())}).status_code == 302
    )
    assert SignInCode.objects.get(used_at__isnull=False).person == chair
    assert Entry.objects.filter(verb="sheets.printed").get().summary == "2枚"


def test_the_day_on_the_sheet_is_one_on_which_it_still_works(
    office: Client, seat: Position
) -> None:
    office.post(SHEETS, {"seat": [seat.pk]})
    [code] = SignInCode.objects.all()
    last = timezone.localtime(code.expires_at).date() - timedelta(days=1)
    assert last == timezone.localdate() + timedelta(days=6)


def test_printing_again_ends_the_sheet_before(office: Client, seat: Position) -> None:
    office.post(SHEETS, {"seat": [seat.pk]})
    office.post(SHEETS, {"seat": [seat.pk]})
    assert SignInCode.objects.filter(withdrawn_at=None).count() == 1


def test_the_page_offers_those_who_are_not_in(office: Client, seat: Position) -> None:
    page = office.get(SHEETS).content.decode()
    assert re.search(rf'name="seat" value="{seat.pk}" checked', page)
    none = office.get(f"{SHEETS}?choose=none").content.decode()
    assert re.search(rf'name="seat" value="{seat.pk}" autocomplete', none)
    office.post(SHEETS, {"seat": [seat.pk]})
    assert "紙を渡しました" in office.get(SHEETS).content.decode()


def test_who_is_in_already_gets_no_further_way_in_here(office: Client, seat: Position) -> None:
    office.post(SHEETS, {"seat": [seat.pk]})
    SignInCode.objects.update(used_at=timezone.now())
    answer = office.post(SHEETS, {"seat": [seat.pk]})
    assert answer.status_code == 422
    assert SignInCode.objects.count() == 1
    assert "使っています" in office.get(SHEETS).content.decode()


def test_no_sheet_for_nobody_for_staff_and_for_closed_seats(
    hinokuni: Cast, office: Client, seat: Position
) -> None:
    empty = a_seat("空席 会長")
    clerk = a_seat("職員の席", hinokuni.roads_clerk)
    closed = a_seat("閉じた席", a_person("閉 三郎"), closed_at=timezone.now())
    answer = office.post(SHEETS, {"seat": [empty.pk, clerk.pk, closed.pk, 99, "x"]})
    assert answer.status_code == 422
    assert not SignInCode.objects.exists()


def test_after_a_handover_the_sheet_is_of_the_code_that_was_just_made(
    office: Client, seat: Position
) -> None:
    office.post(f"/console/positions/{seat.pk}/code/", {"checked": "窓口で顔を見て"})
    [code] = SignInCode.objects.filter(withdrawn_at=None)
    answer = office.post(f"/console/positions/{seat.pk}/sheet/")
    assert "槇塚 一郎 様" in words(answer.content)
    assert [code] == list(SignInCode.objects.filter(withdrawn_at=None))


def test_whoever_did_not_make_the_code_prints_nothing(
    hinokuni: Cast, office: Client, seat: Position, sign_in: SignIn
) -> None:
    office.post(f"/console/positions/{seat.pk}/code/", {"checked": "窓口で顔を見て"})
    other = sign_in(hinokuni.roads_manager)
    assert other.post(f"/console/positions/{seat.pk}/sheet/").status_code == 302
    for nobody in (
        sign_in(hinokuni.roads_clerk),
        sign_in(hold(a_seat("席"), a_person("人")).person),
    ):
        assert nobody.post(SHEETS, {"seat": [seat.pk]}).status_code == 403
        assert nobody.get(SHEETS).status_code == 403
