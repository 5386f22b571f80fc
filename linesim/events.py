# SPDX-License-Identifier: Apache-2.0
"""Webhook events in LINE's shapes, made from what a resident does on the phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linesim import ids
from linesim.state import REPLY_TOKEN_SECONDS, Channel, Content, Entry, Friend, ReplyToken, Sim
from linesim.talks import find, say, tell

VIDEO_MS = 5000


@dataclass
class Deed:
    """What one act on the phone gave: events to be sent, and the entry shown in the talk."""

    events: list[dict[str, Any]]
    entries: list[Entry]


class PhoneError(Exception):
    """The phone cannot do that now (blocked, unknown message, nothing such to tap)."""


def _event(sim: Sim, channel: Channel, friend: Friend, kind: str, **fields: Any) -> dict[str, Any]:
    """An event's common part. No reply token where LINE gives none: standby, unfollow, unsend."""
    now = sim.clock.ms()
    event: dict[str, Any] = {
        "type": kind,
        **fields,
        "webhookEventId": ids.ulid(now),
        "deliveryContext": {"isRedelivery": False},
        "timestamp": now,
        "source": {"type": "user", "userId": friend.user_id},
        "mode": channel.mode,
    }
    if channel.mode == "active" and kind not in ("unfollow", "unsend"):
        event["replyToken"] = _new_reply_token(sim, channel, friend)
    return event


def _new_reply_token(sim: Sim, channel: Channel, friend: Friend) -> str:
    now = sim.clock.now()
    for token, known in list(channel.reply_tokens.items())[:2]:
        if known.expires < now - 3600:
            del channel.reply_tokens[token]
    token = ids.reply_token()
    channel.reply_tokens[token] = ReplyToken(friend.user_id, now + REPLY_TOKEN_SECONDS)
    return token


def _said(
    sim: Sim,
    channel: Channel,
    friend: Friend,
    message: dict[str, Any],
    shown: dict[str, Any] | None = None,
    message_id: str | None = None,
) -> Deed:
    """A message event, and the same message in the talk."""
    if friend.blocked:
        raise PhoneError("ブロック中は送れません")
    entry_id = message_id or ids.message_id(sim.clock.ms())
    content = {"id": entry_id, **message, "markAsReadToken": f"{friend.user_id}.{entry_id}"}
    if message["type"] in ("text", "image", "video", "sticker"):
        content["quoteToken"] = ids.quote_token()
    event = _event(sim, channel, friend, "message", message=content)
    return Deed([event], [say(sim, friend, shown or message, entry_id)])


def text(sim: Sim, channel: Channel, friend: Friend, words: str) -> Deed:
    return _said(sim, channel, friend, {"type": "text", "text": words})


def sticker(sim: Sim, channel: Channel, friend: Friend, package: str, number: str) -> Deed:
    message = {
        "type": "sticker",
        "packageId": package,
        "stickerId": number,
        "stickerResourceType": "STATIC",
        "keywords": ["OK"],
    }
    return _said(sim, channel, friend, message)


def location(
    sim: Sim,
    channel: Channel,
    friend: Friend,
    latitude: float,
    longitude: float,
    *,
    title: str = "",
    address: str = "",
) -> Deed:
    """LINE leaves out title and address where the phone has none."""
    words = {key: value for key, value in (("title", title), ("address", address)) if value}
    message = {"type": "location", **words, "latitude": latitude, "longitude": longitude}
    return _said(sim, channel, friend, message)


def images(sim: Sim, channel: Channel, friend: Friend, pictures: list[tuple[bytes, str]]) -> Deed:
    """Photos sent together carry one imageSet; each is an event of its own."""
    deed = Deed([], [])
    set_id = ids.reply_token()[:20].upper()
    for index, (data, content_type) in enumerate(pictures, start=1):
        message: dict[str, Any] = {"type": "image", "contentProvider": {"type": "line"}}
        if len(pictures) > 1:
            message["imageSet"] = {"id": set_id, "index": index, "total": len(pictures)}
        one = _with_content(sim, channel, friend, message, data, content_type)
        deed.events += one.events
        deed.entries += one.entries
    return deed


