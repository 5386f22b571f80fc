# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kairan.lib.geodesy import Box
from kairan.reports import actions, search
from kairan.reports.filters import CaseFilter, Near, tiles_of
from kairan.reports.models import Case, ReportKind
from kairan.reports.models.cases import tile_at
from kairan.reports.queries import case_page, map_points, status_counts
from kairan.reports.similar import nearby_cases
from kairan.residents.models import Resident
from tests.cast import Cast
from tests.reports.factories import IN_THE_EAST, IN_THE_WEST, SignIn, report

LIST = "/console/cases/"


def numbers(client: Client, query: str) -> set[str]:
    body = client.get(f"{LIST}?{query}").content.decode()
    return {case.number for case in Case.objects.all() if f">{case.number}</a>" in body}


def test_open_cases_come_first_to_mind(hinokuni: Cast, roads_client: Client, hole: Case) -> None:
    assert numbers(roads_client, "") == {hole.number}
    actions.change_status(acting=hinokuni.roads_clerk, case=hole, to="resolved")
    assert numbers(roads_client, "") == set()
    assert numbers(roads_client, "status=resolved") == {hole.number}
    assert numbers(roads_client, f"q={hole.number}") == {hole.number}


@pytest.mark.parametrize(
    ("fits", "does_not"),
    [
        ("channel=line", "channel=phone"),
        ("assignee=none", "assignee=me"),
        ("new=1", "waiting=1"),
        ("status=received", "status=under_review,resolved"),
        ("near=130.7,32.7", "near=130.71,32.7"),
        ("since=2020-01-01", "until=2020-01-01"),
        ("q=穴", "q=白線"),
    ],
)
def test_a_filter_keeps_what_fits(
    roads_client: Client, hole: Case, fits: str, does_not: str
) -> None:
    assert numbers(roads_client, fits) == {hole.number}
    assert numbers(roads_client, does_not) == set()


def test_by_kind_area_and_department(
    hinokuni: Cast, sign_in: SignIn, theft: ReportKind, hole: Case, theft_case: Case
) -> None:
    everything = sign_in(hinokuni.viewer)
    assert numbers(everything, f"kind={theft.pk}") == {theft_case.number}
    assert numbers(everything, f"area={hinokuni.east.pk}") == {hole.number}
    assert numbers(everything, f"department={hinokuni.roads.pk}") == {hole.number}


@pytest.mark.parametrize(
    "nonsense",
    [
        "kind=x&area=-1&department=9999999999999999999999&assignee=you",
        "status=nothing&channel=&since=yesterday&until=9999-12-31",
        "near=1,2,nan&after=x_y&box=1,2",
        "near=NaN,NaN&after=9e99_1&due=1",
        "q=%27%5C&near=1e400,0",
        "after=1.0_99999999999999999999999999",
    ],
)
def test_an_address_that_makes_no_sense_shows_a_list(roads_client: Client, nonsense: str) -> None:
    assert roads_client.get(f"{LIST}?{nonsense}").status_code == 200
    assert roads_client.get(f"{LIST}counts/?{nonsense}").status_code == 200
    assert roads_client.get(f"{LIST}points/?{nonsense}").status_code == 200


@pytest.mark.parametrize(
    "words",
    ["穴", "大きな穴", "ﾄﾞｳﾛ", "道路　穴", "春日4丁目１２ー３", "r8-", "どうろ", "４丁目"],
)
def test_japanese_words_are_found(road: ReportKind, hinokuni: Cast, words: str) -> None:
    case = report(road, text="ドウロに大きな穴がある。道路です", address="春日4丁目12-3").case
    found = case_page(hinokuni.roads_clerk, CaseFilter(q=words)).rows
    assert list(found) == [case]


@pytest.mark.parametrize("words", ["穴大", "白線", "穴 白線", "%", "_", "''", "\\", "穴:*", "!穴"])
def test_other_words_are_not(road: ReportKind, hinokuni: Cast, words: str) -> None:
    report(road, text="大きな穴", address="春日4丁目")
    assert not case_page(hinokuni.roads_clerk, CaseFilter(q=words)).rows


