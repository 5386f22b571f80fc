# SPDX-License-Identifier: Apache-2.0
"""``kairan audit verify``: walk every town's chain; exit code 1 where one is broken."""

from __future__ import annotations

import argparse
import sys

from kairan.audit.queries import verify_chain
from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import town


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="kairan audit")
    parser.add_subparsers(required=True).add_parser("verify", help="recompute every digest")
    parser.parse_args(argv)
    broken = 0
    for municipality in Municipality.objects.order_by("id"):
        with town(municipality):
            verdict = verify_chain()
        found = "holds" if verdict.holds else f"BROKEN at entry {verdict.broken_at}"
        broken += not verdict.holds
        print(f"{municipality.name}: {verdict.entries} entries, {found}, head {verdict.head}")
    sys.exit(1 if broken else 0)
