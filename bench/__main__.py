# SPDX-License-Identifier: Apache-2.0
"""``python -m bench NAME [--json]``; ``all`` runs every one. Exit code 0 whatever was measured."""

from __future__ import annotations

import argparse
import importlib

NAMES = [
    "webhook",
    "dialogue",
    "cases",
    "statistics",
    "designer",
    "intake",
    "talk",
    "talk_crowd",
    "talk_rooms",
]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("name", choices=[*NAMES, "all"])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for name in NAMES if arguments.name == "all" else [arguments.name]:
        report = importlib.import_module(f"bench.{name}").run()
        print(report.as_json() if arguments.json else report.as_text(), flush=True)


if __name__ == "__main__":
    main()
