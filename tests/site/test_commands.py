# SPDX-License-Identifier: Apache-2.0
"""The commands say in one sentence what is wrong, and leave nothing running behind them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from kairan.municipalities.models import Municipality
from kairan.site.commands.town import create_town
from tests.cast import Cast

NOBODY = "postgresql://kairan@127.0.0.1:1/kairan"
OURS = ("KAIRAN_", "DATABASE_URL", "DJANGO_")


def settings(**given: str) -> dict[str, str]:
    """The environment with these settings of ours alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, **given}


def run(*words: str, **given: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "kairan", *words],
        env=settings(**given),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_without_a_secret_no_database_is_made(tmp_path: Path) -> None:
    done = run("migrate", KAIRAN_DATA=str(tmp_path / "data"))
    assert done.returncode == 2
    assert done.stderr.startswith("kairan: KAIRAN_SECRET_KEY is missing.")
    assert not (tmp_path / "data").exists()


def test_unreadable_database_url_is_not_repeated() -> None:
    secret = "postgresql://kairan:hidden@[broken"
    done = run("migrate", KAIRAN_SECRET_KEY="x" * 50, DATABASE_URL=secret)
    assert (done.returncode, "DATABASE_URL cannot be read" in done.stderr) == (2, True)
    assert "hidden" not in done.stderr


@pytest.mark.parametrize("words", ["migrate", "audit verify", "doctor"])
def test_database_that_is_away_is_named(words: str) -> None:
    done = run(*words.split(), KAIRAN_SECRET_KEY="x" * 50, DATABASE_URL=NOBODY)
    assert done.returncode == 1
    assert "does not answer" in done.stderr + done.stdout


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[str]:
    """A database of the session's server, with nothing in it."""
    import psycopg
    from django.conf import settings as ours

    name = "nothing_in_it"
    admin = re.sub(r"//[^@/]*@/[^?]*", "//postgres@/postgres", ours.DATABASE_URL)
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} OWNER kairan")
        yield re.sub(r"@/[^?]*", f"@/{name}", ours.DATABASE_URL)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("words", ["audit verify", "doctor", "worker"])
def test_database_without_tables_asks_for_migrate(words: str, empty_database: str) -> None:
    done = run(*words.split(), KAIRAN_SECRET_KEY="x" * 50, DATABASE_URL=empty_database)
    assert done.returncode == 1
    assert "kairan migrate" in done.stderr + done.stdout


@pytest.mark.django_db
@pytest.mark.parametrize("host", [None, "same.example.jp"])
def test_second_town_of_a_name_or_host_is_refused(host: str | None, cast: Cast) -> None:
    given = {"email": "a@example.jp", "administrator": "市川", "password": "long-enough-3912"}
    if host:
        Municipality.objects.create(name="別の町", host=host)
    with pytest.raises(ValidationError):
        create_town(name="新町" if host else cast.hinokuni.name, host=host, **given)


def test_town_without_a_password_says_so() -> None:
    words = ["town", "create", "新町", "--administrator-email", "a@example.jp"]
    done = run(
        *words, "--administrator-name", "市川", KAIRAN_SECRET_KEY="x" * 50, DATABASE_URL=NOBODY
    )
    assert (done.returncode, "KAIRAN_ADMINISTRATOR_PASSWORD" in done.stderr) == (1, True)


# ── the demo ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that the database's own user may enter, as pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="kairan-place-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_demo_names_the_port_that_is_taken(place: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("demo", "--port", port, "--simulator-port", "0", "--data", str(place))
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert list(place.iterdir()) == []


def test_demo_says_when_it_cannot_write(place: Path) -> None:
    (place / "file").touch()
    done = run("demo", "--port", "0", "--simulator-port", "0", "--data", str(place / "file/x"))
    assert done.returncode == 1
    assert "--data" in done.stderr


@pytest.fixture
def starting_demo(place: Path) -> Iterator[subprocess.Popen[str]]:
    """A demo that is making its tables."""
    command = [sys.executable, "-m", "kairan", "demo", "--port", "0", "--simulator-port", "0"]
    with subprocess.Popen(
        [*command, "--data", str(place)], stdout=subprocess.PIPE, text=True, env=settings()
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("2/4"):
                break
        yield process
        process.kill()


def test_demo_is_broken_off_at_once_while_it_starts(starting_demo: subprocess.Popen[str]) -> None:
    import psutil

    family = psutil.Process(starting_demo.pid).children(recursive=True)
    starting_demo.send_signal(signal.SIGINT)
    said, _nothing = starting_demo.communicate(timeout=30)
    assert (starting_demo.returncode, said.splitlines()[-1]) == (0, "stopped")
    assert "3/4" not in said
    assert not [process for process in family if process.is_running()]


def test_demo_on_anothers_data_is_refused(starting_demo: subprocess.Popen[str]) -> None:
    data = starting_demo.args[-1]  # type: ignore[index]
    done = run("demo", "--port", "0", "--simulator-port", "0", "--data", str(data))
    assert done.returncode == 1
    assert "another demo is running" in done.stderr
