# SPDX-License-Identifier: Apache-2.0
"""One PostgreSQL for the whole session; the town is built once, each test is rolled back.

Fixtures speak as the town: ``cast`` holds everybody, ``hinokuni`` enters the town, ``sign_in``
gives a browser-like client for a person.
"""

from __future__ import annotations

import copy
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoDbBlocker

    from kairan.people.models import Person
    from tests.cast import Cast

DATA = Path(tempfile.mkdtemp(prefix="kairan-tests-"))
DATA.chmod(0o755)  # started by root, the database runs as a user of its own, who must enter
GIVEN = {
    "KAIRAN_DATA": str(DATA),
    "KAIRAN_SECRET_KEY": "only-for-tests-" + "x" * 40,
    "KAIRAN_DEMO": "1",
    # Named here, not in pyproject.toml: Django must not read its settings before these lines.
    "DJANGO_SETTINGS_MODULE": "kairan.site.settings",
}
os.environ.update(GIVEN)

from kairan.site import embedded  # noqa: E402  (its settings come from the lines above)
from tests.kept import copy_database  # noqa: E402

copy_database(DATA)
SERVER = embedded.start(DATA)
os.environ["DATABASE_URL"] = SERVER.database_url

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

# Each client of a test makes its own middleware; else each would walk through all static files.
settings.WHITENOISE_AUTOREFRESH = True

from tests.chromium import chromium  # noqa: E402

__all__ = ["chromium"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Each worker starts a database of its own; what they inherit must not name this one."""
    for name in (*GIVEN, "DATABASE_URL"):
        os.environ.pop(name, None)


# Workers take modules in this order: the long ones first, so that all end at the same time.
LONG = (
    "test_every_page",
    "test_office_talk",
    "test_talk",
    "test_community",
    "test_seats",
    "test_report_path",
    "test_desk",
    "test_permissions",
    "test_neighbours",
    "test_templates",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with browsers last: Playwright's event loop stays in this thread once started.

    What a browser does in time depends on all else that two cores do: a test of one has a second
    try, which the report names. A fault of ours fails twice.
    """
    with_browser = {i.path for i in items if "chromium" in getattr(i, "fixturenames", ())}
    items.sort(key=lambda item: (item.path in with_browser, _shortness(item.path)))
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


def _shortness(module: Path) -> int:
    return LONG.index(module.stem) if module.stem in LONG else len(LONG)


def pytest_unconfigure() -> None:
    SERVER.stop()
    shutil.rmtree(DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> None:
    """Its tables are there already; the database goes with the session's directory."""


@pytest.fixture(scope="session")
def built_town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Cast:
    from tests.cast import build

    with django_db_blocker.unblock():
        return build()


@pytest.fixture
def cast(built_town: Cast, db: None) -> Cast:
    """Everybody, as objects of this test's own: what they cache goes with it."""
    return copy.deepcopy(built_town)


@pytest.fixture
def hinokuni(cast: Cast) -> Iterator[Cast]:
    """The cast, inside ひのくに市."""
    from kairan.municipalities.tenancy import town

    with town(cast.hinokuni):
        yield cast


@pytest.fixture(scope="session")
def sessions(built_town: Cast, django_db_blocker: DjangoDbBlocker) -> dict[tuple[int, str], str]:
    """Somebody of the cast and the seal of their sign-in → the key of a session, kept for good."""
    from kairan.people.models import Person

    people = [one for one in vars(built_town).values() if isinstance(one, Person)]
    with django_db_blocker.unblock():
        return {_seal(one): _signed_in(one).cookies["sessionid"].value for one in people}


@pytest.fixture
def sign_in(cast: Cast, sessions: dict[tuple[int, str], str]) -> Callable[[Person], Client]:
    """``sign_in(person)`` gives a client whose requests are that person's."""
    from django.test import Client

    def enter(person: Person) -> Client:
        kept = sessions.get(_seal(person))
        if kept is None:
            return _signed_in(person)
        client = Client()
        client.cookies["sessionid"] = kept
        return client

    return enter


def _signed_in(person: Person) -> Client:
    from django.test import Client

    from kairan.municipalities.middleware import SESSION_KEY
    from kairan.municipalities.tenancy import town

    client = Client()
    with town(person.municipality_id):
        client.force_login(person)
    session = client.session
    session[SESSION_KEY] = person.municipality_id
    session.save()
    return client


def _seal(person: Person) -> tuple[int, str]:
    """Another password or epoch, and a session of before is worth nothing."""
    return person.pk, person.get_session_auth_hash()
