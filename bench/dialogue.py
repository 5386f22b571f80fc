# SPDX-License-Identifier: Apache-2.0
"""From LINE's webhook to our reply: 20 residents answering at once; queries per event."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench import load
from bench.report import Report, Target, percentile
from bench.stage import Stage, stage
from bench.webhook import make_channel

RESIDENTS = 20
# What each of them says, one turn after the other: starting, choosing a kind by number, answering.
TURNS = ["通報", "2", "1", "1", "なし", "西区春日1丁目の電柱の横", "1", "中止"]
ROUNDS = 5
ANSWER_SECONDS = 20.0


def run() -> Report:
    with stage() as here:
        line = here.line()
        path, secret, channel = make_channel(here)
        _install_scenarios()
        talk = _Talk(here.web() + path, secret, line)
        here.worker()
        talk.round()
        talk.latencies.clear()
        for _round in range(ROUNDS):
            talk.round()
        queries = _queries_per_event(here, channel)
    return Report(
        bench="dialogue",
        metrics={
            "p50_ms": percentile(talk.latencies, 0.50) * 1000,
            "p95_ms": percentile(talk.latencies, 0.95) * 1000,
            "max_ms": max(talk.latencies) * 1000,
            "answered": len(talk.latencies),
            "unanswered": talk.unanswered,
            "queries_per_event_min": min(queries),
            "queries_per_event_max": max(queries),
        },
        targets=[Target("p95_ms", "<", 300), Target("unanswered", "<=", 0)],
        notes={"residents": RESIDENTS, "turns": TURNS, "rounds": ROUNDS, "queries": queries},
    )


@dataclass
class _Talk:
    url: str
    secret: str
    line: str
    latencies: list[float] = field(default_factory=list)
    unanswered: int = 0
    number: int = 0
    connections: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Connections stay open, as LINE's do: making one is not what is measured."""
        self.connections = [load.connect(self.url) for _ in range(RESIDENTS)]

    def round(self) -> None:
        """Every resident says each turn at the same moment and waits for the answers of all."""
        for text in TURNS:
            sent: dict[str, float] = {}
            events = [self._event(who, text) for who in range(RESIDENTS)]
            threads = [
                threading.Thread(target=self._post, args=(who, event, sent))
                for who, event in enumerate(events)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self._await(sent)

    def _event(self, who: int, text: str) -> tuple[str, bytes]:
        self.number += 1
        user = f"U{who:032x}"
        body = load.event_body(self.number, user=user, prefix="D", text=text)
        return load.reply_token(self.number, "D"), body

    def _post(self, who: int, event: tuple[str, bytes], sent: dict[str, float]) -> None:
        token, body = event
        content = load.as_request(self.url, self.secret, body)
        sent[token] = time.monotonic()
        self.connections[who].sendall(content)
        assert load.answer_is_200(self.connections[who])

    def _await(self, sent: dict[str, float]) -> None:
        deadline = time.monotonic() + ANSWER_SECONDS
        answered: dict[str, float] = {}
        while time.monotonic() < deadline and len(answered) < len(sent):
            time.sleep(0.05)
            calls = httpx.get(f"{self.line}/calls", timeout=20).json()
            answered = {token: moment for moment, token in calls if token in sent}
        self.latencies += [answered[token] - sent[token] for token in answered]
        self.unanswered += len(sent) - len(answered)


def _install_scenarios() -> None:
    from kairan.audit.actors import PROGRAM
    from kairan.municipalities.models import Municipality
    from kairan.municipalities.tenancy import town
    from kairan.reports.actions import install_kinds
    from kairan.scenarios.actions import install_ready

    with town(Municipality.objects.get()):
        install_ready(acting=PROGRAM)
        install_kinds(acting=PROGRAM)


def _queries_per_event(here: Stage, channel: int) -> list[int]:
    """SQL statements of the worker for each turn of one more resident, in this process."""
    from django.conf import settings
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from kairan.conversations.inbox import work
    from kairan.conversations.models import InboundEvent
    from kairan.municipalities.models import Municipality
    from kairan.municipalities.tenancy import town

    settings.LINE_API_URL = settings.LINE_DATA_API_URL = here.environment["KAIRAN_LINE_API_URL"]
    for process in here.processes[-1:]:  # the worker: this process does its work now
        process.terminate()
        process.wait(30)
    user, counts = "U" + "f" * 32, []
    with town(Municipality.objects.get()):
        for number, text in enumerate(TURNS):
            _store(channel, user, number, text)
            with CaptureQueriesContext(connection) as captured:
                work(channel, user)
            counts.append(len(captured))
        assert not InboundEvent.objects.filter(user_id=user, processed_at=None).exists()
    return counts


def _store(channel: int, user: str, number: int, text: str) -> None:
    from kairan.conversations.channels import KnownChannel
    from kairan.conversations.webhook import store
    from kairan.line.webhook import parse
    from kairan.municipalities.tenancy import current_town_id

    body: Any = load.event_body(number, user=user, prefix="Q", text=text)
    store(KnownChannel(channel, current_town_id(), ""), parse(body).events)
