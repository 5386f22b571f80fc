# SPDX-License-Identifier: Apache-2.0
"""Every table of a town is hidden from the others: asked of PostgreSQL's own catalogue."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import ProgrammingError, connection, transaction

from kairan.municipalities.models import Department
from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from tests.cast import Cast

# Tables without a town: what must be known before the town is, and what holds no town's words.
SHARED = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "django_session",
    "municipalities_municipality",
    "people_cache",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
    "push_pushkey",
    "socialaccount_socialapp",
}

_TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, EXISTS (
    SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'municipality_id'
), (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = '{0}')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public'
"""


def ask(sql: str, *parameters: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


@pytest.mark.django_db
def test_every_table_is_hidden_between_towns_or_known_to_be_shared() -> None:
    open_tables = {str(name) for name, forced, _town, _policies in ask(_TABLES) if not forced}
    assert open_tables - SHARED == set()


@pytest.mark.django_db
def test_every_table_with_a_town_has_one_policy() -> None:
    wrong = [
        name
        for name, forced, has_town, policies in ask(_TABLES)
        if has_town and not (forced and policies == 1)
    ]
    assert [name for name in wrong if name not in SHARED] == []


@pytest.mark.django_db
def test_every_policy_rules_reading_and_writing() -> None:
    rules = ask(
        "SELECT polrelid::regclass::text, polcmd, polqual IS NOT NULL, polwithcheck IS NOT NULL "
        "FROM pg_policy WHERE polroles = '{0}'"
    )
    assert rules
    assert [rule for rule in rules if rule[1:] != ("*", True, True)] == []


@pytest.mark.django_db
def test_exceptions_are_for_the_search_alone_and_for_reading_the_own_town() -> None:
    """Its role owns the search functions, and nobody signs in as it; see docs/decisions."""
    others = ask(
        "SELECT p.polcmd, array_agg(r.rolname::text), bool_or(r.rolcanlogin OR r.rolsuper "
        "OR r.rolbypassrls) FROM pg_policy p JOIN pg_roles r ON r.oid = ANY(p.polroles) "
        "GROUP BY p.oid, p.polcmd"
    )
    assert [other for other in others if other != ("r", ["kairan_search"], False)] == []


@pytest.mark.django_db
def test_the_programs_role_stands_under_the_policies() -> None:
    [(is_super, bypasses)] = ask(
        "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    assert not is_super
    assert not bypasses


def test_without_a_town_no_table_shows_a_row(cast: Cast) -> None:
    for name, forced, _has_town, _policies in ask(_TABLES):
        if forced:
            assert ask(f'SELECT count(*) FROM "{name}"') == [(0,)], name  # noqa: S608


def test_each_town_sees_its_own_rows(cast: Cast) -> None:
    with town(cast.hinokuni):
        assert not Person.objects.filter(pk=cast.neighbour_clerk.pk).exists()
        assert Person.objects.filter(pk=cast.viewer.pk).exists()
    with town(cast.neighbour):
        assert Person.objects.filter(pk=cast.neighbour_clerk.pk).exists()
        assert not Person.objects.filter(pk=cast.viewer.pk).exists()


def test_a_row_for_another_town_is_refused(hinokuni: Cast) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Department.objects.create(name="侵入課", municipality=hinokuni.neighbour)


def test_a_row_without_a_town_is_refused(cast: Cast) -> None:
    with pytest.raises(Exception, match=r"municipality_id|row-level"), transaction.atomic():
        Department.objects.create(name="どこにもない課")


def test_a_row_cannot_be_moved_to_another_town(hinokuni: Cast) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Department.objects.filter(pk=hinokuni.waste.pk).update(municipality=hinokuni.neighbour)


def test_another_towns_rows_are_neither_changed_nor_deleted(hinokuni: Cast) -> None:
    with town(hinokuni.neighbour):
        assert not Person.objects.filter(pk=hinokuni.viewer.pk).update(name="x")
        assert ask("DELETE FROM people_membership RETURNING person_id") == [
            (hinokuni.neighbour_clerk.pk,),
            (hinokuni.neighbour_administrator.pk,),
        ]


def test_what_sign_in_keeps_belongs_to_the_town_of_its_person(hinokuni: Cast) -> None:
    Authenticator.objects.create(user=hinokuni.viewer, type="totp", data={})
    UserSession.objects.create(user=hinokuni.viewer, ip="127.0.0.1", session_key="x" * 32)
    with town(hinokuni.neighbour):
        assert not Authenticator.objects.exists()
        assert not UserSession.objects.exists()
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Authenticator.objects.create(user=hinokuni.roads_clerk, type="totp", data={})
    assert Authenticator.objects.count() == UserSession.objects.count() == 1
