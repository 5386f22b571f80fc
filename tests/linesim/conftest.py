# SPDX-License-Identifier: Apache-2.0
"""A simulated LINE without sockets, the town's hand on it, and one over sockets."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from linesim.testing import Line, in_process, running


@pytest.fixture
def line() -> Iterator[Line]:
    with in_process(allow_http=False) as line:
        yield line


@pytest.fixture
def town(line: Line) -> httpx.Client:
    """The town's server, with the right token."""
    return as_town(line)


def as_town(line: Line, token: str | None = None) -> httpx.Client:
    headers = {"authorization": f"Bearer {token or line.channel.token}"}
    return httpx.Client(base_url=line.url, transport=line.transport, headers=headers)


@pytest.fixture(scope="module")
def served() -> Iterator[Line]:
    """Over sockets, for clients that bring their own HTTP."""
    with running() as line:
        yield line


def user_id(line: Line, name: str = "花子") -> str:
    found: str = line.talk(name)["resident"]["user_id"]
    return found


def reply_token(line: Line, name: str = "花子") -> str:
    token: str = line.text(name, "通報")["events"][0]["replyToken"]
    return token


def text(words: str = "こんにちは") -> dict[str, str]:
    return {"type": "text", "text": words}
