# SPDX-License-Identifier: Apache-2.0
"""A room of everybody: 1,000 members of whom 300 listen. And 2,000 open streams on one process."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack

import psutil

from bench import talk_load
from bench.report import Report, Target, percentile
from bench.stage import Stage, stage
from bench.talk_load import Way
from bench.talk_people import Talker, make_town, open_room, seat_people

MEMBERS = 1_000
LISTENERS = 300
WAY = Way(senders=1, messages=30, per_second=1)
STREAMS = 2_000
MEGABYTE = 1024 * 1024


def run() -> Report:
    with stage(KAIRAN_TALK_MESSAGES_A_MINUTE="0") as here:
        town = make_town()
        people = seat_people(town, MEMBERS, signed_in=1)
        room = open_room(town, people)
        shown = _shown(here, room, people)
        memory = _memory(here, people)
    return Report(
        bench="talk_crowd",
        metrics={
            "all_have_it_p50_ms": percentile(shown.shown, 0.50) * 1000,
            "all_have_it_most_ms": max(shown.shown, default=talk_load.PATIENCE_SECONDS) * 1000,
            "lost": shown.lost,
            "twice": shown.twice,
            **memory,
        },
        targets=[
            Target("all_have_it_most_ms", "<", 1_000),
            Target("lost", "<", 1),
            Target("streams_open", ">=", STREAMS),
            Target("web_megabytes", "<", 400),
        ],
        notes={
            "members": MEMBERS,
            "listeners": LISTENERS,
            "messages": WAY.messages,
            "per_second": WAY.per_second,
            "timed": "from when it was due until the last of the 300 screens shows it",
        },
    )


def _shown(here: Stage, room: int, people: list[Talker]) -> talk_load.Outcome:
    web = here.web()
    streams = [one.stream for one in people[:LISTENERS]]
    warm = Way(senders=1, messages=5)
    talk_load.run(talk_load.Job(web, room, streams, [people[0].session], warm, run=1))
    return talk_load.run(talk_load.Job(web, room, streams, [people[0].session], WAY, run=2))


def _memory(here: Stage, people: list[Talker]) -> dict[str, float]:
    """A fresh process, before and after 2,000 pages have opened their streams."""
    web, process = here.web(), psutil.Process(here.processes[-1].pid)
    empty = process.memory_info().rss
    with ExitStack() as stack:
        began = time.perf_counter()
        lines: list[socket.socket] = [
            stack.enter_context(talk_load.open_stream(web, people[n % len(people)].stream))
            for n in range(STREAMS)
        ]
        seconds = time.perf_counter() - began
        full = process.memory_info().rss
    return {
        "streams_open": len(lines),
        "web_megabytes": full / MEGABYTE,
        "web_megabytes_before": empty / MEGABYTE,
        "kilobytes_a_stream": (full - empty) / 1024 / len(lines),
        "opened_per_second": len(lines) / seconds,
    }
