# SPDX-License-Identifier: Apache-2.0
"""Joining and splitting as clerks do it, and what residents see of it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import town
from kairan.reports import actions
from kairan.reports.filters import CaseFilter
from kairan.reports.models import Case, CaseEntry, Report, ReportKind
from kairan.reports.queries import case_page, map_points
from tests.cast import Cast
from tests.reports.factories import SOMEBODY, report


@pytest.fixture
def other(road: ReportKind) -> Case:
    """The same hole, a little later, by telephone."""
    return report(road, channel="phone", text="穴ぼこ", east=True).case


def send(client: Client, case: Case, panel: str, **given: object) -> str:
    answer = client.post(f"/console/cases/{case.pk}/{panel}/", given, follow=True)
    return answer.content.decode()


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


@pytest.mark.django_db
def test_the_page_offers_near_cases(roads_client: Client, hole: Case, other: Case) -> None:
    page = roads_client.get(f"/console/cases/{hole.pk}/").content.decode()
    assert f'name="other" value="{other.number}"' in page


@pytest.mark.django_db
def test_the_older_case_stays(roads_client: Client, hole: Case, other: Case) -> None:
    page = send(roads_client, other, "join", other=hole.number, stays="older")
    assert f"{other.number}を{hole.number}に統合しました。" in page
    assert again(other).joined_into_id == hole.pk


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["Ｒ８－２", "r8-000002", "2", " R8ー000002 "])
def test_a_number_is_found_as_people_type_it(
    roads_client: Client, hole: Case, other: Case, typed: str
) -> None:
    send(roads_client, hole, "join", number=typed, stays="this")
    assert again(other).joined_into_id == hole.pk


@pytest.mark.django_db
def test_the_clerk_chooses_which_stays(roads_client: Client, hole: Case, other: Case) -> None:
    send(roads_client, hole, "join", number=other.number, stays="other")
    assert again(hole).joined_into_id == other.pk


@pytest.mark.django_db
def test_itself_a_circle_and_nothing_are_refused_beside_the_field(
    roads_client: Client, hole: Case, other: Case
) -> None:
    assert "同じ案件どうしは" in send(roads_client, hole, "join", number=hole.number, stays="this")
    assert "受付番号を入れてください" in send(roads_client, hole, "join", stays="this")
    send(roads_client, hole, "join", number=other.number, stays="this")
    words = send(roads_client, hole, "join", number=other.number, stays="other")
    assert "もうこの案件に統合されています" in words


@pytest.mark.django_db
def test_what_one_does_not_see_cannot_be_joined(
    roads_client: Client, hole: Case, theft_case: Case
) -> None:
    page = send(roads_client, hole, "join", number=theft_case.number, stays="this")
    assert "見つかりませんでした" in page
    assert again(theft_case).joined_into_id is None


@pytest.mark.django_db
def test_another_towns_case_cannot_be_joined(
    hinokuni: Cast, roads_client: Client, hole: Case
) -> None:
    with town(Municipality.objects.create(name="別の市", host="joining.localhost")):
        kind = ReportKind.objects.create(key="road", name="道路")
        number = [report(kind).receipt_number for _ in range(3)][-1]
    page = send(roads_client, hole, "join", number=number, stays="this")
    assert "見つかりませんでした" in page


@pytest.mark.django_db
def test_a_joined_case_shows_where_it_went_and_nothing_to_work_on(
    roads_client: Client, hole: Case, other: Case
) -> None:
    send(roads_client, other, "join", other=hole.number, stays="older")
    page = roads_client.get(f"/console/cases/{other.pk}/").content.decode()
    assert f"{hole.number} に統合されました" in page
    assert f'href="/console/cases/{hole.pk}/"' in page
    assert 'id="case-work"' not in page


@pytest.mark.django_db
def test_an_open_page_of_a_case_that_is_joined_meanwhile_loads_anew(
    roads_client: Client, hole: Case, other: Case
) -> None:
    page, live = f"/console/cases/{other.pk}/", {"HX-Request": "true"}
    assert "HX-Refresh" not in roads_client.get(page, headers=live)
    send(roads_client, other, "join", other=hole.number, stays="older")
    assert roads_client.get(page, headers=live)["HX-Refresh"] == "true"
    assert "HX-Refresh" not in roads_client.get(f"{page}?joined=1", headers=live)


@pytest.mark.django_db
def test_it_is_split_from_its_own_page_and_from_the_other(
    roads_client: Client, hole: Case, other: Case
) -> None:
    send(roads_client, other, "join", other=hole.number, stays="older")
    send(roads_client, other, "stand_again")
    assert again(other).joined_into_id is None
    send(roads_client, other, "join", other=hole.number, stays="older")
    key = Report.objects.get(receipt_number=other.number).pk
    assert "別の案件に分けました" in send(roads_client, hole, "split", report=key)
    assert again(other).is_open


@pytest.mark.django_db
def test_joining_is_undone_by_its_toast(roads_client: Client, hole: Case, other: Case) -> None:
    send(roads_client, other, "join", other=hole.number, stays="older")
    entry = CaseEntry.objects.get(case=hole, kind="took_in")
    roads_client.post(f"/console/cases/{hole.pk}/undo/{entry.pk}/")
    assert again(other).joined_into_id is None
    assert again(other).is_open


@pytest.mark.django_db
def test_both_stories_stand_on_one_page(roads_client: Client, hole: Case, other: Case) -> None:
    send(roads_client, other, "note", text="電話の方はお急ぎ")
    send(roads_client, other, "join", other=hole.number, stays="older")
    page = roads_client.get(f"/console/cases/{hole.pk}/").content.decode()
    assert "電話の方はお急ぎ" in page
    assert "穴ぼこ" in page


@pytest.mark.django_db
def test_lists_and_maps_leave_joined_cases_out(hinokuni: Cast, hole: Case, other: Case) -> None:
    clerk = hinokuni.roads_clerk
    actions.join_cases(acting=clerk, case=other, into=hole)
    assert [case.pk for case in case_page(clerk, CaseFilter()).rows] == [hole.pk]
    assert [case.pk for case in map_points(clerk, CaseFilter())] == [hole.pk]
    assert [case.pk for case in case_page(clerk, CaseFilter(joined=True)).rows] == [other.pk]


@pytest.mark.django_db
def test_joined_cases_have_a_list_of_their_own(
    roads_client: Client, hole: Case, other: Case
) -> None:
    send(roads_client, other, "join", other=hole.number, stays="older")
    page = roads_client.get("/console/cases/?joined=on&status=open").content.decode()
    assert f"/console/cases/{other.pk}/" in page
    assert f"/console/cases/{hole.pk}/" not in page


@pytest.mark.django_db
def test_the_number_of_a_joined_case_finds_the_one_that_stands(
    hinokuni: Cast, hole: Case, other: Case
) -> None:
    clerk = hinokuni.roads_clerk
    actions.add_note(acting=clerk, case=other, text="青いタイル")
    actions.join_cases(acting=clerk, case=other, into=hole)
    for words in (other.number, "青いタイル"):
        assert [case.pk for case in case_page(clerk, CaseFilter(q=words)).rows] == [hole.pk]


@pytest.mark.django_db
def test_residents_read_what_happened_while_their_report_was_there(
    hinokuni: Cast, client: Client, hole: Case, other: Case
) -> None:
    clerk, said = hinokuni.roads_clerk, Report.objects.get(case=other)
    actions.write_to_resident(acting=clerk, case=hole, text="花子さんだけへ")
    actions.join_cases(acting=clerk, case=other, into=hole)
    actions.change_status(acting=clerk, case=again(hole), to="in_progress", message="直します")
    page = client.get(f"/r/{said.token}/").content.decode()
    assert "まとめて対応することになりました" in page
    assert "直します" in page
    assert "花子さんだけへ" not in page


@pytest.mark.django_db
def test_a_report_that_left_keeps_its_story(
    hinokuni: Cast, client: Client, hole: Case, other: Case
) -> None:
    clerk, said = hinokuni.roads_clerk, Report.objects.get(case=other)
    actions.join_cases(acting=clerk, case=other, into=hole)
    actions.change_status(acting=clerk, case=again(hole), to="in_progress", message="直します")
    actions.stand_again(acting=clerk, case=again(other))
    actions.change_status(acting=clerk, case=again(hole), to="resolved", message="花子の分")
    page = client.get(f"/r/{said.token}/").content.decode()
    assert "直します" in page
    assert "花子の分" not in page


@pytest.mark.django_db
def test_whoever_joined_does_not_move_anothers_case(
    client: Client, hole: Case, road: ReportKind
) -> None:
    said = report(road, east=True, address="うちの前", join=hole)
    answer = client.get(f"/r/{said.token}/position/")
    assert answer.status_code == 302
    assert "うちの前" in client.get(f"/r/{said.token}/").content.decode()


def test_two_clerks_who_join_crosswise_do_not_lock_each_other_out(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():  # really committed, in a town that no other test enters
        for outcomes in _crosswise(rounds=4):
            assert sorted(outcomes) == ["joined", "refused"]


def _crosswise(rounds: int) -> list[list[str]]:
    municipality = Municipality.objects.create(name="交差市", host="crosswise.localhost")
    with town(municipality):
        kind = ReportKind.objects.create(key="road", name="道路")
        pairs = [(report(kind).case, report(kind).case) for _ in range(rounds)]
    outcomes: list[list[str]] = [[] for _ in pairs]

    def join(case: Case, into: Case, told: list[str], barrier: threading.Barrier) -> None:
        try:
            with town(municipality):
                barrier.wait()
                actions.join_cases(acting=SOMEBODY, case=case, into=into)
            told.append("joined")
        except actions.Refused:
            told.append("refused")
        except Exception as error:
            told.append(repr(error))
        finally:
            connection.close()

    for (one, two), told in zip(pairs, outcomes, strict=True):
        barrier = threading.Barrier(2)
        ways = [(one, two), (two, one)]
        threads = [threading.Thread(target=join, args=(*way, told, barrier)) for way in ways]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    connection.close()
    return outcomes
