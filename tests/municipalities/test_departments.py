# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kairan.audit.models import Entry
from kairan.municipalities import actions
from kairan.municipalities.departments import (
    HasDepartmentsBelow,
    InsideItself,
    NoSuccessor,
)
from kairan.municipalities.models import Department
from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from tests.cast import Cast
from tests.portal.factories import a_report

SignIn = Callable[[Person], Client]
PAGE = "/console/departments/"


def form(**changes: object) -> dict[str, object]:
    return {"name": "公園課", "parent": "", "phone": "", "email": "", "position": 0, **changes}


def test_the_tree_shows_who_works_where(hinokuni: Cast, sign_in: SignIn) -> None:
    answer = sign_in(hinokuni.administrator).get(PAGE)
    roads = next(b for b in answer.context["tree"] if b.department == hinokuni.roads)
    assert roads.people == 2
    assert [b.department for b in roads.below] == [hinokuni.west_roads]
    assert "建設課" not in answer.content.decode()


def test_a_department_is_made_with_its_areas(hinokuni: Cast, sign_in: SignIn) -> None:
    wanted = form(parent=hinokuni.roads.pk, areas=[hinokuni.east.pk], email="k@example.jp")
    assert sign_in(hinokuni.administrator).post(f"{PAGE}new/", wanted).status_code == 302
    made = Department.objects.get(name="公園課")
    assert (made.parent, list(made.areas.all())) == (hinokuni.roads, [hinokuni.east])
    assert Entry.objects.get(verb="department.created").target_id == made.pk


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "名前"),
        ({"name": "土木総務課"}, "同じ名前"),
        ({"email": "no address"}, "メール"),
        ({"position": -1}, "並び順"),
    ],
)
def test_a_wrong_form_says_what_to_mend(
    hinokuni: Cast, sign_in: SignIn, wrong: dict[str, object], said: str
) -> None:
    answer = sign_in(hinokuni.administrator).post(f"{PAGE}new/", form(**wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_renaming_and_moving_is_recorded_old_and_new(hinokuni: Cast, sign_in: SignIn) -> None:
    wanted = form(name="西部土木センター", areas=[hinokuni.east.pk])
    sign_in(hinokuni.administrator).post(f"{PAGE}{hinokuni.west_roads.pk}/", wanted)
    row = Department.objects.get(pk=hinokuni.west_roads.pk)
    assert (row.name, row.parent) == ("西部土木センター", None)
    assert Entry.objects.get(verb="department.changed").changes == {
        "name": ["西区土木センター", "西部土木センター"],
        "parent": ["土木総務課", None],
        "areas": [["西区"], ["東区"]],
    }


def test_a_department_does_not_go_below_itself(hinokuni: Cast, sign_in: SignIn) -> None:
    wanted = form(parent=hinokuni.west_roads.pk)
    page = f"{PAGE}{hinokuni.roads.pk}/"
    assert sign_in(hinokuni.administrator).post(page, wanted).status_code == 422
    with pytest.raises(InsideItself):
        actions.change_department(
            acting=hinokuni.administrator,
            department=hinokuni.roads,
            parent=hinokuni.west_roads,
            name="x",
            phone="",
            email="",
            position=0,
            areas=[],
        )


def test_a_parent_of_the_neighbour_is_refused(hinokuni: Cast, sign_in: SignIn) -> None:
    with town(hinokuni.neighbour):
        theirs = Department.objects.get(name="建設課").pk
    answer = sign_in(hinokuni.administrator).post(f"{PAGE}new/", form(parent=theirs))
    assert answer.status_code == 422


def test_closing_hands_areas_over_and_keeps_history(hinokuni: Cast, sign_in: SignIn) -> None:
    page = f"{PAGE}{hinokuni.west_roads.pk}/close/"
    sign_in(hinokuni.administrator).post(page, {"successor": hinokuni.roads.pk})
    closed = Department.objects.get(pk=hinokuni.west_roads.pk)
    assert closed.closed_at
    assert closed.successor == hinokuni.roads
    assert list(hinokuni.roads.areas.all()) == [hinokuni.west]


def test_closing_without_work_needs_no_successor(hinokuni: Cast, sign_in: SignIn) -> None:
    page = f"{PAGE}{hinokuni.waste.pk}/close/"
    assert sign_in(hinokuni.administrator).post(page, {}).status_code == 302
    assert Department.objects.get(pk=hinokuni.waste.pk).closed_at


def test_departments_below_keep_it_open(hinokuni: Cast, sign_in: SignIn) -> None:
    page = f"{PAGE}{hinokuni.roads.pk}/close/"
    answer = sign_in(hinokuni.administrator).post(page, {"successor": hinokuni.waste.pk})
    assert "下に組織があります" in answer.content.decode()
    with pytest.raises(HasDepartmentsBelow):
        actions.close_department(
            acting=hinokuni.administrator, department=hinokuni.roads, successor=None
        )


def test_a_department_cannot_succeed_itself(hinokuni: Cast) -> None:
    with pytest.raises(NoSuccessor):
        actions.close_department(
            acting=hinokuni.administrator, department=hinokuni.waste, successor=hinokuni.waste
        )


def test_a_closed_name_may_be_used_again(hinokuni: Cast) -> None:
    who = hinokuni.administrator
    actions.close_department(acting=who, department=hinokuni.waste, successor=hinokuni.roads)
    assert actions.create_department(acting=who, name="ごみ減量推進課").pk != hinokuni.waste.pk


def test_a_closed_department_does_not_change(hinokuni: Cast, sign_in: SignIn) -> None:
    who = hinokuni.administrator
    actions.close_department(acting=who, department=hinokuni.waste, successor=hinokuni.roads)
    assert sign_in(who).post(f"{PAGE}{hinokuni.waste.pk}/", form()).status_code == 404


def test_two_moves_at_once_cannot_close_a_ring(hinokuni: Cast) -> None:
    """The second move sees the first: the tree is locked as a whole."""
    who, waste, roads = hinokuni.administrator, hinokuni.waste, hinokuni.roads
    rest = {"phone": "", "email": "", "position": 0, "areas": []}
    actions.change_department(acting=who, department=waste, parent=roads, name=waste.name, **rest)
    stale = Department(pk=roads.pk, name=roads.name)
    with pytest.raises(InsideItself):
        actions.change_department(
            acting=who, department=stale, parent=waste, name=roads.name, **rest
        )


def test_open_cases_need_a_successor_and_go_there(hinokuni: Cast, sign_in: SignIn) -> None:
    case = a_report(hinokuni).case
    below = Department.objects.get(pk=hinokuni.west_roads.pk)
    actions.close_department(
        acting=hinokuni.administrator, department=below, successor=hinokuni.roads
    )
    client, page = sign_in(hinokuni.administrator), f"{PAGE}{hinokuni.roads.pk}/close/"
    assert "未完了の案件が1件あります" in client.get(page).content.decode()
    assert "引き継ぐ先をえらんでください" in client.post(page, {}).content.decode()
    assert Department.objects.get(pk=hinokuni.roads.pk).closed_at is None
    client.post(page, {"successor": hinokuni.waste.pk})
    case.refresh_from_db()
    assert case.department == hinokuni.waste
    assert Department.objects.get(pk=hinokuni.roads.pk).closed_at
