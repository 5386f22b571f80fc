# SPDX-License-Identifier: Apache-2.0
"""Sending: reply, push, multicast, narrowcast, broadcast; validating; quota and counts."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime

from starlette.routing import Route

from linesim.api.gate import Answer, Call, line_route
from linesim.checks.messages import check_messages
from linesim.checks.nodes import Node
from linesim.clock import iso
from linesim.errors import ApiError, invalid_to, not_found, too_many
from linesim.rates import BROADCAST, MULTICAST, WEBHOOK_TEST
from linesim.state import RETRY_KEY_SECONDS, Accepted, Channel, Friend
from linesim.talks import deliver

_TARGET = re.compile(r"[UCR][0-9a-f]{32}")
_UNIT = r"[A-Za-z0-9_]{1,30}"


def reply(call: Call) -> Answer:
    if "x-line-retry-key" in call.request.headers:
        raise ApiError(400, "X-Line-Retry-Key is not supported for this endpoint")
    node = call.node
    token = node.text("replyToken", 1000)
    _check_sending(call, node)
    known = call.channel.reply_tokens.get(token or "")
    if known is None or known.used or known.expires < call.sim.clock.now():
        raise ApiError(400, "Invalid reply token")
    known.used = True
    friend = call.channel.friends.get(known.user_id)
    reached = [friend] if friend and not friend.blocked else []
    sent = deliver(call.sim, call.channel, reached, call.body["messages"], silent=_silent(call))
    _count(call, "reply", len(reached))
    return Answer({"sentMessages": sent})


def push(call: Call) -> Answer:
    _refuse_repeated(call)
    node = call.node
    target = node.text("to", 100)
    _units(node)
    _check_sending(call, node)
    if not _TARGET.fullmatch(target or ""):
        raise invalid_to()
    friend = call.channel.friends.get(target or "")
    if friend is None:
        raise ApiError(400, "Failed to send messages")
    return _send(call, "push", [friend], with_ids=True)


def multicast(call: Call) -> Answer:
    _refuse_repeated(call)
    node = call.node
    targets = dict.fromkeys(node.strings("to", 1, 500))
    _units(node)
    _check_sending(call, node)
    friends = call.channel.friends
    known = [friends[target] for target in targets if target in friends]
    if len(known) != len(targets):
        raise invalid_to()
    call.body["to"] = [friend.user_id for friend in known]  # one shared string each: a small ledger
    return _send(call, "multicast", known)


def broadcast(call: Call) -> Answer:
    _refuse_repeated(call)
    _check_sending(call, call.node)
    return _send(call, "broadcast", list(call.channel.friends.values()))


def narrowcast(call: Call) -> Answer:
    """Reaches everybody without a filter; with one nobody, for attributes are not known here."""
    _refuse_repeated(call)
    node = call.node
    for key in ("recipient", "filter", "limit"):
        node.child(key, required=False)
    _check_sending(call, node)
    everybody = not call.body.get("recipient") and not call.body.get("filter")
    targets = list(call.channel.friends.values()) if everybody else []
    answer = _send(call, "narrowcast", targets)
    now = iso(call.sim.clock.now())
    progress = {"phase": "succeeded", "successCount": len(targets), "failureCount": 0}
    if not everybody:
        progress = {"phase": "failed", "errorCode": 2, "failedDescription": "not enough recipients"}
    progress |= {"acceptedTime": now, "completedTime": now}
    call.channel.narrowcasts[call.request_id] = progress
    answer.status = 202
    return answer


def narrowcast_progress(call: Call) -> Answer:
    progress = call.channel.narrowcasts.get(call.query("requestId") or "")
    if progress is None:
        raise not_found()
    return Answer(progress)


def validate(call: Call) -> Answer:
    check_messages(call.node)
    call.refuse_if_broken()
    return Answer()


def quota(call: Call) -> Answer:
    if call.channel.quota is None:
        return Answer({"type": "none"})
    return Answer({"type": "limited", "value": call.channel.quota})


def consumption(call: Call) -> Answer:
    return Answer({"totalUsage": call.channel.usage})


def delivered(call: Call) -> Answer:
    date = call.query("date") or ""
    if not re.fullmatch(r"\d{8}", date):
        raise ApiError(400, "The value for the 'date' parameter is invalid")
    kind = call.request.url.path.rsplit("/", 1)[-1]
    count = call.channel.delivered[f"{kind} {date}"]
    return Answer({"status": "ready", "success": count})


def units_used(call: Call) -> Answer:
    return Answer({"numOfCustomAggregationUnits": len(call.channel.units)})


def unit_names(call: Call) -> Answer:
    return Answer({"customAggregationUnits": sorted(call.channel.units)})


def _check_sending(call: Call, node: Node) -> None:
    check_messages(node)
    node.boolean("notificationDisabled")
    node.close()
    call.refuse_if_broken()


def _units(node: Node) -> None:
    for unit in node.strings("customAggregationUnits", 0, 1, required=False):
        if not re.fullmatch(_UNIT, unit):
            node.wrong("customAggregationUnits[0]", "invalid format")


def _silent(call: Call) -> bool:
    return bool(call.body.get("notificationDisabled"))


def _send(call: Call, kind: str, friends: list[Friend], *, with_ids: bool = False) -> Answer:
    """Deliver to those who have not blocked; the plan's quota is all or nothing."""
    channel = call.channel
    reached = [friend for friend in friends if not friend.blocked]
    if channel.quota is not None and channel.usage + len(reached) > channel.quota:
        raise too_many()
    sent = deliver(call.sim, channel, reached, call.body["messages"], silent=_silent(call))
    channel.usage += len(reached)
    for unit in call.body.get("customAggregationUnits", ()):
        channel.units[unit] += len(reached)
    _count(call, kind, len(reached))
    _remember(call, sent if with_ids else [])
    return Answer({"sentMessages": sent} if with_ids else {})


