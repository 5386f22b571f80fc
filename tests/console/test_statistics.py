# SPDX-License-Identifier: Apache-2.0
"""The town's numbers: what they count, who sees them, and where they lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from kairan.people.models import Person
from kairan.reports import actions
from kairan.reports.durations import histogram, quantile
from kairan.reports.models import Case, ReportKind, RoutingRule, StaleTally
from kairan.reports.tallying import tally_what_changed
from kairan.reports.workflow import Status
from tests.cast import Cast
from tests.reports.factories import IN_THE_EAST, IN_THE_WEST, report

SignIn = Callable[[Person], Client]
JAPAN = ZoneInfo("Asia/Tokyo")
PAGE = "/console/statistics/"
# A Wednesday at ten, a Saturday at ten, and a Wednesday night.
WORKING = datetime(2026, 10, 14, 10, tzinfo=JAPAN)
SATURDAY = datetime(2026, 10, 17, 10, tzinfo=JAPAN)
NIGHT = datetime(2026, 10, 14, 2, 30, tzinfo=JAPAN)
OCTOBER = {"since": "2026-10", "until": "2026-10"}


@pytest.fixture
def road(hinokuni: Cast) -> ReportKind:
    kind = ReportKind.objects.create(key="test-road", name="道路の損傷")
    RoutingRule.objects.create(kind=kind, department=hinokuni.roads)
    return kind


@pytest.fixture
def theft(hinokuni: Cast) -> ReportKind:
    kind = ReportKind.objects.create(key="test-theft", name="資源物の持ち去り")
    RoutingRule.objects.create(kind=kind, department=hinokuni.waste)
    return kind


@pytest.fixture
def october(road: ReportKind, theft: ReportKind, hinokuni: Cast) -> Case:
    """Three holes, one of them by phone, and a theft by night; the first hole is mended."""
    first = report(road, position=IN_THE_EAST, submitted_at=WORKING).case
    report(road, position=IN_THE_WEST, submitted_at=SATURDAY)
    report(road, channel="phone", submitted_at=WORKING)
    report(theft, position=IN_THE_EAST, submitted_at=NIGHT)
    report(road, submitted_at=WORKING - timedelta(days=365))
    actions.change_status(acting=hinokuni.roads_clerk, case=first, to=Status.RESOLVED)
    Case.objects.filter(pk=first.pk).update(
        first_answered_at=WORKING + timedelta(hours=2), closed_at=WORKING + timedelta(days=3)
    )
    tally_what_changed()
    return first


@pytest.fixture
def administrator(hinokuni: Cast, sign_in: SignIn) -> Client:
    return sign_in(hinokuni.administrator)


def words(client: Client, **query: str) -> str:
    shown = client.get(PAGE, query | ({} if query else OCTOBER))
    assert shown.status_code == 200
    return shown.content.decode()


def rows(client: Client, key: str, **query: str) -> dict[str, list[str]]:
    """A table as its CSV says it: first cell → the others."""
    answer = client.get(f"{PAGE}export/{key}/csv/", OCTOBER | query)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    lines = [[cell.strip('"') for cell in line.split(",")] for line in text.splitlines()]
    return {line[0]: line[1:] for line in lines[1:]}


def test_reports_are_counted_by_kind_channel_and_ward(october: Case, administrator: Client) -> None:
    assert rows(administrator, "kind")["道路の損傷"][0] == "3"
    assert rows(administrator, "channel")["電話"][0] == "1"
    assert rows(administrator, "channel")["LINE"][0] == "3"
    assert rows(administrator, "area")["東区"][0] == "2"


def test_the_year_before_stands_beside(october: Case, administrator: Client) -> None:
    assert rows(administrator, "month")["2026年10月"][:2] == ["4", "1"]


def test_hours_and_weekdays_and_the_share_outside(october: Case, administrator: Client) -> None:
    assert rows(administrator, "hour")["2時"] == ["1", "0", "0", "1", "0", "0", "0", "0"]
    assert rows(administrator, "weekday")["土"] == ["1"]
    assert "50.0%" in words(administrator)


def test_times_to_answer_and_to_finish(october: Case, administrator: Client) -> None:
    shown = words(administrator, **OCTOBER)
    assert "約2時間" in shown
    assert "約3日" in shown
    assert rows(administrator, "kinds")["道路の損傷"][:2] == ["3", "1"]


def test_quantiles_are_near_the_truth() -> None:
    durations = [timedelta(minutes=n) for n in range(10, 20_000, 7)]
    counts = histogram(durations)
    for share in (0.1, 0.5, 0.9):
        exact = durations[int(share * len(durations))]
        found = quantile(counts, share)
        assert found is not None
        assert abs(found / exact - 1) < 0.05
    assert quantile(histogram([]), 0.5) is None


def test_every_number_leads_to_the_list_that_it_counts(
    october: Case, administrator: Client
) -> None:
    shown = words(administrator, **OCTOBER)
    links = re.findall(
        r'<td class="(?:number|week__cell[^"]*)"><a[^>]* ?href="([^"]+)">([\d,]+)<', shown
    )
    assert len(links) > 30
    assert any("weekday=2&amp;hour=10" in address for address, _number in links)
    assert any("unanswered=1" in address for address, _number in links)
    for address, number in links:
        query = unescape(address).partition("?")[2]
        if "near=" in query:
            continue  # a circle around a square's middle
        answer = administrator.get(f"/console/cases/export/csv/?{query}")
        listed = b"".join(answer.streaming_content).count(b"\r\n") - 1  # type: ignore[arg-type]
        assert f"{listed:,}" == number, address


def test_who_sees_one_department_counts_its_cases_alone(
    october: Case, hinokuni: Cast, sign_in: SignIn
) -> None:
    clerk = sign_in(hinokuni.waste_clerk)
    assert list(rows(clerk, "kind")) == ["資源物の持ち去り"]
    assert list(rows(clerk, "kind", department=str(hinokuni.roads.pk))) == []


def test_a_change_is_counted_with_the_next_turn(
    october: Case, administrator: Client, hinokuni: Cast
) -> None:
    actions.reopen(acting=hinokuni.roads_clerk, case=october, reason="まだです")
    assert StaleTally.objects.exists()
    assert tally_what_changed() == 1
    assert tally_what_changed() == 0
    assert rows(administrator, "kinds")["道路の損傷"][-1] == "1"


def test_a_joined_case_is_no_case_but_its_report_is_one(
    october: Case, administrator: Client
) -> None:
    husk = Case.objects.exclude(pk=october.pk).filter(kind=october.kind, opened_at=WORKING).get()
    Case.objects.filter(pk=husk.pk).update(
        joined_into=october, status=Status.NO_ACTION, closed_at=WORKING
    )
    tally_what_changed()
    assert rows(administrator, "kinds")["道路の損傷"][0] == "2"
    assert rows(administrator, "kind")["道路の損傷"][0] == "3"


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-13"},
        {"since": "x", "until": "9999-01"},
        {"since": "2026-10", "until": "2020-01"},
        {"kind": "1 OR 1", "area": "-1", "department": "９"},
        {"period": "no"},
    ],
)
def test_what_is_not_understood_is_ignored(
    october: Case, administrator: Client, query: dict[str, str]
) -> None:
    assert administrator.get(PAGE, query).status_code == 200


def test_a_town_without_reports_has_an_empty_page(administrator: Client) -> None:
    assert "この期間の件数はありません" in words(administrator)


@pytest.mark.parametrize(
    "path", ["export/none/csv/", "export/kind/pdf/", "monthly/2026-13/", "monthly/2999-01/"]
)
def test_what_there_is_not_is_not_found(administrator: Client, path: str) -> None:
    assert administrator.get(PAGE + path).status_code == 404


def test_the_month_on_paper(october: Case, administrator: Client) -> None:
    shown = administrator.get(f"{PAGE}monthly/2026-10/").content.decode()
    assert "2026年10月の報告" in shown
    assert "道路の損傷" in shown


def test_excel_opens_the_table(october: Case, administrator: Client) -> None:
    import io

    from openpyxl import load_workbook

    answer = administrator.get(f"{PAGE}export/kind/xlsx/", OCTOBER)
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]
    assert [row[0] for row in book.active.values][1] == "道路の損傷"  # type: ignore[union-attr]
