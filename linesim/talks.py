# SPDX-License-Identifier: Apache-2.0
"""Putting messages into the talks that phones show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linesim import ids
from linesim.state import Channel, Entry, Friend, Sim


def topic(channel_id: str, user_id: str) -> str:
    """What an open phone listens to."""
    return f"{channel_id}/{user_id}"


def deliver(
    sim: Sim,
    channel: Channel,
    friends: Iterable[Friend],
    messages: list[dict[str, Any]],
    *,
    silent: bool = False,
) -> list[dict[str, str]]:
    """The town's messages to people who can be reached; gives LINE's ``sentMessages``."""
    now = sim.clock.ms()
    entries = [Entry(ids.message_id(now), now, "town", message) for message in messages]
    reached = list(friends)
    for friend in reached:
        friend.talk.extend(entries)
        friend.loading_until = 0.0
        friend.silent += silent
    sim.hub.tell((topic(channel.id, f.user_id) for f in reached), {"kind": "message"})
    sim.touch()
    return [{"id": entry.id, **_quote(entry.message)} for entry in entries]


def _quote(message: dict[str, Any]) -> dict[str, str]:
    """Only what can be quoted has a quote token."""
    quotable = ("text", "textV2", "sticker", "image", "video", "template", "flex")
    return {"quoteToken": ids.quote_token()} if message.get("type") in quotable else {}


def say(sim: Sim, friend: Friend, message: dict[str, Any], entry_id: str | None = None) -> Entry:
    """A resident's own message, shown at once on the phone."""
    now = sim.clock.ms()
    entry = Entry(entry_id or ids.message_id(now), now, "resident", message)
    friend.talk.append(entry)
    tell(sim, friend, "message")
    sim.touch()
    return entry


def tell(sim: Sim, friend: Friend, kind: str) -> None:
    sim.hub.tell([topic(friend.channel_id, friend.user_id)], {"kind": kind})


def find(friend: Friend, message_id: str) -> Entry | None:
    return next((entry for entry in friend.talk if entry.id == message_id), None)
