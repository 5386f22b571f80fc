# SPDX-License-Identifier: Apache-2.0
"""Where folded words stand in a text as it was written, to show it with those places marked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from kairan.lib.folding import fold

_HALF_WIDTH_MARKS = "ﾞﾟ"
_CUT = "…"


@dataclass(frozen=True)
class Part:
    text: str
    is_marked: bool = False


def marked(text: str, words: Iterable[str], *, around: int) -> list[Part]:
    """The text in parts, from ``around`` characters before the first word to as many times four
    after it; cut places show «…». Words come folded."""
    places = _joined(_places(text, words))
    first = places[0][0] if places else 0
    start = max(0, first - around) if len(text) > around * 5 else 0
    end = min(len(text), start + around * 5)
    parts, here = [Part(_CUT)] if start else [], start
    for begins, ends in places:
        if begins < here or begins >= end:
            continue
        parts += [Part(text[here:begins]), Part(text[begins : min(ends, end)], True)]
        here = min(ends, end)
    parts.append(Part(text[here:end] + (_CUT if end < len(text) else "")))
    return [part for part in parts if part.text]


def _places(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """From–to of each word in the text as it was written."""
    folded, origins = _folded(text)
    found = []
    for word in words:
        at = folded.find(word)
        while word and at >= 0:
            found.append((origins[at], origins[at + len(word) - 1] + 1))
            at = folded.find(word, at + len(word))
    return [(begins, _with_marks(text, ends)) for begins, ends in sorted(found)]


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place of the one it was made of."""
    folded: list[str] = []
    origins: list[int] = []
    place = 0
    while place < len(text):
        until = _with_marks(text, place + 1)
        here = fold(text[place:until]) if not text[place].isspace() else " "
        if text[place] == "ー" and folded and folded[-1].isdigit():
            here = "-"
        if here != " " or (folded and folded[-1] != " "):
            folded += here
            origins += [place] * len(here)
        place = until
    return "".join(folded), origins


def _with_marks(text: str, end: int) -> int:
    """Behind the combining marks that belong to the character before ``end``."""
    while end < len(text) and (unicodedata.combining(text[end]) or text[end] in _HALF_WIDTH_MARKS):
        end += 1
    return end


def _joined(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for begins, ends in places:
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((begins, ends))
    return joined
