# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kairan.people.models import Person
from kairan.reports.access import visible_cases
from kairan.reports.models import Case
from tests.cast import Cast

SignIn = Callable[[Person], Client]
VERBS = ["status", "refer", "assign", "department", "due", "note", "message", "position"]


def test_a_clerk_sees_the_cases_of_their_department(hinokuni: Cast, hole: Case) -> None:
    assert hole in visible_cases(hinokuni.roads_clerk)
    assert hole in visible_cases(hinokuni.viewer)
    assert hole not in visible_cases(hinokuni.waste_clerk)


def test_another_departments_case_is_not_found(hinokuni: Cast, hole: Case, sign_in: SignIn) -> None:
    clerk = sign_in(hinokuni.waste_clerk)
    assert clerk.get(f"/console/cases/{hole.pk}/").status_code == 404
    assert hole.number not in clerk.get("/console/cases/?status=all").content.decode()


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_only_look_may_not_write(
    hinokuni: Cast, hole: Case, sign_in: SignIn, verb: str
) -> None:
    viewer = sign_in(hinokuni.viewer)
    assert viewer.get(f"/console/cases/{hole.pk}/").status_code == 200
    assert viewer.post(f"/console/cases/{hole.pk}/{verb}/").status_code == 403


@pytest.mark.parametrize("verb", VERBS)
def test_another_department_cannot_write_either(
    hinokuni: Cast, hole: Case, sign_in: SignIn, verb: str
) -> None:
    response = sign_in(hinokuni.waste_clerk).post(f"/console/cases/{hole.pk}/{verb}/")
    assert response.status_code == 404


def test_the_neighbour_finds_nothing(hinokuni: Cast, hole: Case, sign_in: SignIn) -> None:
    neighbour = sign_in(hinokuni.neighbour_administrator)
    assert neighbour.get(f"/console/cases/{hole.pk}/").status_code == 404
    assert neighbour.post(f"/console/cases/{hole.pk}/note/", {"text": "x"}).status_code == 404
    assert hole.number not in neighbour.get("/console/cases/?status=all").content.decode()
    exported = neighbour.get("/console/cases/export/csv/?status=all")
    assert hole.number.encode() not in exported.getvalue()


def test_a_manager_of_the_parent_sees_what_lies_below(
    hinokuni: Cast, hole: Case, sign_in: SignIn
) -> None:
    hole.department = hinokuni.west_roads
    hole.save(update_fields=["department"])
    assert sign_in(hinokuni.roads_manager).get(f"/console/cases/{hole.pk}/").status_code == 200


def test_who_is_not_signed_in_is_asked_to(hinokuni: Cast, hole: Case, client: Client) -> None:
    response = client.get(f"/console/cases/{hole.pk}/")
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]
