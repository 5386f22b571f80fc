# SPDX-License-Identifier: Apache-2.0
"""``kairan doctor``: what is wrong with a configuration, and how to mend it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kairan.site import env
from kairan.site.cli import start_django


@dataclass(frozen=True)
class Finding:
    """``mend`` is empty where all is well."""

    what: str
    mend: str = ""
    is_serious: bool = True


OTHER_VERSION = Finding("the database is of another version", "run: kairan migrate")


def main(argv: list[str]) -> None:
    """Print what was looked at; exit code 1 where something serious is wrong."""
    argparse.ArgumentParser(prog="kairan doctor").parse_args(argv)
    findings = list(examine())
    for finding in findings:
        mark = "ok  " if not finding.mend else "BAD " if finding.is_serious else "note"
        print(f"{mark} {finding.what}")
        if finding.mend:
            print(f"     → {finding.mend}")
    sys.exit(1 if any(f.mend and f.is_serious for f in findings) else 0)


def examine() -> Iterator[Finding]:
    """Stops after the first finding that makes the following ones meaningless."""
    try:
        start_django()
    except env.WrongSetting as error:
        yield Finding("settings", str(error))
        return
    yield Finding("settings can be read")
    yield from _addresses()
    yield from _directories()
    try:
        found = list(_database())
    except Exception as error:
        yield Finding("database", f"does not answer ({error}). Is DATABASE_URL right?")
        return
    yield from found
    if found[0] is not OTHER_VERSION:
        yield from _towns()


def _addresses() -> Iterator[Finding]:
    from django.conf import settings

    if not settings.ALLOWED_HOSTS:
        yield Finding("no host names", "set KAIRAN_HOSTS, e.g. kairan.example.lg.jp")
    url = settings.PUBLIC_URL
    if not url.startswith("https://"):
        mend = "set KAIRAN_PUBLIC_URL to the https address that residents and LINE reach"
        yield Finding(f"public address {url or '(none)'}", mend, is_serious=not settings.DEMO)
    else:
        yield Finding(f"public address {url}")
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding("every host name is taken", "name the hosts in KAIRAN_HOSTS one by one")
    for name in ("DEBUG", "DEMO"):
        if getattr(settings, name):
            mend = "never where residents' data lie: unset it"
            yield Finding(f"KAIRAN_{name} is set", mend, is_serious=name == "DEBUG")


def _directories() -> Iterator[Finding]:
    from django.conf import settings

    try:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        probe = settings.DATA_DIR / ".doctor"
        probe.touch()
        probe.unlink()
        yield Finding(f"data directory {settings.DATA_DIR} can be written")
    except OSError as error:
        mend = f"{error.strerror}: give the service's user this directory, or set KAIRAN_DATA"
        yield Finding(f"data directory {settings.DATA_DIR}", mend)
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield Finding("static files are not collected", "run: kairan migrate", is_serious=False)


_FACTS: list[tuple[str, str, Callable[[object], bool], str]] = [
    (
        "PostgreSQL 16 or newer",
        "SELECT current_setting('server_version_num')::int",
        lambda value: int(str(value)) >= 160000,
        "upgrade the server",
    ),
    (
        "the login role is no superuser and does not bypass row-level security",
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user",
        lambda value: value is False,
        "ALTER ROLE … NOSUPERUSER NOBYPASSRLS; otherwise towns can see one another",
    ),
    (
        "the role may become kairan_search",
        "SELECT coalesce((SELECT pg_has_role(current_user, oid, 'SET') FROM pg_roles"
        " WHERE rolname = 'kairan_search'), false)",
        lambda value: value is True,
        "as a superuser: CREATE ROLE kairan_search NOLOGIN; "
        "GRANT kairan_search TO <role> WITH INHERIT FALSE, SET TRUE",
    ),
    (
        "the database's letters are Unicode",
        "SELECT pg_encoding_to_char(encoding) = 'UTF8' AND (datlocprovider <> 'c'"
        " OR datctype ILIKE '%utf%8') FROM pg_database WHERE datname = current_database()",
        lambda value: value is True,
        "make the database anew with ENCODING UTF8 and the locale C.UTF-8 or an ICU locale",
    ),
    (
        "a worker has been seen within a minute",
        "SELECT coalesce(max(last_heartbeat) > now() - interval '1 minute', false)"
        " FROM procrastinate_workers",
        lambda value: value is True,
        "start: kairan worker",
    ),
]


def _database() -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield OTHER_VERSION
        return
    for what, question, is_well, mend in _FACTS:
        with connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
        yield Finding(what, "" if row and is_well(row[0]) else mend)


def _towns() -> Iterator[Finding]:
    from kairan.line.models import LineChannel
    from kairan.municipalities.models import Municipality
    from kairan.municipalities.tenancy import town

    if not Municipality.objects.exists():
        yield Finding("no town", "run: kairan town create NAME --administrator-email …")
    for municipality in Municipality.objects.order_by("id"):
        with town(municipality):
            channels = list(LineChannel.objects.all())
        for channel in channels:
            mend = "" if channel.state != "revoked" else "enter a new token at /console/line/"
            yield Finding(f"{municipality.name}: LINE channel {channel.name}", mend)
