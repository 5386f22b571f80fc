# SPDX-License-Identifier: Apache-2.0
"""What every request to LINE passes: faults, token, rate, size and type of the body, the ledger."""

from __future__ import annotations

import asyncio
import inspect
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from linesim.checks.nodes import Node, Problems
from linesim.drops import Cut, Silence
from linesim.errors import ApiError, broken, not_found, too_many, unauthorized
from linesim.faults import Fault
from linesim.ledger import Line
from linesim.rates import NORMAL, Rate
from linesim.state import Channel, Sim

MOST_JSON_BYTES = 2 * 1024 * 1024
KEPT_HEADERS = ("x-line-retry-key", "content-type", "user-agent", "content-length")


@dataclass
class Answer:
    """What a handler gives back. ``raw`` wins over ``body``."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    content_type: str = "application/json"


@dataclass
class Call:
    """One request to LINE, past the token check. Handlers read ``node`` or ``raw``."""

    sim: Sim
    channel: Channel
    request: Request
    raw: bytes
    request_id: str
    problems: Problems
    body: Any = None

    @property
    def path(self) -> dict[str, str]:
        return self.request.path_params

    def query(self, name: str) -> str | None:
        return self.request.query_params.get(name)

    @property
    def node(self) -> Node:
        """The JSON body as an object to be checked."""
        return Node(self.body, "", self.problems)

    def refuse_if_broken(self) -> None:
        if self.problems.errors:
            raise broken(self.problems.errors)


Handler = Callable[[Call], Answer | Awaitable[Answer]]


@dataclass(frozen=True)
class Operation:
    """How one path is guarded. ``json`` False: the body is bytes, or there is none.

    ``optional``: a JSON body may be left out and is then an empty object.
    """

    handler: Handler
    rate: Rate = NORMAL
    json: bool = False
    optional: bool = False
    token: bool = True
    form: bool = False
    most_bytes: int = MOST_JSON_BYTES


def line_route(method: str, path: str, handler: Handler, **guards: Any) -> Route:
    """A Starlette route that answers as LINE does."""
    operation = Operation(handler, **guards)

    async def endpoint(request: Request) -> Response:
        return await _serve(request, operation, path)

    return Route(path, endpoint, methods=[method])


def unknown_route(path: str) -> Route:
    """Every other path of LINE's name space: 404 in LINE's form, and in the ledger."""

    def handler(_call: Call) -> Answer:
        raise not_found()

    async def endpoint(request: Request) -> Response:
        return await _serve(request, Operation(handler, token=False), path)

    return Route(path, endpoint, methods=["GET", "POST", "PUT", "DELETE"])


def loads(raw: bytes) -> Any:
    """JSON, or LINE's 400."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        where = ""
        if isinstance(error, json.JSONDecodeError):
            where = f" (line: {error.lineno}, column: {error.colno})"
        raise ApiError(400, f"The request body could not be parsed as JSON{where}") from error


async def _serve(request: Request, operation: Operation, label: str) -> Response:
    sim: Sim = request.app.state.sim
    began, request_id = time.perf_counter(), str(uuid.uuid4())
    channel = _channel(sim, request)
    line = Line(
        at=sim.clock.now(),
        direction="in",
        method=request.method,
        path=request.url.path,
        channel=channel.id if channel else None,
        status=None,
        ms=0.0,
        query=request.url.query,
        headers={k: request.headers[k] for k in KEPT_HEADERS if k in request.headers},
    )
    response = await _answer(request, operation, label, channel, request_id, line)
    line.ms = (time.perf_counter() - began) * 1000
    sim.ledger.write(line, label)
    return response


