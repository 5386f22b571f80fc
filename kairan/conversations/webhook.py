# SPDX-License-Identifier: Apache-2.0
"""LINE's door: check the signature, store every event once, answer. Nothing else happens here."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from kairan.conversations.channels import KnownChannel, channel_by_key
from kairan.line.events import Event, UserSource
from kairan.line.webhook import BrokenBody, parse, signature_fits
from kairan.municipalities.tenancy import town

log = structlog.get_logger(__name__)

PREFIX = "/line/webhook/"
# LINE sends at most some hundred events at once, each well under 10 KB.
MAX_BODY = 1024 * 1024
MAX_KIND = 40
MAX_USER_ID = 64
RECEIVE = "SELECT conversations_receive(%s, %s, %s::jsonb)"


class WebhookMiddleware:
    """First in line: a request of LINE's needs no session, no sign-in and no page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PREFIX):
            return receive(request, request.path_info.removeprefix(PREFIX).rstrip("/"))
        return self.get_response(request)


@csrf_exempt
def receive(request: HttpRequest, key: str) -> HttpResponse:
    if request.method != "POST":
        return _plain(HTTPStatus.METHOD_NOT_ALLOWED)
    if _announced_size(request) > MAX_BODY:
        return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    channel = channel_by_key(key)
    if channel is None:
        return _plain(HTTPStatus.NOT_FOUND)
    status, events = judge(channel, request.body, request.headers.get("x-line-signature"))
    if events:
        store(channel, events)
    return _plain(status)


def judge(
    channel: KnownChannel, body: bytes, signature: str | None
) -> tuple[HTTPStatus, tuple[Event, ...]]:
    """What to answer once the events, if there are any, are stored. Touches no database."""
    if not signature:
        return HTTPStatus.UNAUTHORIZED, ()
    if not signature_fits(channel.secret, body, signature):
        log.warning("webhook.wrong_signature", channel=channel.id)
        return HTTPStatus.FORBIDDEN, ()
    try:
        return HTTPStatus.OK, parse(body).events
    except BrokenBody as error:
        log.warning("webhook.broken_body", channel=channel.id, error=str(error))
        return HTTPStatus.BAD_REQUEST, ()


def store(channel: KnownChannel, events: tuple[Event, ...]) -> None:
    """In one statement: the events that are new, and a job for each of their residents."""
    rows = json.dumps([row(event) for event in events], ensure_ascii=False)
    with town(channel.town_id):
        try:
            _call(channel, rows)
        except (OperationalError, InterfaceError):
            # The connection had been lost; nothing is stored twice, so once more is safe.
            connection.close()
            _call(channel, rows)


def _call(channel: KnownChannel, rows: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RECEIVE, [channel.town_id, channel.id, rows])


def row(event: Event) -> dict[str, object]:
    """The event as ``RECEIVE`` wants it."""
    user_id = event.source.user_id if isinstance(event.source, UserSource) else None
    return {
        "id": event.event_id,
        "user": user_id if user_id and len(user_id) <= MAX_USER_ID else "",
        "kind": str(event.raw.get("type", ""))[:MAX_KIND],
        "at": event.timestamp,
        "raw": event.raw,
    }


def _announced_size(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _plain(status: HTTPStatus) -> HttpResponse:
    return HttpResponse(f"{status.phrase}\n", status=status, content_type="text/plain")
