# SPDX-License-Identifier: Apache-2.0
"""For tests: a running simulator (over sockets or without), and a hand to drive it.

with running(webhook_url="http://127.0.0.1:8000/line/webhook/x") as line:
    line.text("花子", "通報")
    line.talk("花子")["messages"][-1]["message"]["text"]

with in_process(deliver=post_to_my_webhook) as line:   # no sockets, no sleeping
    client = httpx.Client(transport=line.transport, base_url=line.url)
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
from starlette.applications import Starlette

from linesim.app import make_app
from linesim.drops import EXTENSION, DroppedError, SilentError
from linesim.server import Listening
from linesim.state import Channel, Sim

T = TypeVar("T")
Deliver = Callable[[bytes, dict[str, str]], object]
WAIT_SECONDS = 20.0


class Line:
    """The simulator as a test sees it. ``deliver`` gets each webhook that was held back
    because the channel has no address: (body, headers), called in the test's own thread."""

    def __init__(
        self,
        url: str,
        channel: Channel,
        app: Starlette,
        transport: httpx.BaseTransport | None = None,
        deliver: Deliver | None = None,
    ) -> None:
        self.url, self.channel, self.app = url, channel, app
        self.transport, self.deliver = transport, deliver
        self.http = httpx.Client(base_url=url, transport=transport, timeout=30, trust_env=False)

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, /, **query: Any
    ) -> Any:
        """A control call. Raises AssertionError with the simulator's words when it refuses."""
        json = None if method in ("GET", "DELETE") else body or {}
        response = self.http.request(method, path, json=json, params=query or None)
        answer = response.json()
        if not response.is_success:
            raise AssertionError(f"{method} {path}: {response.status_code} {answer}")
        if isinstance(answer, dict) and self.deliver:
            for webhook in answer.get("webhooks", []):
                if webhook["held"]:
                    self.deliver(webhook["body"].encode(), webhook["headers"])
        return answer

    def resident(self, name: str, **settings: Any) -> str:
        """A friend of the channel; gives the user id. No follow event is sent."""
        made = self.call("POST", "/sim/residents", {"name": name, **settings})
        return str(made["user_id"])

    def act(self, who: str, kind: str, **given: Any) -> Any:
        """Any deed: text, photos, video, audio, file, location, sticker, postback, follow,
        unfollow, unsend, event."""
        return self.call("POST", f"/sim/residents/{who}/{kind}", given)

    def text(self, who: str, words: str, **given: Any) -> Any:
        return self.act(who, "text", text=words, **given)

    def photos(self, who: str, *made_up: str, **given: Any) -> Any:
        return self.act(who, "photos", made_up=list(made_up or ("street-lamp",)), **given)

    def location(self, who: str, latitude: float, longitude: float, **given: Any) -> Any:
        return self.act(who, "location", latitude=latitude, longitude=longitude, **given)

    def postback(self, who: str, data: str, **given: Any) -> Any:
        return self.act(who, "postback", data=data, **given)

    def tap(self, who: str, label: str, **params: str) -> Any:
        """Press what stands under this label: quick reply, button, rich menu."""
        return self.call("POST", f"/sim/residents/{who}/tap", {"label": label, "params": params})

    def batch(self, *events: dict[str, Any], **given: Any) -> Any:
        """Several residents' events in one webhook: dict(resident=, kind=, …) each."""
        return self.call("POST", "/sim/batch", {"events": list(events), **given})

    def talk(self, who: str) -> Any:
        return self.call("GET", f"/sim/residents/{who}/talk")

    def received(self, who: str) -> list[dict[str, Any]]:
        """The messages the town sent to this resident, oldest first."""
        return [m["message"] for m in self.talk(who)["messages"] if m["from"] == "town"]

    def fault(self, path: str = "*", **settings: Any) -> Any:
        return self.call("POST", "/sim/faults", {"path": path, **settings})

    def conditions(self, **settings: Any) -> Any:
        return self.call("POST", "/sim/conditions", settings)

    def change_channel(self, **settings: Any) -> Any:
        return self.call("PATCH", f"/sim/channels/{self.channel.id}", settings)

    def advance(self, seconds: float) -> None:
        self.call("POST", "/sim/clock", {"advance": seconds})

    def ledger(self, **filters: Any) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = self.call("GET", "/sim/ledger", **filters)["lines"]
        return lines

    def reset(self, **settings: Any) -> None:
        self.call("POST", "/sim/reset", settings)


