# SPDX-License-Identifier: Apache-2.0
"""One shape for all control paths: JSON in, JSON out, errors as {"error": …}."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linesim.events import PhoneError
from linesim.state import Channel, Friend, Resident, Sim
from linesim.webhooks import Postman


class ControlError(Exception):
    """What cannot be done, with its HTTP status."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass
class Control:
    """One control request. ``body`` is the JSON object, {} when none was sent."""

    sim: Sim
    postman: Postman
    request: Request
    body: dict[str, Any]

    @property
    def channel(self) -> Channel:
        """Named in the body, the query or the path; else the first one."""
        named = (
            self.request.path_params.get("channel_id")
            or self.body.get("channel")
            or self.request.query_params.get("channel")
        )
        try:
            return self.sim.channel(named)
        except KeyError as error:
            raise ControlError(404, f"no such channel: {named}") from error

    @property
    def resident(self) -> Resident:
        return self.person(self.request.path_params["who"])

    def person(self, who: str) -> Resident:
        found = self.sim.find_resident(who)
        if found is None:
            raise ControlError(404, f"no such resident: {who}")
        return found

    @property
    def friend(self) -> Friend:
        return self.friend_of(self.resident.user_id)

    def friend_of(self, user_id: str) -> Friend:
        friend = self.channel.friends.get(user_id)
        if friend is None:
            raise ControlError(409, "not a friend of this channel: follow first")
        return friend

    def need(self, name: str) -> Any:
        if name not in self.body:
            raise ControlError(422, f"missing: {name}")
        return self.body[name]


Result = dict[str, Any] | list[Any] | Response
Handler = Callable[[Control], Result | Awaitable[Result]]


def sim_route(method: str, path: str, handler: Handler) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            _same_origin(request)
            control = Control(
                request.app.state.sim, request.app.state.postman, request, await _body(request)
            )
            result = handler(control)
            answer = await result if inspect.isawaitable(result) else result
        except ControlError as error:
            return JSONResponse({"error": str(error)}, status_code=error.status)
        except PhoneError as error:
            return JSONResponse({"error": str(error)}, status_code=409)
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    return Route(path, endpoint, methods=[method])


async def _body(request: Request) -> dict[str, Any]:
    if request.method in ("GET", "DELETE") or _is_form(request):
        return {}
    raw = await request.body()
    try:
        body = json.loads(raw) if raw else {}
    except ValueError as error:
        raise ControlError(400, f"not JSON: {error}") from error
    if not isinstance(body, dict):
        raise ControlError(400, "a JSON object is expected")
    return body


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")


def _same_origin(request: Request) -> None:
    """A page of another site in the same browser must not drive the simulator."""
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        raise ControlError(403, "another origin")