async def _answer(
    request: Request,
    operation: Operation,
    label: str,
    channel: Channel | None,
    request_id: str,
    line: Line,
) -> Response:
    sim: Sim = request.app.state.sim
    raw = await request.body()
    fault = sim.faults.take(request.method, request.url.path, line.channel)
    dropped = await _weather(sim, fault, line)
    if dropped:
        return dropped
    if fault and fault.status is not None and not fault.accept_then_drop:
        answer = _made_up(fault)
    else:
        answer = await _handle(sim, request, operation, label, channel, raw, request_id, line)
    if fault and fault.accept_then_drop:
        line.answer = {"lost": answer.body, "status": answer.status}
        return _drop(fault.timeout)
    line.status, line.answer = answer.status, answer.body
    return _response(answer, request_id)


async def _weather(sim: Sim, fault: Fault | None, line: Line) -> Response | None:
    """Delays, and the ways in which nothing is done and nothing is answered."""
    conditions = sim.conditions
    if conditions.down:
        line.fault = "down"
        if conditions.down_status is None:
            return Cut()
        line.status = conditions.down_status
        return Response(b"", status_code=conditions.down_status)
    if fault:
        line.fault = f"#{fault.id}"
    wait = conditions.slow_seconds + (fault.delay if fault else 0.0)
    if wait:
        await asyncio.sleep(wait)
    if fault and not fault.accept_then_drop and (fault.timeout is not None or fault.cut):
        return _drop(None if fault.cut else fault.timeout)
    return None


def _drop(seconds: float | None) -> Response:
    return Cut() if seconds is None else Silence(seconds)


def _made_up(fault: Fault) -> Answer:
    body = fault.body if fault.body is not None else {"message": "Fault of the simulator"}
    return Answer(body, fault.status or 500, dict(fault.headers))


async def _handle(
    sim: Sim,
    request: Request,
    operation: Operation,
    label: str,
    channel: Channel | None,
    raw: bytes,
    request_id: str,
    line: Line,
) -> Answer:
    problems = Problems(allow_http=sim.allow_http)
    try:
        if operation.token and channel is None:
            raise unauthorized()
        guarded = channel or _no_channel()
        if channel and not sim.rates.take(
            channel.id, f"{request.method} {label}", operation.rate, sim.clock.now()
        ):
            raise too_many()
        call = Call(sim, guarded, request, raw, request_id, problems)
        _read_body(call, operation, line)
        answer = operation.handler(call)
        return await answer if inspect.isawaitable(answer) else answer
    except ApiError as error:
        return Answer(error.body, error.status, error.headers)
    finally:
        line.warnings = problems.warnings


def _read_body(call: Call, operation: Operation, line: Line) -> None:
    if len(call.raw) > operation.most_bytes:
        line.body = f"({len(call.raw)} bytes)"
        raise ApiError(413, "Request Entity Too Large")
    kind = call.request.headers.get("content-type", "").split(";")[0].strip().lower()
    if operation.optional and call.raw in (b"", b"null"):
        call.body = {}
    elif operation.json:
        if kind != "application/json":
            line.body = call.raw[:2000].decode(errors="replace")
            raise ApiError(415, f"The content type, {kind}, is not supported")
        line.body = call.raw[:2000].decode(errors="replace")
        call.body = loads(call.raw)
        line.body = call.body
        if not isinstance(call.body, dict):
            raise ApiError(400, "The request body could not be parsed as JSON")
    elif operation.form:
        line.body = "(form)"
    elif call.raw:
        line.body = f"({len(call.raw)} bytes)"


def _channel(sim: Sim, request: Request) -> Channel | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return sim.channel_by_token(token.strip()) if scheme.lower() == "bearer" and token else None


def _no_channel() -> Channel:
    """For the paths that need no token; their handlers look the channel up themselves."""
    return Channel(id="", secret="", token="", name="", bot_user_id="", basic_id="")


def _response(answer: Answer, request_id: str) -> Response:
    raw = answer.raw
    if raw is None:
        raw = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(
        raw,
        status_code=answer.status,
        media_type=answer.content_type,
        headers={"x-line-request-id": request_id, **answer.headers},
    )
