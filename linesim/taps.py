# SPDX-License-Identifier: Apache-2.0
"""What the phone shows of a talk, and what a tap on an action does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from linesim import events
from linesim.api.richmenus import shown_menu
from linesim.events import Deed, PhoneError
from linesim.state import Channel, Entry, Friend, Sim
from linesim.talks import tell

INPUTS = {
    "/R/nv/location": "location",
    "/R/nv/camera": "camera",
    "/R/nv/cameraRoll/single": "cameraRoll",
    "/R/nv/cameraRoll/multi": "cameraRoll",
}


def picture(sim: Sim, channel: Channel, friend: Friend) -> dict[str, Any]:
    """All that the phone page draws of one talk."""
    resident = sim.residents.get(friend.user_id)
    return {
        "channel": {"id": channel.id, "name": channel.name},
        "resident": {"user_id": friend.user_id, "name": resident.name if resident else ""},
        "messages": [entry_json(entry) for entry in friend.talk],
        "quick_replies": quick_replies(friend),
        "menu": menu_json(channel, friend),
        "blocked": friend.blocked,
        "loading": friend.loading_until > sim.clock.now(),
        "read_until": friend.read_until,
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at,
        "from": entry.sender,
        "message": entry.message,
        "unsent": entry.unsent,
    }


def quick_replies(friend: Friend) -> list[dict[str, Any]]:
    """Only the last message's, and only until one is tapped."""
    last = friend.talk[-1] if friend.talk else None
    if last is None or last.sender != "town" or friend.tapped == last.id:
        return []
    items: list[dict[str, Any]] = last.message.get("quickReply", {}).get("items", [])
    return items


def menu_json(channel: Channel, friend: Friend) -> dict[str, Any] | None:
    menu = shown_menu(channel, friend)
    return {"id": menu.id, **menu.body} if menu else None


def actions_of(value: Any) -> Iterator[dict[str, Any]]:
    """Every action inside a message or a menu, in order."""
    if isinstance(value, list):
        for item in value:
            yield from actions_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ("action", "defaultAction") and isinstance(item, dict):
                yield item
            elif key == "actions":
                yield from item
            elif key != "quickReply":
                yield from actions_of(item)


def find_action(channel: Channel, friend: Friend, label: str) -> dict[str, Any]:
    """The action a resident would find under ``label``: quick replies, newest message, menu."""
    for action in _tappable(channel, friend):
        if label in (action.get("label"), action.get("text"), action.get("displayText")):
            return action
    raise PhoneError(f"「{label}」というボタンがありません")


def _tappable(channel: Channel, friend: Friend) -> Iterator[dict[str, Any]]:
    yield from actions_of(quick_replies(friend))
    for entry in reversed(friend.talk):
        if entry.sender == "town":
            yield from actions_of(entry.message)
    menu = shown_menu(channel, friend)
    yield from actions_of(menu.body if menu else None)


Tapped = tuple[Deed, dict[str, Any]]


def tap(
    sim: Sim, channel: Channel, friend: Friend, action: dict[str, Any], params: dict[str, str]
) -> Tapped:
    """Do what the action says: events to send, and what the phone opens (an input, an address)."""
    if friend.blocked:
        raise PhoneError("ブロック中は操作できません")
    kind = action.get("type", "")
    if not _only_opens(kind, action, params) and friend.talk and friend.talk[-1].sender == "town":
        friend.tapped = friend.talk[-1].id
    if kind in _OPENS:
        return Deed([], []), _OPENS[kind](action)
    if kind == "message":
        return events.text(sim, channel, friend, action["text"]), {}
    if kind == "richmenuswitch":
        return _switch(sim, channel, friend, action), {}
    if kind == "datetimepicker":
        return _pick(sim, channel, friend, action, params)
    return _postback(sim, channel, friend, action)


_OPENS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "camera": lambda _: {"input": "camera"},
    "cameraRoll": lambda _: {"input": "cameraRoll"},
    "location": lambda _: {"input": "location"},
    "uri": lambda action: _opened(action.get("uri") or action.get("linkUri", "")),
    "clipboard": lambda action: {"clipboard": action["clipboardText"]},
}


def _only_opens(kind: str, action: dict[str, Any], params: dict[str, str]) -> bool:
    """Quick replies stay while an input is open: it may be closed without sending."""
    return kind in ("camera", "cameraRoll", "location") or (
        kind == "datetimepicker" and action.get("mode") not in params
    )


def _pick(
    sim: Sim, channel: Channel, friend: Friend, action: dict[str, Any], params: dict[str, str]
) -> Tapped:
    mode = action["mode"]
    if mode not in params:
        return Deed([], []), {"input": "datetimepicker"}
    chosen = {mode: params[mode]}
    return events.postback(sim, channel, friend, action["data"], params=chosen), {}


def _postback(sim: Sim, channel: Channel, friend: Friend, action: dict[str, Any]) -> Tapped:
    shown = action.get("displayText") or action.get("text") or ""
    names = {"option": "inputOption", "fill": "fillInText"}
    opened = {key: action[name] for key, name in names.items() if action.get(name)}
    return events.postback(sim, channel, friend, action["data"], display_text=shown), opened


def _opened(uri: str) -> dict[str, Any]:
    """line.me's own links open an input of the phone; everything else is an address."""
    parts = urlsplit(uri)
    path = parts.path.rstrip("/")
    if parts.hostname == "line.me" and path in INPUTS:
        return {"input": INPUTS[path]}
    if parts.scheme == "line" and f"/R/{parts.netloc}{path}" in INPUTS:
        return {"input": INPUTS[f"/R/{parts.netloc}{path}"]}
    if parts.hostname == "line.me" and path.startswith("/R/oaMessage/"):
        return {"fill": next(iter(parse_qs(parts.query, keep_blank_values=True)), "")}
    return {"uri": uri}


def _switch(sim: Sim, channel: Channel, friend: Friend, action: dict[str, Any]) -> Deed:
    """The menu changes on the phone even before the town hears of it."""
    alias = action["richMenuAliasId"]
    menu_id = channel.aliases.get(alias)
    params = {"newRichMenuAliasId": alias, "status": "SUCCESS"}
    if menu_id is None:
        params["status"] = "RICHMENU_ALIAS_ID_NOTFOUND"
    else:
        friend.menu_id = menu_id
        tell(sim, friend, "menu")
    return events.postback(sim, channel, friend, action["data"], params=params)
