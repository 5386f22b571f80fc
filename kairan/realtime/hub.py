# SPDX-License-Identifier: Apache-2.0
"""The open streams of this process, and who of them gets a notice. Knows no network."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kairan.realtime.publishing import WHOLE
from kairan.realtime.tickets import LIFETIME, PERSON_TOPIC, Ticket, person_topic

# A stream that lets more than this wait is closed; its page comes back and reads anew.
MAX_WAITING = 100
MAX_STREAMS_OF_PERSON = 30
# How far back a page that has just been made may ask for what it missed while it opened.
KEPT_SECONDS = 60.0
MAX_KEPT = 2_000
# Clocks of two machines differ a little.
SLACK_SECONDS = 2.0
# A reader that takes nothing for so long is gone, whatever its connection says.
STALLED_SECONDS = 30.0

HEARTBEAT = b": still here\n\n"
RELOAD = b"event: reload\ndata: {}\n\n"
# After these a person's streams end, and tickets given out before count no longer.
ENDING_KINDS = frozenset({"person.suspended", "person.signed_out", "person.roles_changed"})


@dataclass(frozen=True)
class Notice:
    """Encoded once, then the same bytes for every stream."""

    number: int
    at: float
    town_id: int
    topics: frozenset[str]
    kind: str
    encoded: bytes


class Stream:
    """What waits to be sent to one page."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self.topics = set(ticket.topics)
        # Taken away since it was opened: what was looked up before that must not give it back.
        self.revoked: set[str] = set()
        # Since when the server has not taken a piece; what then ends the serving of it.
        self.sending_since: float | None = None
        self.give_up: Callable[[], None] = self.end
        self._waiting: list[bytes] = []
        self._sleeper: asyncio.Future[None] | None = None
        self._ended = False

    def push(self, piece: bytes) -> None:
        if len(self._waiting) >= MAX_WAITING:
            self.end()
        elif not self._ended:
            self._waiting.append(piece)
            self._wake()

    def end(self) -> None:
        """Nothing more is sent, not even what waits."""
        self._ended = True
        self._waiting.clear()
        self._wake()

    async def next(self) -> bytes:
        """What has come, together; waits for it. Nothing when the stream is ended."""
        while not self._waiting and not self._ended:
            self._sleeper = asyncio.get_running_loop().create_future()
            await self._sleeper
        together, self._waiting = b"".join(self._waiting), []
        return together

    def _wake(self) -> None:
        sleeper, self._sleeper = self._sleeper, None
        if sleeper is not None and not sleeper.done():
            sleeper.set_result(None)