@pytest.mark.parametrize("first", [1, 3_000])
@pytest.mark.parametrize("most", [0, 5_000])
def test_every_way_of_searching_finds_the_same(
    monkeypatch: pytest.MonkeyPatch, road: ReportKind, hinokuni: Cast, first: int, most: int
) -> None:
    monkeypatch.setattr("kairan.reports.queries._FIRST_STRIDE", first)
    monkeypatch.setattr("kairan.reports.queries.PAGE_SIZE", 2)
    monkeypatch.setattr(search, "MOST_MATCHES", most)
    found = [report(road, text="穴です", east=True).case.pk for _ in range(3)]
    for _ in range(6):
        report(road, text="街灯です", east=True)
    page = case_page(hinokuni.roads_clerk, CaseFilter(q="穴"))
    rest = case_page(hinokuni.roads_clerk, CaseFilter(q="穴"), page.next)
    assert [case.pk for case in [*page.rows, *rest.rows]] == found[::-1]


def test_what_was_written_later_is_found_too(hinokuni: Cast, hole: Case, hanako: Resident) -> None:
    actions.add_note(acting=hinokuni.roads_clerk, case=hole, text="電力会社に電話した")
    actions.receive_from_resident(acting=hanako, case=hole, text="自転車で転びました")
    for words in ("電力会社", "自転車"):
        assert list(case_page(hinokuni.roads_clerk, CaseFilter(q=words)).rows) == [hole]


def test_the_search_index_follows_a_changed_status(hinokuni: Cast, hole: Case) -> None:
    actions.change_status(acting=hinokuni.roads_clerk, case=hole, to="resolved")
    assert search.matching(["穴"], [[("s", "resolved")]]) == [hole.pk]
    assert search.matching(["穴"], [[("s", "received")]]) == []


def test_the_search_never_crosses_towns(hinokuni: Cast, hole: Case) -> None:
    from kairan.municipalities.tenancy import town

    lexeme = f"'{hinokuni.hinokuni.pk}:穴が'"
    with connection.cursor() as cursor:
        cursor.execute("SELECT reports_search(%s::tsquery, 9)", [lexeme])
        assert cursor.fetchall() == [(hole.pk,)]
        with town(hinokuni.neighbour), connection.cursor() as other:
            other.execute("SELECT reports_search(%s::tsquery, 9)", [lexeme])
            assert other.fetchall() == []


def test_pages_follow_without_gap_or_repeat(
    monkeypatch: pytest.MonkeyPatch, road: ReportKind, hinokuni: Cast
) -> None:
    monkeypatch.setattr("kairan.reports.queries.PAGE_SIZE", 3)
    same_moment = timezone.now() - timedelta(days=1)
    made = [report(road, east=True, submitted_at=same_moment).case.pk for _ in range(7)]
    seen: list[int] = []
    cursor = None
    while True:
        page = case_page(hinokuni.roads_clerk, CaseFilter(), cursor)
        seen += [case.pk for case in page.rows]
        if (cursor := page.next) is None:
            break
    assert seen == made[::-1]


def test_counts_stop_at_the_cap(
    monkeypatch: pytest.MonkeyPatch, road: ReportKind, hinokuni: Cast
) -> None:
    monkeypatch.setattr("kairan.reports.queries.MAX_COUNT", 2)
    for _ in range(4):
        report(road, text="穴", east=True)
    for chosen in (CaseFilter(), CaseFilter(q="穴")):
        counts = {c.status.value: c for c in status_counts(hinokuni.roads_clerk, chosen)}
        assert counts["resolved"].words == "0"
    assert status_counts(hinokuni.roads_clerk, CaseFilter())[0].words == "2+"


