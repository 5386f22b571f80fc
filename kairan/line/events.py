# SPDX-License-Identifier: Apache-2.0
"""Events, messages and sources as `webhook.parse` gives them. `raw` is the whole event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# ── sources ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Source:
    """`user_id` None: LINE does not say who (no consent yet, or an event of a whole group)."""

    user_id: str | None


@dataclass(frozen=True, slots=True)
class UserSource(Source):
    """A talk between one resident and the account."""


@dataclass(frozen=True, slots=True)
class GroupSource(Source):
    group_id: str


@dataclass(frozen=True, slots=True)
class RoomSource(Source):
    room_id: str


@dataclass(frozen=True, slots=True)
class UnknownSource(Source):
    kind: str


# ── messages ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`quoted_id`: the message that this one answers, when it was sent as a quotation."""

    id: str
    quote_token: str | None = None
    quoted_id: str | None = None
    mark_as_read_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage(Message):
    text: str


@dataclass(frozen=True, slots=True)
class ImageSet:
    """Photos sent together; they come as separate events, in any order. `index` counts from 1."""

    id: str
    index: int | None
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media(Message):
    """`external_url`: set when LINE does not hold the file itself."""

    external_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageMessage(Media):
    image_set: ImageSet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoMessage(Media):
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioMessage(Media):
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMessage(Message):
    """`size` in bytes, as told by the sender's app."""

    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationMessage(Message):
    """Degrees, WGS 84."""

    title: str
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StickerMessage(Message):
    package_id: str
    sticker_id: str
    keywords: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownMessage(Message):
    """A type that came after this program, or a known one without what makes it one."""

    kind: str


# ── events ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`timestamp` in milliseconds: when it happened, also on a redelivery."""

    event_id: str
    timestamp: int
    mode: str
    is_redelivery: bool
    reply_token: str | None
    source: Source
    raw: Mapping[str, Any]

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp / 1000, UTC)

    @property
    def is_standby(self) -> bool:
        """Somebody else speaks for the account now: send nothing."""
        return self.mode == "standby"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEvent(Event):
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsend(Event):
    """The resident took a message back: our copy must go."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow(Event):
    """`is_unblocked`: a friend from before has lifted a block."""

    is_unblocked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollow(Event):
    """Blocked (LINE has no other word for leaving)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postback(Event):
    """`params`: what a date picker or rich menu switch gave (date, time, datetime, …)."""

    data: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon(Event):
    hardware_id: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLink(Event):
    is_linked: bool
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent(Event):
    """Stored, and left alone."""

    kind: str


@dataclass(frozen=True, slots=True)
class Callback:
    """One call of the webhook. `destination` is the account's own user id."""

    destination: str
    events: tuple[Event, ...]