class Hub:
    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._mark = secrets.token_hex(4)  # tells our numbers from another process's
        self._numbers = itertools.count(1)
        self._streams: set[Stream] = set()
        # By town and topic, oldest first.
        self._followers: dict[tuple[int, str], dict[Stream, None]] = defaultdict(dict)
        self._kept: deque[Notice] = deque(maxlen=MAX_KEPT)
        self._ended_at: dict[tuple[int, str], float] = {}

    def __len__(self) -> int:
        return len(self._streams)

    def may_open(self, ticket: Ticket) -> bool:
        """False for a ticket older than its person's suspension or sign-out."""
        own = ticket.town_id, person_topic(ticket.person_id)
        return ticket.issued > self._ended_at.get(own, 0.0)

    def open(self, ticket: Ticket, last_id: str = "") -> Stream:
        """A new stream; it begins with what its page has missed. A live one begins empty: what its
        person may follow is yet to be granted, and its page asks for what it has missed itself."""
        stream = Stream(ticket)
        others = self._followers.get((ticket.town_id, person_topic(ticket.person_id)), {})
        if len(others) >= MAX_STREAMS_OF_PERSON:
            self.close(next(iter(others)))
        self._streams.add(stream)
        for topic in ticket.topics:
            self._followers[ticket.town_id, topic][stream] = None
        if not ticket.is_live:
            self._catch_up(stream, last_id)
        return stream

    def grant(self, stream: Stream, topics: Iterable[str]) -> None:
        """Let an open stream follow more; nothing where it has been closed meanwhile."""
        if stream not in self._streams:
            return
        for topic in topics:
            stream.topics.add(topic)
            stream.revoked.discard(topic)
            self._followers[stream.ticket.town_id, topic][stream] = None

    def revoke(self, stream: Stream, topic: str) -> None:
        stream.topics.discard(topic)
        stream.revoked.add(topic)
        self._drop(stream, topic)

    def close(self, stream: Stream) -> None:
        """Closing twice does nothing."""
        stream.end()
        self._streams.discard(stream)
        for topic in stream.topics:
            self._drop(stream, topic)

    def receive(self, content: dict[str, Any]) -> None:
        """A notice as ``publish`` wrote it, perhaps with what it is about added to it.

        ``grants`` and ``revokes``, pairs of topics, say that whoever follows the first follows the
        second from now on, or no longer. The last that one hears of a topic is that it is over.
        """
        grants, revokes = content.pop("grants", ()), content.pop("revokes", ())
        content.pop(WHOLE, None)
        town_id = content["town"]
        for holder, topic in grants:
            for stream in list(self._followers.get((town_id, holder), ())):
                self.grant(stream, [topic])
        notice = self._noticed(content)
        self._kept.append(notice)
        for stream in self._following(notice):
            stream.push(notice.encoded)
        for holder, topic in revokes:
            for stream in list(self._followers.get((town_id, holder), ())):
                self.revoke(stream, topic)
        if notice.kind in ENDING_KINDS:
            self._end_person(notice)

    def tell_all(self, piece: bytes) -> None:
        for stream in self._streams:
            stream.push(piece)

    def end_stalled(self) -> None:
        too_old = self._clock() - STALLED_SECONDS
        for stream in self._streams:
            if stream.sending_since is not None and stream.sending_since < too_old:
                stream.give_up()

    def end_all(self) -> None:
        for stream in self._streams:
            stream.end()

    def _noticed(self, content: dict[str, Any]) -> Notice:
        number, town_id = next(self._numbers), content.pop("town")
        data = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return Notice(
            number=number,
            at=self._clock(),
            town_id=town_id,
            topics=frozenset(content["topics"]),
            kind=content["kind"],
            encoded=f"id: {self._mark}-{number}\nevent: notice\ndata: {data}\n\n".encode(),
        )

    def _drop(self, stream: Stream, topic: str) -> None:
        key = stream.ticket.town_id, topic
        followers = self._followers.get(key, {})
        followers.pop(stream, None)
        if not followers:
            self._followers.pop(key, None)

    def _following(self, notice: Notice) -> set[Stream]:
        found: set[Stream] = set()
        for topic in notice.topics:
            found.update(self._followers.get((notice.town_id, topic), ()))
        return found

    def _end_person(self, notice: Notice) -> None:
        too_old = notice.at - LIFETIME.total_seconds()
        self._ended_at = {who: at for who, at in self._ended_at.items() if at > too_old}
        for topic in notice.topics:
            if topic.startswith(PERSON_TOPIC):
                self._ended_at[notice.town_id, topic] = notice.at
                for stream in self._followers.get((notice.town_id, topic), {}):
                    stream.end()

    def _catch_up(self, stream: Stream, last_id: str) -> None:
        """From the last id a browser has seen, else from the moment its page was made.

        An old page without such an id has come back by itself, and then reads itself anew.
        """
        if last_id:
            missed = self._after(last_id)
        elif self._clock() - stream.ticket.issued <= KEPT_SECONDS:
            since = stream.ticket.issued - SLACK_SECONDS
            missed = [notice for notice in self._kept if notice.at >= since]
        else:
            return
        wanted = [n.encoded for n in missed or [] if self._concerns(n, stream)]
        if missed is None or len(wanted) > MAX_WAITING // 2:
            wanted = [RELOAD]
        for piece in wanted:
            stream.push(piece)

    def _after(self, last_id: str) -> list[Notice] | None:
        """The notices since; None when that cannot be known."""
        mark, _dash, number = last_id.partition("-")
        if mark != self._mark or not number.isdecimal():
            return None
        if self._kept and int(number) + 1 < self._kept[0].number:
            return None
        return [notice for notice in self._kept if notice.number > int(number)]

    @staticmethod
    def _concerns(notice: Notice, stream: Stream) -> bool:
        same_town = notice.town_id == stream.ticket.town_id
        return same_town and not notice.topics.isdisjoint(stream.topics)