def test_counts_lead_to_what_they_count(roads_client: Client, hole: Case) -> None:
    body = roads_client.get(f"{LIST}counts/").content.decode()
    assert "/console/cases/?status=received" in body
    assert '受付 <span class="count">1</span>' in body


def test_the_map_shows_what_lies_in_its_window(hinokuni: Cast, hole: Case) -> None:
    person = hinokuni.roads_clerk
    assert map_points(person, CaseFilter(), Box(130.6, 32.6, 130.8, 32.8)) == [hole]
    assert map_points(person, CaseFilter(), Box(130.699, 32.699, 130.701, 32.701)) == [hole]
    assert map_points(person, CaseFilter(), Box(130.0, 32.0, 131.0, 33.0)) == [hole]
    assert map_points(person, CaseFilter(), Box(130.0, 32.6, 130.2, 32.8)) == []


def test_the_database_reckons_tiles_as_we_do(hole: Case) -> None:
    hole.refresh_from_db()
    assert hole.tile == tile_at(130.7, 32.7)
    assert hole.tile in (tiles_of(Near(130.7, 32.7).box) or [])


def test_open_cases_nearby_are_offered_the_same_kind_first(
    road: ReportKind, hinokuni: Cast, hole: Case
) -> None:
    other_kind = ReportKind.objects.create(key="test-lamp", name="照明灯")
    lamp = report(other_kind, position=IN_THE_EAST).case
    near = report(road, position=actions.Position(130.701, 32.7)).case
    report(road, position=actions.Position(130.71, 32.7))
    report(road, position=IN_THE_WEST)
    found = nearby_cases(hinokuni.administrator, hole)
    assert [(n.case, n.same_kind) for n in found] == [(near, True), (lamp, False)]
    assert 90 <= found[0].metres <= 97


def test_a_list_takes_the_same_queries_for_one_case_and_for_twenty(
    hinokuni: Cast, roads_client: Client, road: ReportKind, hole: Case
) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            roads_client.get(path)
        return len(captured)

    roads_client.get(f"/console/cases/{hole.pk}/")
    one, page = queries(LIST), queries(f"/console/cases/{hole.pk}/")
    for _ in range(19):
        report(road, east=True)
    for _ in range(5):
        actions.add_note(acting=hinokuni.roads_clerk, case=hole, text="メモ")
    assert queries(LIST) == one
    assert queries(f"/console/cases/{hole.pk}/") <= page + 1


def test_a_view_is_saved_and_shown_to_its_owner_alone(
    hinokuni: Cast, sign_in: SignIn, roads_client: Client, waste_client: Client
) -> None:
    roads_client.post(f"{LIST}views/", {"name": "東の穴", "query": "q=穴&status=all&after=1_2"})
    page = roads_client.get(LIST).content.decode()
    assert "東の穴" in page
    assert "?q=%E7%A9%B4&amp;status=all" in page
    assert "東の穴" not in waste_client.get(LIST).content.decode()
    view = hinokuni.roads_clerk.saved_views.get()
    assert waste_client.post(f"{LIST}views/{view.pk}/delete/").status_code == 404
    roads_client.post(f"{LIST}views/{view.pk}/delete/")
    assert not hinokuni.roads_clerk.saved_views.exists()


def test_the_list_follows_what_its_reader_may_see(
    hinokuni: Cast, sign_in: SignIn, roads_client: Client
) -> None:
    live = f'data-live="department:{hinokuni.roads.pk} department:{hinokuni.west_roads.pk}"'
    assert live in roads_client.get(LIST).content.decode()
    assert 'data-live="cases"' in sign_in(hinokuni.viewer).get(LIST).content.decode()


def test_a_fragment_brings_the_maps_data_in_no_script(roads_client: Client, hole: Case) -> None:
    """htmx takes every script out of what it swaps in."""
    for path in (LIST, f"{LIST}points/"):
        body = roads_client.get(path, headers={"HX-Request": "true"}).content.decode()
        assert "<script" not in body
        assert f"&quot;id&quot;: {hole.pk}" in body
