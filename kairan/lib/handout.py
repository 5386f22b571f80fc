# SPDX-License-Identifier: Apache-2.0
"""A short guide as large print: ``python -m kairan.lib.handout guide.md guide.pdf``.

Of Markdown it knows what such a guide needs: headings, paragraphs, lists, strong lines, rules.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

from kairan.lib.paper import HEIGHT, POINT, WIDTH, Paper

LEFT: Final = 20.0
TOP: Final = 20.0
BOTTOM: Final = HEIGHT - 22.0
BODY: Final = 18.0
LEADING: Final = 1.6
GAP: Final = 1.5
_ITEM = re.compile(r"([-*]|\d+\.)\s+(.*)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def as_pdf(markdown: str) -> bytes:
    """Each ``##`` stays with what follows it; its pages are numbered."""
    text = _COMMENT.sub("", markdown).strip()
    title = text.split("\n", 1)[0].lstrip("# ")
    handout = _Handout(title)
    handout.add_page()
    for section in re.split(r"\n(?=## )", text):
        handout.section(section)
    return bytes(handout.output())


class _Handout(Paper):
    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.at = TOP

    def section(self, text: str) -> None:
        """On this page where there is room for it, else on a new one."""
        blocks = [block for line in text.splitlines() if (block := _block(line))]
        if self.at > TOP and self.at + sum(map(self._height, blocks)) > BOTTOM:
            self.add_page()
            self.at = TOP
        for block in blocks:
            self._put(*block)
        self.at += 5

    def footer(self) -> None:
        """Called by the library for each page."""
        self.words(WIDTH / 2, HEIGHT - 10, str(self.page_no()), 12, align="centre")

    def _height(self, block: tuple[str, str, float, bool]) -> float:
        _mark, text, size, bold = block
        self.use(size, bold=bold)
        return len(self._lines(text, WIDTH - 2 * LEFT - 10)) * size * POINT * LEADING + GAP

    def _lines(self, text: str, width: float) -> list[str]:
        """Broken a little earlier where the last line would hold a mere 「す。」."""
        lines = self.lines(text, width)
        narrow = self.lines(text, width * 0.88) if len(lines) > 1 and len(lines[-1]) < 4 else lines
        return narrow if len(narrow) == len(lines) else lines

    def _put(self, mark: str, text: str, size: float, bold: bool) -> None:
        indent = 10.0 if mark else 0.0
        self.use(size, bold=bold)
        for number, words in enumerate(self._lines(text, WIDTH - 2 * LEFT - indent)):
            step = size * POINT * LEADING
            if self.at + step > BOTTOM:
                self.add_page()
                self.at = TOP
            self.at += step
            if mark and number == 0:
                self.words(LEFT, self.at - 2, mark, size, bold=True)
            self.words(LEFT + indent, self.at - 2, words, size, bold=bold)
            self.use(size, bold=bold)
        self.at += GAP


def _block(line: str) -> tuple[str, str, float, bool] | None:
    """Mark, text, size, bold; None for what is not printed."""
    text = line.strip()
    if not text or set(text) <= {"-"} or "`make" in text:
        return None
    if heading := re.match(r"(#+) (.*)", text):
        return ("", heading[2], {1: 34.0, 2: 26.0}.get(len(heading[1]), 22.0), True)
    bold = text.startswith("**") and text.endswith("**")
    mark = ""
    if item := _ITEM.match(text):
        mark, text = ("・" if item[1] in "-*" else item[1]), item[2]
    elif line.startswith("  "):
        mark = "　"
    return (mark, text.replace("**", "").replace("`", ""), BODY, bold)


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:3])
    target.write_bytes(as_pdf(source.read_text(encoding="utf-8")))
