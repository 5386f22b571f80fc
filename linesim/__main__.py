# SPDX-License-Identifier: Apache-2.0
"""``python -m linesim``: LINE on this machine, for tests, demonstrations and training."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from linesim import store
from linesim.app import make_app
from linesim.server import Listening
from linesim.state import Sim


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="linesim", description=__doc__)
    parser.add_argument("--port", type=int, default=8001, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--public-url", default="", help="where browsers find this, if not here")
    parser.add_argument("--state", type=Path, help="JSON file that keeps all over a restart")
    parser.add_argument("--channel-id")
    parser.add_argument("--channel-secret")
    parser.add_argument("--channel-token")
    parser.add_argument("--channel-name", default="ひのくに市")
    parser.add_argument("--webhook-url")
    parser.add_argument("--quota", type=int, help="messages a month; without it, no limit")
    parser.add_argument("--residents", default="花子,太郎", help="names, separated by commas")
    parser.add_argument("--areas", type=Path, help="GeoJSON polygons for the position map")
    parser.add_argument("--landmarks", type=Path, help="JSON: [{name, latitude, longitude}]")
    parser.add_argument(
        "--allow-http", action="store_true", help="take http addresses on the loopback as https"
    )
    parser.add_argument("--no-rates", action="store_true", help="no rate limits")
    parser.add_argument("--ledger", choices=("full", "counts"), default="full")
    return parser.parse_args(given)


def build(options: argparse.Namespace) -> Sim:
    """The Sim as the options and the state file say."""
    sim = Sim(public_url=options.public_url, allow_http=options.allow_http)
    if options.state:
        store.load(sim, options.state)
    sim.ledger.counts_only = options.ledger == "counts"
    sim.rates.scale = 0.0 if options.no_rates else 1.0
    if options.areas:
        sim.areas = json.loads(options.areas.read_text(encoding="utf-8"))
    if options.landmarks:
        sim.landmarks = json.loads(options.landmarks.read_text(encoding="utf-8"))
    if options.channel_id or not sim.channels:
        sim.add_channel(
            id=options.channel_id,
            secret=options.channel_secret,
            token=options.channel_token,
            name=options.channel_name,
            webhook_url=options.webhook_url,
            quota=options.quota,
        )
    channel = sim.channel(options.channel_id)
    for name in filter(None, options.residents.split(",")):
        sim.befriend(channel, sim.add_resident(name.strip()))
    return sim


async def serve(options: argparse.Namespace) -> None:
    sim = build(options)
    try:
        listening = Listening(make_app(sim, state_file=options.state), options.host, options.port)
    except OSError as error:
        sys.exit(f"linesim: {options.host}:{options.port}: {error.strerror}")
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, listening.stop)
    url = options.public_url or listening.url
    await listening.serve(lambda: _say({"ready": True, "url": url, "port": listening.port}))


def _say(words: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve(arguments()))
    sys.stdout.flush()
    # Everything is saved. The server's threads may still hand in a request, and would abort the
    # process when they find the interpreter being taken down; so it is not taken down.
    os._exit(0)
