# SPDX-License-Identifier: Apache-2.0
"""Webhooks out: signed, two seconds to answer, sent again when that is switched on."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from linesim.ledger import Line
from linesim.state import REPLY_TOKEN_SECONDS, Channel, Sim

ANSWER_SECONDS = 2.0


@dataclass
class Delivery:
    """What became of one webhook. ``status`` None: not sent, or not answered in time."""

    body: bytes
    headers: dict[str, str]
    status: int | None = None
    reason: str = ""
    detail: str = ""
    held: bool = False

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    def as_json(self) -> dict[str, Any]:
        """``held``: the channel has no address, so the caller may post body and headers itself."""
        shown: dict[str, Any] = {"status": self.status, "reason": self.reason, "held": self.held}
        if self.held:
            shown |= {"body": self.body.decode(errors="replace"), "headers": self.headers}
        return shown


def signature(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def encode(channel: Channel, events: list[dict[str, Any]]) -> bytes:
    """The bytes that are signed and sent."""
    payload = {"destination": channel.bot_user_id, "events": events}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class Postman:
    """Sends webhooks and remembers those that must be sent again."""

    sim: Sim
    answer_seconds: float = ANSWER_SECONDS
    _client: httpx.AsyncClient | None = None
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    undelivered: list[tuple[str, list[dict[str, Any]]]] = field(default_factory=list)

    async def send(self, channel: Channel, events: list[dict[str, Any]]) -> Delivery:
        """One webhook with these events. A failure is kept for redelivery when switched on."""
        delivery = await self.post(channel, encode(channel, events))
        if events and not delivery.ok and not delivery.held and channel.redelivery:
            self.undelivered.append((channel.id, events))
            self.later(self._redeliver_by_time(channel, events))
        return delivery

    async def post(
        self,
        channel: Channel,
        body: bytes,
        *,
        signed: str | None = None,
        url: str | None = None,
    ) -> Delivery:
        """Any bytes to the channel's address; ``signed`` "" leaves the signature out."""
        header = signature(channel.secret, body) if signed is None else signed
        headers = {"content-type": "application/json; charset=utf-8"}
        headers["user-agent"] = "LineBotWebhook/2.0"
        if header:
            headers["x-line-signature"] = header
        delivery = Delivery(body, headers)
        target = url or channel.webhook_url
        began = time.perf_counter()
        if not target or not channel.webhook_active:
            delivery.held, delivery.reason = True, "NO_WEBHOOK_URL"
        else:
            await self._post(target, delivery)
        self._write(channel, target or "", delivery, (time.perf_counter() - began) * 1000)
        return delivery

    async def _post(self, url: str, delivery: Delivery) -> None:
        if self._client is None:
            self._client = httpx.AsyncClient(follow_redirects=False, trust_env=False)
        try:
            response = await self._client.post(
                url, content=delivery.body, headers=delivery.headers, timeout=self.answer_seconds
            )
        except httpx.TimeoutException as error:
            delivery.reason, delivery.detail = "REQUEST_TIMEOUT", str(error) or "Request timeout"
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            delivery.reason, delivery.detail = "COULD_NOT_CONNECT", str(error)
        else:
            delivery.status = response.status_code
            delivery.reason = "OK" if delivery.ok else "ERROR_STATUS_CODE"
            delivery.detail = str(response.status_code)

    def _write(self, channel: Channel, target: str, delivery: Delivery, ms: float) -> None:
        try:
            body: Any = json.loads(delivery.body)
        except ValueError:
            body = delivery.body[:2000].decode(errors="replace")
        self.sim.ledger.write(
            Line(
                at=self.sim.clock.now(),
                direction="out",
                method="POST",
                path=target or "(held)",
                channel=channel.id,
                status=delivery.status,
                ms=ms,
                headers={"x-line-signature": delivery.headers.get("x-line-signature", "")},
                body=body,
                answer=delivery.reason,
            ),
            "webhook",
        )

    async def redeliver(self) -> int:
        """Send all undelivered events again now; gives how many webhooks arrived."""
        waiting, self.undelivered = self.undelivered, []
        arrived = 0
        for channel_id, events in waiting:
            channel = self.sim.channels.get(channel_id)
            if channel is None:
                continue
            if await self._again(channel, events):
                arrived += 1
            else:
                self.undelivered.append((channel_id, events))
        return arrived

    async def _again(self, channel: Channel, events: list[dict[str, Any]]) -> bool:
        """The same event ids, marked as redelivered; their reply tokens live a minute more."""
        for event in events:
            event["deliveryContext"] = {"isRedelivery": True}
            token = channel.reply_tokens.get(event.get("replyToken", ""))
            if token:
                token.expires = self.sim.clock.now() + REPLY_TOKEN_SECONDS
        return (await self.post(channel, encode(channel, events))).ok

    async def _redeliver_by_time(self, channel: Channel, events: list[dict[str, Any]]) -> None:
        for delay in channel.redelivery_delays:
            await asyncio.sleep(delay)
            waiting = (channel.id, events)
            if waiting not in self.undelivered:
                return
            if await self._again(channel, events):
                with suppress(ValueError):
                    self.undelivered.remove(waiting)
                return

    def later(self, work: Any) -> None:
        """Run beside; kept referenced until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        if self._client:
            await self._client.aclose()
            self._client = None
