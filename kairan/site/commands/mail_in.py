# SPDX-License-Identifier: Apache-2.0
"""``kairan mail-in``: one mail on the standard input, for a mail server's pipe.

Exit codes as mail servers read them (sysexits.h): 0 taken, 69 refused for good (what is written to
the standard error goes into the server's answer to the writer), 75 try again later.
"""

from __future__ import annotations

import argparse
import sys

import psycopg
import psycopg_pool
from django.db import DatabaseError

from kairan.intake.receiving import MOST_BYTES, receive, refusal_of
from kairan.municipalities.tenancy import town
from kairan.site.commands.town import named_town

REFUSED = 69
LATER = 75


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="kairan mail-in")
    parser.add_argument("--town", help="the town's name, where there are several")
    arguments = parser.parse_args(argv)
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    if refused := refusal_of(len(content)):
        print(refused, file=sys.stderr)
        sys.exit(REFUSED)
    try:
        with town(named_town(arguments.town)):
            receive(content)
    except (DatabaseError, psycopg.OperationalError, psycopg_pool.PoolTimeout, OSError) as error:
        print(f"kairan: not taken yet ({type(error).__name__})", file=sys.stderr)
        sys.exit(LATER)