def _count(call: Call, kind: str, people: int) -> None:
    day = datetime.fromtimestamp(call.sim.clock.now(), UTC).strftime("%Y%m%d")
    call.channel.delivered[f"{kind} {day}"] += people


def _retry_key(call: Call) -> str | None:
    key = call.request.headers.get("x-line-retry-key")
    if key is None:
        return None
    try:
        return str(uuid.UUID(key))
    except ValueError as error:
        raise ApiError(400, "The retry key is invalid") from error


def _refuse_repeated(call: Call) -> None:
    """409 names the request that was accepted: for the sender that is success."""
    key = _retry_key(call)
    accepted = call.channel.retry_keys.get(key) if key else None
    if accepted is None or accepted.until < call.sim.clock.now():
        return
    raise ApiError(
        409,
        "The retry key is already accepted",
        headers={"x-line-accepted-request-id": accepted.request_id},
        extra={"sentMessages": accepted.sent} if accepted.sent else None,
    )


def _remember(call: Call, sent: list[dict[str, str]]) -> None:
    key = _retry_key(call)
    if key:
        until = call.sim.clock.now() + RETRY_KEY_SECONDS
        _forget_old(call.channel, call.sim.clock.now())
        call.channel.retry_keys[key] = Accepted(call.request_id, until, sent)


def _forget_old(channel: Channel, now: float) -> None:
    """Keys are kept in order of time, so the old ones stand at the front."""
    for key, accepted in list(channel.retry_keys.items())[:2]:
        if accepted.until < now:
            del channel.retry_keys[key]


_BASE = "/v2/bot/message"
ROUTES: list[Route] = [
    line_route("POST", f"{_BASE}/reply", reply, json=True),
    line_route("POST", f"{_BASE}/push", push, json=True),
    line_route("POST", f"{_BASE}/multicast", multicast, json=True, rate=MULTICAST),
    line_route("POST", f"{_BASE}/narrowcast", narrowcast, json=True, rate=BROADCAST),
    line_route("POST", f"{_BASE}/broadcast", broadcast, json=True, rate=BROADCAST),
    line_route("GET", f"{_BASE}/progress/narrowcast", narrowcast_progress),
    line_route("GET", f"{_BASE}/quota", quota),
    line_route("GET", f"{_BASE}/quota/consumption", consumption),
    line_route("GET", f"{_BASE}/aggregation/info", units_used),
    line_route("GET", f"{_BASE}/aggregation/list", unit_names),
    *[
        line_route("POST", f"{_BASE}/validate/{kind}", validate, json=True)
        for kind in ("reply", "push", "multicast", "narrowcast", "broadcast")
    ],
    *[
        line_route("GET", f"{_BASE}/delivery/{kind}", delivered, rate=WEBHOOK_TEST)
        for kind in ("reply", "push", "multicast", "broadcast")
    ],
]
