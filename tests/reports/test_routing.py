# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.test import Client
from django.utils import timezone

from kairan.municipalities.models import Area, Department
from kairan.reports.desk_forms import RoutingForm
from kairan.reports.models import ReportKind, ReportSettings, RoutingRule
from kairan.reports.routing import department_for
from tests.cast import Cast
from tests.reports.factories import IN_THE_WEST, SignIn, report


def test_kind_and_area_win_over_kind(road: ReportKind, hinokuni: Cast) -> None:
    assert department_for(road, [hinokuni.west]) == hinokuni.west_roads
    assert department_for(road, [hinokuni.east]) == hinokuni.roads


def test_kind_wins_over_area(theft: ReportKind, hinokuni: Cast) -> None:
    RoutingRule.objects.create(area=hinokuni.west, department=hinokuni.west_roads)
    assert department_for(theft, [hinokuni.west]) == hinokuni.waste


def test_what_no_rule_names_goes_to_the_towns_default(hinokuni: Cast) -> None:
    other = ReportKind.objects.create(key="test-other", name="その他")
    ReportSettings.objects.create(department=hinokuni.waste)
    assert department_for(other, []) == hinokuni.waste


def test_without_a_default_it_goes_to_the_first_open_department(hinokuni: Cast) -> None:
    other = ReportKind.objects.create(key="test-other", name="その他")
    assert department_for(other, []) == Department.objects.open().in_order().first()


def test_a_closed_department_stands_for_its_successor(theft: ReportKind, hinokuni: Cast) -> None:
    hinokuni.waste.closed_at = timezone.now()
    hinokuni.waste.successor = hinokuni.roads
    hinokuni.waste.save()
    assert report(theft).case.department == hinokuni.roads
    hinokuni.waste.successor = None
    hinokuni.waste.save()
    assert report(theft).case.department is not None


def test_a_town_without_any_department_loses_nothing(
    road: ReportKind, hinokuni: Cast, sign_in: SignIn, waste_client: Client
) -> None:
    Department.objects.update(closed_at=timezone.now())
    case = report(road).case
    assert case.department is None
    page = sign_in(hinokuni.administrator).get(f"/console/cases/{case.pk}/")
    assert page.status_code == 200
    assert waste_client.get(f"/console/cases/{case.pk}/").status_code == 404


def test_a_position_decides_the_area(road: ReportKind, hinokuni: Cast) -> None:
    assert report(road, position=IN_THE_WEST).case.department == hinokuni.west_roads


def test_an_address_decides_it_where_there_is_no_position(road: ReportKind, hinokuni: Cast) -> None:
    assert report(road, address="西区春日4丁目").case.department == hinokuni.west_roads


def test_a_district_without_a_map_counts_with_the_ward_it_lies_in(
    road: ReportKind, hinokuni: Cast
) -> None:
    Area.objects.create(kind="district", code="s1", name="つきのき校区", parent=hinokuni.west)
    case = report(road, address="西区つきのき校区4丁目").case
    assert case.department == hinokuni.west_roads


def test_the_table_of_rules_shows_areas_on_the_map_and_those_with_a_rule(
    road: ReportKind, hinokuni: Cast
) -> None:
    fields = {"kind": "district", "parent": hinokuni.west}
    Area.objects.create(code="s1", name="つきのき校区", **fields)
    ruled = Area.objects.create(code="s2", name="わかば校区", **fields)
    RoutingRule.objects.create(area=ruled, department=hinokuni.waste)
    names = [area.name for area in RoutingForm().areas]
    assert names == ["わかば校区", "西区", "東区"]


def test_administrators_edit_the_table(
    road: ReportKind, hinokuni: Cast, sign_in: SignIn, waste_client: Client
) -> None:
    cell = f"r-{road.pk}-{hinokuni.east.pk}"
    given = {"table": "1", cell: str(hinokuni.waste.pk)}
    given[f"r-{road.pk}-0"] = str(hinokuni.roads.pk)
    assert waste_client.post("/console/routing/", given).status_code == 403
    sign_in(hinokuni.administrator).post("/console/routing/", given)
    assert department_for(road, [hinokuni.east]) == hinokuni.waste
    # Its cell was sent empty: the rule for the kind holds there now.
    assert department_for(road, [hinokuni.west]) == hinokuni.roads


def test_the_kinds_say_where_each_goes_without_a_rule_of_its_own(
    theft: ReportKind, hinokuni: Cast, sign_in: SignIn
) -> None:
    client = sign_in(hinokuni.administrator)
    ReportKind.objects.create(key="test-lamp", name="照明灯")
    assert "土木総務課へ" in client.get("/console/kinds/").content.decode()
    RoutingRule.objects.create(area=hinokuni.west, department=hinokuni.west_roads)
    page = client.get("/console/kinds/").content.decode()
    assert "区域の決まりで" in page
    assert "決まりなし" not in page
