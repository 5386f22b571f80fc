# SPDX-License-Identifier: Apache-2.0
"""The staff manual as it is written: chapters, the screens they name, the words they quote.

``**画面**: `/console/cases/` `` says which page the lines below it are about, 「**案件**」 that
these words stand on it. ``…`` in an address stands for a number or a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

MANUAL = Path(__file__).parents[2] / "docs" / "manual"
CHAPTERS = sorted(MANUAL.glob("*.md"))

_SCREEN = re.compile(r"^\*\*画面\*\*: `([^`]+)`$")
_WORDS = re.compile(r"「\*\*(.+?)\*\*」")
_ADDRESS = re.compile(r"`(/[^` ]*)`")
_PICTURE = re.compile(r"!\[([^\]]+)\]\(pictures/([^)]+)\.png\)")
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)]+)\)")
_PARAMETER = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Quote:
    """Words that a chapter says stand on a page; ``address`` is empty where it says no page."""

    address: str
    words: str


def quotes(chapter: Path) -> Iterator[Quote]:
    address = ""
    for line in chapter.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            address = ""
        elif screen := _SCREEN.match(line):
            address = screen[1]
        else:
            yield from (Quote(address, words) for words in _WORDS.findall(line))


def screens(chapter: Path) -> list[str]:
    found = map(_SCREEN.match, chapter.read_text(encoding="utf-8").splitlines())
    return list(dict.fromkeys(screen[1] for screen in found if screen))


def addresses(chapter: Path) -> list[str]:
    return _ADDRESS.findall(chapter.read_text(encoding="utf-8"))


def pictures(chapter: Path) -> list[str]:
    return [name for _words, name in _PICTURE.findall(chapter.read_text(encoding="utf-8"))]


def links(chapter: Path) -> list[str]:
    return _LINK.findall(chapter.read_text(encoding="utf-8"))


def names_by_address() -> dict[str, str]:
    """``/console/cases/…/`` → ``reports:case``, for every page of the resolver."""
    return dict(_walk(get_resolver().url_patterns, "/", ()))


def _walk(
    patterns: list[URLPattern | URLResolver], before: str, space: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + _PARAMETER.sub("…", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inner = (*space, pattern.namespace) if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, inner)
        else:
            yield route, ":".join([*space, str(pattern.name)])
