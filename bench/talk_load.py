# SPDX-License-Identifier: Apache-2.0
"""People who write and screens that show it, in one thread of a process of its own.

``python -m bench.talk_load`` reads a job as JSON from standard input and prints what came of it.
A message counts as delivered when every screen has shown it. The number of a message travels in
its ``client_id``, so that nothing has to be parsed. Only loopback addresses are accepted.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

PATIENCE_SECONDS = 60.0
_CLIENT_ID = re.compile(rb'"client_id": ?"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}([0-9a-f]{12})"')
# Longer than what is looked for: the rest of a piece that may end in the middle of it.
_REST = 100


@dataclass(frozen=True)
class Way:
    """``messages`` in all, by ``senders`` in turn.

    Each sends the next when the one before has been answered, or ``together`` at once.
    ``per_second`` 0: as fast as that goes; else messages are due on a fixed clock, and the time
    counts from the tick, so that no wait is hidden.
    """

    senders: int
    messages: int
    together: int = 1
    per_second: float = 0


@dataclass(frozen=True)
class Job:
    """What ``streams`` show while the people of ``sessions`` write into the room."""

    web: str
    room: int
    streams: Sequence[str]
    sessions: Sequence[str]
    way: Way
    run: int = 1


@dataclass(frozen=True)
class Outcome:
    """``shown``: seconds from sending to the last screen, by message; ``answered``: to the answer.

    ``lost``: messages that some screen had not shown when patience ended; ``twice``: how often a
    screen was given one that it had.
    """

    seconds: float
    shown: list[float]
    answered: list[float]
    lost: int
    twice: int
    refused: int

    @property
    def per_second(self) -> float:
        return len(self.shown) / self.seconds


def run(job: Job) -> Outcome:
    """In a fresh process."""
    return run_apart("bench.talk_load", asdict(job))


def run_apart(module: str, job: object) -> Outcome:
    """The outcome that the module prints when it is given the job."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Outcome(**json.loads(done.stdout))


@dataclass
class Course:
    """What is to be sent when, and what has come of it."""

    way: Way
    screens: int
    began: float = 0.0
    sent: dict[int, float] = field(default_factory=dict)
    answered: list[float] = field(default_factory=list)
    missing: dict[int, int] = field(default_factory=dict)
    shown: list[float] = field(default_factory=list)
    twice: int = 0
    refused: int = 0
    last: float = 0.0

    def due(self, number: int) -> float:
        per_second = self.way.per_second
        return self.began + number / per_second if per_second else 0.0

    def send(self, number: int, now: float) -> None:
        self.sent[number] = self.due(number) or now
        self.missing[number] = self.screens

    def answer(self, number: int, now: float) -> None:
        self.answered.append(now - self.sent[number])

    def show(self, number: int, now: float) -> None:
        """One more screen has it."""
        if number not in self.missing:
            return
        self.missing[number] -= 1
        if not self.missing[number]:
            del self.missing[number]
            self.shown.append(now - self.sent[number])
            self.last = now

    @property
    def is_over(self) -> bool:
        return len(self.sent) == self.way.messages and not self.missing

    def outcome(self) -> Outcome:
        return Outcome(
            seconds=self.last - self.began,
            shown=self.shown,
            answered=self.answered,
            lost=self.way.messages - len(self.shown),
            twice=self.twice,
            refused=self.refused,
        )


class Screen:
    """A connection on which messages appear; ``mark`` finds their numbers."""

    def __init__(self, line: socket.socket, course: Course, mark: re.Pattern[bytes], base: int):
        self.line, self.course, self.mark, self.base = line, course, mark, base
        self.seen: set[int] = set()
        self._rest = b""

    def read(self) -> list[int]:
        """What has just come up for the first time."""
        data = self._rest + some(self.line)
        end, fresh = 0, []
        for found in self.mark.finditer(data):
            end, number = found.end(), int(found[1], self.base)
            if number in self.seen:
                self.course.twice += 1
            elif number in self.course.sent:
                self.seen.add(number)
                fresh.append(number)
        self._rest = data[max(end, len(data) - _REST) :]
        now = time.perf_counter()
        for number in fresh:
            self.course.show(number, now)
        return fresh


