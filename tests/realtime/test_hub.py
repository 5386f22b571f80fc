# SPDX-License-Identifier: Apache-2.0
"""Who gets what. No network and no database: the hub is told, streams are read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import pytest

from kairan.realtime.hub import (
    KEPT_SECONDS,
    MAX_STREAMS_OF_PERSON,
    MAX_WAITING,
    RELOAD,
    STALLED_SECONDS,
    Hub,
    Stream,
)
from kairan.realtime.stream import _serve
from kairan.realtime.tickets import Ticket

NOON = 1_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(clock: Clock) -> Hub:
    return Hub(clock)


def ticket(*topics: str, town: int = 1, person: int = 7, issued: float = NOON) -> Ticket:
    return Ticket(town, person, frozenset({*topics, f"person:{person}"}), issued)


def tell(hub: Hub, *topics: str, town: int = 1, kind: str = "case", **ids: int) -> None:
    hub.receive({"town": town, "topics": list(topics), "kind": kind, **ids})


def waiting(stream: Stream) -> list[bytes]:
    return stream._waiting


def ids(stream: Stream) -> list[int]:
    return [data(piece)["id"] for piece in waiting(stream)]


def data(piece: bytes) -> dict[str, Any]:
    line = next(line for line in piece.decode().splitlines() if line.startswith("data: "))
    found: dict[str, Any] = json.loads(line.removeprefix("data: "))
    return found


def has_ended(stream: Stream) -> bool:
    return stream._ended


def test_a_stream_hears_its_topics(hub: Hub) -> None:
    stream = hub.open(ticket("department:3"))
    tell(hub, "cases", "department:3", "case:12", id=12)
    tell(hub, "cases", "department:4", "case:13", id=13)
    assert ids(stream) == [12]


def test_a_page_is_told_kind_and_ids_and_no_town(hub: Hub) -> None:
    stream = hub.open(ticket("cases"))
    tell(hub, "cases", "case:12", id=12)
    [piece] = waiting(stream)
    assert data(piece) == {"topics": ["cases", "case:12"], "kind": "case", "id": 12}
    assert piece.startswith(b"id: ")
    assert b"\nevent: notice\n" in piece
    assert piece.endswith(b"\n\n")


def test_another_town_with_the_same_topic_hears_nothing(hub: Hub) -> None:
    stream = hub.open(ticket("cases", town=2))
    tell(hub, "cases", town=1, id=1)
    assert waiting(stream) == []


def test_a_notice_of_two_topics_is_told_once(hub: Hub) -> None:
    stream = hub.open(ticket("cases", "case:12"))
    tell(hub, "cases", "case:12", id=12)
    assert ids(stream) == [12]


def test_every_stream_gets_the_very_same_bytes(hub: Hub) -> None:
    one, two = hub.open(ticket("cases")), hub.open(ticket("cases", person=8))
    tell(hub, "cases", id=1)
    assert waiting(one)[0] is waiting(two)[0]


def test_a_closed_stream_is_forgotten(hub: Hub) -> None:
    stream = hub.open(ticket("cases"))
    hub.close(stream)
    hub.close(stream)
    tell(hub, "cases", id=1)
    assert waiting(stream) == []
    assert len(hub) == 0
    assert not hub._followers


def test_a_reader_who_takes_nothing_is_let_go(hub: Hub) -> None:
    slow, quick = hub.open(ticket("cases")), hub.open(ticket("cases", person=8))
    for number in range(MAX_WAITING + 1):
        waiting(quick).clear()
        tell(hub, "cases", id=number)
    assert has_ended(slow)
    assert waiting(slow) == []
    assert not has_ended(quick)


def test_what_came_together_is_sent_together(hub: Hub) -> None:
    stream = hub.open(ticket("cases"))
    tell(hub, "cases", id=1)
    tell(hub, "cases", id=2)

    async def first_piece() -> bytes:
        return await stream.next()

    assert asyncio.run(first_piece()).count(b"event: notice") == 2


def test_a_reader_who_takes_nothing_is_given_up_and_others_are_not(hub: Hub, clock: Clock) -> None:
    given_up = []
    for number, since in enumerate([NOON, NOON + 5, None]):
        stream = hub.open(ticket("cases", person=number))
        stream.sending_since = since
        stream.give_up = lambda number=number: given_up.append(number)  # type: ignore[misc]
    clock.now += STALLED_SECONDS + 1
    hub.end_stalled()
    assert given_up == [0]


def test_serving_a_reader_who_takes_nothing_ends() -> None:
    clock = Clock()
    hub = Hub(clock)
    stream = hub.open(ticket("cases"))

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def receive() -> MutableMapping[str, Any]:
        return await asyncio.Event().wait()  # type: ignore[return-value]

    async def served() -> None:
        serving = asyncio.create_task(_serve(stream, receive, send))
        while stream.sending_since is None:
            await asyncio.sleep(0)
        clock.now = stream.sending_since + STALLED_SECONDS + 1
        hub.end_stalled()
        await serving

    asyncio.run(served())


def test_a_page_is_not_told_that_its_notice_was_whole(hub: Hub) -> None:
    stream = hub.open(ticket("room:1"))
    hub.receive({"town": 1, "topics": ["room:1"], "kind": "talk.message", "whole": True, "id": 1})
    [piece] = waiting(stream)
    assert "whole" not in data(piece)


@pytest.mark.parametrize("kind", ["person.suspended", "person.signed_out", "person.roles_changed"])
def test_a_person_who_is_put_out_hears_nothing_more(hub: Hub, clock: Clock, kind: str) -> None:
    theirs, others = hub.open(ticket("cases", person=7)), hub.open(ticket("cases", person=8))
    clock.now += 10
    tell(hub, "person:7", kind=kind)
    assert has_ended(theirs)
    assert not has_ended(others)
    assert not hub.may_open(ticket("cases", person=7))
    assert hub.may_open(ticket("cases", person=7, issued=clock.now + 1))
    assert hub.may_open(ticket("cases", person=7, town=2))


def test_a_notice_about_a_person_need_not_end_anything(hub: Hub) -> None:
    stream = hub.open(ticket(person=7))
    tell(hub, "person:7", kind="digest", id=3)
    assert ids(stream) == [3]
    assert not has_ended(stream)


def test_of_too_many_pages_of_one_person_the_oldest_is_let_go(hub: Hub) -> None:
    first = hub.open(ticket("cases"))
    for _ in range(MAX_STREAMS_OF_PERSON):
        hub.open(ticket("cases"))
    assert has_ended(first)
    assert len(hub) == MAX_STREAMS_OF_PERSON


def test_a_fresh_page_hears_what_happened_while_it_opened(hub: Hub, clock: Clock) -> None:
    tell(hub, "cases", id=1)
    clock.now += 30
    made = ticket("cases", issued=clock.now)
    tell(hub, "cases", id=2)
    tell(hub, "department:9", id=3)
    assert ids(hub.open(made)) == [2]


def test_an_old_page_that_comes_back_reads_itself_anew(hub: Hub, clock: Clock) -> None:
    old = ticket("cases")
    clock.now += KEPT_SECONDS + 1
    tell(hub, "cases", id=1)
    assert waiting(hub.open(old)) == []


def last_id(stream: Stream) -> str:
    line = waiting(stream)[-1].decode().splitlines()[0]
    return line.removeprefix("id: ")


def test_a_browser_that_says_where_it_was_gets_the_rest(hub: Hub) -> None:
    before = hub.open(ticket("cases"))
    tell(hub, "cases", id=1)
    seen = last_id(before)
    tell(hub, "cases", id=2)
    assert ids(hub.open(ticket("cases"), seen)) == [2]


@pytest.mark.parametrize("unknown", ["other-3", "nonsense", "-", "-5"])
def test_where_another_process_was_is_unknown_here(hub: Hub, unknown: str) -> None:
    tell(hub, "cases", id=1)
    assert waiting(hub.open(ticket("cases"), unknown)) == [RELOAD]


def test_who_missed_too_much_reads_anew(hub: Hub) -> None:
    before = hub.open(ticket("cases"))
    tell(hub, "cases", id=0)
    seen = last_id(before)
    for number in range(MAX_WAITING):
        tell(hub, "cases", id=number)
    assert waiting(hub.open(ticket("cases"), seen)) == [RELOAD]


def test_all_can_be_told_and_all_can_be_ended(hub: Hub) -> None:
    streams = [hub.open(ticket(person=number)) for number in range(3)]
    hub.tell_all(RELOAD)
    assert all(waiting(stream) == [RELOAD] for stream in streams)
    hub.end_all()
    assert all(has_ended(stream) for stream in streams)


def live(person: int = 7, *topics: str) -> Ticket:
    own = {*topics, f"person:{person}"}
    return Ticket(1, person, frozenset(own), NOON, is_live=True)


def test_who_comes_in_hears_of_it_and_of_what_is_said_from_then_on(hub: Hub) -> None:
    stream = hub.open(live(7, "position:3"))
    tell(hub, "room:5", id=1)
    hub.receive(
        {
            "town": 1,
            "topics": ["room:5"],
            "kind": "talk.joined",
            "id": 2,
            "grants": [["position:3", "room:5"]],
        }
    )
    tell(hub, "room:5", id=3)
    assert ids(stream) == [2, 3]


def test_who_is_removed_hears_that_and_nothing_more(hub: Hub) -> None:
    stream = hub.open(live(7, "position:3"))
    hub.grant(stream, ["room:5", "room:6"])
    gone = {"town": 1, "topics": ["room:5"], "kind": "talk.left", "id": 1}
    hub.receive({**gone, "revokes": [["position:3", "room:5"]]})
    tell(hub, "room:5", id=2)
    tell(hub, "room:6", id=3)
    assert ids(stream) == [1, 3]
    hub.close(stream)


def test_another_town_s_seat_of_the_same_number_gains_nothing(hub: Hub) -> None:
    stream = hub.open(live(7, "position:3"))
    joined = {"town": 2, "topics": [], "kind": "talk.joined", "grants": [["position:3", "room:5"]]}
    hub.receive(joined)
    tell(hub, "room:5", id=1)
    tell(hub, "room:5", town=2, id=2)
    assert ids(stream) == []


def test_a_live_page_asks_itself_for_what_it_has_missed(hub: Hub, clock: Clock) -> None:
    tell(hub, "position:3", id=1)
    assert waiting(hub.open(live(7, "position:3"))) == []
