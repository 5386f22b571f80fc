# SPDX-License-Identifier: Apache-2.0
"""The outermost layer: every request gets an id, a line in the log, and is counted."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

import structlog
from django.core.exceptions import BadRequest
from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from kairan.site import health, metrics
from kairan.site.logs import redact

log = structlog.get_logger("kairan.request")

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_WEBHOOK = "/line/webhook/"
_PROBES: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "/healthz": health.alive,
    "/readyz": health.ready,
    "/metrics": metrics.page,
}
_PERSONAL = ("/console/", "/accounts/", "/people/", "/r/", "/talk/", "/community/")
_PERMISSIONS = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(self), "
    "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ObservingMiddleware:
    """Stands before everything; probes are answered here, whatever host name they come by."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if probe := _PROBES.get(request.path_info):
            return probe(request)
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _SANE_ID.fullmatch(given) else uuid.uuid4().hex
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self._observe(request)
        response["X-Request-Id"] = request_id
        return response

    def process_view(self, request: HttpRequest, view: Any, *_given: Any) -> None:
        """No text of ours holds the character NUL, and PostgreSQL refuses to be asked for one."""
        asked = request.path_info + unquote_plus(request.META.get("QUERY_STRING", ""))
        if "\x00" in asked and not getattr(view, "refuses_nul", False):
            raise BadRequest

    def _observe(self, request: HttpRequest) -> HttpResponseBase:
        statements = _Statements()
        began = time.perf_counter()
        with connection.execute_wrapper(statements):
            response = self.get_response(request)
        seconds = time.perf_counter() - began
        view = _view_name(request)
        metrics.count_request(view, request.method or "", response.status_code, seconds)
        # LINE's calls come by the thousand and are kept as rows; only their failures are news.
        if view != "webhook" or response.status_code >= 400:
            log.info(
                "request",
                method=request.method,
                path=redact(request.path),
                view=view,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
                sql=statements.count,
            )
        return response


class HeadersMiddleware:
    """What every answer says to browsers beyond Django's own security headers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        if request.path_info.startswith(_PERSONAL):
            # Nothing of a person's pages stays on a shared computer.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class _Statements:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)


def _view_name(request: HttpRequest) -> str:
    """The name in ``urls``, never the path: names are few, and say nothing about anybody."""
    if request.path_info.startswith(_WEBHOOK):
        return "webhook"
    match = request.resolver_match
    return (match.view_name or "unnamed") if match else "none"
