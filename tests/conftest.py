# SPDX-License-Identifier: Apache-2.0
"""One PostgreSQL for the whole session; the town is built once, each test is rolled back."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_DATA = Path(tempfile.mkdtemp(prefix="kairan-tests-"))
_DATA.chmod(0o755)  # the database runs as a user of its own, who must be able to enter
os.environ["KAIRAN_DATA"] = str(_DATA)
os.environ.setdefault("KAIRAN_SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ["KAIRAN_DEMO"] = "1"


def pytest_configure(config: pytest.Config) -> None:
    """Before Django reads its settings: start the database that they shall name."""


def _start_database() -> None:
    from kairan.site import embedded

    global _server  # noqa: PLW0603
    _server = embedded.start(_DATA)
    os.environ["DATABASE_URL"] = _server.database_url


_server = None
_start_database()


def pytest_unconfigure() -> None:
    if _server is not None:
        _server.stop()
    shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    from django.core.management import call_command

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("migrate", verbosity=0)
    yield
