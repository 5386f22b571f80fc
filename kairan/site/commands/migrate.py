# SPDX-License-Identifier: Apache-2.0
"""``kairan migrate``: the database and the static files as this version needs them."""

from __future__ import annotations

import argparse

from django.core.management import call_command

# htmx's extensions, which no page uses, import a name that only a bundler resolves.
UNUSED = ["ext"]


def main(argv: list[str]) -> None:
    argparse.ArgumentParser(prog="kairan migrate").parse_args(argv)
    call_command("migrate", interactive=False, verbosity=0)
    collect_static()


def collect_static() -> None:
    """Copy, fingerprint and compress; browsers may then keep every file for ever."""
    from django.conf import settings

    settings.STORAGES["staticfiles"] = {"BACKEND": "kairan.site.static.StaticFiles"}
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
