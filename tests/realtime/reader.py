# SPDX-License-Identifier: Apache-2.0
"""A page's EventSource, for tests."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

PATIENCE_SECONDS = 30.0


class Reader:
    """What a page's EventSource sees."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.lines = response.iter_lines()

    def event(self) -> tuple[str, dict[str, Any]]:
        """The next named event and its data; comments and ``retry`` are passed over."""
        name, deadline = "", time.monotonic() + PATIENCE_SECONDS
        for line in self.lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            if line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))
            assert time.monotonic() < deadline, "nothing but signs of life"
        raise EOFError

    def begin(self) -> None:
        """Until the stream is open on the server's side."""
        assert next(self.lines).startswith("retry: ")


@contextmanager
def stream(address: str, ticket: str, **headers: str) -> Iterator[Reader]:
    with (
        httpx.Client(timeout=20) as client,
        client.stream(
            "GET", f"{address}/streams/", params={"ticket": ticket}, headers=headers
        ) as response,
    ):
        assert response.status_code == 200
        reader = Reader(response)
        reader.begin()
        yield reader
