# SPDX-License-Identifier: Apache-2.0
"""Keeping the state over a restart: one JSON file, and a folder beside it for what was sent."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import Counter, deque
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from linesim.state import (
    TALK_LENGTH,
    Accepted,
    Channel,
    Content,
    Entry,
    Friend,
    Resident,
    RichMenu,
    Sim,
)

_PLAIN = [
    "id",
    "secret",
    "token",
    "name",
    "bot_user_id",
    "basic_id",
    "webhook_url",
    "webhook_active",
    "redelivery",
    "redelivery_delays",
    "mode",
    "quota",
    "usage",
    "revoked",
    "aliases",
    "default_menu",
]
EVERY_SECONDS = 1.0


def save(sim: Sim, path: Path) -> None:
    """Write all at once: a killed process leaves the old file or the new one."""
    folder = _folder(path)
    folder.mkdir(parents=True, exist_ok=True)
    for content in sim.contents.values():
        target = folder / content.message_id
        if not target.exists():
            target.write_bytes(content.data)
    for old in folder.iterdir():
        if old.name not in sim.contents:
            old.unlink()
    state = {
        "residents": [asdict(resident) for resident in sim.residents.values()],
        "channels": [_channel(channel) for channel in sim.channels.values()],
        "contents": [_content(content) for content in sim.contents.values()],
        "clock": sim.clock.offset,
    }
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def load(sim: Sim, path: Path) -> None:
    """What an earlier run left, if anything. Raises ValueError when the file is broken."""
    if not path.exists():
        return
    state = json.loads(path.read_text(encoding="utf-8"))
    for known in state["residents"]:
        resident = Resident(**known)
        sim.residents[resident.user_id] = resident
    for known in state["channels"]:
        channel = _read_channel(known)
        sim.channels[channel.id] = channel
    for known in state["contents"]:
        file = _folder(path) / known["message_id"]
        if file.exists():
            sim.contents[file.name] = Content(**known, data=file.read_bytes())
    sim.clock.offset = state.get("clock", 0.0)


async def keep(sim: Sim, path: Path) -> None:
    """Save whenever something has changed, at most once a second, until cancelled."""
    saved = sim.changed
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        if sim.changed != saved:
            saved = sim.changed
            save(sim, path)


def _folder(path: Path) -> Path:
    return path.with_name(path.name + ".contents")


def _content(content: Content) -> dict[str, Any]:
    names = [field.name for field in fields(Content) if field.name != "data"]
    return {name: getattr(content, name) for name in names}


def _channel(channel: Channel) -> dict[str, Any]:
    kept: dict[str, Any] = {name: getattr(channel, name) for name in _PLAIN}
    kept["friends"] = [_friend(friend) for friend in channel.friends.values()]
    kept["menus"] = [_menu(menu) for menu in channel.menus.values()]
    kept["retry_keys"] = {key: asdict(known) for key, known in channel.retry_keys.items()}
    kept["delivered"] = dict(channel.delivered)
    return kept


def _friend(friend: Friend) -> dict[str, Any]:
    return {
        "user_id": friend.user_id,
        "blocked": friend.blocked,
        "menu_id": friend.menu_id,
        "talk": [asdict(entry) for entry in friend.talk],
    }


def _menu(menu: RichMenu) -> dict[str, Any]:
    image = base64.b64encode(menu.image).decode() if menu.image is not None else None
    return {"id": menu.id, "body": menu.body, "image": image, "content_type": menu.content_type}


def _read_channel(known: dict[str, Any]) -> Channel:
    channel = Channel(**{name: known[name] for name in _PLAIN})
    for friend in known["friends"]:
        talk = deque((Entry(**entry) for entry in friend.pop("talk")), maxlen=TALK_LENGTH)
        channel.friends[friend["user_id"]] = Friend(channel_id=channel.id, talk=talk, **friend)
    for menu in known["menus"]:
        image = base64.b64decode(menu["image"]) if menu["image"] is not None else None
        channel.menus[menu["id"]] = RichMenu(menu["id"], menu["body"], image, menu["content_type"])
    channel.retry_keys = {key: Accepted(**value) for key, value in known["retry_keys"].items()}
    channel.delivered = Counter(known["delivered"])
    return channel
