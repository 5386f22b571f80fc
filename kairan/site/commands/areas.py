# SPDX-License-Identifier: Apache-2.0
"""``kairan areas import FILE``: the same import as in the console."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kairan.audit.actors import PROGRAM
from kairan.municipalities.actions import import_areas
from kairan.municipalities.geojson import GeoJSONRefused
from kairan.municipalities.models import Area
from kairan.municipalities.tenancy import town
from kairan.site.commands.town import named_town


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="kairan areas")
    verbs = parser.add_subparsers(required=True)
    load = verbs.add_parser("import", help="add or change areas from a GeoJSON file")
    load.add_argument("file", type=Path)
    load.add_argument("--kind", choices=Area.Kind.values, required=True)
    load.add_argument("--name-property", required=True)
    load.add_argument("--code-property", required=True)
    load.add_argument("--town", help="the town's name, where there are several")
    arguments = parser.parse_args(argv)
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        sys.exit(f"kairan: {arguments.file}: {error.strerror}")
    with town(named_town(arguments.town)):
        try:
            result = import_areas(
                acting=PROGRAM,
                geojson=content,
                kind=arguments.kind,
                name_property=arguments.name_property,
                code_property=arguments.code_property,
            )
        except GeoJSONRefused as error:
            sys.exit(f"kairan: {arguments.file}: {error}")
    print(f"added {result.added}, changed {result.changed}, unchanged {result.unchanged}")
    for index, reason in result.refused:
        print(f"refused feature {index}: {reason}", file=sys.stderr)
    if result.refused:
        sys.exit(1)
