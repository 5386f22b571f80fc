# SPDX-License-Identifier: Apache-2.0
"""LINE for tests: linesim in this process, joined to our client and our webhook.

``line.text("花子", "通報")`` posts a signed webhook to our door; ``answers(line, "花子")`` runs
the waiting jobs and gives what the town said since.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.test import Client

from kairan.conversations import channels
from kairan.line import http as line_http
from kairan.line.models import LineChannel
from linesim.testing import Line, in_process
from tests.cast import Cast
from tests.working import work_off


class Talk(Line):
    """The phone's side of one channel, and our side of it."""

    ours: LineChannel

    def said(self, who: str = "花子") -> list[str]:
        """Runs what waits; everything that the town has said to the resident, as plain words."""
        work_off()
        return [words_of(message) for message in self.received(who)]

    def answer(self, who: str, words: str) -> str:
        """Says it and gives everything that came back, in one text."""
        before = len(self.received(who))
        self.text(who, words)
        return "\n".join(self.said(who)[before:])

    def tap_answer(self, who: str, label: str, **params: str) -> str:
        before = len(self.received(who))
        self.tap(who, label, **params)
        return "\n".join(self.said(who)[before:])

    def requests(self, path: str = "/v2/bot/message/*") -> list[tuple[str, int]]:
        """What we asked of LINE to send: (reply or push, status)."""
        query = {"direction": "in", "path": path}
        lines = self.http.get("/sim/ledger", params=query).json()["lines"]
        return [(line["path"].rsplit("/", 1)[-1], line["status"]) for line in lines]


def words_of(message: dict[str, Any]) -> str:
    """Every text in a message, buttons' labels apart."""
    kind = message["type"]
    if kind == "text":
        return str(message["text"])
    if kind == "template":
        return str(message["template"].get("text") or message["altText"])
    if kind == "flex":
        return "\n".join([str(message["altText"]), *_texts(message["contents"])])
    return f"[{kind}]"


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        if part.get("type") == "text":
            yield str(part["text"])
        for value in part.values():
            yield from _texts(value)


def quick_replies(message: dict[str, Any]) -> list[str]:
    items = message.get("quickReply", {}).get("items", [])
    return [item["action"]["label"] for item in items]


def button(message: dict[str, Any], label: str) -> str:
    """The postback data under a label, of a quick reply or anything else in the message."""
    found = [action["data"] for action in _actions(message) if action.get("label") == label]
    assert found, f"no button 「{label}」"
    return str(found[0])


def _actions(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        for one in part:
            yield from _actions(one)
    elif isinstance(part, dict):
        if part.get("type") in {"postback", "datetimepicker"}:
            yield part
        for value in part.values():
            yield from _actions(value)


@pytest.fixture(name="bare_line")
def line(hinokuni: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Talk]:
    """A channel of ひのくに市 on a LINE of its own, with 花子 and 太郎 as friends."""
    with in_process() as simulated:
        ours = LineChannel.objects.create(
            name="ひのくに市",
            channel_id=simulated.channel.id,
            secret=simulated.channel.secret,
            token=simulated.channel.token,
        )
        pool = httpx.Client(transport=simulated.transport, timeout=5)
        monkeypatch.setitem(line_http._pools, os.getpid(), pool)
        monkeypatch.setattr("django.conf.settings.LINE_API_URL", simulated.url)
        monkeypatch.setattr("django.conf.settings.LINE_DATA_API_URL", simulated.url)
        channels.forget()
        browser = Client()

        def deliver(body: bytes, headers: dict[str, str]) -> None:
            answer = browser.post(
                f"/line/webhook/{ours.key}",
                body,
                content_type="application/json",
                headers=headers,
            )
            assert answer.status_code == 200, answer.content

        simulated.__class__ = Talk
        simulated.deliver = deliver
        assert isinstance(simulated, Talk)
        simulated.ours = ours
        yield simulated


__all__ = ["Talk", "button", "line", "quick_replies", "words_of"]
