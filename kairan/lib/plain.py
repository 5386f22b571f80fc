# SPDX-License-Identifier: Apache-2.0
"""Text as people sent it, fit for keeping."""

from __future__ import annotations

import unicodedata

# Control characters, and halves of surrogate pairs (JSON may carry them, a database may not).
_UNKEPT = {"Cc", "Cs"}


def plain(text: str, most: int) -> str:
    """One kind of line break, no control characters, no space around, ``most`` characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in _UNKEPT)
    return kept.strip()[:most]
