# SPDX-License-Identifier: Apache-2.0
"""kill -9 of web, fifty times, while twenty people write; and PostgreSQL restarted under open
pages: nothing that was answered is lost, nothing is there twice, no number is left out."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx
import pytest
from pytest_django import DjangoDbBlocker

from bench.stage import free_port
from kairan.talk.models import Message, Recipient
from tests.cast import Cast
from tests.conftest import SERVER
from tests.faults.field import Field, until
from tests.faults.talkers import Screen, Writer, any_of, make, settle_in, watching
from tests.faults.test_database import restart_like_a_power_cut, restart_orderly
from tests.running import RunningDemo
from tests.talk.living import Living, build, demolish

KILLS = 50
WEBS = 3
PEOPLE = 20
SCREENS = 4
AT_LEAST = 5
START_SECONDS = 90
SETTLE_SECONDS = 60
PAUSE = 0.05


class Nursery:
    """Has web processes at once, on the database of the tests."""

    def __init__(self) -> None:
        self._asked = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            env={**os.environ, "KAIRAN_TALK_MESSAGES_A_MINUTE": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def web(self, port: int) -> int:
        """The number of the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._asked:
            print(port, file=self._process.stdin, flush=True)
            return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


@dataclass
class Web:
    """One that is started again and again, each time on another port."""

    nursery: Nursery
    port: int = 0
    pid: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.port = free_port()
        self.pid = self.nursery.web(self.port)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/healthz", timeout=2, trust_env=False).is_success
        except httpx.HTTPError:
            return False


@contextmanager
def webs() -> Iterator[list[Web]]:
    with ExitStack() as stack:
        nursery = Nursery()
        stack.callback(nursery.close)
        made = [Web(nursery) for _ in range(WEBS)]
        for web in made:
            web.start()
            stack.callback(web.kill)
        for web in made:
            until("web answers", web.answers, START_SECONDS)
        yield made


def kill_again_and_again(web: Web, times: int, chance: random.Random) -> int:
    """Mostly at work, now and then while it starts."""
    for _turn in range(times):
        if chance.random() > 0.1:
            until("web answers", web.answers, START_SECONDS)
            threading.Event().wait(chance.uniform(0, 0.5))
        web.kill()
        web.start()
    return times


def write_until(over: threading.Event, writer: Writer) -> None:
    written = 0
    while not over.is_set() or written < AT_LEAST:
        writer.write(f"{written}番め")
        written += 1
        threading.Event().wait(PAUSE)


@dataclass
class Aftermath:
    """``answered``: client id and number of what somebody was told is stored. ``kept``: the room,
    in the order of its numbers."""

    killed: int
    answered: dict[str, int]
    kept: list[tuple[int, str]]
    recipients: int
    screens: list[Screen]


@pytest.fixture(scope="module")
def living(built_town: Cast, django_db_blocker: DjangoDbBlocker) -> Iterator[Living]:
    """A town of its own, whose rows are committed."""
    living = build("", django_db_blocker)
    yield living
    demolish(living, SERVER.server.get_uri(database="kairan"))


@pytest.fixture(scope="module")
def aftermath(living: Living) -> Aftermath:
    """The campaign itself, once; the tests below look at what it left."""
    with living.inside():
        people = settle_in(living.town.pk, PEOPLE)
    with webs() as doors:
        writers = [Writer(one, any_of(doors, one.person)) for one in people]
        over = threading.Event()
        screens = [Screen(one, any_of(doors, -one.person), over) for one in people[:SCREENS]]
        with watching(screens, over):
            killed = campaign(doors, writers)
            said = kept(living, people[0].room)
            until("the screens show all", lambda: _all_shown(screens, len(said)), SETTLE_SECONDS)
    answered = {key: number for writer in writers for key, number in writer.answered.items()}
    with living.inside():
        recipients = Recipient.objects.filter(room=people[0].room).count()
    return Aftermath(killed, answered, said, recipients, screens)


