# SPDX-License-Identifier: Apache-2.0
"""Residents as the town may see them, and the signs shown in their talk."""

from __future__ import annotations

from starlette.routing import Route

from linesim import ids
from linesim.api.gate import Answer, Call, line_route
from linesim.errors import ApiError, not_found
from linesim.rates import LOADING
from linesim.state import Friend
from linesim.talks import tell


def profile(call: Call) -> Answer:
    friend = _friend(call, call.path["user_id"])
    resident = call.sim.residents.get(friend.user_id)
    if friend.blocked or resident is None:
        raise not_found()
    known = {
        "userId": resident.user_id,
        "displayName": resident.name,
        "language": resident.language,
    }
    if resident.status_message:
        known["statusMessage"] = resident.status_message
    return Answer(known)


def followers(call: Call) -> Answer:
    """Pages of those who follow and have not blocked; ``next`` only while there is more."""
    limit, start = _page(call)
    everybody = [friend.user_id for friend in call.channel.present()]
    page = everybody[start : start + limit]
    more = {"next": str(start + limit)} if start + limit < len(everybody) else {}
    return Answer({"userIds": page, **more})


def _page(call: Call) -> tuple[int, int]:
    limit, start = call.query("limit") or "300", call.query("start") or "0"
    if not limit.isdigit() or not 1 <= int(limit) <= 1000:
        raise ApiError(400, "The value for the 'limit' parameter is invalid")
    if not start.isdigit():
        raise ApiError(400, "Invalid start param")
    return int(limit), int(start)


def bot_info(call: Call) -> Answer:
    return Answer(
        {
            "userId": call.channel.bot_user_id,
            "basicId": call.channel.basic_id,
            "displayName": call.channel.name,
            "chatMode": "bot",
            "markAsReadMode": "auto",
        }
    )


def start_loading(call: Call) -> Answer:
    node = call.node
    chat = node.text("chatId", 100)
    seconds = node.integer("loadingSeconds", 5, 60, required=False)
    if seconds is not None and seconds % 5:
        node.wrong("loadingSeconds", "must be a multiple of 5")
    node.close()
    call.refuse_if_broken()
    friend = call.channel.friends.get(chat or "")
    if friend is None:
        raise ApiError(400, "The property, 'chatId', in the request body is invalid")
    friend.loading_until = call.sim.clock.now() + (seconds or 20)
    tell(call.sim, friend, "loading")
    return Answer(status=202)


def mark_as_read(call: Call) -> Answer:
    """By token, or the whole chat of a user: both mean "all so far" here."""
    node = call.node
    if node.has("chat"):
        chat = node.child("chat")
        user_id = chat.text("userId", 100) if chat else None
    else:
        user_id = (node.text("markAsReadToken", 300) or "").partition(".")[0]
    call.refuse_if_broken()
    friend = call.channel.friends.get(user_id or "")
    if friend is None:
        raise ApiError(400, "Invalid token")
    friend.read_until = next((e.id for e in reversed(friend.talk) if e.sender == "resident"), "")
    tell(call.sim, friend, "read")
    return Answer()


def link_token(call: Call) -> Answer:
    _friend(call, call.path["user_id"])
    return Answer({"linkToken": ids.reply_token()})


def _friend(call: Call, user_id: str) -> Friend:
    friend = call.channel.friends.get(user_id)
    if friend is None:
        raise not_found()
    return friend


ROUTES: list[Route] = [
    line_route("GET", "/v2/bot/profile/{user_id}", profile),
    line_route("GET", "/v2/bot/followers/ids", followers),
    line_route("GET", "/v2/bot/info", bot_info),
    line_route("POST", "/v2/bot/chat/loading/start", start_loading, json=True, rate=LOADING),
    line_route("POST", "/v2/bot/chat/markAsRead", mark_as_read, json=True),
    line_route("POST", "/v2/bot/message/markAsRead", mark_as_read, json=True),
    line_route("POST", "/v2/bot/user/{user_id}/linkToken", link_token),
]
