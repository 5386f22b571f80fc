# SPDX-License-Identifier: Apache-2.0
"""Everything the simulator remembers. Only the one event loop touches it: no locks."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from linesim import ids
from linesim.clock import Clock
from linesim.faults import Conditions, Faults
from linesim.hub import Hub
from linesim.ledger import Ledger
from linesim.rates import Rates

TALK_LENGTH = 300
REPLY_TOKEN_SECONDS = 60.0
RETRY_KEY_SECONDS = 24 * 60 * 60.0


@dataclass(slots=True)
class Entry:
    """One message of a talk. What the town sends to many is one shared Entry."""

    id: str
    at: int
    sender: str  # "resident" | "town"
    message: dict[str, Any]
    unsent: bool = False


@dataclass(slots=True)
class Friend:
    """A resident as one channel knows them."""

    user_id: str
    channel_id: str
    blocked: bool = False
    talk: deque[Entry] = field(default_factory=lambda: deque(maxlen=TALK_LENGTH))
    menu_id: str | None = None
    loading_until: float = 0.0
    read_until: str = ""
    silent: int = 0
    tapped: str = ""  # the message whose quick replies have been used


@dataclass
class Resident:
    user_id: str
    name: str
    language: str = "ja"
    status_message: str = ""


@dataclass
class ReplyToken:
    user_id: str
    expires: float
    used: bool = False


@dataclass
class Accepted:
    """A request LINE took under a retry key."""

    request_id: str
    until: float
    sent: list[dict[str, str]]


@dataclass
class RichMenu:
    id: str
    body: dict[str, Any]
    image: bytes | None = None
    content_type: str = ""


@dataclass
class Content:
    """Bytes a resident sent. ``ready_at``: before it, a video is still being prepared."""

    message_id: str
    data: bytes
    content_type: str
    name: str = ""
    ready_at: float = 0.0
    gone: bool = False
    failed: bool = False


@dataclass
class Channel:
    id: str
    secret: str
    token: str
    name: str
    bot_user_id: str
    basic_id: str
    webhook_url: str | None = None
    webhook_active: bool = True
    redelivery: bool = False
    redelivery_delays: list[float] = field(default_factory=lambda: [5.0, 30.0, 120.0, 600.0])
    mode: str = "active"
    quota: int | None = None
    usage: int = 0
    revoked: bool = False
    friends: dict[str, Friend] = field(default_factory=dict)
    menus: dict[str, RichMenu] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    default_menu: str | None = None
    menu_batches: dict[str, dict[str, str]] = field(default_factory=dict)
    reply_tokens: dict[str, ReplyToken] = field(default_factory=dict)
    retry_keys: dict[str, Accepted] = field(default_factory=dict)
    short_tokens: dict[str, float] = field(default_factory=dict)
    delivered: Counter[str] = field(default_factory=Counter)
    narrowcasts: dict[str, dict[str, Any]] = field(default_factory=dict)
    units: Counter[str] = field(default_factory=Counter)

    def present(self) -> list[Friend]:
        """Those who can be reached."""
        return [friend for friend in self.friends.values() if not friend.blocked]


@dataclass
class Sim:
    """One simulated LINE."""

    public_url: str = ""
    allow_http: bool = False
    clock: Clock = field(default_factory=Clock)
    channels: dict[str, Channel] = field(default_factory=dict)
    residents: dict[str, Resident] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    faults: Faults = field(default_factory=Faults)
    conditions: Conditions = field(default_factory=Conditions)
    rates: Rates = field(default_factory=Rates)
    hub: Hub = field(default_factory=Hub)
    areas: dict[str, Any] | None = None
    landmarks: list[dict[str, Any]] = field(default_factory=list)
    changed: int = 0

    def touch(self) -> None:
        """Something worth keeping over a restart has changed."""
        self.changed += 1

    def add_channel(
        self,
        *,
        id: str | None = None,  # noqa: A002 - LINE's own word
        secret: str | None = None,
        token: str | None = None,
        name: str = "ひのくに市",
        webhook_url: str | None = None,
        quota: int | None = None,
    ) -> Channel:
        """A new channel; what is not given is made up. The same id again replaces its settings."""
        channel_id = id or f"20{len(self.channels):08d}"
        known = self.channels.get(channel_id)
        fresh = ids.user_id(f"bot {channel_id}")
        channel = Channel(
            id=channel_id,
            secret=secret or ids.user_id(f"secret {channel_id}")[1:],
            token=token or ids.access_token(),
            name=name,
            bot_user_id=fresh,
            basic_id=f"@{fresh[1:4]}{fresh[4:9]}",
            webhook_url=webhook_url,
            quota=quota,
        )
        if known:
            _keep_people(known, channel)
        self.channels[channel_id] = channel
        self.touch()
        return channel

    def channel(self, channel_id: str | None = None) -> Channel:
        """The named channel, or the first. Raises KeyError when there is none."""
        if channel_id:
            return self.channels[channel_id]
        for channel in self.channels.values():
            return channel
        raise KeyError("no channel")

    def channel_by_token(self, token: str) -> Channel | None:
        now = self.clock.now()
        for channel in self.channels.values():
            if channel.revoked:
                continue
            if token == channel.token or channel.short_tokens.get(token, 0) > now:
                return channel
        return None

    def add_resident(self, name: str, user_id: str | None = None) -> Resident:
        """A person with a phone; a friend of nobody yet. A known id or name comes back as it is."""
        known = self.find_resident(user_id or name)
        if known:
            return known
        resident = Resident(user_id or ids.user_id(), name)
        self.residents[resident.user_id] = resident
        self.touch()
        return resident

    def find_resident(self, who: str) -> Resident | None:
        """By user id or by name."""
        if who in self.residents:
            return self.residents[who]
        return next((r for r in self.residents.values() if r.name == who), None)

    def befriend(self, channel: Channel, resident: Resident) -> Friend:
        friend = channel.friends.get(resident.user_id)
        if friend is None:
            friend = Friend(resident.user_id, channel.id)
            channel.friends[resident.user_id] = friend
            self.touch()
        return friend


def _keep_people(known: Channel, channel: Channel) -> None:
    """A restart with the same channel id keeps its friends, menus and counts."""
    for name in ("friends", "menus", "aliases", "default_menu", "usage", "retry_keys", "delivered"):
        setattr(channel, name, getattr(known, name))
