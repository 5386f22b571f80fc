# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kairan.municipalities.models import Department
from kairan.people.access import departments_with, forget_reach
from kairan.people.models import Membership, Person, Role
from kairan.people.permissions import Permission
from tests.cast import Cast

SignIn = Callable[[Person], Client]


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_a_role_counts_in_its_department_and_all_below(hinokuni: Cast) -> None:
    manager = fresh(hinokuni.roads_manager)
    lamps = Department.objects.create(name="照明係", parent=hinokuni.west_roads)
    assert departments_with(manager, Permission.HANDLE_CASES) == {
        hinokuni.roads.pk,
        hinokuni.west_roads.pk,
        lamps.pk,
    }
    assert manager.may(Permission.HANDLE_CASES, lamps.pk)
    assert not manager.may(Permission.HANDLE_CASES, hinokuni.waste.pk)


def test_a_role_in_the_whole_town_has_no_bounds(hinokuni: Cast) -> None:
    assert departments_with(fresh(hinokuni.viewer), Permission.SEE_CASES) is None
    assert fresh(hinokuni.viewer).may(Permission.SEE_CASES, hinokuni.waste.pk)


def test_a_role_without_the_permission_reaches_nothing(hinokuni: Cast) -> None:
    viewer = fresh(hinokuni.viewer)
    assert departments_with(viewer, Permission.HANDLE_CASES) == frozenset()
    assert not viewer.may(Permission.HANDLE_CASES)


def test_roles_add_up(hinokuni: Cast) -> None:
    clerk = fresh(hinokuni.waste_clerk)
    Membership.objects.create(person=clerk, department=hinokuni.west_roads, role=Role.VIEWER)
    assert departments_with(clerk, Permission.SEE_CASES) == {
        hinokuni.waste.pk,
        hinokuni.west_roads.pk,
    }
    assert departments_with(clerk, Permission.HANDLE_CASES) == {hinokuni.waste.pk}


def test_roles_and_tree_are_read_once(
    hinokuni: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    manager = fresh(hinokuni.roads_manager)
    with django_assert_num_queries(2):
        for permission in Permission:
            departments_with(manager, permission)
    forget_reach(manager)
    with django_assert_num_queries(2):
        manager.may(Permission.SEE_CASES)


def test_a_ring_of_departments_ends(hinokuni: Cast) -> None:
    Department.objects.filter(pk=hinokuni.roads.pk).update(parent=hinokuni.west_roads)
    assert fresh(hinokuni.roads_manager).may(Permission.SEE_CASES, hinokuni.west_roads.pk)


def test_nobody_signed_in_is_sent_to_sign_in_and_back(cast: Cast, client: Client) -> None:
    answer = client.get("/console/people/?q=a")
    assert answer.headers["Location"] == "/accounts/login/?next=%2Fconsole%2Fpeople%2F%3Fq%3Da"


def test_htmx_moves_the_whole_page_to_sign_in(cast: Cast, client: Client) -> None:
    answer = client.get(
        "/console/people/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/console/cases/"},
    )
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2Fconsole%2Fcases%2F"


def test_without_the_permission_the_page_says_whom_to_ask(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.roads_clerk).get("/console/people/")
    assert answer.status_code == 403
    assert cast.administrator.name in answer.content.decode()


def test_a_suspended_person_is_out(hinokuni: Cast, sign_in: SignIn) -> None:
    client = sign_in(hinokuni.administrator)
    assert client.get("/console/people/").status_code == 200
    Person.objects.filter(pk=hinokuni.administrator.pk).update(is_active=False)
    assert client.get("/console/people/").status_code == 302


def test_a_session_of_one_town_is_nobody_at_the_host_of_another(
    hinokuni: Cast, sign_in: SignIn
) -> None:
    client = sign_in(hinokuni.administrator)
    answer = client.get("/console/people/", headers={"host": "tonari.localhost"})
    assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/console/people/", "/console/me/"])
def test_who_has_no_role_sees_nothing(hinokuni: Cast, sign_in: SignIn, path: str) -> None:
    Membership.objects.filter(person=hinokuni.roads_clerk).delete()
    assert sign_in(hinokuni.roads_clerk).get(path).status_code == 403
