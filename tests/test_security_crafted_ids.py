# SPDX-License-Identifier: Apache-2.0
"""A foreign key holds across towns (PostgreSQL checks it past row-level security), so every form
must refuse the neighbour's ids by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from django.db import connection
from django.test import Client

from kairan.municipalities.models import Area, Department
from kairan.municipalities.tenancy import town
from kairan.people.models import Membership, Person
from kairan.reports.models import Authority, Case, ReportKind
from tests.cast import Cast
from tests.portal.factories import a_report

SignIn = Callable[[Person], Client]


@pytest.fixture
def theirs(hinokuni: Cast) -> Mapping[str, int]:
    """Ids of the neighbour's rows."""
    with town(hinokuni.neighbour):
        department = Department.objects.get(name="建設課")
        kind = ReportKind.objects.create(key="theirs", name="隣町の種類")
        area = Area.objects.create(kind=Area.Kind.WARD, code="901", name="隣町の区")
        authority = Authority.objects.create(name="隣町の機関", phone="0")
    return {
        "department": department.pk,
        "kind": kind.pk,
        "area": area.pk,
        "authority": authority.pk,
        "person": hinokuni.neighbour_clerk.pk,
    }


@pytest.fixture
def case(hinokuni: Cast) -> Case:
    return a_report(hinokuni).case


# The panel of a case's page, the field that names a row, and whose row it is.
PANELS = [
    ("department", "department", "department"),
    ("assign", "assignee", "person"),
    ("refer", "authority", "authority"),
]


@pytest.mark.parametrize(("panel", "name", "whose"), PANELS)
def test_a_case_is_not_given_to_the_neighbour(
    hinokuni: Cast,
    sign_in: SignIn,
    theirs: Mapping[str, int],
    case: Case,
    panel: str,
    name: str,
    whose: str,
) -> None:
    client = sign_in(hinokuni.administrator)
    form = {name: theirs[whose], "version": case.version, "message": "x", "reason": "x"}
    assert client.post(f"/console/cases/{case.pk}/{panel}/", form).status_code == 422
    now = Case.objects.get(pk=case.pk)
    assert (now.version, now.department_id) == (case.version, case.department_id)


def test_a_case_is_given_within_the_town(hinokuni: Cast, sign_in: SignIn, case: Case) -> None:
    client = sign_in(hinokuni.administrator)
    form = {"department": hinokuni.waste.pk, "version": case.version, "reason": "ごみです"}
    assert client.post(f"/console/cases/{case.pk}/department/", form).status_code == 302
    assert Case.objects.get(pk=case.pk).department == hinokuni.waste


def test_nobody_gets_a_role_in_the_neighbours_department(
    hinokuni: Cast, sign_in: SignIn, theirs: Mapping[str, int]
) -> None:
    form = {
        "email": "new@example.jp",
        "name": "新人",
        "roles-TOTAL_FORMS": "1",
        "roles-INITIAL_FORMS": "0",
        "roles-0-role": "clerk",
        "roles-0-department": str(theirs["department"]),
    }
    client = sign_in(hinokuni.administrator)
    assert client.post("/console/people/invite/", form).status_code == 422
    assert not Membership.objects.filter(department_id=theirs["department"]).exists()


@pytest.mark.parametrize(("name", "whose"), [("parent", "department"), ("areas", "area")])
def test_a_department_stands_on_nothing_of_the_neighbours(
    hinokuni: Cast, sign_in: SignIn, theirs: Mapping[str, int], name: str, whose: str
) -> None:
    form = {"name": "新しい課", "position": "0", name: str(theirs[whose])}
    client = sign_in(hinokuni.administrator)
    assert client.post("/console/departments/new/", form).status_code == 422
    assert not Department.objects.filter(name="新しい課").exists()


def test_a_closed_department_has_no_heir_in_the_neighbour_town(
    hinokuni: Cast, sign_in: SignIn, theirs: Mapping[str, int]
) -> None:
    client = sign_in(hinokuni.administrator)
    page = f"/console/departments/{hinokuni.waste.pk}/close/"
    assert client.post(page, {"successor": str(theirs["department"])}).status_code == 422
    assert Department.objects.open().filter(pk=hinokuni.waste.pk).exists()


@pytest.mark.parametrize("whose", ["department", "kind", "area", "person"])
def test_a_filter_with_the_neighbours_id_finds_nothing(
    hinokuni: Cast, sign_in: SignIn, theirs: Mapping[str, int], case: Case, whose: str
) -> None:
    client = sign_in(hinokuni.administrator)
    name = "assignee" if whose == "person" else whose
    page = client.get(f"/console/cases/?{name}={theirs[whose]}").content.decode()
    assert "隣町" not in page
    assert case.number not in page


_KEYS = """
SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
JOIN pg_attribute t ON t.attrelid = c.conrelid AND t.attname = 'municipality_id'
JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attname = 'municipality_id'
WHERE c.contype = 'f'
"""


def test_no_row_of_the_built_town_points_across(hinokuni: Cast, case: Case) -> None:
    """Seen from its own town, each row's neighbour would be missing."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS)
        keys = cursor.fetchall()
        assert len(keys) > 20
        for table, column, target in keys:
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t.{column} IS NOT NULL "  # noqa: S608
                f"AND NOT EXISTS (SELECT FROM {target} o WHERE o.id = t.{column})"
            )
            assert cursor.fetchone() == (0,), (table, column)