def video(sim: Sim, channel: Channel, friend: Friend, data: bytes, content_type: str) -> Deed:
    message = {"type": "video", "duration": VIDEO_MS, "contentProvider": {"type": "line"}}
    deed = _with_content(sim, channel, friend, message, data, content_type)
    content = sim.contents[deed.entries[0].id]
    content.ready_at = sim.clock.now() + sim.conditions.video_seconds
    content.failed = sim.conditions.video_fails
    return deed


def audio(sim: Sim, channel: Channel, friend: Friend, data: bytes, content_type: str) -> Deed:
    message = {"type": "audio", "duration": VIDEO_MS, "contentProvider": {"type": "line"}}
    return _with_content(sim, channel, friend, message, data, content_type)


def file(
    sim: Sim, channel: Channel, friend: Friend, data: bytes, content_type: str, name: str
) -> Deed:
    message = {"type": "file", "fileName": name, "fileSize": len(data)}
    return _with_content(sim, channel, friend, message, data, content_type, name)


def _with_content(
    sim: Sim,
    channel: Channel,
    friend: Friend,
    message: dict[str, Any],
    data: bytes,
    content_type: str,
    name: str = "",
) -> Deed:
    message_id = ids.message_id(sim.clock.ms())
    sim.contents[message_id] = Content(message_id, data, content_type, name)
    return _said(sim, channel, friend, message, message_id=message_id)


def postback(
    sim: Sim,
    channel: Channel,
    friend: Friend,
    data: str,
    *,
    params: dict[str, str] | None = None,
    display_text: str = "",
) -> Deed:
    """A tapped postback; its displayText appears as the resident's own words."""
    if friend.blocked:
        raise PhoneError("ブロック中は送れません")
    shown = []
    if display_text:
        shown = [say(sim, friend, {"type": "text", "text": display_text})]
    content: dict[str, Any] = {"data": data}
    if params:
        content["params"] = params
    else:
        tell(sim, friend, "message")
    return Deed([_event(sim, channel, friend, "postback", postback=content)], shown)


def follow(sim: Sim, channel: Channel, friend: Friend) -> Deed:
    """Made a friend, or unblocked."""
    unblocked, friend.blocked = friend.blocked, False
    tell(sim, friend, "friend")
    sim.touch()
    return Deed([_event(sim, channel, friend, "follow", follow={"isUnblocked": unblocked})], [])


def unfollow(sim: Sim, channel: Channel, friend: Friend) -> Deed:
    """Blocked: the town is told, and reaches this resident no more."""
    if friend.blocked:
        raise PhoneError("すでにブロックしています")
    friend.blocked = True
    tell(sim, friend, "friend")
    sim.touch()
    return Deed([_event(sim, channel, friend, "unfollow")], [])


def unsend(sim: Sim, channel: Channel, friend: Friend, message_id: str) -> Deed:
    """送信取消: the talk keeps a mark, the content is gone at once."""
    entry = find(friend, message_id)
    if entry is None or entry.sender != "resident" or entry.unsent:
        raise PhoneError("取り消せるメッセージがありません")
    entry.unsent = True
    entry.message = {"type": "unsent"}
    sim.contents.pop(message_id, None)
    tell(sim, friend, "message")
    sim.touch()
    return Deed([_event(sim, channel, friend, "unsend", unsend={"messageId": message_id})], [])


def anything(sim: Sim, channel: Channel, friend: Friend, kind: str, fields: dict[str, Any]) -> Deed:
    """An event of any type, for those that no schema knows. ``fields`` win over our own."""
    event = _event(sim, channel, friend, kind)
    event.update(fields)
    return Deed([event], [])
