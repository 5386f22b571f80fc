# SPDX-License-Identifier: Apache-2.0
"""Residents on the stand-in's phones, without a screen: quick ways to a report."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import httpx

WAIT_SECONDS = 30.0
NUMBER = re.compile(r"R\d+-\d{6}")
IN_WEST = {"latitude": 32.79, "longitude": 130.69}
_numbers = count(1)


@dataclass(frozen=True)
class Sent:
    """``page``: the path of the report's own page."""

    number: str
    page: str


class Residents:
    def __init__(self, simulator: str) -> None:
        self.http = httpx.Client(base_url=simulator, timeout=30, trust_env=False)

    def newcomer(self) -> str:
        """A friend nobody has used before: the name, which is also the phone's address."""
        name = f"住民{next(_numbers)}-{time.time_ns() % 10**9}"
        self._call("", name=name)
        return name

    def does(self, who: str, kind: str, **given: Any) -> list[dict[str, Any]]:
        """One deed; the town's messages in answer."""
        before = len(self._messages(who))
        self._call(f"/{who}/{kind}", **given)
        return self.answers(who, since=before)

    def answers(self, who: str, *, since: int = 0) -> list[dict[str, Any]]:
        """Waits for a message of the town after the first ``since`` messages."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            found = [one["message"] for one in self._messages(who)[since:] if one["from"] == "town"]
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"the town did not answer {who}")

    def report(self, who: str) -> Sent:
        """照明灯の不具合 in 西区, with a photo."""
        self.does(who, "text", text="市民レポート")
        self.does(who, "tap", label="照明灯の不具合")
        self.does(who, "tap", label="つかない")
        self.does(who, "location", **IN_WEST)
        self.does(who, "tap", label="とばす")
        self.does(who, "photos", made_up=["street-lamp"])
        self.does(who, "tap", label="写真はこれで送る")
        # Typed: there is no such button where somebody has reported the same thing before.
        return receipt(self.does(who, "text", text="この内容で送る"))

    def map_page(self, who: str) -> str:
        """A report begun, its place only typed: the path of the page that refines it."""
        self.does(who, "text", text="市民レポート")
        self.does(who, "tap", label="照明灯の不具合")
        self.does(who, "tap", label="つかない")
        return next(links(self.does(who, "text", text="春日小学校の前")))

    def _messages(self, who: str) -> list[dict[str, Any]]:
        answer = self.http.get(f"/sim/residents/{who}/talk").raise_for_status()
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    def _call(self, path: str, **given: Any) -> None:
        answer = self.http.post(f"/sim/residents{path}", json=given)
        assert answer.is_success, answer.text


def receipt(messages: list[dict[str, Any]]) -> Sent:
    found = next(NUMBER.findall(str(one)) for one in messages if NUMBER.search(str(one)))
    return Sent(found[0], next(links(messages)))


def links(messages: object) -> Any:
    """Paths of the town's own pages in messages, in order."""
    for address in re.findall(r"'uri': '([^']+)'", str(messages)):
        if urlsplit(address).hostname in ("localhost", "127.0.0.1"):
            yield urlsplit(address).path
