# SPDX-License-Identifier: Apache-2.0
"""The guide for chairs: printed whole and large, and it says what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from kairan.lib.handout import BODY, as_pdf

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide-for-chairs.md").read_text(encoding="utf-8")
SCREENS = [
    *(ROOT / "kairan" / "community" / "templates").rglob("*.html"),
    *(ROOT / "kairan" / "talk" / "templates").rglob("*.html"),
    *(ROOT / "kairan" / "talk").glob("*.py"),
    *(ROOT / "kairan" / "community").glob("*.py"),
]
SAID_ALOUD = {"次は〇〇さんです"}


@pytest.fixture(scope="module")
def printed() -> str:
    pages = [
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(as_pdf(GUIDE))
    ]
    return re.sub(r"\s", "", "".join(pages))


def test_every_step_is_printed(printed: str) -> None:
    steps = re.findall(r"^\d+\. (.+)$", GUIDE, re.MULTILINE)
    assert len(steps) > 20
    assert [step for step in steps if re.sub(r"\s", "", step) not in printed] == []


def test_marks_and_orders_for_the_office_are_not(printed: str) -> None:
    assert "**" not in printed
    assert "make" not in printed
    assert "SPDX" not in printed
    assert BODY >= 18


def test_words_in_brackets_stand_on_the_screens() -> None:
    shown = "\n".join(path.read_text(encoding="utf-8") for path in SCREENS)
    words = set(re.findall(r"「([^」]+)」", GUIDE)) - SAID_ALOUD
    assert sorted(word for word in words if word not in shown) == []