@contextmanager
def running(
    *,
    port: int = 0,
    residents: tuple[str, ...] = ("花子", "太郎"),
    webhook_url: str | None = None,
    allow_http: bool = True,
    rates: float = 1.0,
    counts_only: bool = False,
    deliver: Deliver | None = None,
    **channel: Any,
) -> Iterator[Line]:
    """A simulator on a free port, in a thread of its own."""
    sim, town = _stage(residents, webhook_url, allow_http, rates, counts_only, channel)
    app = make_app(sim)
    listening = Listening(app, "127.0.0.1", port)
    up = threading.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        await listening.serve(up.set)

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True, name="linesim")
    thread.start()
    if not up.wait(WAIT_SECONDS):
        raise RuntimeError("the simulator did not start")
    line = Line(listening.url, town, app, deliver=deliver)
    try:
        yield line
    finally:
        line.http.close()
        loops[0].call_soon_threadsafe(listening.stop)
        thread.join(WAIT_SECONDS)


@contextmanager
def in_process(
    *,
    residents: tuple[str, ...] = ("花子", "太郎"),
    deliver: Deliver | None = None,
    webhook_url: str | None = None,
    allow_http: bool = True,
    rates: float = 1.0,
    counts_only: bool = False,
    **channel: Any,
) -> Iterator[Line]:
    """A simulator without sockets. Silence becomes httpx.ReadTimeout at once, unwaited."""
    sim, town = _stage(residents, webhook_url, allow_http, rates, counts_only, channel)
    sim.public_url = "http://line.test"
    app = make_app(sim)
    with SyncTransport(app) as transport:
        line = Line(sim.public_url, town, app, transport, deliver)
        yield line
        line.http.close()


def _stage(
    residents: tuple[str, ...],
    webhook_url: str | None,
    allow_http: bool,
    rates: float,
    counts_only: bool,
    channel: dict[str, Any],
) -> tuple[Sim, Channel]:
    sim = Sim(allow_http=allow_http)
    sim.rates.scale, sim.ledger.counts_only = rates, counts_only
    town = sim.add_channel(webhook_url=webhook_url, **channel)
    for name in residents:
        sim.befriend(town, sim.add_resident(name))
    return sim, town


class SyncTransport(httpx.BaseTransport):
    """httpx's synchronous client onto an ASGI application, whose loop runs in a thread."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        try:
            status, headers, answer = self._run(self._ask(request, body))
        except DroppedError as error:
            raise httpx.RemoteProtocolError("the connection broke", request=request) from error
        except SilentError as error:
            raise httpx.ReadTimeout("no answer", request=request) from error
        return httpx.Response(status, headers=headers, content=answer, request=request)

    async def _ask(
        self, request: httpx.Request, body: bytes
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        scope = _scope(request)
        started: dict[str, Any] = {}
        parts: list[bytes] = []
        unread = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return unread.pop() if unread else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
            else:
                parts.append(message.get("body", b""))

        await self.app(scope, receive, send)
        return started["status"], started["headers"], b"".join(parts)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_SECONDS)

    def close(self) -> None:
        """Clients close their transport; the simulator outlives them (see __exit__)."""

    def __exit__(self, *_exception: object) -> None:
        self._run(self.app.state.postman.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_SECONDS)
        self._loop.close()

    def __enter__(self) -> SyncTransport:
        return self


def _scope(request: httpx.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(k.lower(), v) for k, v in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "server": (request.url.host, request.url.port or 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "extensions": {EXTENSION: {}},
    }
