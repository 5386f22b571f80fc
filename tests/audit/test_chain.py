# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from kairan.audit.actions import record
from kairan.audit.models import Entry
from kairan.audit.queries import verify_chain
from kairan.municipalities.tenancy import town
from tests.cast import Cast


def write(cast: Cast, verb: str) -> None:
    record(acting=cast.administrator, verb=verb, target=cast.roads, changes={"name": ("a", "b")})


def test_a_chain_of_entries_holds(hinokuni: Cast) -> None:
    before = verify_chain().entries
    for verb in ("one", "two", "three"):
        write(hinokuni, verb)
    verdict = verify_chain()
    assert verdict.holds
    assert verdict.entries == before + 3
    assert len(verdict.head) == 64


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET verb = 'x'", "DELETE FROM audit_entry"]
)
def test_nobody_can_change_or_delete_an_entry(hinokuni: Cast, statement: str) -> None:
    write(hinokuni, "one")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


def test_nobody_can_empty_the_record(hinokuni: Cast) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("TRUNCATE audit_entry")


def test_an_entry_changed_behind_the_triggers_is_found(hinokuni: Cast) -> None:
    for verb in ("one", "two", "three"):
        write(hinokuni, verb)
    middle = Entry.objects.get(verb="two")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_no_change")
        cursor.execute("UPDATE audit_entry SET summary = 'forged' WHERE id = %s", [middle.pk])
    assert verify_chain().broken_at == middle.number


def test_each_town_has_a_chain_of_its_own(hinokuni: Cast) -> None:
    write(hinokuni, "ours")
    with town(hinokuni.neighbour):
        before = verify_chain().entries
        record(acting=hinokuni.neighbour_clerk, verb="theirs")
        assert verify_chain().holds
        assert verify_chain().entries == before + 1
        assert not Entry.objects.filter(verb="ours").exists()
