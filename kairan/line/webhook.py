# SPDX-License-Identifier: Apache-2.0
"""What LINE tells us: signature, and bytes → frozen events.

LINE adds event, message and source types and fields without notice, so nothing unknown is an
error: it becomes an Unknown… value, and `raw` always keeps the whole event. Only a body that is
not LINE's at all is refused. https://developers.line.biz/en/reference/messaging-api/#webhooks
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from kairan.line.events import (
    AccountLink,
    AudioMessage,
    Beacon,
    Callback,
    Event,
    FileMessage,
    Follow,
    GroupSource,
    ImageMessage,
    ImageSet,
    LocationMessage,
    Message,
    MessageEvent,
    Postback,
    RoomSource,
    Source,
    StickerMessage,
    TextMessage,
    Unfollow,
    UnknownEvent,
    UnknownMessage,
    UnknownSource,
    Unsend,
    UserSource,
    VideoMessage,
)

Raw = Mapping[str, Any]

MAX_ID_LENGTH = 64
LAST_TIMESTAMP = 253_402_300_799_999  # the end of the year 9999, in milliseconds


class BrokenBody(ValueError):
    """Not a webhook of LINE's: not UTF-8, not JSON, or without a list of events."""


def signature_fits(secret: str, raw_body: bytes, header: str | None) -> bool:
    """Whether LINE signed exactly these bytes; takes the same time whatever differs."""
    if not secret or not header:
        return False
    digest = hmac.new(secret.encode(), raw_body, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(digest), header.encode("utf-8", "replace"))


def parse(body: bytes) -> Callback:
    """All events of one call, in LINE's order; raises BrokenBody. `events: []` is a good call."""
    try:
        value = _loaded(body)
        events = value.get("events") if isinstance(value, dict) else None
        if not isinstance(events, list):
            raise BrokenBody("no list of events")
        return Callback(_text(value, "destination"), tuple(parse_event(event) for event in events))
    except RecursionError as error:
        raise BrokenBody("nested too deeply") from error


def parse_event(raw: object) -> Event:
    """One event, fresh from a call or from where its `raw` was stored. Never fails."""
    if not isinstance(raw, dict):
        raw = {"value": raw}
    common: dict[str, Any] = {
        "event_id": _event_id(raw),
        "timestamp": min(max(_whole(raw, "timestamp") or 0, 0), LAST_TIMESTAMP),
        "mode": _text(raw, "mode"),
        "is_redelivery": _inside(raw, "deliveryContext").get("isRedelivery") is True,
        "reply_token": _text(raw, "replyToken") or None,
        "source": _source(_inside(raw, "source")),
        "raw": raw,
    }
    make = EVENTS.get(_text(raw, "type"))
    try:
        return make(raw, common) if make else UnknownEvent(kind=_text(raw, "type"), **common)
    except _Strange:
        return UnknownEvent(kind=_text(raw, "type"), **common)


class _Strange(Exception):
    """A known type without what makes it one."""


# ── JSON that can be stored ──────────────────────────────────────────────────────────────────


def _loaded(body: bytes) -> Any:
    try:
        value = json.loads(body.decode("utf-8"), parse_float=_finite, parse_constant=_finite)
    except ValueError as error:
        raise BrokenBody(type(error).__name__) from error
    # PostgreSQL takes neither NUL nor half a surrogate pair; both can hide behind an escape.
    return _storable(value) if UNSTORABLE_ESCAPE.search(body) else value


UNSTORABLE_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(one) for key, one in value.items()}
    return value


# ── sources ──────────────────────────────────────────────────────────────────────────────────


def _source(raw: Raw) -> Source:
    user_id = _text(raw, "userId") or None
    kind = _text(raw, "type")
    if kind == "user":
        return UserSource(user_id)
    if kind == "group":
        return GroupSource(user_id, _text(raw, "groupId"))
    if kind == "room":
        return RoomSource(user_id, _text(raw, "roomId"))
    return UnknownSource(user_id, kind)


# ── messages ─────────────────────────────────────────────────────────────────────────────────


def _message(raw: Raw) -> Message:
    kind = _text(raw, "type")
    common: dict[str, Any] = {
        "id": _text(raw, "id")[:MAX_ID_LENGTH],
        "quote_token": _text(raw, "quoteToken") or None,
        "quoted_id": _text(raw, "quotedMessageId") or None,
        "mark_as_read_token": _text(raw, "markAsReadToken") or None,
    }
    make = MESSAGES.get(kind)
    try:
        return make(raw, common) if make else UnknownMessage(kind=kind, **common)
    except _Strange:
        return UnknownMessage(kind=kind, **common)


def _text_message(raw: Raw, common: dict[str, Any]) -> Message:
    return TextMessage(text=_required(raw, "text"), **common)


def _image_message(raw: Raw, common: dict[str, Any]) -> Message:
    return ImageMessage(
        external_url=_external(raw), image_set=_image_set(_inside(raw, "imageSet")), **common
    )


