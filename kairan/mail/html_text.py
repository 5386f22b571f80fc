# SPDX-License-Identifier: Apache-2.0
"""The words of a mail that came as HTML alone."""

from __future__ import annotations

import re
from html.parser import HTMLParser

MOST_HTML = 500_000
_SILENT = {"script", "style", "head", "title", "template", "noscript"}
_BREAKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "hr"}
_BLANK_LINES = re.compile(r"\n{3,}")


def words_of_html(html: str) -> str:
    """What a reader would see, line by line; links and pictures only by their words."""
    reader = _Reader()
    reader.feed(html[:MOST_HTML])
    reader.close()
    lines = "".join(reader.said).split("\n")
    kept = "\n".join(" ".join(line.split()) for line in lines)
    return _BLANK_LINES.sub("\n\n", kept).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _SILENT:
            self.silent += 1
        elif tag in _BREAKS:
            self.said.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BREAKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(re.sub(r"\s+", " ", data))
