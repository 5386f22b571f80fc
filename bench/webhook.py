# SPDX-License-Identifier: Apache-2.0
"""Accepted events a second, durably stored, one web process; and the answer while work goes on."""

from __future__ import annotations

import statistics

from bench import load
from bench.report import Report, Target, percentile
from bench.stage import Stage, free_port, stage, wait_for

EVENTS = 4_000
CONNECTIONS = 16
ROUNDS = 3
STEADY_PER_SECOND = 200
STEADY_SECONDS = 15


def run() -> Report:
    with stage() as here:
        url, secret, channel = make_channel(here)
        web = here.web()
        floor = _start_floor(here, secret)
        warm = load.Job(f"{web}{url}", secret, 300, CONNECTIONS, prefix="W")
        load.run(warm)
        load.run(load.Job(floor, secret, 300, CONNECTIONS, prefix="W"))
        ours, theirs, refused = [], [], 0
        for number in range(ROUNDS):  # in turn, so that a drifting machine hits both
            prefix = f"R{number}"
            got = load.run(load.Job(f"{web}{url}", secret, EVENTS, CONNECTIONS, prefix=prefix))
            bare = load.run(load.Job(floor, secret, EVENTS, CONNECTIONS, prefix=prefix))
            ours.append(got.per_second)
            theirs.append(bare.per_second)
            refused += got.refused
        stored = _stored(channel)
        # The worker begins with all that was stored above: it has no idle moment.
        here.line()
        here.worker()
        steady = load.run(
            load.Job(
                f"{web}{url}",
                secret,
                STEADY_PER_SECOND * STEADY_SECONDS,
                64,
                per_second=STEADY_PER_SECOND,
                prefix="S",
            )
        )
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return Report(
        bench="webhook",
        metrics={
            "events_per_second": statistics.median(ours),
            "share_of_floor": ratio,
            "stored_share": stored / (EVENTS * ROUNDS + 300),
            "refused": refused,
            "steady_p50_ms": percentile(steady.latencies, 0.50) * 1000,
            "steady_p99_ms": percentile(steady.latencies, 0.99) * 1000,
            "steady_refused": steady.refused,
        },
        floor={"events_per_second": statistics.median(theirs)},
        targets=[
            Target("share_of_floor", ">=", 0.5),
            Target("stored_share", ">=", 1.0),
            Target("steady_p99_ms", "<", 100),
        ],
        notes={"events": EVENTS, "rounds": ROUNDS, "connections": CONNECTIONS, "fsync": "on"},
    )


def make_channel(here: Stage) -> tuple[str, str, int]:
    """A town with a channel: the webhook's path, the channel's secret and key."""
    from django.urls import reverse

    from kairan.audit.actors import PROGRAM
    from kairan.line.actions import save_channel
    from kairan.municipalities.models import Department, Municipality
    from kairan.municipalities.tenancy import town

    town_row = Municipality.objects.create(name="計測市", is_default=True)
    with town(town_row):
        Department.objects.create(name="土木総務課")
        channel = save_channel(
            acting=PROGRAM, name="計測", channel_id="1", secret=here.secret, token=here.token
        )
    return reverse("conversations:webhook", args=[channel.key]), here.secret, channel.pk


def _start_floor(here: Stage, secret: str) -> str:
    from django.conf import settings

    port = free_port()
    words = [str(port), here.environment["DATABASE_URL"], secret, str(settings.WEB_THREADS)]
    here.start("bench.floor_app", *words, log="floor.log")
    wait_for(f"http://127.0.0.1:{port}/")
    return f"http://127.0.0.1:{port}/"


def _stored(channel: int) -> int:
    from kairan.conversations.models import InboundEvent
    from kairan.municipalities.models import Municipality
    from kairan.municipalities.tenancy import town

    with town(Municipality.objects.get()):
        return InboundEvent.objects.filter(channel_id=channel).count()
