# SPDX-License-Identifier: Apache-2.0
"""What LINE answers, as frozen values. Every one keeps LINE's request id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Accepted:
    """LINE has taken the request.

    `already`: an earlier try with the same retry key had been taken (409);
    `accepted_request_id` names that try. `sent_ids` are the ids of the messages, where told.
    """

    request_id: str
    accepted_request_id: str | None = None
    already: bool = False
    sent_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A photo, video, audio or file that a resident sent."""

    data: bytes
    content_type: str
    request_id: str


class ContentState(StrEnum):
    READY = "ready"
    PROCESSING = "processing"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Profile:
    user_id: str
    display_name: str
    language: str
    picture_url: str
    request_id: str


@dataclass(frozen=True, slots=True)
class BotInfo:
    """`chat_mode` "chat" means that somebody may also answer by hand in LINE's own manager."""

    user_id: str
    basic_id: str
    display_name: str
    chat_mode: str
    request_id: str


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """`channel_id` is the channel the token belongs to; `expires_in` is in seconds."""

    channel_id: str
    expires_in: int
    request_id: str


@dataclass(frozen=True, slots=True)
class Quota:
    """The month's messages; `limit` None means no limit."""

    limit: int | None
    request_id: str


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """`active`: 「Webhookの利用」 is switched on in LINE's console (no API can do that)."""

    endpoint: str
    active: bool
    request_id: str


@dataclass(frozen=True, slots=True)
class WebhookTest:
    """What LINE saw when it called the webhook; `status_code` ≤ 0 when nothing answered."""

    success: bool
    status_code: int
    reason: str
    detail: str
    request_id: str


@dataclass(frozen=True, slots=True)
class RichMenuAnswer:
    line_id: str
    name: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class IdToken:
    """Who opened a page inside LINE, vouched for by LINE. `user_id` is the `sub` claim."""

    user_id: str
    channel_id: str
    name: str
    expires_at: int
    request_id: str
