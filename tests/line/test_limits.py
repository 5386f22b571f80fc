# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.line.limits import (
    cut_graphemes,
    cut_utf16,
    grapheme_length,
    sendable,
    split_utf16,
    utf16_length,
)

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "units", "clusters"),
    [
        ("", 0, 0),
        ("通報", 2, 2),
        ("🍎", 2, 1),
        ("𠮷野家", 4, 3),
        (FAMILY, 8, 1),
        ("🇯🇵🇯🇵", 8, 2),
        ("か\u3099", 2, 1),
        ("葛\U000e0100", 3, 1),
        ("👍🏽", 4, 1),
        ("a\r\nb", 4, 3),
    ],
)
def test_lines_two_ways_of_counting(text: str, units: int, clusters: int) -> None:
    assert utf16_length(text) == units == len(text.encode("utf-16-le")) // 2
    assert grapheme_length(text) == clusters


def test_a_cut_leaves_no_half_of_a_character() -> None:
    assert cut_utf16("12345", 5) == "12345"
    assert cut_utf16("123456", 5) == "1234…"
    assert cut_utf16(f"1{FAMILY}2", 9) == "1…"
    assert cut_utf16("𠮷𠮷𠮷", 5) == "𠮷𠮷…"
    assert cut_graphemes(FAMILY * 3, 2) == f"{FAMILY}…"


def test_nul_and_half_characters_are_replaced() -> None:
    assert sendable("a\x00b\ud83d") == "a\ufffdb\ufffd"


def test_a_long_text_is_split_at_line_ends() -> None:
    assert split_utf16("一行目\n二行目\n三行目", 8) == ["一行目\n二行目\n", "三行目"]
    assert split_utf16("", 8) == []


WORDS = st.text(st.sampled_from("aか゛\u3099🍎𠮷👨👩\u200d🏽\n\r 。"), max_size=60)


@given(WORDS, st.integers(1, 30))
def test_a_cut_fits_and_keeps_whole_clusters(text: str, limit: int) -> None:
    cut = cut_utf16(text, limit)
    assert utf16_length(cut) <= limit
    cut.encode("utf-8")
    if cut != text:
        assert text.startswith(cut[:-1])
    assert grapheme_length(cut_graphemes(text, limit)) <= limit


@given(WORDS, st.integers(2, 30))
def test_splitting_loses_nothing_and_fits(text: str, limit: int) -> None:
    pieces = split_utf16(text, limit)
    assert "".join(pieces) == text
    assert all(0 < utf16_length(piece) <= limit for piece in pieces)
