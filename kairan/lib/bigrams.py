# SPDX-License-Identifier: Apache-2.0
"""Japanese words as terms of a ``tsquery`` over pairs of neighbouring characters.

The other side is the database functions ``reports_lexemes`` and ``talk_lexemes``: each pair has its
town's number in front, and a word's last character stands alone. Pairs only preselect; the exact
word is looked for in the text itself afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable

MAX_WORDS = 10


def word_terms(town: int, words: Iterable[str]) -> list[str]:
    """Terms all of which a text has that holds the folded words; the first ``MAX_WORDS`` count."""
    terms: list[str] = []
    for word in list(words)[:MAX_WORDS]:
        if len(word) == 1:
            terms.append(quoted(f"{town}:{word}") + ":*")
        # Every other pair, and the last: all characters, in half as many lists to intersect.
        starts = {*range(0, len(word) - 1, 2), len(word) - 2}
        terms += [quoted(f"{town}:{word[i : i + 2]}") for i in sorted(starts) if i >= 0]
    return list(dict.fromkeys(terms))


def either(town: int, marks: Iterable[tuple[str, object]]) -> str:
    """A term that holds where one of the marks (name, value) does."""
    return "(" + " | ".join(quoted(f"{town}{name}:{value}") for name, value in marks) + ")"


def quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
