# SPDX-License-Identifier: Apache-2.0
"""What goes wrong on purpose: rules for single paths, and conditions of the whole of LINE."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

_numbers = itertools.count(1)


@dataclass
class Fault:
    """One rule. ``count`` None means for ever; ``skip`` lets the first requests pass.

    ``delay`` waits and then goes on as usual. ``status`` answers in LINE's stead. ``timeout``
    does nothing and stays silent for that many seconds. ``cut`` does nothing and breaks the
    connection. ``accept_then_drop`` does what was asked and then breaks the connection (or,
    with ``timeout``, stays silent): the answer is lost, the message is not.
    """

    path: str = "*"
    method: str = "*"
    channel: str | None = None
    count: int | None = None
    skip: int = 0
    delay: float = 0.0
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    timeout: float | None = None
    cut: bool = False
    accept_then_drop: bool = False
    id: int = field(default_factory=lambda: next(_numbers))
    hits: int = 0

    def fits(self, method: str, path: str, channel_id: str | None) -> bool:
        return (
            self.method in ("*", method)
            and fnmatchcase(path, self.path)
            and self.channel in (None, channel_id)
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Conditions:
    """The state of the whole of LINE."""

    down: bool = False
    down_status: int | None = 503  # None breaks the connection instead
    slow_seconds: float = 0.0
    video_seconds: float = 0.0  # how long a video is being prepared
    video_fails: bool = False
    content_gone: bool = False


class Faults:
    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def add(self, settings: dict[str, Any]) -> Fault:
        """A rule from JSON. Raises ValueError for a name or a value that is not one."""
        given = dict(settings)
        if given.pop("forever", False):
            given["count"] = None
        elif "count" not in given:
            given["count"] = 1
        known = set(Fault.__dataclass_fields__) - {"id", "hits"}
        if given.keys() - known:
            raise ValueError(f"unknown: {sorted(given.keys() - known)}")
        fault = Fault(**given)
        self.rules.append(fault)
        return fault

    def take(self, method: str, path: str, channel_id: str | None) -> Fault | None:
        """The first rule that fits this request, used up by one."""
        for rule in self.rules:
            if not rule.fits(method, path, channel_id):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                return None
            if rule.count is not None:
                rule.count -= 1
            rule.hits += 1
            self.rules = [r for r in self.rules if r.count is None or r.count > 0]
            return rule
        return None

    def remove(self, fault_id: int) -> bool:
        before = len(self.rules)
        self.rules = [rule for rule in self.rules if rule.id != fault_id]
        return len(self.rules) < before

    def clear(self) -> None:
        self.rules = []
