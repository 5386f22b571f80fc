# SPDX-License-Identifier: Apache-2.0
"""A walk through a JSON body that notes every wrong property with its path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from linesim.counting import utf16_length

N = TypeVar("N", int, float)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass
class Problems:
    """What was found. ``errors`` refuse the body; ``warnings`` are names LINE would ignore."""

    allow_http: bool = False
    errors: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, path: str, message: str) -> None:
        self.errors.append({"message": message, "property": path})


class Node:
    """One JSON object of the body. Asking for a property checks it and marks it as known."""

    def __init__(self, value: dict[str, Any], path: str, problems: Problems) -> None:
        self.value = value
        self.path = path
        self.problems = problems
        self._seen: set[str] = set()

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, message: str) -> None:
        self.problems.add(self.at(key), message)

    def has(self, key: str) -> bool:
        return key in self.value

    def raw(self, key: str) -> Any:
        self._seen.add(key)
        return self.value.get(key)

    def _typed(self, key: str, kinds: type | tuple[type, ...], name: str, required: bool) -> Any:
        """The value when it is of ``kinds``, else None with the problem noted."""
        self._seen.add(key)
        if key not in self.value:
            if required:
                self.wrong(key, "must be specified")
            return None
        value = self.value[key]
        boolean_as_number = isinstance(value, bool) and kinds is not bool
        if not isinstance(value, kinds) or boolean_as_number:
            self.wrong(key, f"must be {name}")
            return None
        return value

    def text(
        self,
        key: str,
        most: int,
        *,
        required: bool = True,
        least: int = 1,
        count: Callable[[str], int] = utf16_length,
        pattern: str | None = None,
    ) -> str | None:
        value: str | None = self._typed(key, str, "a string", required)
        if value is None:
            return None
        if least and not value.strip():
            self.wrong(key, "May not be empty")
        elif not least <= count(value) <= most:
            self.wrong(key, f"Length must be between {least} and {most}")
        elif pattern and not re.fullmatch(pattern, value):
            self.wrong(key, "invalid format")
        return value

    def choice(self, key: str, values: Iterable[str], *, required: bool = False) -> str | None:
        value: str | None = self._typed(key, str, "a string", required)
        allowed = tuple(values)
        if value is not None and value not in allowed:
            self.wrong(key, f"Must be one of the following values: [{', '.join(allowed)}]")
            return None
        return value

    def boolean(self, key: str, *, required: bool = False) -> bool | None:
        value: bool | None = self._typed(key, bool, "a boolean", required)
        return value

    def integer(self, key: str, least: int, most: int, *, required: bool = True) -> int | None:
        value: int | None = self._typed(key, int, "an integer", required)
        return self._between(key, value, least, most)

    def number(self, key: str, least: float, most: float) -> float | None:
        value: float | None = self._typed(key, (int, float), "a number", True)
        return self._between(key, value, least, most)

    def _between(self, key: str, value: N | None, least: float, most: float) -> N | None:
        if value is not None and not least <= value <= most:
            self.wrong(key, f"must be between {least} and {most}")
            return None
        return value

    def url(self, key: str, most: int, *, required: bool = True) -> str | None:
        """An https address (http only to the loopback, and only where the simulator allows it)."""
        value = self.text(key, most, required=required)
        if value and not self._is_secure(value):
            self.wrong(key, "invalid uri scheme")
        return value

    def _is_secure(self, value: str) -> bool:
        try:
            parts = urlsplit(value)
        except ValueError:
            return False
        if parts.scheme == "https":
            return bool(parts.hostname)
        return parts.scheme == "http" and self.problems.allow_http and parts.hostname in _LOOPBACK

    def child(self, key: str, *, required: bool = True) -> Node | None:
        value: dict[str, Any] | None = self._typed(key, dict, "an object", required)
        return None if value is None else Node(value, self.at(key), self.problems)

    def items(self, key: str, least: int, most: int, *, required: bool = True) -> Iterator[Node]:
        """The objects of a list; a list too long or too short is noted once and not entered."""
        value: list[Any] | None = self._typed(key, list, "an array", required)
        if value is None:
            return
        if not least <= len(value) <= most:
            self.wrong(key, f"Size must be between {least} and {most}")
            return
        for index, item in enumerate(value):
            path = f"{self.at(key)}[{index}]"
            if isinstance(item, dict):
                yield Node(item, path, self.problems)
            else:
                self.problems.add(path, "must be an object")

    def strings(self, key: str, least: int, most: int, *, required: bool = True) -> list[str]:
        value: list[Any] | None = self._typed(key, list, "an array", required)
        if value is None:
            return []
        if not least <= len(value) <= most:
            self.wrong(key, f"Size must be between {least} and {most}")
            return []
        if not all(isinstance(item, str) for item in value):
            self.wrong(key, "must be an array of strings")
            return []
        return value

    def close(self, *, strict: bool = False) -> None:
        """Call last: names never asked for are errors when ``strict``, else warnings."""
        for key in self.value.keys() - self._seen:
            if strict:
                self.wrong(key, "unknown field")
            else:
                self.problems.warnings.append(f"{self.at(key)}: unknown field")