def campaign(doors: list[Web], writers: list[Writer]) -> int:
    """Everybody writes until all the killing is over, and is answered in the end."""
    over = threading.Event()
    with ThreadPoolExecutor(PEOPLE + WEBS) as pool:
        writing = [pool.submit(write_until, over, writer) for writer in writers]
        shares = [KILLS // WEBS + (place < KILLS % WEBS) for place in range(WEBS)]
        killing = [
            pool.submit(kill_again_and_again, web, share, random.Random(place))
            for place, (web, share) in enumerate(zip(doors, shares, strict=True))
        ]
        try:
            killed = sum(one.result() for one in killing)
        finally:
            over.set()
        for one in writing:
            one.result()
    return killed


def kept(living: Living, room: int) -> list[tuple[int, str]]:
    with living.inside():
        found = Message.objects.filter(room=room).order_by("number")
        return [(number, str(key)) for number, key in found.values_list("number", "client_id")]


def _all_shown(screens: list[Screen], count: int) -> bool:
    return all(len(screen.shown) == count for screen in screens)


def test_fifty_processes_were_killed(aftermath: Aftermath) -> None:
    assert aftermath.killed == KILLS
    assert len(aftermath.answered) >= PEOPLE * AT_LEAST
    assert all(screen.opened > 1 for screen in aftermath.screens)


def test_nothing_that_was_answered_is_lost_or_has_another_number(aftermath: Aftermath) -> None:
    stored = {client_id: number for number, client_id in aftermath.kept}
    assert aftermath.answered.items() <= stored.items()


def test_nothing_is_stored_that_nobody_wrote_and_nothing_twice(aftermath: Aftermath) -> None:
    """Everybody sends again until there is an answer: what is stored is what was answered."""
    ids = [client_id for _number, client_id in aftermath.kept]
    assert len(set(ids)) == len(ids)
    assert set(ids) == set(aftermath.answered)


def test_numbers_have_no_gaps(aftermath: Aftermath) -> None:
    numbers = [number for number, _client_id in aftermath.kept]
    assert numbers == list(range(1, len(numbers) + 1))


def test_each_message_has_its_recipients(aftermath: Aftermath) -> None:
    assert aftermath.recipients == len(aftermath.kept) * (PEOPLE - 1)


def test_every_screen_shows_everything_once_and_in_order(aftermath: Aftermath) -> None:
    ids = [client_id for _number, client_id in aftermath.kept]
    assert all(screen.shown == ids for screen in aftermath.screens)


# ── PostgreSQL ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("restart", [restart_orderly, restart_like_a_power_cut])
def test_a_database_that_was_restarted_under_open_pages_loses_nothing(
    demo: RunningDemo, restart: Callable[[Field], None]
) -> None:
    field, people = Field(demo), make(demo, 6)
    room, over = people[0].room, threading.Event()
    pid = demo.main_pid("web")
    screens = [Screen(one, lambda: demo.web, over) for one in people]
    with watching(screens, over), ThreadPoolExecutor(len(people)) as pool:
        writers = [Writer(one, lambda: demo.web) for one in people]
        _talk(pool, writers, "前")
        until("all is shown", lambda: _all_shown(screens, 12))
        talking = pool.submit(_talk_alone, writers[0], 10)
        restart(field)
        talking.result()
        _talk(pool, writers, "後")
        until("all is caught up", lambda: _all_shown(screens, 34), SETTLE_SECONDS)
    question = "SELECT client_id::text FROM talk_message WHERE room_id = %s ORDER BY number"
    ids = [client_id for (client_id,) in field.rows(question, room)]
    assert set(ids) == {key for writer in writers for key in writer.answered}
    assert all(screen.shown == ids for screen in screens)
    assert demo.main_pid("web") == pid
    field.close()


def _talk(pool: ThreadPoolExecutor, writers: list[Writer], text: str) -> None:
    """Two messages of everybody, at once."""
    for written in [pool.submit(writer.write, text) for writer in writers * 2]:
        written.result()


def _talk_alone(writer: Writer, times: int) -> None:
    for number in range(times):
        writer.write(f"止まっている間 {number}")
