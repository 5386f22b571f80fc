# SPDX-License-Identifier: Apache-2.0
"""One room, 20 members who all listen: messages a second until all 20 have them, each stored with
a row for each who is to read it. Beside it the floor, and XMPP servers where they are installed."""

from __future__ import annotations

import itertools
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

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
    "steady": Way(senders=MEMBERS, messages=200, per_second=20),
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
PROSODY = 122


def run() -> Report:
    figures = Figures()
    with (
        stage(KAIRAN_TALK_MESSAGES_A_MINUTE="0") as here,
        talk_peers.standing(here.data, MEMBERS) as (peers, absent),
    ):
        send = _room(here)
        send(Way(senders=MEMBERS, messages=200))  # What is read once per process is read.
        for _, (name, way) in itertools.product(range(ROUNDS), WAYS.items()):
            # In turn, so that a drifting machine hits all.
            figures.ours[name].append(send(way))
            if not way.per_second:
                figures.floor[name].append(talk_floor.run(_floor_job(here, way)))
            for peer in peers:
                figures.theirs[peer.peer.name, name].append(peer.send(way))
        figures.said = absent | {
            f"{one.peer.name}_archived_share": one.archived_share() for one in peers
        }
    return _report(figures)


@dataclass
class Figures:
    """What was measured, by the way of sending; of the peers, by their name too."""

    ours: dict[str, list[talk_load.Outcome]] = field(default_factory=lambda: defaultdict(list))
    floor: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    theirs: dict[tuple[str, str], list[talk_load.Outcome]] = field(
        default_factory=lambda: defaultdict(list)
    )
    said: dict[str, float | str] = field(default_factory=dict)


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


def _report(figures: Figures) -> Report:
    metrics: dict[str, float] = {}
    for name, outcomes in figures.ours.items():
        metrics |= _summed(name, outcomes)
    everything = [one for outcomes in figures.ours.values() for one in outcomes]
    metrics["lost"] = sum(one.lost for one in everything)
    metrics["twice"] = sum(one.twice for one in everything)
    metrics["refused"] = sum(one.refused for one in everything)
    floor = {f"{key}_per_second": statistics.median(all_) for key, all_ in figures.floor.items()}
    for key, bare in floor.items():
        metrics[key.replace("_per_second", "_share_of_floor")] = metrics[key] / bare
    peers = dict(figures.said)
    for (peer, name), outcomes in figures.theirs.items():
        peers |= _summed(f"{peer}_{name}", outcomes)
    return Report(
        bench="talk",
        metrics=metrics,
        floor=floor,
        peers={key: round(v, 2) if isinstance(v, float) else v for key, v in peers.items()},
        targets=[
            Target("one_per_second", ">", float(peers.get("prosody_one_per_second", PROSODY))),
            Target("one_p95_ms", "<", 50),
            Target("steady_p95_ms", "<", 50),
            *(Target(name, "<", 1) for name in ("lost", "twice", "refused")),
        ],
        notes={"members": MEMBERS, "rounds": ROUNDS, **NOTES},
    )


def _summed(name: str, outcomes: Sequence[talk_load.Outcome]) -> dict[str, float]:
    shown = [seconds for one in outcomes for seconds in one.shown]
    return {
        f"{name}_per_second": statistics.median(one.per_second for one in outcomes),
        f"{name}_p50_ms": percentile(shown, 0.50) * 1000,
        f"{name}_p95_ms": percentile(shown, 0.95) * 1000,
    }
