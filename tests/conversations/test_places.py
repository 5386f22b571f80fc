# SPDX-License-Identifier: Apache-2.0
"""Typed addresses, and the map page."""

from __future__ import annotations

import re

import httpx
import pytest
from django.test import Client

from kairan.addresses import search as addresses
from kairan.reports.models import Report
from kairan.residents.models import ContactDetails
from tests.talking import Talk

UP_TO_THE_PLACE = ("市民レポート", "照明灯の不具合", "1")
REST = ("なし", "今は撮れません", "送る")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Response | Exception]:
    """The address search: gives these answers."""
    answers: list[httpx.Response | Exception] = []
    addresses.forget()

    def get(*_args: object, **_more: object) -> httpx.Response:
        one = answers[0]
        if isinstance(one, Exception):
            raise one
        one.request = httpx.Request("GET", "https://search.example")
        return one

    monkeypatch.setattr(addresses.httpx, "get", get)
    monkeypatch.setattr("django.conf.settings.ADDRESS_SEARCH_URL", "https://search.example")
    return answers


def found(*places: tuple[str, float, float]) -> httpx.Response:
    return httpx.Response(
        200,
        json=[
            {"geometry": {"coordinates": [lon, lat]}, "properties": {"title": title}}
            for title, lon, lat in places
        ],
    )


def tell(line: Talk, *words: str) -> str:
    answer = ""
    for one in words:
        answer = line.answer("花子", one)
    return answer


def test_address_that_is_known_becomes_a_position(
    line: Talk, service: list[httpx.Response | Exception]
) -> None:
    service.append(found(("ひのくに市西区春日一丁目", 130.2, 32.7)))
    answer = tell(line, *UP_TO_THE_PLACE, "春日1丁目")
    assert "地図で直すこともできます" in answer
    tell(line, *REST)
    made = Report.objects.get()
    assert (made.longitude, made.position_source) == (130.2, "typed")


def test_of_several_places_one_is_chosen(
    line: Talk, service: list[httpx.Response | Exception]
) -> None:
    service.append(
        found(("中央一丁目", 139.0, 35.0), ("西区中央", 130.2, 32.7), ("東区中央", 130.7, 32.7))
    )
    assert "どの場所ですか" in tell(line, *UP_TO_THE_PLACE, "中央")
    tell(line, "1", *REST)
    assert Report.objects.get().longitude == 130.2


def test_address_that_is_unknown_may_stay_as_it_is(
    line: Talk, service: list[httpx.Response | Exception]
) -> None:
    service.append(found())
    assert "見つかりませんでした" in tell(line, *UP_TO_THE_PLACE, "太郎さんの家の前")
    tell(line, "このままでよい", *REST)
    assert Report.objects.get().address == "太郎さんの家の前"


@pytest.mark.parametrize(
    "broken",
    [httpx.ConnectTimeout("slow"), httpx.Response(500), httpx.Response(200, text="<html>"),
     httpx.Response(200, json={"x": 1})],
)  # fmt: skip
def test_search_that_is_away_holds_nobody_up(
    line: Talk, service: list[httpx.Response | Exception], broken: httpx.Response | Exception
) -> None:
    service.append(broken)
    tell(line, *UP_TO_THE_PLACE, "西区春日1丁目", *REST)
    assert Report.objects.get().address == "西区春日1丁目"


def test_same_words_are_asked_once(service: list[httpx.Response | Exception]) -> None:
    service.append(found(("a", 130.2, 32.7)))
    first = addresses.search("春日 1丁目")
    service[0] = httpx.ConnectError("down")
    assert addresses.search("春日 1丁目") == first
    assert addresses.search("別の所") is None


def test_map_page_sets_the_place_and_the_talk_hears_of_it(line: Talk) -> None:
    tell(line, *UP_TO_THE_PLACE, "西区の公園")
    url = link(line, "refine_position")
    assert "場所を地図で直す" in Client().get(url).content.decode()
    before = len(line.received("花子"))
    answer = Client().post(url, {"latitude": "32.7", "longitude": "130.2"})
    assert "場所を直しました" in answer.content.decode()
    assert "場所を直しました" in "\n".join(line.said()[before:])
    tell(line, *REST)
    assert Report.objects.get().longitude == 130.2


def test_map_page_takes_no_place_outside_the_town(line: Talk) -> None:
    tell(line, *UP_TO_THE_PLACE, "西区の公園")
    url, before = link(line, "refine_position"), len(line.received("花子"))
    answer = Client().post(url, {"latitude": "0", "longitude": "0"})
    assert (answer.status_code, "ピンを市の中に" in answer.content.decode()) == (422, True)
    assert line.said()[before:] == []


def test_the_browsers_language_does_not_reach_the_talk(line: Talk) -> None:
    tell(line, *UP_TO_THE_PLACE, "西区の公園", *REST[:1])
    url, before = link(line, "refine_position"), len(line.received("花子"))
    given = {"latitude": "32.7", "longitude": "130.2"}
    page = Client().post(url, given, headers={"Accept-Language": "en"})
    assert "Place corrected" in page.content.decode()
    line.said()
    assert "カメラで撮る" in str(line.received("花子")[before:])


def test_map_page_of_a_sent_report_moves_on_to_its_own(line: Talk) -> None:
    tell(line, *UP_TO_THE_PLACE, "西区の公園")
    url = link(line, "refine_position")
    tell(line, *REST)
    answer = Client().get(url)
    assert answer.headers["Location"] == f"/r/{Report.objects.get().token}/position/"


def test_forged_link_opens_nothing(line: Talk) -> None:
    tell(line, *UP_TO_THE_PLACE, "西区の公園")
    url = link(line, "refine_position")
    forged = re.sub(r"/talk/.", "/talk/X", url)
    assert Client().get(forged).status_code == 404


def test_contact_page_keeps_the_details_for_the_report(line: Talk) -> None:
    tell(line, *UP_TO_THE_PLACE, "西区の公園")
    url = link(line, "refine_position").replace("refine_position", "contact")
    Client().post(url, {"name": "山田花子", "phone": "090-0000-0000"})
    tell(line, *REST)
    made = Report.objects.get()
    assert ContactDetails.objects.get().about == f"run:{made.run_key}"


def link(line: Talk, purpose: str) -> str:
    """The path of the last link of ours in the talk."""
    found = re.findall(
        rf"http://localhost:8000(/talk/[^\"']+/{purpose}/[^\"']+/)", str(line.received("花子"))
    )
    assert found
    return str(found[-1])
