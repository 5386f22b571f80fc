# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kairan.audit import queries
from kairan.audit.actions import record
from kairan.audit.models import Entry
from kairan.console.verbs import words_of
from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from kairan.site.settings import PACKAGE_DIR
from tests.cast import Cast

VERB = re.compile(r'verb="([a-z_]+\.[a-z_]+)"')
SignIn = Callable[[Person], Client]
PAGE = "/console/audit/"


@pytest.fixture
def told(hinokuni: Cast) -> Cast:
    """Three entries of ours, one of the neighbour."""
    cast = hinokuni
    record(
        acting=cast.administrator, verb="person.invited", target=cast.viewer, summary="閲覧者を招待"
    )
    record(
        acting=cast.roads_clerk,
        verb="case.noted",
        target=cast.roads,
        summary="道路の穴",
        changes={"note": ("", "砂利を入れた")},
    )
    record(acting=cast.waste_clerk, verb="case.noted", summary="ごみ置き場")
    with town(cast.neighbour):
        record(acting=cast.neighbour_clerk, verb="case.noted", summary="隣町の秘密")
    return cast


def seen(client: Client, **wanted: object) -> list[str]:
    page = client.get(PAGE, {key: str(value) for key, value in wanted.items()})
    return [line.entry.summary for line in page.context["entries"]]


def test_the_newest_stands_first_and_the_neighbour_is_unseen(told: Cast, sign_in: SignIn) -> None:
    assert seen(sign_in(told.administrator)) == ["ごみ置き場", "道路の穴", "閲覧者を招待"]


def test_it_is_searched_by_person_verb_target_and_words(told: Cast, sign_in: SignIn) -> None:
    client = sign_in(told.administrator)
    assert seen(client, actor="土木") == ["道路の穴"]
    assert seen(client, verb="person.invited") == ["閲覧者を招待"]
    assert seen(client, target=f"people.person:{told.viewer.pk}") == ["閲覧者を招待"]
    assert seen(client, q="ごみ") == ["ごみ置き場"]
    assert seen(client, q="砂利") == ["道路の穴"]


def test_it_is_searched_by_day_both_ends_included(told: Cast, sign_in: SignIn) -> None:
    client, today = sign_in(told.administrator), timezone.localdate()
    assert len(seen(client, since=today, until=today)) == 3
    assert seen(client, until=today - timedelta(days=1)) == []
    assert seen(client, since=today + timedelta(days=1)) == []


@pytest.mark.parametrize(
    "wrong",
    [{"since": "yesterday"}, {"verb": "nonsense"}, {"target": "x"}, {"before": "-1"}],
)
def test_a_wrong_filter_counts_as_none(
    told: Cast, sign_in: SignIn, wrong: dict[str, object]
) -> None:
    assert len(seen(sign_in(told.administrator), **wrong)) == 3


def test_long_records_are_paged_by_number(told: Cast, sign_in: SignIn) -> None:
    for number in range(60):
        record(acting=told.administrator, verb="case.noted", summary=f"{number}")
    client = sign_in(told.administrator)
    first = client.get(PAGE, {"verb": "case.noted"})
    assert len(first.context["entries"]) == 50
    second = client.get(PAGE + first.context["following"])
    assert len(second.context["entries"]) == 12
    assert second.context["following"] == ""
    assert second.context["first"] == "?verb=case.noted"


def test_a_page_takes_the_same_queries_however_long_the_record(
    told: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert queries.verbs() == ["case.noted", "person.invited"]


def test_the_page_says_that_the_chain_holds_and_shows_its_head(told: Cast, sign_in: SignIn) -> None:
    page = sign_in(told.administrator).get(f"{PAGE}verdict/").content.decode()
    assert "3件の記録は、どれも書きかえられていません" in page
    assert queries.verify_chain().head in page


def test_a_changed_entry_is_named(told: Cast, sign_in: SignIn) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_no_change")
        cursor.execute("UPDATE audit_entry SET summary = 'x' WHERE number = 2")
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_no_change")
    page = sign_in(told.administrator).get(f"{PAGE}verdict/").content.decode()
    assert "2番の記録が、書きかえられた" in page


def test_csv_holds_what_the_filter_shows_and_is_recorded(told: Cast, sign_in: SignIn) -> None:
    answer = sign_in(told.administrator).get(f"{PAGE}audit.csv", {"verb": "case.noted"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeff番号,日時")
    assert "道路の穴" in text
    assert "閲覧者を招待" not in text
    assert "隣町の秘密" not in text
    assert Entry.objects.get(verb="audit.exported").summary == "verb=case.noted"


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_csv_runs_no_formula(hinokuni: Cast, sign_in: SignIn, formula: str) -> None:
    record(acting=hinokuni.administrator, verb="case.noted", summary=formula)
    answer = sign_in(hinokuni.administrator).get(f"{PAGE}audit.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert f"'{formula}" in text


def test_only_administrators_read_it(told: Cast, sign_in: SignIn) -> None:
    for page in (PAGE, f"{PAGE}verdict/", f"{PAGE}audit.csv"):
        assert sign_in(told.roads_manager).get(page).status_code == 403


def test_an_entry_leads_to_its_object(told: Cast, sign_in: SignIn) -> None:
    page = sign_in(told.administrator).get(PAGE).content.decode()
    assert f'href="/console/people/{told.viewer.pk}/"' in page


def test_days_are_days_of_the_town() -> None:
    found = str(queries.entries({"since": date(2026, 4, 1)}).query)
    assert "2026-04-01 00:00:00+09:00" in found


def test_every_verb_has_words() -> None:
    source = "\n".join(path.read_text("utf-8") for path in PACKAGE_DIR.rglob("*.py"))
    verbs = {*VERB.findall(source), "case.status", "case.assigned", "case.department", "case.due"}
    assert len(verbs) > 30
    assert {verb for verb in verbs if words_of(verb) == verb} == set()
