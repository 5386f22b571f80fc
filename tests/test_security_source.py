# SPDX-License-Identifier: Apache-2.0
"""What must not stand in the source at all, or only where somebody has thought about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "kairan"


def found(pattern: str, *endings: str) -> set[str]:
    """Files of the program in which the pattern stands."""
    wanted = re.compile(pattern)
    return {
        str(path.relative_to(ROOT))
        for path in _files(endings)
        if wanted.search(path.read_text(encoding="utf-8"))
    }


def _files(endings: tuple[str, ...]) -> Iterator[Path]:
    for ending in endings:
        yield from ROOT.rglob(f"*{ending}")


def test_the_search_finds_something() -> None:
    assert found(r"from django", ".py")


@pytest.mark.parametrize(
    ("pattern", "endings"),
    [
        (r"\|\s*safe\b|\|\s*safeseq\b", (".html", ".txt")),
        (r"\bmark_safe\b|\bSafeString\(f", (".py",)),
        (r"\.innerHTML\s*\+?=|\.outerHTML\s*=|insertAdjacentHTML|document\.write", (".js",)),
        (r"\beval\(|new Function\(", (".js", ".py")),
        (
            r"<script(?![^>]*(?:\bsrc=|\"application/json\"))[^>]*>|\sstyle=\"|\son[a-z]+=\"",
            (".html",),
        ),
        (r"\.extra\(|\bRawSQL\b|\.raw\(", (".py",)),
        (r"pickle|yaml\.load\(|shell=True|os\.system\(", (".py",)),
        (r"verify=False", (".py",)),
    ],
)
def test_it_stands_nowhere(pattern: str, endings: tuple[str, ...]) -> None:
    assert found(pattern, *endings) == set()


def test_only_other_systems_need_no_csrf_token() -> None:
    """No cookie opens anything there: a signature or an api key does. A phone's share sheet has no
    token either; what it posts is shown to the person, and changes nothing."""
    assert found(r"csrf_exempt", ".py") == {
        "community/app_views.py",
        "conversations/webhook.py",
        "open311/partner_views.py",
        "open311/views.py",
    }


def test_only_mails_are_not_escaped() -> None:
    plain = found(r"autoescape off", ".html", ".txt")
    assert {path for path in plain if not path.endswith(".txt")} == set()


def test_towns_are_crossed_in_a_few_named_places() -> None:
    """Whoever walks over all towns, or enters one that a request names, is listed here."""
    crossing = found(r"Municipality\.objects\.(order_by|all|exclude|filter)", ".py")
    assert crossing == {
        "municipalities/actions.py",  # its own row
        "municipalities/jobs.py",
        "municipalities/middleware.py",
        "people/towns.py",
        "site/commands/audit.py",
        "site/commands/doctor.py",
        "site/commands/town.py",
        "site/metrics.py",
    }


def test_photos_and_no_other_strangers_bytes_are_opened() -> None:
    """In a process of its own; our own drawings and pictures are opened by who made them."""
    ours = {"files/decoder.py", "files/redaction.py", "line/menu_image.py"}
    assert found(r"Image\.open\(", ".py") <= ours
