# SPDX-License-Identifier: Apache-2.0
"""One room, 20 members who all listen: messages a second until all 20 have them, each stored with
a row for each who is to read it. Beside it the floor, and XMPP servers where they are installed."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable

from bench import talk_floor, talk_load, talk_peers
from bench.report import Report, Target, percentile
from bench.stage import Stage, stage
from bench.talk_load import Way
from bench.talk_people import make_town, open_room, seat_people

MEMBERS = 20
ROUNDS = 3
WAYS = {
    "one": Way(senders=1, messages=400),
    "together": Way(senders=1, messages=400, together=20),
    "many": Way(senders=MEMBERS, messages=2_000),
    "steady": Way(senders=MEMBERS, messages=400, per_second=20),
}
NOTES = {
    "one": "one person writes; the next message when the last was answered",
    "together": "one person's outbox: up to 20 messages at once, the next when they are answered",
    "many": "20 people write, each the next when the last was answered",
    "steady": "20 people write 20 messages a second, on a fixed clock",
    "ms": "from sending (steady: from when it was due) to the last of the 20 screens",
    "peers": "XMPP, archived as one row a message; answered is what has come back from the room",
    "fsync": "on",
}
# Measured elsewhere, on another day: what a peer that is not installed here is said to do.
PROSODY_BEFORE = 122


def run() -> Report:
    with stage(KAIRAN_TALK_MESSAGES_A_MINUTE="0") as here:
        send = _room(here)
        send(Way(senders=MEMBERS, messages=200))  # What is read once per process is read.
        taken: dict[str, list[talk_load.Outcome]] = {name: [] for name in WAYS}
        bare: dict[str, list[float]] = {name: [] for name in ("one", "many")}
        for _ in range(ROUNDS):  # in turn, so that a drifting machine hits all
            for name, way in WAYS.items():
                taken[name].append(send(way))
            for name, figures in bare.items():
                figures.append(talk_floor.run(_floor_job(here, WAYS[name])))
        here.stop()
        peers = talk_peers.measure(here.data, MEMBERS, WAYS)
    return _report(taken, bare, peers)


def _room(here: Stage) -> Callable[[Way], talk_load.Outcome]:
    """A room whose members all listen; the function that lets them write."""
    town = make_town()
    people = seat_people(town, MEMBERS, signed_in=MEMBERS)
    room, web = open_room(town, people), here.web()
    streams, sessions = [one.stream for one in people], [one.session for one in people]
    runs = itertools.count(1)
    return lambda way: talk_load.run(talk_load.Job(web, room, streams, sessions, way, next(runs)))


def _floor_job(here: Stage, way: Way) -> talk_floor.Job:
    url = here.environment["DATABASE_URL"]
    return talk_floor.Job(url, way.messages, way.senders, recipients=MEMBERS)


def _report(
    taken: dict[str, list[talk_load.Outcome]],
    bare: dict[str, list[float]],
    peers: dict[str, float | str],
) -> Report:
    metrics: dict[str, float] = {}
    for name, outcomes in taken.items():
        metrics[f"{name}_per_second"] = statistics.median(one.per_second for one in outcomes)
        shown = [seconds for one in outcomes for seconds in one.shown]
        metrics[f"{name}_p50_ms"] = percentile(shown, 0.50) * 1000
        metrics[f"{name}_p95_ms"] = percentile(shown, 0.95) * 1000
    everything = [one for outcomes in taken.values() for one in outcomes]
    metrics["lost"] = sum(one.lost for one in everything)
    metrics["twice"] = sum(one.twice for one in everything)
    metrics["refused"] = sum(one.refused for one in everything)
    floor = {f"{name}_per_second": statistics.median(figures) for name, figures in bare.items()}
    metrics["one_share_of_floor"] = metrics["one_per_second"] / floor["one_per_second"]
    metrics["many_share_of_floor"] = metrics["many_per_second"] / floor["many_per_second"]
    prosody = peers.get("prosody_one_per_second", PROSODY_BEFORE)
    return Report(
        bench="talk",
        metrics=metrics,
        floor=floor,
        peers=peers,
        targets=[
            Target("one_per_second", ">", float(prosody)),
            Target("one_p95_ms", "<", 50),
            Target("steady_p95_ms", "<", 50),
            Target("lost", "<", 1),
            Target("twice", "<", 1),
            Target("refused", "<", 1),
        ],
        notes={"members": MEMBERS, "rounds": ROUNDS, **NOTES},
    )
