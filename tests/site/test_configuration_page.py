# SPDX-License-Identifier: Apache-2.0
"""docs/configuration.md names every setting that the code reads, and no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_READ = re.compile(r'\b(?:text|flag|integer|words|networks)\(\s*"([A-Z][A-Z_0-9]+)"')
_NAMED = re.compile(r"^\| `([A-Z][A-Z_0-9]+)` \|", re.MULTILINE)


def read_by_the_code() -> set[str]:
    sources = (ROOT / "kairan").rglob("*.py")
    return {name for source in sources for name in _READ.findall(source.read_text("utf-8"))}


def named_on_the_page() -> set[str]:
    return set(_NAMED.findall((ROOT / "docs/configuration.md").read_text("utf-8")))


# Read by `kairan town create` alone, where a password cannot be typed.
OF_ONE_COMMAND = {"KAIRAN_ADMINISTRATOR_PASSWORD"}


def test_every_setting_is_explained() -> None:
    assert read_by_the_code() - OF_ONE_COMMAND <= named_on_the_page()


def test_nothing_is_explained_that_does_not_exist() -> None:
    assert named_on_the_page() <= read_by_the_code()
