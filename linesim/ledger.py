# SPDX-License-Identifier: Apache-2.0
"""Every request in and every webhook out."""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from linesim.clock import iso

LENGTH = 5000


@dataclass(slots=True)
class Line:
    """``direction`` "in" is a request to LINE, "out" a webhook. ``status`` None: no answer."""

    at: float
    direction: str
    method: str
    path: str
    channel: str | None
    status: int | None
    ms: float
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    answer: Any = None
    fault: str = ""
    warnings: list[str] = field(default_factory=list)
    n: int = 0

    def as_json(self) -> dict[str, Any]:
        line = {name: getattr(self, name) for name in self.__slots__}
        line["time"] = iso(self.at)
        line["ms"] = round(self.ms, 2)
        return line


class Ledger:
    """``counts_only`` keeps totals and drops the lines (for benchmarks)."""

    def __init__(self, *, counts_only: bool = False, length: int = LENGTH) -> None:
        self.counts_only = counts_only
        self.lines: deque[Line] = deque(maxlen=length)
        self.counts: Counter[tuple[str, str, int | None]] = Counter()
        self._numbers = itertools.count(1)

    def write(self, line: Line, label: str = "") -> Line:
        """Keep one line; ``label`` is what it is counted as where paths carry ids."""
        self.counts[line.direction, f"{line.method} {label or line.path}", line.status] += 1
        line.n = next(self._numbers)
        if not self.counts_only:
            self.lines.append(line)
        return line

    def find(
        self,
        *,
        direction: str = "",
        path: str = "*",
        method: str = "",
        status: int | None = None,
        channel: str = "",
        after: int = 0,
        contains: str = "",
    ) -> Iterator[Line]:
        """Lines in order of time; ``path`` takes * and ?, ``contains`` looks into the bodies."""
        for line in self.lines:
            if (
                line.n > after
                and direction in ("", line.direction)
                and method in ("", line.method)
                and channel in ("", line.channel)
                and status in (None, line.status)
                and fnmatchcase(line.path, path or "*")
                and (not contains or contains in f"{line.body} {line.answer}")
            ):
                yield line

    def totals(self) -> list[dict[str, Any]]:
        return [
            {"direction": direction, "request": request, "status": status, "count": count}
            for (direction, request, status), count in sorted(self.counts.items(), key=str)
        ]

    def clear(self) -> None:
        self.lines.clear()
        self.counts.clear()
