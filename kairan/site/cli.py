# SPDX-License-Identifier: Apache-2.0
"""The ``kairan`` command. Each part is a module of ``commands`` with ``main(argv)``."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from kairan.site import env

COMMANDS = {
    "demo": "a town to try everything in: database, web, worker and a stand-in for LINE",
    "web": "serve the pages",
    "worker": "run the jobs",
    "migrate": "bring the database and the static files to this version",
    "doctor": "say what is wrong with this configuration, and how to mend it",
    "town": "create a town and its first administrator",
    "areas": "import areas from GeoJSON",
    "audit": "verify the audit record",
    "mail-in": "take in one mail from the standard input, for a mail server's pipe",
}
# These work before Django can start: they make its settings, or judge them.
_BEFORE_DJANGO = {"demo", "doctor"}


def main(argv: list[str] | None = None) -> None:
    """Run one command. A wrong setting or an unknown command ends with exit code 2, a database
    that does not answer or has no tables yet with 1; each says in one sentence what to do.
    """
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] not in COMMANDS:
        print(_usage(), file=sys.stderr)
        sys.exit(0 if words[:1] in (["-h"], ["--help"]) else 2)
    name, rest = words[0], words[1:]
    try:
        if name not in _BEFORE_DJANGO:
            start_django()
        importlib.import_module(f"kairan.site.commands.{name.replace('-', '_')}").main(rest)
    except env.WrongSetting as error:
        print(f"kairan: {error}", file=sys.stderr)
        sys.exit(2)
    except Exception as error:
        if not (problem := _database_problem(error)):
            raise
        print(f"kairan: {problem}", file=sys.stderr)
        sys.exit(1)


def _database_problem(error: BaseException | None) -> str:
    """What to tell about a trouble that begins in the database; blank for any other."""
    import psycopg
    import psycopg_pool

    while error is not None:
        said = "".join(str(error).splitlines()[:1])
        if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedFunction):
            return f"the database is of another version ({said}). Run: kairan migrate"
        if isinstance(error, psycopg.OperationalError | psycopg_pool.PoolTimeout):
            return f"the database does not answer ({said}). See: kairan doctor"
        error = error.__cause__ or error.__context__
    return ""


def start_django() -> None:
    """Read the settings; where no database is named, start or join the embedded one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kairan.site.settings")
    if not env.text("DATABASE_URL"):
        env.secret_key()  # before a database is made for nothing
        from kairan.site import embedded

        data_dir = Path(env.text("KAIRAN_DATA", "data"))
        os.environ["DATABASE_URL"] = embedded.start(data_dir).database_url
    import django

    django.setup()


def _usage() -> str:
    lines = [f"  {name:<9} {what}" for name, what in COMMANDS.items()]
    return "usage: kairan COMMAND [options]\n\n" + "\n".join(lines)


if __name__ == "__main__":
    main()
