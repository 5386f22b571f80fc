# SPDX-License-Identifier: Apache-2.0
"""A list of seats: what it would change is shown, and exactly that is done."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from kairan.audit.models import Entry
from kairan.municipalities.models import Area
from kairan.people.models import Person
from kairan.people.positions.models import PlannedHandover, Position, Tenure
from tests.cast import Cast
from tests.talk.factories import a_person, a_seat

SignIn = Callable[[Person], Client]
IMPORT = "/console/positions/import/"
CONFIRM = "/console/positions/import/confirm/"
HEAD = "校区,役職,氏名,電話,メール,任期のはじめ\n"


@pytest.fixture
def office(hinokuni: Cast, sign_in: SignIn) -> Client:
    return sign_in(hinokuni.administrator)


@pytest.fixture
def chair(hinokuni: Cast) -> Person:
    person = a_person("槇塚 一郎", phone="090-1111-1111")
    seat = a_seat("槇塚台校区 会長", person, title="会長")
    Tenure.objects.filter(position=seat).update(starts_on="2024-04-01")
    return person


def shown(client: Client, rows: str, name: str = "名簿.csv", *, head: str = HEAD) -> Any:
    file = SimpleUploadedFile(name, (head + rows).encode())
    return client.post(IMPORT, {"file": file})


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.content.decode())).split())


def hidden(answer: Any) -> dict[str, str]:
    text = answer.content.decode()
    return {
        name: unescape(re.search(rf'name="{name}" value="([^"]*)"', text)[1])  # type: ignore[index]
        for name in ("wanted", "seal")
    }


def taken_in(client: Client, rows: str, **more: str) -> Any:
    answer = shown(client, rows)
    assert answer.status_code == 200, words(answer)
    return client.post(CONFIRM, {**hidden(answer), "reads_on_days": "0", **more})


def holder(seat: str) -> str:
    return Tenure.objects.open().get(position__name=seat).person.name


def test_nothing_is_written_before_it_is_confirmed(office: Client) -> None:
    answer = shown(office, "中央校区,会長,山田 太郎,,,\n")
    assert "加わる席 1" in words(answer)
    assert not Position.objects.exists()
    assert not Person.objects.filter(name="山田 太郎").exists()


def test_seats_and_their_holders_are_made(office: Client) -> None:
    area = Area.objects.create(kind="district", code="1", name="中央校区")
    rows = "中央校区,会長,山田 太郎,0901112222,yamada@example.jp,R8.4.1\n中央校区,副会長,,,,\n"
    answer = taken_in(office, rows)
    assert answer.status_code == 200
    chairman = Position.objects.get(name="中央校区 会長")
    assert (chairman.area, chairman.title, holder("中央校区 会長")) == (area, "会長", "山田 太郎")
    assert Tenure.objects.get().starts_on.isoformat() == "2026-04-01"
    assert Position.objects.get(name="中央校区 副会長").tenures.count() == 0
    assert "紙を印刷する" in words(answer)
    assert Entry.objects.filter(verb="positions.imported").count() == 1


def test_another_name_is_a_handover_and_the_predecessor_is_out(
    office: Client, chair: Person
) -> None:
    assert "槇塚 一郎 → 台 花子" in words(shown(office, "槇塚台校区,会長,台 花子,,,\n"))
    taken_in(office, "槇塚台校区,会長,台 花子,,,\n")
    assert holder("槇塚台校区 会長") == "台 花子"
    assert not Tenure.objects.open().filter(person=chair).exists()
    assert Entry.objects.filter(verb="position.handed_over").count() == 1


def test_the_predecessor_reads_on_as_long_as_was_said(office: Client, chair: Person) -> None:
    taken_in(office, "槇塚台校区,会長,台 花子,,,\n", reads_on_days="14")
    ended = Tenure.objects.get(person=chair)
    assert ended.reads_until is not None
    assert ended.reads_until - timezone.now() > timedelta(days=13)


def test_a_term_to_come_is_planned_and_the_same_list_again_changes_nothing(
    office: Client, chair: Person
) -> None:
    day = timezone.localdate() + timedelta(days=30)
    rows = f"槇塚台校区,会長,台 花子,,,{day}\n"
    taken_in(office, rows)
    assert holder("槇塚台校区 会長") == "槇塚 一郎"
    assert PlannedHandover.objects.get().last_day == day - timedelta(days=1)
    assert "変わることはありません" in words(shown(office, rows))


def test_phone_and_mail_are_changed_and_an_empty_cell_takes_nothing_away(
    office: Client, chair: Person
) -> None:
    taken_in(office, "槇塚台校区,会長,槇塚一郎,,makizuka@example.jp,\n")
    chair.refresh_from_db()
    assert (chair.phone, chair.email) == ("090-1111-1111", "makizuka@example.jp")
    assert "変わることはありません" in words(shown(office, "槇塚台校区,会長,槇塚一郎,,,\n"))


def test_a_name_in_old_letters_is_the_same_person(office: Client, chair: Person) -> None:
    taken_in(office, "槇塚台校区,会長,槙塚 一郎,,,\n")
    chair.refresh_from_db()
    assert (holder("槇塚台校区 会長"), chair.name) == ("槙塚 一郎", "槙塚 一郎")


def test_the_same_phone_under_another_name_is_asked_about(office: Client, chair: Person) -> None:
    answer = shown(office, "槇塚台校区,会長,牧塚 一郎,090-1111-1111,,\n")
    assert "電話かメールが同じで、名前が違います" in words(answer)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("中央校区,,山田,,,", "役職がありません"),
        ("中央校区,会長,山田,でんわ,,", "電話番号として読めません"),
        ("中央校区,会長,山田,,山田＠例,", "メールアドレスとして読めません"),
        ("中央校区,会長,山田,,,来年", "日付として読めません"),
        ("中央校区,会長,山田,,,2026/2/30", "日付として読めません"),
        ("中央校区,会長,,090-1111-1112,,", "氏名がありません"),
        ("中央校区,会長,=HYPERLINK(1),,,", "式（=…）が入っています"),
        ("中央校区,会長,山田,,admin@example.jp,", "市長室 あかりさんのもの"),
        ("中央校区,会長,市長室 あかり,,admin@example.jp,", "職員です"),
        ("槇塚台校区,会長,別人,,,2020/1/1", "任期より前です"),
        (",自治推進課,山田,,,", "窓口です"),
        (f"{'長' * 101},会長,山田,,,", "長すぎます"),
    ],
)
def test_a_row_that_cannot_be_is_left_out_with_its_reason(
    office: Client, chair: Person, row: str, reason: str
) -> None:
    a_seat("自治推進課", kind="desk")
    answer = shown(office, f"{row}\n東校区,会長,東 次郎,,,\n")
    assert "2行目:" in words(answer)
    assert reason in words(answer)
    office.post(CONFIRM, {**hidden(answer), "reads_on_days": "0"})
    assert holder("東校区 会長") == "東 次郎"
    assert holder("槇塚台校区 会長") == "槇塚 一郎"


def test_a_seat_named_twice_is_taken_once(office: Client) -> None:
    rows = "中央校区,会長,山田,,,\n中央校区,会長,佐藤,,,\n中央校区,会長,山田,,,\n"
    answer = words(shown(office, rows))
    assert "3行目: 2行目と同じ席に、別の人がいます" in answer
    assert "4行目: 2行目と同じ席です" in answer


def test_one_address_is_not_for_two_people_but_one_person_may_hold_two_seats(
    office: Client,
) -> None:
    one = "中央校区,会長,山田,,y@example.jp,\n"
    assert "同じメールです" in words(shown(office, one + "東校区,会長,佐藤,,y@example.jp,\n"))
    taken_in(office, one + "東校区,会長,山田,,y@example.jp,\n")
    assert Person.objects.get(name="山田").tenures.count() == 2


def test_two_of_one_name_without_phone_and_mail_are_two_people(office: Client) -> None:
    taken_in(office, "中央校区,会長,山田,,,\n東校区,会長,山田,,,\n")
    assert Person.objects.filter(name="山田").count() == 2


def test_what_changed_meanwhile_is_shown_again_and_nothing_is_done(
    office: Client, chair: Person
) -> None:
    rows = "槇塚台校区,会長,台 花子,,,\n中央校区,会長,山田,,,\n"
    before = hidden(shown(office, rows))
    taken_in(office, "槇塚台校区,会長,別の人,,,\n")
    answer = office.post(CONFIRM, {**before, "reads_on_days": "0"})
    assert answer.status_code == 409
    assert "別の人 → 台 花子" in words(answer)
    assert holder("槇塚台校区 会長") == "別の人"
    assert not Position.objects.filter(name="中央校区 会長").exists()


def test_what_was_not_signed_here_is_not_taken(office: Client) -> None:
    kept = hidden(shown(office, "中央校区,会長,山田,,,\n"))
    forged = {**kept, "wanted": kept["wanted"][:-2] + "xx", "reads_on_days": "0"}
    answer = office.post(CONFIRM, forged)
    assert answer.status_code == 302
    assert not Position.objects.exists()
    wrong = office.post(CONFIRM, {**kept, "reads_on_days": "1000"})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"PK\x03\x04broken", "名簿.xlsx", "壊れている"),
        ("名前だけ\n山田\n".encode(), "名簿.csv", "列の名前"),
        (HEAD.encode() + b"a,b\n" * 10_000, "名簿.csv", "行が多すぎます"),
        (b"x" * (2 * 1024 * 1024 + 1), "名簿.csv", "2MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "名簿.xls", "古い形式"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_reason(
    office: Client, content: bytes, name: str, reason: str
) -> None:
    answer = office.post(IMPORT, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert reason in words(answer)


def test_more_seats_than_one_request_can_take_are_refused(office: Client) -> None:
    rows = "".join(f"第{number}校区,会長,,,,\n" for number in range(1_001))
    answer = shown(office, rows)
    assert answer.status_code == 422
    assert "1,000行まで" in words(answer)


def test_the_list_as_it_is_can_be_taken_in_again_unchanged(office: Client, chair: Person) -> None:
    a_seat("連合会長", title="会長")
    a_seat("東校区 副会長", title="副会長")
    for form in ("csv", "xlsx"):
        content = office.get(f"/console/positions/files/list.{form}").getvalue()
        answer = office.post(IMPORT, {"file": SimpleUploadedFile(f"名簿.{form}", content)})
        assert "同じ 3" in words(answer), words(answer)
        assert "取りこめない行" not in words(answer)


def test_the_example_is_read_too(office: Client) -> None:
    content = office.get("/console/positions/files/example.xlsx").getvalue()
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["校区", "役職", "氏名"]
    answer = office.post(IMPORT, {"file": SimpleUploadedFile("見本.xlsx", content)})
    assert "加わる席 2" in words(answer)


def test_neither_clerks_nor_leaders_take_lists_in(
    hinokuni: Cast, chair: Person, sign_in: SignIn, office: Client
) -> None:
    kept = hidden(shown(office, "中央校区,会長,山田,,,\n"))
    for person in (hinokuni.roads_clerk, chair):
        client = sign_in(person)
        assert client.get(IMPORT).status_code == 403
        assert client.post(CONFIRM, {**kept, "reads_on_days": "0"}).status_code == 403
        assert client.get("/console/positions/files/list.csv").status_code == 403
    assert not Position.objects.filter(name="中央校区 会長").exists()


def test_a_list_read_for_one_town_is_nothing_in_another(
    hinokuni: Cast, sign_in: SignIn, office: Client
) -> None:
    kept = hidden(shown(office, "中央校区,会長,山田,,,\n"))
    answer = sign_in(hinokuni.neighbour_administrator).post(CONFIRM, {**kept, "reads_on_days": "0"})
    assert answer.status_code == 302
