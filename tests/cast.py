# SPDX-License-Identifier: Apache-2.0
"""The people of the tests: built once per session, the same in every test."""

from __future__ import annotations

from dataclasses import dataclass

from kairan.municipalities.models import Area, Coverage, Department, Municipality
from kairan.municipalities.tenancy import town
from kairan.people.models import Membership, Person, Role

PASSWORD = "correct horse battery staple"

# Two wards side by side, half a degree each: west of 130.5 is 西区, east of it is 東区.
WEST = (130.0, 32.5, 130.5, 33.0)
EAST = (130.5, 32.5, 131.0, 33.0)


@dataclass(frozen=True)
class Cast:
    hinokuni: Municipality
    neighbour: Municipality
    west: Area
    east: Area
    roads: Department
    west_roads: Department
    waste: Department
    administrator: Person
    roads_manager: Person
    roads_clerk: Person
    waste_clerk: Person
    viewer: Person
    neighbour_clerk: Person
    neighbour_administrator: Person


def build() -> Cast:
    """ひのくに市 with two wards and three departments, and 隣町 with a clerk of its own."""
    hinokuni = Municipality.objects.create(name="ひのくに市", is_default=True, phone="096-000-0000")
    neighbour = Municipality.objects.create(name="隣町", host="tonari.localhost")
    with town(hinokuni):
        west, east = _ward("101", "西区", WEST), _ward("102", "東区", EAST)
        roads = Department.objects.create(name="土木総務課", phone="096-000-0001")
        west_roads = Department.objects.create(name="西区土木センター", parent=roads)
        Coverage.objects.create(department=west_roads, area=west)
        waste = Department.objects.create(name="ごみ減量推進課")
        people = {
            "administrator": _person("市長室 あかり", "admin@example.jp", Role.ADMINISTRATOR),
            "roads_manager": _person("土木 課長", "manager@example.jp", Role.MANAGER, roads),
            "roads_clerk": _person("土木 健", "roads@example.jp", Role.CLERK, roads),
            "waste_clerk": _person("減量 みどり", "waste@example.jp", Role.CLERK, waste),
            "viewer": _person("閲覧 しおり", "viewer@example.jp", Role.VIEWER),
        }
    with town(neighbour):
        others = Department.objects.create(name="建設課")
        neighbour_clerk = _person("隣町 太一", "clerk@tonari.example.jp", Role.CLERK, others)
        neighbour_administrator = _person(
            "隣町 花代", "admin@tonari.example.jp", Role.ADMINISTRATOR
        )
    return Cast(
        hinokuni=hinokuni,
        neighbour=neighbour,
        west=west,
        east=east,
        roads=roads,
        west_roads=west_roads,
        waste=waste,
        neighbour_clerk=neighbour_clerk,
        neighbour_administrator=neighbour_administrator,
        **people,
    )


def _ward(code: str, name: str, box: tuple[float, float, float, float]) -> Area:
    w, s, e, n = box
    ring = [[w, s], [e, s], [e, n], [w, n], [w, s]]
    return Area.objects.create(
        kind=Area.Kind.WARD,
        code=code,
        name=name,
        geometry={"type": "Polygon", "coordinates": [ring]},
    )


def _person(name: str, email: str, role: Role, department: Department | None = None) -> Person:
    person = Person.objects.create_user(email, PASSWORD, name=name)
    Membership.objects.create(person=person, department=department, role=role)
    return person
