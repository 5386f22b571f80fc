# SPDX-License-Identifier: Apache-2.0
"""A case or a page of the town's site, passed on to talk: what anybody may know, seen before."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kairan.audit.models import Entry
from kairan.console.passing import town_part
from kairan.people.models import Person
from kairan.reports.models import Case, CaseEntry
from kairan.talk.models import Message, Room
from tests.cast import Cast
from tests.portal.factories import a_report
from tests.talk.factories import a_person, a_room, a_seat

SignIn = Callable[[Person], Client]


@dataclass
class Square:
    client: Client
    council: Room
    committee: Room
    case: Case

    @property
    def address(self) -> str:
        return f"{reverse('console:pass_on')}?case={self.case.pk}"


@pytest.fixture
def square(hinokuni: Cast, sign_in: SignIn) -> Square:
    desk = a_seat("自治推進課", hinokuni.roads_clerk, kind="desk")
    chair = a_seat("槇塚台校区 会長", a_person("槇塚 一郎"))
    rooms = [a_room(name, desk, chair) for name in ("自治連合協議会", "防災委員会")]
    a_room("会長の集まり", chair)
    return Square(sign_in(hinokuni.roads_clerk), *rooms, a_report(hinokuni).case)


def field(page: HttpResponse, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.content.decode())
    return unescape(found[1]) if found else ""


def filled(square: Square, page: HttpResponse, *rooms: Room) -> dict[str, object]:
    return {
        "rooms": [room.pk for room in rooms],
        "sentence": "直す予定です。",
        "about": "【通報】照明灯の不具合",
        "importance": 0,
        "client_id": field(page, "client_id"),
    }


def test_only_what_anybody_may_know_is_composed(square: Square) -> None:
    Case.objects.filter(pk=square.case.pk).update(address="西区春日1丁目2-3 佐藤様方")
    page = square.client.get(square.address)
    text = page.content.decode()
    assert square.case.number in text
    assert "場所：西区春日\n対応状況：受付" in text
    assert "1丁目" not in text
    assert "佐藤" not in text
    assert "夜になると真っ暗です" not in text
    assert "会長の集まり" not in text


@pytest.mark.parametrize(
    ("address", "part"),
    [("西区春日1丁目2-3", "西区春日"), ("ひのくに市西区春日２丁目", "西区春日"),
     ("西区春日三丁目", "西区春日"), ("佐藤さん宅の前", "西区"), ("佐藤様方2階", "西区"),
     ("西区", "西区"), ("", "西区"), ("公園の前の道", "西区"), ("090-1234-5678", "西区")],
)  # fmt: skip
def test_a_place_is_told_without_the_house(square: Square, address: str, part: str) -> None:
    square.case.address = address
    assert town_part(square.case) == part


def test_it_is_shown_before_it_is_sent(square: Square) -> None:
    page = square.client.get(square.address)
    preview = square.client.post(square.address, filled(square, page, square.council))
    assert "直す予定です。\n\n【通報】照明灯の不具合" in preview.content.decode()
    assert not Message.objects.exists()


def test_what_was_seen_is_sent_to_each_room_once(square: Square, hinokuni: Cast) -> None:
    page = square.client.get(square.address)
    given = filled(square, page, square.council, square.committee)
    preview = square.client.post(square.address, given)
    given |= {"seen": field(preview, "seen"), "send": "1"}
    for _time in range(2):
        assert square.client.post(square.address, given).status_code == 302
    said = Message.objects.order_by("room")
    assert [one.text for one in said] == ["直す予定です。\n\n【通報】照明灯の不具合"] * 2
    assert {one.room for one in said} == {square.council, square.committee}
    notes = CaseEntry.objects.filter(case=square.case, text__contains="トークで知らせた")
    assert [note.text for note in notes] == ["トークで知らせた：「自治連合協議会」、「防災委員会」"]
    entry = Entry.objects.get(verb="talk.case_passed")
    assert (entry.actor_id, entry.target_id) == (hinokuni.roads_clerk.pk, square.case.pk)


def test_what_was_changed_after_the_preview_is_shown_again(square: Square) -> None:
    page = square.client.get(square.address)
    given = filled(square, page, square.council)
    preview = square.client.post(square.address, given)
    given |= {"seen": field(preview, "seen"), "send": "1", "about": "別の文"}
    again = square.client.post(square.address, given)
    assert "直す予定です。\n\n別の文" in again.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize("change", [{"rooms": []}, {"rooms": [0]}, {"about": ""}])
def test_an_unfinished_form_comes_back(square: Square, change: dict[str, object]) -> None:
    page = square.client.get(square.address)
    given = filled(square, page, square.council) | change
    assert square.client.post(square.address, given).status_code == 422


def test_a_case_that_one_does_not_see_is_not_passed_on(
    square: Square, sign_in: SignIn, cast: Cast
) -> None:
    a_seat("ごみの窓口", cast.waste_clerk, kind="desk")
    assert sign_in(cast.waste_clerk).get(square.address).status_code == 404


def test_the_case_page_leads_there_only_for_the_desk(
    square: Square, sign_in: SignIn, cast: Cast
) -> None:
    page = reverse("reports:case", args=[square.case.pk])
    assert square.address in square.client.get(page).content.decode()
    assert square.address not in sign_in(cast.viewer).get(page).content.decode()


def test_a_page_of_the_towns_site_is_passed_on_unopened(square: Square) -> None:
    address = reverse("console:pass_on")
    assert "記事の題名" in square.client.get(address).content.decode()
    url = "https://www.example.jp/news/1.html"
    page = square.client.get(address, {"title": "ごみの日が変わります", "url": url})
    assert f"ごみの日が変わります\n{url}" in page.content.decode()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.jp/a", "", "https://"])
def test_an_address_that_is_no_page_is_refused(square: Square, url: str) -> None:
    page = square.client.get(reverse("console:pass_on"), {"title": "a", "url": url})
    assert page.status_code == 422
