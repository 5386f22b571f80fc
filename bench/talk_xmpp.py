# SPDX-License-Identifier: Apache-2.0
"""The same people and screens in a room of an XMPP server (XEP-0045), without slowing it down:
what is asked of the server is written by hand, what it says is searched for marks.

``python -m bench.talk_xmpp`` reads a job as JSON from standard input, as ``bench.talk_load`` does.
"""

from __future__ import annotations

import json
import re
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench.talk_load import (
    Course,
    Outcome,
    Screen,
    Way,
    connect,
    drive,
    read_job,
    run_apart,
    shares,
    some,
)

ROOM = "bench@conference.localhost"
_BODY = re.compile(rb"<body>(\d+)")
STREAM = (
    "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client'"
    " xmlns:stream='http://etherx.jabber.org/streams'>"
)
ANONYMOUS = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
BIND = "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
JOIN = (
    f"<presence to='{ROOM}/%s'><x xmlns='http://jabber.org/protocol/muc'>"
    "<history maxstanzas='0'/></x></presence>"
)
# The room stays locked until who made it has agreed to its settings; later that is refused.
UNLOCK = (
    f"<iq type='set' id='unlocking' to='{ROOM}'><query xmlns='http://jabber.org/protocol/muc#owner'>"
    "<x xmlns='jabber:x:data' type='submit'/></query></iq>"
)


@dataclass(frozen=True)
class Job:
    """``way.together``: how many messages one may be ahead of what has come back from the room."""

    port: int
    members: int
    way: Way


def run(job: Job) -> Outcome:
    """In a fresh process."""
    return run_apart("bench.talk_xmpp", asdict(job))


class Member(Screen):
    """Someone in the room: a screen, and perhaps a writer. Their own message coming back to them
    is the answer."""

    def __init__(self, job: Job, name: str, numbers: Sequence[int], course: Course) -> None:
        super().__init__(connect(f"http://127.0.0.1:{job.port}"), course, _BODY, 10)
        self.together = job.way.together
        self.waiting = deque(numbers)
        self.ahead: set[int] = set()
        for words, until in (
            (STREAM, b"</stream:features>"),
            (ANONYMOUS, b"<success"),
            (STREAM, b"</stream:features>"),
            (BIND, b"</iq>"),
            (JOIN % name, b"110"),
        ):
            self.say(words, until)

    def say(self, words: str, until: bytes = b"") -> None:
        """Send, and wait for an answer that holds ``until``."""
        self.line.sendall(words.encode())
        received = b""
        while until not in received:
            received += some(self.line)
            if b"<failure" in received or b"<stream:error" in received:
                raise ConnectionError(received.decode())

    def go(self, now: float) -> None:
        while (
            self.waiting
            and len(self.ahead) < self.together
            and self.course.due(self.waiting[0]) <= now
        ):
            number = self.waiting.popleft()
            self.ahead.add(number)
            self.course.send(number, now)
            text = f"{number}番めの連絡です。夕方の見回りは五時からになりました。"
            self.line.sendall(
                f"<message to='{ROOM}' type='groupchat' id='m{number}'>"
                f"<body>{text}</body></message>".encode()
            )

    def read(self) -> list[int]:
        fresh = super().read()
        now = time.perf_counter()
        for number in self.ahead.intersection(fresh):
            self.ahead.discard(number)
            self.course.answer(number, now)
        return fresh


def main(job: Job) -> Outcome:
    course, members, numbers = Course(job.way, job.members), [], shares(job.way)
    for place in range(job.members):
        mine = numbers[place] if place < len(numbers) else ()
        members.append(Member(job, f"member{place}", mine, course))
        if not place:
            members[0].say(UNLOCK, b"unlocking")
    return drive(course, members, [])


if __name__ == "__main__":
    print(json.dumps(asdict(main(Job(**read_job())))))
