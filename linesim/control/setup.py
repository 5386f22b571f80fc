# SPDX-License-Identifier: Apache-2.0
"""Setting the stage: channels, residents, clock, faults, ledger."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from starlette.routing import Route

from linesim.api.channel import id_token
from linesim.control.base import Control, ControlError, sim_route
from linesim.faults import Conditions
from linesim.state import Channel, Friend

_CHANNEL_SETTINGS = {
    "secret": str,
    "token": str,
    "name": str,
    "webhook_url": str,
    "webhook_active": bool,
    "redelivery": bool,
    "redelivery_delays": list,
    "mode": str,
    "quota": int,
    "usage": int,
    "revoked": bool,
}


def channel_json(channel: Channel) -> dict[str, Any]:
    names = ("id", "bot_user_id", "basic_id", *_CHANNEL_SETTINGS)
    shown = {name: getattr(channel, name) for name in names}
    menus = [{"id": menu.id, "name": menu.body["name"]} for menu in channel.menus.values()]
    shown |= {"menus": menus, "aliases": channel.aliases, "default_menu": channel.default_menu}
    return shown | {"friends": len(channel.friends), "reachable": len(channel.present())}


def overview(control: Control) -> dict[str, Any]:
    sim = control.sim
    return {
        "channels": [channel_json(channel) for channel in sim.channels.values()],
        "residents": residents(control),
        "faults": [fault.as_json() for fault in sim.faults.rules],
        "conditions": asdict(sim.conditions),
        "clock": {"offset": sim.clock.offset, "now": sim.clock.now()},
        "rates": sim.rates.scale,
        "ledger": len(sim.ledger.lines),
        "undelivered": len(control.postman.undelivered),
    }


def create_channel(control: Control) -> dict[str, Any]:
    given = control.body
    names = ("id", "secret", "token", "name", "webhook_url", "quota")
    channel = control.sim.add_channel(**{n: given[n] for n in names if given.get(n) is not None})
    _apply(channel, {k: v for k, v in given.items() if k not in names})
    return channel_json(channel)


def change_channel(control: Control) -> dict[str, Any]:
    _apply(control.channel, control.body)
    control.sim.touch()
    return channel_json(control.channel)


def _apply(channel: Channel, settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        if name not in _CHANNEL_SETTINGS:
            raise ControlError(422, f"unknown: {name}")
        may_be_none = name in ("webhook_url", "quota") and value is None
        if not may_be_none and not isinstance(value, _CHANNEL_SETTINGS[name]):
            raise ControlError(422, f"wrong type: {name}")
    for name, value in settings.items():
        setattr(channel, name, value)


def residents(control: Control) -> list[Any]:
    """The first two hundred; a benchmark may have made a million."""
    shown = list(control.sim.residents.values())[:200]
    return [
        {
            "user_id": resident.user_id,
            "name": resident.name,
            "channels": [
                {"id": channel.id, "blocked": channel.friends[resident.user_id].blocked}
                for channel in control.sim.channels.values()
                if resident.user_id in channel.friends
            ],
        }
        for resident in shown
    ]


def create_resident(control: Control) -> dict[str, Any]:
    """A friend at once, without a follow event, unless ``follow`` is false."""
    resident = control.sim.add_resident(control.need("name"), control.body.get("user_id"))
    resident.language = control.body.get("language", resident.language)
    if control.body.get("follow", True):
        control.sim.befriend(control.channel, resident)
    return {"user_id": resident.user_id, "name": resident.name}


def create_many(control: Control) -> dict[str, Any]:
    """``count`` friends for a benchmark; gives their ids, unless ``ids`` is false."""
    channel, count = control.channel, int(control.need("count"))
    prefix = control.body.get("prefix", "bulk")
    made = []
    for number in range(count):
        user_id = "U" + f"{abs(hash(prefix)) % 16**8:08x}{number:024x}"
        channel.friends[user_id] = Friend(user_id, channel.id)
        made.append(user_id)
    return {"count": count, "user_ids": made if control.body.get("ids", True) else []}


def make_id_token(control: Control) -> dict[str, Any]:
    return {"id_token": id_token(control.sim, control.channel, control.resident.user_id)}


def change_clock(control: Control) -> dict[str, Any]:
    """``advance`` seconds, or set ``offset`` seconds."""
    clock = control.sim.clock
    if "offset" in control.body:
        clock.offset = float(control.body["offset"])
    clock.advance(float(control.body.get("advance", 0)))
    return {"offset": clock.offset, "now": clock.now()}


def list_faults(control: Control) -> list[Any]:
    return [fault.as_json() for fault in control.sim.faults.rules]


def add_fault(control: Control) -> dict[str, Any]:
    try:
        return control.sim.faults.add(control.body).as_json()
    except (ValueError, TypeError) as error:
        raise ControlError(422, str(error)) from error


def remove_fault(control: Control) -> dict[str, Any]:
    if not control.sim.faults.remove(int(control.request.path_params["fault_id"])):
        raise ControlError(404, "no such fault")
    return {}


def clear_faults(control: Control) -> dict[str, Any]:
    """Everything works again: rules and conditions."""
    control.sim.faults.clear()
    control.sim.conditions = Conditions()
    return {}


def change_conditions(control: Control) -> dict[str, Any]:
    known = {field.name for field in fields(Conditions)}
    unknown = control.body.keys() - known - {"rates"}
    if unknown:
        raise ControlError(422, f"unknown: {sorted(unknown)}")
    for name, value in control.body.items():
        if name == "rates":
            control.sim.rates.scale = float(value)
            control.sim.rates.clear()
        else:
            setattr(control.sim.conditions, name, value)
    return asdict(control.sim.conditions) | {"rates": control.sim.rates.scale}


def content_fault(control: Control) -> dict[str, Any]:
    """Make one content ``gone``, or ``ready_in`` so many seconds."""
    content = control.sim.contents.get(control.request.path_params["message_id"])
    if content is None:
        raise ControlError(404, "no such content")
    content.gone = bool(control.body.get("gone", content.gone))
    content.failed = bool(control.body.get("failed", content.failed))
    if "ready_in" in control.body:
        content.ready_at = control.sim.clock.now() + float(control.body["ready_in"])
    return {"gone": content.gone, "failed": content.failed, "ready_at": content.ready_at}


def read_ledger(control: Control) -> dict[str, Any]:
    """Filters: direction, path (with *), method, status, channel, after, contains, limit."""
    query = control.request.query_params
    status = query.get("status", "")
    try:
        lines = control.sim.ledger.find(
            direction=query.get("direction", ""),
            path=query.get("path", "") or "*",
            method=query.get("method", ""),
            status=int(status) if status else None,
            channel=query.get("channel", ""),
            after=int(query.get("after", "0") or 0),
            contains=query.get("contains", ""),
        )
        limit = int(query.get("limit", "1000") or 1000)
    except ValueError as error:
        raise ControlError(422, str(error)) from error
    found = [line.as_json() for line in lines][-limit:]
    return {"lines": found, "totals": control.sim.ledger.totals()}


def clear_ledger(control: Control) -> dict[str, Any]:
    control.sim.ledger.clear()
    return {}


def reset(control: Control) -> dict[str, Any]:
    """Talks, faults, ledger, clock and rates as at the start; channels and residents stay
    unless ``all`` is true."""
    sim = control.sim
    clear_faults(control)
    sim.ledger.clear()
    sim.rates.clear()
    sim.contents.clear()
    sim.clock.offset = 0.0
    control.postman.undelivered.clear()
    if control.body.get("all"):
        sim.channels.clear()
        sim.residents.clear()
    for channel in sim.channels.values():
        _fresh(channel)
    sim.touch()
    return {}


def _fresh(channel: Channel) -> None:
    channel.usage, channel.revoked, channel.mode = 0, False, "active"
    for known in (channel.reply_tokens, channel.retry_keys, channel.delivered):
        known.clear()
    for user_id in channel.friends:
        channel.friends[user_id] = Friend(user_id, channel.id)


ROUTES: list[Route] = [
    sim_route("GET", "/sim/state", overview),
    sim_route("POST", "/sim/reset", reset),
    sim_route("POST", "/sim/channels", create_channel),
    sim_route("PATCH", "/sim/channels/{channel_id}", change_channel),
    sim_route("GET", "/sim/residents", residents),
    sim_route("POST", "/sim/residents", create_resident),
    sim_route("POST", "/sim/residents/bulk", create_many),
    sim_route("GET", "/sim/residents/{who}/id-token", make_id_token),
    sim_route("POST", "/sim/clock", change_clock),
    sim_route("GET", "/sim/faults", list_faults),
    sim_route("POST", "/sim/faults", add_fault),
    sim_route("DELETE", "/sim/faults", clear_faults),
    sim_route("DELETE", "/sim/faults/{fault_id:int}", remove_fault),
    sim_route("POST", "/sim/conditions", change_conditions),
    sim_route("POST", "/sim/contents/{message_id}", content_fault),
    sim_route("GET", "/sim/ledger", read_ledger),
    sim_route("DELETE", "/sim/ledger", clear_ledger),
]
