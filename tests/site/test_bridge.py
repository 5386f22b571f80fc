# SPDX-License-Identifier: Apache-2.0
"""WSGI behind ASGI: what a page is told of its request, and how its answer leaves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pytest

from kairan.site import bridge
from kairan.site.bridge import Message, Pages, WSGIApp

Environ = dict[str, Any]


def ask(wsgi: WSGIApp, method: str = "GET", url: str = "/", **options: Any) -> httpx.Response:
    """One request to a page, through the bridge."""

    async def one() -> httpx.Response:
        transport = httpx.ASGITransport(Pages(wsgi, threads=2))
        async with httpx.AsyncClient(transport=transport, base_url="http://kairan.test") as client:
            return await client.request(method, url, **options)

    return asyncio.run(one())


def seen(method: str = "GET", url: str = "/", **options: Any) -> Environ:
    """What the page was told."""
    found: Environ = {}

    def page(environ: Environ, start: Any) -> Iterable[bytes]:
        found.update(environ, body=environ["wsgi.input"].read())
        start("200 OK", [])
        return [b""]

    assert ask(page, method, url, **options).status_code == 200
    return found


def test_a_page_is_told_the_request() -> None:
    environ = seen("POST", "/a%20b/%E6%A1%88?q=%E7%81%AF", content=b"x" * 9, headers={"X-A": "1"})
    assert environ["REQUEST_METHOD"] == "POST"
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/a b/案"
    assert environ["QUERY_STRING"] == "q=%E7%81%AF"
    assert environ["CONTENT_LENGTH"] == "9"
    assert environ["HTTP_X_A"] == "1"
    assert environ["body"] == b"x" * 9


def test_a_header_with_an_underscore_cannot_pose_as_another() -> None:
    environ = seen(headers={"X_Forwarded_Proto": "https", "X-Other": "1"})
    assert "HTTP_X_FORWARDED_PROTO" not in environ
    assert environ["HTTP_X_OTHER"] == "1"


def test_repeated_headers_are_joined() -> None:
    environ = seen(headers=[("X-A", "1"), ("X-A", "2"), ("Cookie", "a=1"), ("Cookie", "b=2")])
    assert environ["HTTP_X_A"] == "1,2"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"


def test_a_body_without_announced_length_is_whole() -> None:
    async def pieces() -> Any:
        for _ in range(3):
            yield b"abc"

    environ = seen("POST", "/", content=pieces())
    assert environ["body"] == b"abcabcabc"
    assert environ["CONTENT_LENGTH"] == "9"


def test_a_body_over_the_limit_never_reaches_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "MAX_BODY_BYTES", 10)

    def page(_environ: Environ, _start: Any) -> Iterable[bytes]:
        raise AssertionError

    assert ask(page, "POST", "/", content=b"x" * 11).status_code == 413


def test_only_who_needs_it_may_send_much() -> None:
    def limit(path: str, **headers: str) -> int:
        given = [(name.encode(), value.encode()) for name, value in headers.items()]
        return bridge.body_limit({"path": path, "headers": given})

    small, large = bridge.MAX_BODY_BYTES, bridge.MAX_UPLOAD_BYTES
    assert limit("/report/road/photos/") == limit("/") == limit("/console/cases/") == small
    assert limit(f"/r/{'x' * 32}/write/") == limit("/open311/v2/requests.json") == large
    assert limit("/console/cases/", cookie="csrftoken=a; sessionid=b") == large
    assert limit(f"/r/{'x' * 32}/") == limit("/r/x/../write/") == small
    uploads = "/community/talk/api/uploads/"
    assert limit(uploads) == limit("/community/", cookie="sessionid=b") == small
    assert limit(uploads, cookie="sessionid=b") == bridge.MAX_TALK_UPLOAD_BYTES


def test_what_is_announced_as_too_large_is_refused_unread() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    length = (b"content-length", str(2 * 1024**3).encode())
    scope = {"path": "/community/talk/api/uploads/", "headers": [length]}
    asyncio.run(bridge.Pages(lambda _environ, _start: [], threads=1)(scope, receive, send))
    assert sent[0]["status"] == 413


def test_an_answer_comes_back_whole() -> None:
    def page(_environ: Environ, start: Any) -> Iterable[bytes]:
        start("404 Not Found", [("X-A", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [b"not ", b"", b"here"]

    response = ask(page)
    assert (response.status_code, response.content) == (404, b"not here")
    assert response.headers["x-a"] == "1"
    assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]


class Reader:
    """An ASGI server's side that takes pieces at its own pace, or not at all."""

    def __init__(self, takes: int = 1_000_000) -> None:
        self.takes = takes
        self.pieces: list[bytes] = []

    async def receive(self) -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        if len(self.pieces) >= self.takes:
            raise ConnectionError
        if body := message.get("body"):
            self.pieces.append(body)


def scope() -> Message:
    return {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "http_version": "1.1",
        "headers": [],
    }


class Export:
    """A streamed answer that notes how far it was read, and that it was closed."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.ahead: list[int] = []
        self.closed = False
        self.thread = ""

    def __iter__(self) -> Iterator[bytes]:
        for number in range(50):
            self.thread = threading.current_thread().name
            self.ahead.append(number - len(self.reader.pieces))
            yield b"x" * 100

    def close(self) -> None:
        self.closed = True


def export_to(reader: Reader) -> Export:
    export = Export(reader)

    def page(_environ: Environ, start: Any) -> Iterable[bytes]:
        start("200 OK", [])
        return export

    asyncio.run(Pages(page, threads=1)(scope(), reader.receive, reader.send))
    return export


def test_a_streamed_answer_is_never_far_ahead_of_its_reader() -> None:
    reader = Reader()
    export = export_to(reader)
    assert len(b"".join(reader.pieces)) == 5_000
    assert max(export.ahead) <= 1
    assert export.closed
    assert export.thread.startswith("page")


def test_an_answer_that_nobody_reads_any_more_is_closed() -> None:
    reader = Reader(takes=3)
    export = export_to(reader)
    assert len(reader.pieces) == 3
    assert len(export.ahead) < 10
    assert export.closed


def test_who_leaves_before_asking_costs_no_thread() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        raise AssertionError

    def page(_environ: Environ, _start: Any) -> Iterable[bytes]:
        raise AssertionError

    asyncio.run(Pages(page, threads=1)(scope(), receive, send))
