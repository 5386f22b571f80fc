# SPDX-License-Identifier: Apache-2.0
"""One call to LINE: the connection pool of this process, and answers turned into values or errors.

Source of the status codes: https://developers.line.biz/en/reference/messaging-api/#status-codes
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import structlog

from kairan.line import errors

log = structlog.get_logger(__name__)

# Seconds. Connecting is quick or hopeless; an answer may take LINE a few seconds under load.
TIMEOUT = httpx.Timeout(10.0, connect=3.0)
LIMITS = httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=15.0)

# The request surely did not leave: no connection, no free place in the pool, or no valid address.
NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)

_pools: dict[int, httpx.Client] = {}


def shared_pool() -> httpx.Client:
    """The process's one pool. Keyed by process id: a forked child must not share sockets."""
    pid = os.getpid()
    if pid not in _pools:
        _pools.clear()
        _pools[pid] = httpx.Client(timeout=TIMEOUT, limits=LIMITS, follow_redirects=False)
    return _pools[pid]


@contextmanager
def lent_pool(http: httpx.Client) -> Iterator[None]:
    """This process's calls go through `http` inside the block: a stand-in without sockets."""
    before = dict(_pools)
    _pools.clear()
    _pools[os.getpid()] = http
    try:
        yield
    finally:
        _pools.clear()
        _pools.update(before)


def request_id(response: httpx.Response) -> str:
    return str(response.headers.get("x-line-request-id", ""))


def segment(value: str) -> str:
    """An id as one piece of a path. Ids come from outside: anything else is refused unsent."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,200}", value):
        raise errors.BadRequest(f"not an id of LINE's: {value[:50]!r}")
    return value


class Caller:
    """Sends one request to one of LINE's two hosts and judges the answer."""

    def __init__(
        self,
        token: str,
        *,
        api_url: str,
        data_url: str,
        timeout: httpx.Timeout | float = TIMEOUT,
        http: httpx.Client | None = None,
    ) -> None:
        self._token = token
        self._api_url = api_url.rstrip("/")
        self._data_url = data_url.rstrip("/")
        self._timeout = timeout
        self._http = http or shared_pool()

    def _call(self, method: str, path: str, **request: Any) -> httpx.Response:
        """LINE's answer when it is a 2xx; a `LineError` for everything else. See `_ask`."""
        response = self._ask(method, path, **request)
        if not response.is_success:
            raise from_answer(response)
        return response

    def _ask(
        self,
        method: str,
        path: str,
        *,
        data_host: bool = False,
        json: object = None,
        content: bytes | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        stream: bool = False,
    ) -> httpx.Response:
        """LINE's answer, whatever it is; Unreachable or NoAnswer when there is none.

        `form` calls (token checks) carry their secret in the body and no Authorization.
        """
        try:
            request = self._http.build_request(
                method,
                f"{self._data_url if data_host else self._api_url}{path}",
                json=json,
                content=content,
                data=dict(form) if form is not None else None,
                headers={**({} if form else self._authorization()), **(headers or {})},
                timeout=self._timeout,
            )
        except (ValueError, httpx.InvalidURL) as error:  # half a character, NaN, a broken address
            raise errors.BadRequest(f"cannot be sent: {error}") from error
        return self._send(request, stream=stream)

    def _send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        started = time.perf_counter()
        try:
            response = self._http.send(request, stream=stream)
        except NOT_SENT as error:
            raise self._noted(request, errors.Unreachable(_cause(error))) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise self._noted(request, errors.NoAnswer(_cause(error))) from error
        log.debug(
            "line.answered",
            method=request.method,
            path=request.url.path,
            status=response.status_code,
            line_request_id=request_id(response),
            milliseconds=round((time.perf_counter() - started) * 1000),
        )
        return response

    def _noted(self, request: httpx.Request, error: errors.LineError) -> errors.LineError:
        log.warning(
            "line.no_answer",
            method=request.method,
            path=request.url.path,
            error=type(error).__name__,
            cause=error.message,
        )
        return error

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


def _cause(error: httpx.HTTPError) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


def body_of(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer; raises BrokenAnswer when it is anything else."""
    try:
        value = response.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise errors.BrokenAnswer(
            "the answer is not a JSON object",
            status=response.status_code,
            request_id=request_id(response),
        )
    return value


def from_answer(response: httpx.Response) -> errors.LineError:
    """The named error for an answer that is not a success. The body must have been read."""
    said, details = _said(response)
    kind = _kind(response, said)
    error = kind(
        said,
        status=response.status_code,
        request_id=request_id(response),
        retry_after=_retry_after(response),
        details=details,
    )
    log.warning(
        "line.refused",
        method=response.request.method,
        path=response.request.url.path,
        status=error.status,
        error=kind.__name__,
        line_request_id=error.request_id,
    )
    return error


_KINDS: dict[int, type[errors.LineError]] = {
    401: errors.TokenRevoked,
    403: errors.Forbidden,
    404: errors.NotFound,
    429: errors.RateLimited,
}


def _kind(response: httpx.Response, said: str) -> type[errors.LineError]:
    status = response.status_code
    if status in _KINDS:
        return _KINDS[status]
    if status >= 500:
        return errors.ServerError
    if status < 400:
        return errors.BrokenAnswer
    replying = response.request.url.path.endswith("/v2/bot/message/reply")
    # LINE has no code for it; https://developers.line.biz/en/reference/messaging-api/#error-messages
    if replying and status == 400 and "reply token" in said.lower():
        return errors.InvalidReplyToken
    return errors.BadRequest


def _said(response: httpx.Response) -> tuple[str, tuple[errors.Detail, ...]]:
    """LINE's message and details; the words of a proxy in between are cut short."""
    try:
        body = response.json()
    except ValueError:
        return response.text[:200], ()
    if not isinstance(body, dict):
        return "", ()
    # The token endpoints answer in OAuth's words instead of LINE's.
    said = body.get("message") or body.get("error_description") or body.get("error") or ""
    listed = body.get("details")
    details = tuple(
        errors.Detail(str(detail.get("property", "")), str(detail.get("message", "")))
        for detail in (listed if isinstance(listed, list) else [])
        if isinstance(detail, dict)
    )
    return str(said), details


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds; None when LINE named none (it usually does not) or named a date."""
    try:
        seconds = float(response.headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None
