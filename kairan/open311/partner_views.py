# SPDX-License-Identifier: Apache-2.0
"""Other systems' door: what they answer to cases that we handed them (docs/partners.md)."""

from __future__ import annotations

import json
import uuid
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from kairan.partners.webhook import SIGNATURE, TIMESTAMP, signature_fits, words
from kairan.reports.actions import receive_from_partner
from kairan.reports.actions.partners import Said
from kairan.reports.models import Connection, Handover

MAX_BODY = 64 * 1024
MAX_ONCE = 60


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, problem: str) -> None:
        super().__init__(problem)
        self.status, self.problem = status, problem


@csrf_exempt  # the signature says who it is
def receive(request: HttpRequest, key: str) -> JsonResponse:
    """Signature over the raw bytes, before anything is parsed; then one line in the timeline."""
    try:
        connection = _connection(request, key)
        said = _parsed(request.body)
        handover = _handover(connection, said)
    except _Refused as refused:
        return JsonResponse({"ok": False, "problem": refused.problem}, status=refused.status)
    entry = receive_from_partner(
        handover=handover,
        said=Said(
            remote_id=words(said.get("remote_id")),
            status=words(said.get("status")),
            notes=words(said.get("notes")),
            once=words(said.get("id")),
        ),
    )
    return JsonResponse({"ok": True, "entry": entry.pk})


def _connection(request: HttpRequest, key: str) -> Connection:
    """Whose address it is, once the signature has been found right."""
    if request.method != "POST":
        raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "POST only")
    connection = Connection.objects.filter(key=key, way=Connection.Way.WEBHOOK).first()
    if connection is None:
        raise _Refused(HTTPStatus.NOT_FOUND, "no such address")
    if _announced(request) > MAX_BODY:
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{MAX_BODY} bytes at most")
    if not _is_signed(request, connection):
        raise _Refused(HTTPStatus.UNAUTHORIZED, "wrong signature, or older than five minutes")
    return connection


def _announced(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdigit() else MAX_BODY + 1


def _is_signed(request: HttpRequest, connection: Connection) -> bool:
    return signature_fits(
        connection.secret,
        request.body,
        timestamp=request.headers.get(TIMESTAMP, ""),
        given=request.headers.get(SIGNATURE, ""),
    )


def _parsed(body: bytes) -> dict[str, Any]:
    """``id`` is the sender's own number of this message: the same again is the same."""
    try:
        said = json.loads(body.decode())
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise _Refused(HTTPStatus.BAD_REQUEST, "not a JSON object in UTF-8")
    once = words(said.get("id"))
    if not 0 < len(once) <= MAX_ONCE or not _is_text(once):
        raise _Refused(HTTPStatus.BAD_REQUEST, f"id is missing or over {MAX_ONCE} characters")
    return said


def _is_text(value: str) -> bool:
    """JSON can write NUL and half characters; PostgreSQL takes neither."""
    return "\x00" not in value and value.isprintable()


def _handover(connection: Connection, said: dict[str, Any]) -> Handover:
    """By the id that we gave it, else by their own number; only what that authority was given."""
    theirs = Handover.objects.filter(authority=connection.authority_id)
    number = words(said.get("remote_id"))
    if not _is_text(number):
        raise _Refused(HTTPStatus.BAD_REQUEST, "remote_id is no text")
    try:
        found = theirs.filter(key=uuid.UUID(words(said.get("handover")))).first()
    except ValueError:
        found = theirs.filter(remote_id=number).order_by("-id").first() if number else None
    if found is None:
        raise _Refused(HTTPStatus.NOT_FOUND, "no such handover")
    return found
