# SPDX-License-Identifier: Apache-2.0
"""People who talk in a demo, each at a device of theirs: who they are, what they write, what they
have on their screens.

``python -m tests.faults.talkers COUNT``, run in the demo's environment, makes them and their room
in its town, and prints them.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import httpx
import psutil

from bench.talk_people import open_room, seat_people
from tests.running import RunningDemo

SEND = "/community/talk/send"
TROUBLES = (httpx.HTTPError, httpx.StreamError, OSError)
# What is asked again at another door; a device does not hurry.
PAUSE = 0.2


@dataclass(frozen=True)
class Talker:
    room: int
    person: int
    position: int
    session: str
    stream: str

    @property
    def cookies(self) -> dict[str, str]:
        return {"sessionid": self.session}


def make(demo: RunningDemo, count: int) -> list[Talker]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.talkers", str(count)],
        # What its web process was started with: database, secret and all.
        env=psutil.Process(demo.main_pid("web")).environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Talker(**one) for one in json.loads(done.stdout)]


Door = Callable[[], str]  # the address of a web process, another one each time


@dataclass
class Writer:
    """Someone who writes one message after another, and sends each again until it is answered."""

    talker: Talker
    door: Door
    answered: dict[str, int] = field(default_factory=dict)

    def write(self, text: str) -> None:
        message = {"client_id": str(uuid.uuid4()), "room": self.talker.room, "text": text}
        while not self._send(message):
            threading.Event().wait(PAUSE)

    def _send(self, message: dict[str, Any]) -> bool:
        try:
            answer = httpx.post(
                self.door() + SEND,
                json={"messages": [message]},
                headers={"X-Kairan": "talk"},
                cookies=self.talker.cookies,
                timeout=10,
                trust_env=False,
            )
        except TROUBLES:
            return False
        if answer.status_code >= 500:
            return False
        assert answer.status_code == 200, answer.text
        [told] = answer.json()["answers"]
        assert told["state"] in {"stored", "again"}, told
        self.answered[message["client_id"]] = told["number"]
        return True


@dataclass
class Screen:
    """A page as it is: it hears, and asks for what it has missed when it comes back."""

    talker: Talker
    door: Door
    over: threading.Event
    # What it has, in its order.
    shown: list[str] = field(default_factory=list)
    opened: int = 0
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(cookies=self.talker.cookies, timeout=5, trust_env=False)

    def watch(self) -> None:
        while not self.over.is_set():
            try:
                self._watch(self.door())
            except TROUBLES:
                threading.Event().wait(PAUSE)
        self.client.close()

    def _watch(self, web: str) -> None:
        with self.client.stream("GET", web + self.talker.stream) as response:
            response.raise_for_status()
            lines = response.iter_lines()
            assert next(lines, "").startswith("retry: ")
            self.opened += 1
            self._catch_up(web)
            for name, content in _events(lines):
                if name == "reload" or content.get("number", 0) > len(self.shown) + 1:
                    self._catch_up(web)
                elif content.get("number") == len(self.shown) + 1:
                    self.shown.append(content["message"]["client_id"])
                if self.over.is_set():
                    return

    def _catch_up(self, web: str) -> None:
        more = True
        while more:
            path = f"/community/talk/api/rooms/{self.talker.room}/?after={len(self.shown)}"
            answer = self.client.get(web + path)
            answer.raise_for_status()
            page = answer.json()
            for message in page["messages"]:
                assert message["number"] == len(self.shown) + 1, "the room has a gap"
                self.shown.append(message["client_id"])
            more = page["more_after"]


def _events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


class Served(Protocol):
    @property
    def address(self) -> str: ...


def any_of(webs: Sequence[Served], seed: int) -> Door:
    """One or the other, wherever they are at that moment."""
    chance = random.Random(seed)
    return lambda: chance.choice(webs).address


@contextmanager
def watching(screens: Sequence[Screen], over: threading.Event) -> Iterator[None]:
    threads = [threading.Thread(target=screen.watch) for screen in screens]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def settle_in(town_id: int, count: int) -> list[Talker]:
    """New people in a new room of the town, by this process's own Django."""
    people = seat_people(town_id, count, signed_in=count)
    room = open_room(town_id, people, name=f"試験 {uuid.uuid4()}")
    return [Talker(room, one.person, one.position, one.session, one.stream) for one in people]


def _in_the_demo(count: int) -> list[Talker]:
    from kairan.municipalities.models import Municipality

    return settle_in(Municipality.objects.get(is_default=True).pk, count)


if __name__ == "__main__":
    from kairan.site.cli import start_django

    start_django()
    print(json.dumps([asdict(one) for one in _in_the_demo(int(sys.argv[1]))]))  # noqa: T201
