# SPDX-License-Identifier: Apache-2.0
"""Japanese text folded for search: the same word written in another way becomes the same text."""

from __future__ import annotations

import re
import unicodedata

# The long-vowel mark after a digit is somebody's hyphen («１ー２ー３»), as are these.
_DASHES = re.compile("[‐-―−─]|(?<=[0-9])ー")
_SPACES = re.compile(r"\s+")
_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
# What PostgreSQL cannot store, and what nobody sees.
_INVISIBLE = re.compile("[\x00\u200b-\u200f\u2060\ufeff]")


def fold(text: str) -> str:
    """NFKC, case folded, katakana as hiragana, dashes as ``-``, each space run one space."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    plain = _DASHES.sub("-", plain).translate(_KATAKANA_TO_HIRAGANA)
    return _SPACES.sub(" ", plain).strip()


def words(query: str) -> tuple[str, ...]:
    """The different words of a search, folded, in the order in which they were typed."""
    return tuple(dict.fromkeys(fold(query).split()))
