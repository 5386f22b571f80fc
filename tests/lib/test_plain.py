# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from kairan.lib.plain import plain


@pytest.mark.parametrize("turning", ["\u202e", "\u202d", "\u2067", "\u2066"])
def test_nobody_turns_the_direction_of_our_lists(turning: str) -> None:
    assert plain(f"街灯{turning}gpj.exe", 100) == "街灯gpj.exe"


def test_control_characters_go_and_lines_stay() -> None:
    assert plain("一\r\n二\x00\x1b[31m三\ud800", 100) == "一\n二[31m三"


@pytest.mark.parametrize("kept", ["👨‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "עברית", "العربية", "髙﨑"])
def test_what_people_write_stays(kept: str) -> None:
    assert plain(kept, 100) == kept
