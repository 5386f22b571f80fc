# SPDX-License-Identifier: Apache-2.0
"""LINE as far as one test needs it: answers in turn, remembers what was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from kairan.line.client import LineClient

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]
USER = "U" + "0" * 31 + "1"


def answer(status: int = 200, body: object = None, **headers: str) -> httpx.Response:
    """As LINE answers: JSON, and a request id."""
    named = {"x-line-request-id": "req-1", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return httpx.Response(status, json={} if body is None else body, headers=named)


class FakeLine:
    """Gives its answers in order; the last one again and again."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers) or [answer()]
        self.requests: list[httpx.Request] = []

    def client(self, token: str = "token") -> LineClient:  # noqa: S107
        http = httpx.Client(transport=httpx.MockTransport(self._handle))
        return LineClient(
            token, api_url="https://api.example", data_url="https://data.example/", http=http
        )

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]

    @property
    def last_body(self) -> Any:
        return json.loads(self.last.content)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        one = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(one, Exception):
            raise one
        return one(request) if callable(one) else one
