# SPDX-License-Identifier: Apache-2.0
"""Text as people sent it, fit for keeping."""

from __future__ import annotations

import unicodedata

# Control characters, and halves of surrogate pairs (JSON may carry them, a database may not).
_UNKEPT = {"Cc", "Cs"}
# They turn the reading direction of whatever follows, on lists and in mails of ours too. Arabic and
# Hebrew need none of them; what joins emoji is kept.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str, most: int) -> str:
    """One kind of line break, nothing that controls or turns, no space around, at most ``most``."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if _is_kept(c)).strip()[:most]


def _is_kept(c: str) -> bool:
    return c in "\n\t" or (unicodedata.category(c) not in _UNKEPT and c not in _TURNING)
