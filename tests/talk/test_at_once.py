# SPDX-License-Identifier: Apache-2.0
"""Two who want opposite things at one moment, on real connections: each waits for a lock that the
test holds, and goes on in the order in which they came. And what only a script sends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest
from django.conf import settings
from django.db import connection

from kairan.audit.actors import PROGRAM
from kairan.municipalities.tenancy import town
from kairan.people.positions.actions import hand_over
from kairan.people.positions.models import SignInCode
from kairan.talk.actions import rooms
from kairan.talk.models import Recipient, Room
from tests.conftest import SERVER
from tests.people.positions.factories import Chair, a_chair
from tests.talk.factories import a_person
from tests.talk.living import OURS, SEND, Living, Talker, a_message, new_id

_CSRF = "a" * 32
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


class Gate:
    """Holds one row, before which others queue up."""

    def __init__(self, holder: psycopg.Connection, pool: ThreadPoolExecutor) -> None:
        self._holder, self._pool = holder, pool
        self._queued = 0

    def queue(self, act: Callable[[], Any]) -> Future[Any]:
        """Does it in a thread; comes back when it waits for the row."""
        self._queued += 1
        doing = self._pool.submit(act)
        while self._count() < self._queued:
            assert not doing.done(), doing.result()
        return doing

    def open(self) -> None:
        self._holder.rollback()

    def _count(self) -> int:
        found = self._holder.execute(_WAITING).fetchone()
        return int(found[0]) if found else 0


@contextmanager
def gate(table: str, key: int) -> Iterator[Gate]:
    uri = SERVER.server.get_uri(database="kairan")
    with psycopg.connect(uri) as holder, ThreadPoolExecutor(2) as pool:
        holder.execute(f"SELECT FROM {table} WHERE id = %s FOR UPDATE", [key])
        try:
            yield Gate(holder, pool)
        finally:
            holder.rollback()


def inside(living: Living, act: Callable[[], Any]) -> Callable[[], Any]:
    """The act in a thread and on a connection of its own."""

    def acted() -> Any:
        try:
            with town(living.town.pk):
                return act()
        finally:
            connection.close()

    return acted


# ── a sheet is used while its seat is handed over ──


@pytest.fixture
def chair(living: Living) -> Chair:
    with living.inside():
        return a_chair(f"正 {new_id()}", f"会長 {new_id()}")


def coming_in(living: Living, chair: Chair) -> Callable[[], httpx.Response]:
    return lambda: httpx.post(
        living.address + chair.code.path,
        cookies={settings.CSRF_COOKIE_NAME: _CSRF},
        headers={"X-CSRFToken": _CSRF},
        timeout=20,
    )


def handing_over(living: Living, chair: Chair) -> Callable[[], Any]:
    return inside(
        living,
        lambda: hand_over(
            acting=PROGRAM,
            position=chair.position,
            successor=a_person("後の人"),
            last_day=chair.tenure.starts_on,
        ),
    )


def rooms_seen(living: Living, session: str | None) -> int:
    cookies = {settings.SESSION_COOKIE_NAME: session or "none"}
    address = f"{living.address}/community/talk/api/rooms/"
    return httpx.get(address, cookies=cookies, timeout=20).status_code


def code_of(living: Living, chair: Chair) -> int:
    with living.inside():
        return SignInCode.objects.get(tenure=chair.tenure).pk


def test_who_comes_in_just_before_the_handover_is_out_with_it(living: Living, chair: Chair) -> None:
    with gate("people_signincode", code_of(living, chair)) as row, living.inside():
        coming = row.queue(coming_in(living, chair))
        handing = row.queue(handing_over(living, chair))
        row.open()
        answer, handed = coming.result(), handing.result()
    assert (answer.status_code, handed.tenure.position_id) == (302, chair.position.pk)
    assert rooms_seen(living, answer.cookies.get(settings.SESSION_COOKIE_NAME)) == 401


def test_who_comes_just_after_it_does_not_come_in(living: Living, chair: Chair) -> None:
    with gate("people_signincode", code_of(living, chair)) as row, living.inside():
        handing = row.queue(handing_over(living, chair))
        coming = row.queue(coming_in(living, chair))
        row.open()
        answer, handed = coming.result(), handing.result()
    assert (answer.status_code, handed.tenure.position_id) == (410, chair.position.pk)
    assert rooms_seen(living, answer.cookies.get(settings.SESSION_COOKIE_NAME)) == 401


def test_without_a_handover_the_sheet_lets_in(living: Living, chair: Chair) -> None:
    answer = coming_in(living, chair)()
    assert answer.status_code == 302
    assert rooms_seen(living, answer.cookies.get(settings.SESSION_COOKIE_NAME)) == 200


# ── somebody is taken out of a room while they write ──


def leaving(living: Living, talker: Talker, room: Room) -> Callable[[], Any]:
    seats = [talker.seat.pk]
    return inside(living, lambda: rooms.remove(acting=PROGRAM, room=room, positions=seats))


@pytest.mark.parametrize("leaves_first", [True, False])
def test_what_is_written_in_the_moment_of_leaving(
    living: Living, hana: Talker, room: Room, leaves_first: bool
) -> None:
    with gate("talk_room", room.pk) as row, living.inside():
        acts = {"leave": leaving(living, hana, room), "say": lambda: hana.say(room, "まだいます")}
        order = ["leave", "say"] if leaves_first else ["say", "leave"]
        doing = {name: row.queue(acts[name]) for name in order}
        row.open()
        said, left = doing["say"].result(), doing["leave"].result()
    assert left == [hana.seat.pk]
    assert (said["state"] == "stored") is not leaves_first
    assert ("まだいます" in [text for _n, text in living.said_in(room)]) is not leaves_first


def test_two_devices_confirm_once(living: Living, hana: Talker, jiro: Talker, room: Room) -> None:
    with living.inside():
        desk = living.talker("窓口の人", kind="desk")
        office = living.room(desk, jiro)
    said = desk.say(office, "必ず読んでください", must_confirm=True)
    with living.inside():
        waiting = Recipient.objects.get(message=said["id"], position=jiro.seat).pk
    address = f"messages/{said['id']}/confirm"
    with gate("talk_recipient", waiting) as row:
        both = [row.queue(lambda: jiro.post(address)) for _device in range(2)]
        row.open()
        answers = [one.result() for one in both]
    assert [one.status_code for one in answers] == [200, 200]
    assert {one.json()["message"]["confirmed"] for one in answers} == {1}


# ── what only a script sends ──


@pytest.mark.parametrize(
    "client_id", ['"\\ud800"', "NaN", '"' + "x" * 5_000 + '"', "[" * 500 + "]" * 500, '"日本"']
)
def test_a_name_that_is_none_is_not_sent_back(hana: Talker, room: Room, client_id: str) -> None:
    good = json.dumps(a_message(room))
    bad = f'{{"client_id": {client_id}, "room": {room.pk}, "text": "あ"}}'
    answer = httpx.post(
        hana.living.address + SEND,
        content=f'{{"messages": [{bad}, {good}]}}',
        headers=OURS,
        cookies=hana.cookies,
        timeout=20,
    )
    first, second = answer.json()["answers"]
    assert (first["client_id"], first["state"], second["state"]) == (None, "refused", "stored")


@pytest.mark.parametrize(
    "more",
    [
        {"room": 10**30},
        {"room": True},
        {"position": 2**64},
        {"answers": "1"},
        {"mentions": [[1]]},
        {"mentions": [1.5]},
        {"importance": {"a": 1}},
        {"importance": 3},
        {"kind": "event"},
        {"kind": "place", "longitude": float("inf"), "latitude": 1},
        {"kind": "place", "longitude": 10**400, "latitude": 1},
        {"attachments": [{"key": 1}]},
        {"kind": "photos", "attachments": ["\0"]},
    ],
)
def test_a_crafted_field_is_unfit(
    living: Living, hana: Talker, room: Room, more: dict[str, Any]
) -> None:
    bad, good = json.dumps({**a_message(room), **more}), json.dumps(a_message(room, "次"))
    answer = httpx.post(
        hana.living.address + SEND,
        content=f'{{"messages": [{bad}, {good}]}}',
        headers=OURS,
        cookies=hana.cookies,
        timeout=20,
    )
    assert [one["state"] for one in answer.json()["answers"]] == ["refused", "stored"]
    assert [text for _number, text in living.said_in(room)] == ["次"]


def test_ids_of_another_room_lead_nowhere(living: Living, hana: Talker, jiro: Talker) -> None:
    """A quotation or a mention from elsewhere is left out; what was forwarded cannot be claimed."""
    mine, theirs = living.room(hana), living.room(jiro)
    secret = jiro.say(theirs, "秘密の相談")
    answer = hana.say(
        mine,
        answers=secret["id"],
        forwarded_from=secret["id"],
        mentions=[jiro.seat.pk, hana.seat.pk],
    )
    said = hana.get(f"messages/{answer['id']}/")["message"]
    assert (said["answers"], said["forwarded"]) == (None, None)
    assert said["mentions"] == [hana.seat.pk]
    assert "秘密" not in json.dumps(said, ensure_ascii=False)
