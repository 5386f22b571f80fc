# SPDX-License-Identifier: Apache-2.0
"""A connection lives longer than a request: it never works for a town that has been left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DataError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from kairan.municipalities.tenancy import town
from tests.cast import Cast


@pytest.fixture
def kept(cast: Cast) -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own, as a thread keeps one; it has worked for ひのくに市."""
    connection = connections.create_connection("default")
    with town(cast.hinokuni):
        told(connection)
    yield connection
    connection.close()


def told(connection: BaseDatabaseWrapper) -> str:
    """For which town the server works now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('kairan.municipality', true)")
        found: str = cursor.fetchone()[0]
        return found


def fail(connection: BaseDatabaseWrapper) -> None:
    with pytest.raises(DataError), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


def test_the_next_town_is_told(kept: BaseDatabaseWrapper, cast: Cast) -> None:
    with town(cast.neighbour):
        assert told(kept) == str(cast.neighbour.pk)


def test_no_town_is_told_too(kept: BaseDatabaseWrapper) -> None:
    assert told(kept) == ""


def test_a_town_inside_a_town_is_left_again(kept: BaseDatabaseWrapper, cast: Cast) -> None:
    with town(cast.hinokuni):
        with town(cast.neighbour):
            assert told(kept) == str(cast.neighbour.pk)
        assert told(kept) == str(cast.hinokuni.pk)


def test_a_rollback_does_not_bring_the_former_town_back(
    kept: BaseDatabaseWrapper, cast: Cast
) -> None:
    with town(cast.neighbour):
        kept.set_autocommit(False)
        told(kept)
        kept.rollback()
        kept.set_autocommit(True)
        assert told(kept) == str(cast.neighbour.pk)


def test_nor_does_a_commit_after_an_error_that_somebody_caught(
    kept: BaseDatabaseWrapper, cast: Cast
) -> None:
    """The server rolls back instead, silently, and the setting with it."""
    with town(cast.neighbour):
        kept.set_autocommit(False)
        fail(kept)
        kept.commit()
        kept.set_autocommit(True)
        assert told(kept) == str(cast.neighbour.pk)


def test_nor_does_a_savepoint_that_is_rolled_back(kept: BaseDatabaseWrapper, cast: Cast) -> None:
    with town(cast.hinokuni):
        kept.set_autocommit(False)
        told(kept)
        kept.in_atomic_block = True
        mark = kept.savepoint() or ""
        with town(cast.neighbour):
            fail(kept)
            kept.savepoint_rollback(mark)
            assert told(kept) == str(cast.neighbour.pk)
        assert told(kept) == str(cast.hinokuni.pk)
        kept.in_atomic_block = False
        kept.rollback()
        kept.set_autocommit(True)


def test_nor_does_a_connection_that_was_lost(kept: BaseDatabaseWrapper, cast: Cast) -> None:
    with town(cast.neighbour):
        told(kept)
        kept.close()
        assert told(kept) == str(cast.neighbour.pk)


# ── the server hangs up ───────────────────────────────────────────────────────────────────────


def hang_up(connection: BaseDatabaseWrapper) -> None:
    """As a restart of the server does."""
    assert connection.connection is not None
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid]
        )


def test_connection_that_was_ended_is_replaced_unnoticed(
    kept: BaseDatabaseWrapper, cast: Cast
) -> None:
    hang_up(kept)
    with town(cast.neighbour):
        assert told(kept) == str(cast.neighbour.pk)


def test_connection_that_ends_inside_a_transaction_is_an_error_once(
    kept: BaseDatabaseWrapper, cast: Cast
) -> None:
    kept.set_autocommit(False)
    kept.in_atomic_block = True
    told(kept)
    hang_up(kept)
    with pytest.raises(OperationalError):
        told(kept)
    kept.in_atomic_block = False
    with town(cast.neighbour):
        assert told(kept) == str(cast.neighbour.pk)
