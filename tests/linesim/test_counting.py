# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from linesim.counting import graphemes, utf16_length


@pytest.mark.parametrize(
    ("text", "units", "seen"),
    [
        ("", 0, 0),
        ("はい", 2, 2),
        ("😀", 2, 1),
        ("👨‍👩‍👧", 8, 1),
        ("🇯🇵🇯🇵", 8, 2),
        ("か\u3099", 2, 1),
        ("👍🏽", 4, 1),
        ("葛󠄀", 3, 1),
    ],
)
def test_units_and_graphemes(text: str, units: int, seen: int) -> None:
    assert (utf16_length(text), graphemes(text)) == (units, seen)