def _image_set(raw: Raw) -> ImageSet | None:
    """Older LINE apps tell the set but neither index nor total."""
    if not (set_id := _text(raw, "id")):
        return None
    return ImageSet(set_id, index=_whole(raw, "index"), total=_whole(raw, "total"))


def _video_message(raw: Raw, common: dict[str, Any]) -> Message:
    return VideoMessage(external_url=_external(raw), milliseconds=_whole(raw, "duration"), **common)


def _audio_message(raw: Raw, common: dict[str, Any]) -> Message:
    return AudioMessage(external_url=_external(raw), milliseconds=_whole(raw, "duration"), **common)


def _file_message(raw: Raw, common: dict[str, Any]) -> Message:
    return FileMessage(name=_text(raw, "fileName"), size=_whole(raw, "fileSize"), **common)


def _location_message(raw: Raw, common: dict[str, Any]) -> Message:
    return LocationMessage(
        title=_text(raw, "title"),
        address=_text(raw, "address"),
        latitude=_degrees(raw, "latitude", 90),
        longitude=_degrees(raw, "longitude", 180),
        **common,
    )


def _sticker_message(raw: Raw, common: dict[str, Any]) -> Message:
    words = raw.get("keywords")
    return StickerMessage(
        package_id=_text(raw, "packageId"),
        sticker_id=_text(raw, "stickerId"),
        keywords=tuple(word for word in words if isinstance(word, str))
        if isinstance(words, list)
        else (),
        text=_text(raw, "text"),
        **common,
    )


def _external(raw: Raw) -> str | None:
    """Set when the file lies elsewhere: LINE's content call then has nothing to give."""
    provider = _inside(raw, "contentProvider")
    if provider.get("type") != "external":
        return None
    return _text(provider, "originalContentUrl")


MESSAGES: dict[str, Callable[[Raw, dict[str, Any]], Message]] = {
    "text": _text_message,
    "image": _image_message,
    "video": _video_message,
    "audio": _audio_message,
    "file": _file_message,
    "location": _location_message,
    "sticker": _sticker_message,
}


# ── events ───────────────────────────────────────────────────────────────────────────────────


def _message_event(raw: Raw, common: dict[str, Any]) -> Event:
    return MessageEvent(message=_message(_inside(raw, "message")), **common)


def _unsend(raw: Raw, common: dict[str, Any]) -> Event:
    return Unsend(message_id=_required(_inside(raw, "unsend"), "messageId"), **common)


def _follow(raw: Raw, common: dict[str, Any]) -> Event:
    unblocked = _inside(raw, "follow").get("isUnblocked") is True
    return Follow(is_unblocked=unblocked, **common)


def _unfollow(_raw: Raw, common: dict[str, Any]) -> Event:
    return Unfollow(**common)


def _postback(raw: Raw, common: dict[str, Any]) -> Event:
    content = _inside(raw, "postback")
    params = {name: str(value) for name, value in _inside(content, "params").items()}
    return Postback(data=_required(content, "data"), params=params, **common)


def _beacon(raw: Raw, common: dict[str, Any]) -> Event:
    content = _inside(raw, "beacon")
    return Beacon(hardware_id=_required(content, "hwid"), what=_text(content, "type"), **common)


def _account_link(raw: Raw, common: dict[str, Any]) -> Event:
    content = _inside(raw, "link")
    return AccountLink(
        is_linked=content.get("result") == "ok", nonce=_required(content, "nonce"), **common
    )


EVENTS: dict[str, Callable[[Raw, dict[str, Any]], Event]] = {
    "message": _message_event,
    "unsend": _unsend,
    "follow": _follow,
    "unfollow": _unfollow,
    "postback": _postback,
    "beacon": _beacon,
    "accountLink": _account_link,
}


def _event_id(raw: Raw) -> str:
    """LINE's id; without a usable one, a digest of the event, so that it is still stored once."""
    told = _text(raw, "webhookEventId")
    if 0 < len(told) <= MAX_ID_LENGTH:
        return told
    # What a redelivery changes must not count: the flag itself.
    lasting = {key: value for key, value in raw.items() if key != "deliveryContext"}
    canonical = json.dumps(lasting, sort_keys=True).encode()
    return f"sha256-{hashlib.sha256(canonical).hexdigest()[:48]}"


# ── typed readers ────────────────────────────────────────────────────────────────────────────


def _text(raw: Raw, name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""


def _required(raw: Raw, name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str):
        raise _Strange(name)
    return value


def _whole(raw: Raw, name: str) -> int | None:
    value = raw.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _degrees(raw: Raw, name: str, most: int) -> float:
    value = raw.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise _Strange(name)
    return float(value)


def _inside(raw: Raw, name: str) -> dict[str, Any]:
    value = raw.get(name)
    return value if isinstance(value, dict) else {}
