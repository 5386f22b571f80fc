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
from bench.talk_people import make_town, open_room, seat_people

MEMBERS = 20
ROUNDS = 3
ONE_SENDER = 400
TOGETHER = 20
MANY_SENDERS = 2_000
STEADY_PER_SECOND = 20
STEADY_MESSAGES = 400
COUNTS = {
    "one": ONE_SENDER,
    "together": ONE_SENDER,
    "many": MANY_SENDERS,
    "steady": STEADY_MESSAGES,
}
# Measured elsewhere, on another day: what a peer that is not installed here is said to do.
PROSODY_BEFORE = 122

Sending = Callable[[int], talk_load.Outcome]


def run() -> Report:
    with stage(KAIRAN_TALK_MESSAGES_A_MINUTE="0") as here:
        ways = _ways(here)
        floors = {
            "one": talk_floor.Job(here.environment["DATABASE_URL"], ONE_SENDER, 1, MEMBERS - 1),
            "many": talk_floor.Job(
                here.environment["DATABASE_URL"], MANY_SENDERS, MEMBERS, MEMBERS - 1
            ),
        }
        ways["one"](100)  # What is read once per process is read.
        taken: dict[str, list[talk_load.Outcome]] = {name: [] for name in ways}
        bare: dict[str, list[float]] = {name: [] for name in floors}
        for _ in range(ROUNDS):  # in turn, so that a drifting machine hits all
            for name, counts in COUNTS.items():
                taken[name].append(ways[name](counts))
            for name, job in floors.items():
                bare[name].append(talk_floor.run(job))
        peers = talk_peers.measure(here, members=MEMBERS, counts=COUNTS)
    return _report(taken, bare, peers)


def _ways(here: Stage) -> dict[str, Sending]:
    """How messages are sent: by name, a function of their number."""
    town = make_town()
    people = seat_people(town, MEMBERS, signed_in=MEMBERS)
    room, web = open_room(town, people), here.web()
    streams, sessions = [one.stream for one in people], [one.session for one in people]
    runs = itertools.count(1)

    def sending(senders: int, together: int = 1, per_second: float = 0) -> Sending:
        return lambda messages: talk_load.run(
            talk_load.Job(
                web, room, streams, sessions[:senders], messages, together, per_second, next(runs)
            )
        )

    return {
        "one": sending(1),
        "together": sending(1, together=TOGETHER),
        "many": sending(MEMBERS),
        "steady": sending(MEMBERS, per_second=STEADY_PER_SECOND),
    }


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
        notes={
            "members": MEMBERS,
            "rounds": ROUNDS,
            "messages": COUNTS,
            "one": "one person writes; the next message when the last was answered",
            "together": f"one person's outbox: up to {TOGETHER} messages in a request",
            "many": "20 people write, each the next when the last was answered",
            "steady": f"20 people write {STEADY_PER_SECOND} messages a second on a fixed clock",
            "ms": "from sending (steady: from when it was due) to the last of the 20 screens",
            "fsync": "on",
        },
    )
