# SPDX-License-Identifier: Apache-2.0
"""Rich menus of many residents at once: whoever is linked to one gets another, or none."""

from __future__ import annotations

from starlette.routing import Route

from linesim.api.gate import Answer, Call, line_route
from linesim.checks.nodes import Node
from linesim.clock import iso
from linesim.errors import ApiError
from linesim.rates import PER_HOUR, Rate
from linesim.state import Friend
from linesim.talks import tell

MOST_OPERATIONS = 1000
BATCHES = Rate(3, PER_HOUR)
Operation = tuple[str, str | None, str | None]


def batch(call: Call) -> Answer:
    """All of them are done before the answer leaves; LINE takes longer."""
    operations = _operations(call)
    call.refuse_if_broken()
    for kind, source, target in operations:
        for menu_id in (source, target):
            if menu_id is not None and menu_id not in call.channel.menus:
                raise ApiError(400, "richmenu not found")
        for friend in call.channel.friends.values():
            if friend.menu_id is not None and (kind == "unlinkAll" or friend.menu_id == source):
                _show(call, friend, target)
    now = iso(call.sim.clock.now())
    done = {"phase": "succeeded", "acceptedTime": now, "completedTime": now}
    call.channel.menu_batches[call.request_id] = done
    call.sim.touch()
    return Answer(status=202)


def validate(call: Call) -> Answer:
    _operations(call)
    call.refuse_if_broken()
    return Answer()


def progress(call: Call) -> Answer:
    found = call.channel.menu_batches.get(call.query("requestId") or "")
    if found is None:
        raise ApiError(404, "Not found")
    return Answer(found)


def _operations(call: Call) -> list[Operation]:
    node = call.node
    found = [_operation(one) for one in node.items("operations", 1, MOST_OPERATIONS)]
    node.text("resumeRequestKey", 100, required=False, pattern=r"[a-zA-Z0-9_-]{1,100}")
    node.close()
    if len(found) > 1 and any(kind == "unlinkAll" for kind, _from, _to in found):
        node.wrong("operations", "unlinkAll cannot be combined with other operations")
    return found


def _operation(node: Node) -> Operation:
    kind = node.choice("type", ("link", "unlink", "unlinkAll"), required=True) or ""
    source = node.text("from", 100) if kind in ("link", "unlink") else None
    target = node.text("to", 100) if kind == "link" else None
    node.close()
    return kind, source, target


def _show(call: Call, friend: Friend, menu_id: str | None) -> None:
    friend.menu_id = menu_id
    tell(call.sim, friend, "menu")


_MENU = "/v2/bot/richmenu"
ROUTES: list[Route] = [
    line_route("POST", f"{_MENU}/batch", batch, json=True, rate=BATCHES),
    line_route("POST", f"{_MENU}/validate/batch", validate, json=True),
    line_route("GET", f"{_MENU}/progress/batch", progress),
]