class Writer:
    """One person's page: a request, its answer, the next request."""

    def __init__(self, job: Job, session: str, numbers: Sequence[int], course: Course) -> None:
        self.job, self.session, self.course = job, session, course
        self.waiting = deque(numbers)
        self.line = connect(job.web)
        self._asked: list[int] = []
        self._received = b""

    def go(self, now: float) -> None:
        """Send what is due, unless an answer is awaited."""
        if self._asked:
            return
        while (
            self.waiting
            and len(self._asked) < self.job.way.together
            and self.course.due(self.waiting[0]) <= now
        ):
            self._asked.append(self.waiting.popleft())
        if self._asked:
            for number in self._asked:
                self.course.send(number, now)
            self.line.sendall(self._request())

    def read(self) -> None:
        self._received += some(self.line)
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < content_length(head):
            return
        now = time.perf_counter()
        for number in self._asked:
            self.course.answer(number, now)
        stored = body.count(b'"state":"stored"') if head.startswith(b"HTTP/1.1 200") else 0
        self.course.refused += len(self._asked) - stored
        self._asked, self._received = [], b""

    def _request(self) -> bytes:
        messages = [
            {
                "client_id": client_id(self.job.run, number),
                "room": self.job.room,
                "kind": "text",
                "text": f"{number}番めの連絡です。夕方の見回りは五時からになりました。",
            }
            for number in self._asked
        ]
        body = json.dumps({"messages": messages}).encode()
        place = urlsplit(self.job.web)
        head = (
            f"POST /community/talk/send HTTP/1.1\r\nHost: {place.netloc}\r\nX-Kairan: talk\r\n"
            f"Cookie: sessionid={self.session}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def client_id(run_number: int, number: int) -> str:
    return f"{run_number:08x}-0000-4000-8000-{number:012x}"


def open_stream(web: str, path: str) -> socket.socket:
    """A stream that its server has begun to serve."""
    line = connect(web)
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: {urlsplit(web).netloc}\r\n\r\n".encode())
    received = b""
    while b"retry: " not in received:
        received += some(line)
        if not received.startswith(b"HTTP/1.1 200"[: len(received)]):
            raise ConnectionError(received.decode("latin-1"))
    return line


def connect(address: str) -> socket.socket:
    place = urlsplit(address)
    if place.hostname not in {"127.0.0.1", "localhost"}:
        raise SystemExit("only loopback addresses")
    line = socket.create_connection(("127.0.0.1", place.port or 80), timeout=PATIENCE_SECONDS)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def some(line: socket.socket) -> bytes:
    chunk = line.recv(262144)
    if not chunk:
        raise ConnectionError("the server hung up")
    return chunk


def content_length(head: bytes) -> int:
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return int(found[1]) if found else 0


class Sends(Protocol):
    line: socket.socket

    def go(self, now: float) -> None: ...
    def read(self) -> object: ...


def drive(course: Course, writers: Sequence[Sends], screens: Sequence[Screen]) -> Outcome:
    """Until every screen has shown everything, or nothing has come for too long."""
    with selectors.DefaultSelector() as selector:
        for line, one in [(one.line, one) for one in writers] + [
            (one.line, one) for one in screens
        ]:
            selector.register(line, selectors.EVENT_READ, one)
        course.began = time.perf_counter()
        while not course.is_over:
            now = time.perf_counter()
            for writer in writers:
                writer.go(now)
            ready = selector.select(0.002 if course.way.per_second else PATIENCE_SECONDS)
            for key, _event in ready:
                key.data.read()
            if not ready and now - max(course.last, course.began) > PATIENCE_SECONDS:
                break
    return course.outcome()


def shares(way: Way) -> list[range]:
    """The numbers of each sender's messages."""
    return [range(place, way.messages, way.senders) for place in range(way.senders)]


def main(job: Job) -> Outcome:
    course = Course(job.way, len(job.streams))
    screens = [Screen(open_stream(job.web, path), course, _CLIENT_ID, 16) for path in job.streams]
    writers = [
        Writer(job, session, numbers, course)
        for session, numbers in zip(job.sessions, shares(job.way), strict=False)
    ]
    return drive(course, writers, screens)


def read_job() -> dict[str, Any]:
    """From standard input; its ``way`` as an object."""
    given = json.load(sys.stdin)
    return {**given, "way": Way(**given["way"])}


if __name__ == "__main__":
    print(json.dumps(asdict(main(Job(**read_job())))))
