# SPDX-License-Identifier: Apache-2.0
"""Django's WSGI application behind an ASGI server: whole requests in, answers out, in threads.

A request is read to its end on the event loop before a thread is taken, so that a slow or
malicious sender holds no thread. An answer that is one piece crosses back in one step; a streamed
one (an export) waits in its thread for the reader, so that memory stays flat. Why not a library:
docs/decisions/0004-one-port.md.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Message, Receive, Send], Awaitable[None]]
WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# Bigger bodies wait on disk. Django has its own, smaller limits for what is not a file.
SPOOL_BYTES = 1024 * 1024
# A reader that takes nothing for so long gives the thread back.
STALLED_SECONDS = 60.0
# A photo that a phone has made smaller, and the form around it.
MAX_BODY_BYTES = 6 * 1024 * 1024 + 256 * 1024
# Several photos as they are, or a map of all wards: from staff, from other systems, and behind a
# report's secret link.
MAX_UPLOAD_BYTES = 120 * 1024 * 1024
# A photo or a document of a talk, and the form around it.
MAX_TALK_UPLOAD_BYTES = 32 * 1024 * 1024
_UPLOADS = re.compile(r"/r/[^/]{20,60}/write/|/open311/v2/.*")
_STAFF = re.compile(r"/console/.*")
_TALK = re.compile(r"/community/talk/api/(uploads/|rooms/\d+/picture)")


class Gone(Exception):
    """Who asked has closed the connection."""


class TooLarge(Exception):
    """The request's body is over the limit."""


class Pages:
    """An ASGI application that calls a WSGI application in its own threads."""

    def __init__(self, wsgi: WSGIApp, *, threads: int) -> None:
        self.wsgi = wsgi
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            body = await _whole_body(scope, receive)
        except Gone:
            return
        except TooLarge:
            await _refuse_large(send)
            return
        loop = asyncio.get_running_loop()
        answer = _Answer(loop, send)
        with body:
            await loop.run_in_executor(self.pool, self._call, _environ(scope, body), answer)
        if not answer.is_gone:
            await answer.finish()

    def _call(self, environ: dict[str, Any], answer: _Answer) -> None:
        chunks = self.wsgi(environ, answer.start)
        try:
            answer.take(chunks)
        except Gone:
            answer.is_gone = True
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()


class _Answer:
    """What the WSGI application said. The first piece is held back in case it is the only one."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self.loop = loop
        self.send = send
        self.head: Message | None = None
        self.held = b""
        self.streaming = False
        self.is_gone = False

    def start(self, status: str, headers: list[tuple[str, str]], _exc: Any = None) -> None:
        """WSGI's ``start_response``; without its old ``write``, which Django never calls."""
        self.head = {
            "type": "http.response.start",
            "status": int(status[:3]),
            "headers": [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers],
        }

    def take(self, chunks: Iterable[bytes]) -> None:
        """Runs in the page's thread. Raises ``Gone`` when nobody reads any more."""
        for chunk in chunks:
            if not chunk:
                continue
            if self.held:
                self._pass_on(self.held)
            self.held = chunk

    def _pass_on(self, chunk: bytes) -> None:
        future = asyncio.run_coroutine_threadsafe(self._send_piece(chunk), self.loop)
        try:
            future.result(STALLED_SECONDS)
        except Exception as error:
            future.cancel()
            raise Gone from error

    async def _send_piece(self, chunk: bytes) -> None:
        await self._send_head()
        await self.send({"type": "http.response.body", "body": chunk, "more_body": True})

    async def _send_head(self) -> None:
        if not self.streaming:
            self.streaming = True
            assert self.head is not None  # noqa: S101  (WSGI: start_response comes first)
            await self.send(self.head)

    async def finish(self) -> None:
        await self._send_head()
        await self.send({"type": "http.response.body", "body": self.held, "more_body": False})


def body_limit(scope: Message) -> int:
    """Bytes. Nobody without a session may fill the disk through a page of those who sign in."""
    path = scope["path"]
    if _UPLOADS.fullmatch(path):
        return MAX_UPLOAD_BYTES
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    if b"sessionid=" not in cookies:
        return MAX_BODY_BYTES
    if _STAFF.fullmatch(path):
        return MAX_UPLOAD_BYTES
    return MAX_TALK_UPLOAD_BYTES if _TALK.fullmatch(path) else MAX_BODY_BYTES


def _announced(scope: Message) -> int:
    """Bytes that the sender says will come; 0 where that is not said, or is no number."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


async def _whole_body(scope: Message, receive: Receive) -> IO[bytes]:
    body = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115  (closed by the caller)
    size, most = 0, body_limit(scope)
    if _announced(scope) > most:
        body.close()
        raise TooLarge
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            body.close()
            raise Gone
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            body.close()
            raise TooLarge
        body.write(piece)
        if not message.get("more_body", False):
            body.seek(0)
            scope["body_size"] = size
            return body


async def _refuse_large(send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"too large\n"})


def _environ(scope: Message, body: IO[bytes]) -> dict[str, Any]:
    """PEP 3333: text is bytes read as latin-1; a repeated header is joined by commas."""
    server = scope.get("server") or ("localhost", 0)
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1")
        if "_" in name:  # would be taken for the header with a dash
            continue
        key = _PLAIN_NAMES.get(name) or "HTTP_" + name.upper().replace("-", "_")
        value = raw_value.decode("latin-1")
        joiner = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joiner}{value}" if key in environ else value
    # What was really read; chunked senders announce nothing, and Django reads no further.
    environ["CONTENT_LENGTH"] = str(scope["body_size"])
    return environ


_PLAIN_NAMES = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
