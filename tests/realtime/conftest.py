# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.cast import Cast
from tests.realtime.serving import serving


@pytest.fixture(scope="session")
def address(built_town: Cast, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running ``kairan web`` for the tests that only read from it."""
    log = tmp_path_factory.mktemp("web") / "web.log"
    with serving(log) as (address, _process):
        yield address


@pytest.fixture
def database(built_town: Cast) -> Iterator[psycopg.Connection]:
    """A connection of its own: what it says is committed, unlike the test's."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection


Tell = Callable[..., None]


@pytest.fixture
def tell(database: psycopg.Connection) -> Tell:
    """``tell("cases", town=1, kind="case", id=3)`` as ``publish`` does, outside the test."""
    import json

    def say(*topics: str, town: int, kind: str = "case", **ids: int) -> None:
        content = {"town": town, "topics": list(topics), "kind": kind, **ids}
        database.execute("SELECT pg_notify('kairan_notices', %s)", [json.dumps(content)])

    return say
