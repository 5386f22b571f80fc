# SPDX-License-Identifier: Apache-2.0
"""How LINE counts the length of a text: UTF-16 units, and graphemes for labels."""

from __future__ import annotations

import unicodedata

_ZERO_WIDTH_JOINER = 0x200D


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units: 「あ」 is 1, 😀 is 2."""
    return len(text) + sum(ch > "\uffff" for ch in text)


def graphemes(text: str) -> int:
    """Number of characters a person sees (extended grapheme clusters, near enough to UAX 29)."""
    count, previous, flags = 0, 0, 0
    for ch in text:
        code = ord(ch)
        flag = 0x1F1E6 <= code <= 0x1F1FF
        joined = previous == _ZERO_WIDTH_JOINER or (flag and flags % 2 == 1) or _extends(ch, code)
        count += not (joined and previous)
        flags = flags + 1 if flag else 0
        previous = code
    return count


def _extends(ch: str, code: int) -> bool:
    return (
        code == _ZERO_WIDTH_JOINER
        or 0x1F3FB <= code <= 0x1F3FF
        or 0xE0020 <= code <= 0xE007F
        or unicodedata.category(ch) in ("Mn", "Me", "Mc")
    )
