# SPDX-License-Identifier: Apache-2.0
"""``POST /community/talk/send`` on the event loop: the verb is ``talk_store``, as for every door.

A header of our own is asked for, which another site's page cannot send without asking first; that
is what a CSRF token would prove.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Executor
from dataclasses import replace
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections

from kairan.lib.origins import is_same_origin
from kairan.municipalities.tenancy import town
from kairan.talk.batching import Storing
from kairan.talk.checking import fit
from kairan.talk.pace import Pace
from kairan.talk.senders import Sender, known_sender, look_up
from kairan.talk.storing import NotSaid, Said, settled

log = structlog.get_logger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_BODY = 256 * 1024
MAX_MESSAGES = 50
# Of the device's own name for a message, as it is sent back with a refusal.
MAX_NAME = 100
HEADER = b"x-kairan"


class Gone(Exception):
    """Who asked has closed the connection."""


class Refused(Exception):
    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class TalkLane:
    """An ASGI application for one address. ``threads``: where Django looks a new session up."""

    def __init__(self, conninfo: str, *, threads: Executor) -> None:
        self._storing = Storing(conninfo)
        self._threads = threads
        self._pace = Pace(settings.TALK_MESSAGES_A_MINUTE)

    async def stop(self) -> None:
        await self._storing.stop()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            content = await self._answers(scope, receive)
        except Gone:
            return
        except Refused as refused:
            await _send(send, refused.status, {"reason": refused.reason})
        except Exception:
            log.exception("talk.not_stored")
            await _send(send, HTTPStatus.SERVICE_UNAVAILABLE, {"reason": "try_again"})
        else:
            await _send(send, HTTPStatus.OK, content)

    async def _answers(self, scope: Message, receive: Receive) -> dict[str, Any]:
        headers = dict(scope["headers"])
        if scope["method"] != "POST":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "post")
        if headers.get(HEADER) != b"talk" or not is_same_origin(headers):
            raise Refused(HTTPStatus.FORBIDDEN, "header")
        sender = await self._sender(scope, headers)
        if sender is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, "signed_out")
        given = _messages(await _body(receive))
        if not self._pace.allows((sender.town_id, sender.person_id), len(given)):
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "too_fast")
        return {"answers": await self._stored(sender, given)}

    async def _sender(self, scope: Message, headers: dict[bytes, bytes]) -> Sender | None:
        session = _session(headers)
        if not session:
            return None
        host = headers.get(b"host", b"").decode("latin-1")
        sender = known_sender(session, host)
        if sender is not None:
            return sender
        meta = {
            "HTTP_HOST": host,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_X_FORWARDED_PROTO": headers.get(b"x-forwarded-proto", b"").decode("latin-1"),
            "wsgi.url_scheme": scope.get("scheme", "http"),
        }
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, look_up, session, meta)

    async def _stored(self, sender: Sender, given: list[Any]) -> list[dict[str, Any]]:
        """An answer for each, in their order; what is unfit is refused without being stored."""
        checked = [fit(one) for one in given]
        fitting: dict[str, Said] = {}
        for said in checked:
            if isinstance(said, Said):
                fitting[said.client_id] = _signed(said, sender)
        stored = await self._kept_back(sender, fitting)
        if fitting:
            answers = await self._storing.store(sender.town_id, list(fitting.values()))
            stored |= {answer["client_id"]: answer for answer in answers}
        return [
            stored[said.client_id] if isinstance(said, Said) else _unfit(one, said)
            for one, said in zip(given, checked, strict=True)
        ]

    async def _kept_back(
        self, sender: Sender, fitting: dict[str, Said]
    ) -> dict[str, dict[str, Any]]:
        """Takes out what not everybody may say, and answers it; of the rest it settles the seat.
        Few messages are of that kind: only they wait for a thread."""
        pressing = [said for said in fitting.values() if said.is_pressing]
        if not pressing:
            return {}
        loop = asyncio.get_running_loop()
        may = await loop.run_in_executor(self._threads, _settled, sender.town_id, pressing)
        fitting.update(may)
        refused = [said.client_id for said in pressing if said.client_id not in may]
        for client_id in refused:
            del fitting[client_id]
        return {client_id: _refused(client_id, "managers_only") for client_id in refused}


def _settled(town_id: int, pressing: list[Said]) -> dict[str, Said]:
    """Those of them that may be said, in a thread of Django's."""
    close_old_connections()
    found = {}
    with town(town_id):
        for said in pressing:
            with contextlib.suppress(NotSaid):
                found[said.client_id] = settled(said)
    return found


def _signed(said: Said, sender: Sender) -> Said:
    return replace(said, person=sender.person_id, session=sender.session, seal=sender.seal)


def _unfit(given: Any, words: str) -> dict[str, Any]:
    """Under the name that it came with, where that is one: nothing else is sent back."""
    client_id = given.get("client_id") if isinstance(given, dict) else None
    is_name = isinstance(client_id, str) and client_id.isascii() and len(client_id) <= MAX_NAME
    return _refused(client_id if is_name else None, "unfit") | {"words": words}


def _refused(client_id: str | None, reason: str) -> dict[str, Any]:
    return {"client_id": client_id, "state": "refused", "reason": reason}


def _messages(body: bytes) -> list[Any]:
    try:
        given = json.loads(body)["messages"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "unreadable") from error
    if not isinstance(given, list) or not 0 < len(given) <= MAX_MESSAGES:
        raise Refused(HTTPStatus.BAD_REQUEST, "unreadable")
    return given


def _session(headers: dict[bytes, bytes]) -> str:
    try:
        cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return ""
    found = cookies.get(settings.SESSION_COOKIE_NAME)
    return found.value if found else ""


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        piece: bytes = message.get("body", b"")
        body += piece
        if len(body) > MAX_BODY:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
        if not message.get("more_body", False):
            return body


async def _send(send: Send, status: HTTPStatus, content: dict[str, Any]) -> None:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-length", str(len(body)).encode()),
    ]
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers.append((b"retry-after", b"20"))
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
