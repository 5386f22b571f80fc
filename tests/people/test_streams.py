# SPDX-License-Identifier: Apache-2.0
"""What a person's pages may hear, and what ends it."""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.db import connection
from django.test import Client

from kairan.people import streams
from kairan.people.actions import RoleIn, change_person, suspend
from kairan.people.models import Person, Role
from kairan.people.streams import stream_url
from kairan.realtime import publishing
from kairan.realtime.tickets import Ticket, read
from tests.cast import Cast

SignIn = Callable[[Person], Client]


def ticket(url: str) -> Ticket:
    parts = urlsplit(url)
    assert parts.path == "/streams/"
    return read(parse_qs(parts.query)["ticket"][0])


def test_who_sees_the_whole_town_hears_of_every_case(hinokuni: Cast) -> None:
    person = hinokuni.administrator
    found = ticket(stream_url(person))
    assert found.topics == {"cases", f"person:{person.pk}"}
    assert (found.town_id, found.person_id) == (hinokuni.hinokuni.pk, person.pk)


def test_a_clerk_hears_of_the_department_and_those_below(hinokuni: Cast) -> None:
    found = ticket(stream_url(hinokuni.roads_clerk))
    assert found.topics == {
        f"department:{hinokuni.roads.pk}",
        f"department:{hinokuni.west_roads.pk}",
        f"person:{hinokuni.roads_clerk.pk}",
    }


def test_a_page_may_follow_what_its_view_has_shown(hinokuni: Cast) -> None:
    assert "case:12" in ticket(stream_url(hinokuni.waste_clerk, "case:12")).topics


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], str]]:
    heard: list[tuple[list[str], str]] = []
    monkeypatch.setattr(streams, "publish", lambda topics, kind: heard.append((topics, kind)))
    return heard


def test_suspension_ends_a_persons_streams(hinokuni: Cast, told: list[object]) -> None:
    suspend(acting=hinokuni.administrator, person=hinokuni.roads_clerk)
    assert ([f"person:{hinokuni.roads_clerk.pk}"], "person.signed_out") in told


def test_other_roles_end_them_too(hinokuni: Cast, told: list[object]) -> None:
    person = hinokuni.roads_clerk
    roles = [RoleIn(Role.CLERK, hinokuni.waste.pk)]
    change_person(acting=hinokuni.administrator, person=person, name=person.name, roles=roles)
    assert ([f"person:{person.pk}"], "person.roles_changed") in told


def test_so_does_signing_out(hinokuni: Cast, sign_in: SignIn, told: list[object]) -> None:
    sign_in(hinokuni.roads_clerk).post("/accounts/logout/")
    assert ([f"person:{hinokuni.roads_clerk.pk}"], "person.signed_out") in told


def test_a_notice_leaves_with_the_commit_and_not_without(
    hinokuni: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a connection that really commits; the test's own never does."""
    real = connection.copy()
    monkeypatch.setattr(publishing, "connection", real)
    try:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as listener:
            listener.execute("LISTEN kairan_notices")
            real.set_autocommit(False)
            publishing.publish(["cases"], "case", id=1)
            real.rollback()
            publishing.publish(["cases", "cases", "case:2"], "case", id=2)
            real.commit()
            [notice] = listener.notifies(timeout=10, stop_after=1)
    finally:
        real.close()
    town = hinokuni.hinokuni.pk
    assert notice.payload == (
        f'{{"town": {town}, "topics": ["case:2", "cases"], "kind": "case", "id": 2}}'
    )
