# SPDX-License-Identifier: Apache-2.0
"""Towns whose rows are committed, behind a running ``kairan web``: what is answered on the event
loop and what streams tell. Gone when the tests are over."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
from django.conf import settings
from django.db import connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from kairan.municipalities.middleware import SESSION_KEY
from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import town
from kairan.people.models import Membership, Person, Role
from kairan.people.positions.models import Position
from kairan.talk.models import Message, Room
from kairan.talk.streams import stream_url
from tests.realtime.reader import Reader, stream
from tests.talk.factories import a_person, a_room, a_seat

SEND = "/community/talk/send"
OURS = {"X-Kairan": "talk"}
_CSRF = "a" * 32


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Talker:
    """Someone with a seat, and a device of theirs that is signed in."""

    living: Living
    person: Person
    seat: Position
    session: str

    @property
    def cookies(self) -> dict[str, str]:
        return {settings.SESSION_COOKIE_NAME: self.session, settings.CSRF_COOKIE_NAME: _CSRF}

    def send(
        self, *messages: object, headers: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        return httpx.post(
            self.living.address + SEND,
            json={"messages": messages},
            headers=OURS if headers is None else headers,
            cookies=self.cookies,
            timeout=20,
            **more,
        )

    def say(self, room: Room, text: str = "こんにちは", **more: Any) -> dict[str, Any]:
        """The answer for one message."""
        answer = self.send(a_message(room, text, **more))
        assert answer.status_code == 200, answer.text
        [found] = answer.json()["answers"]
        assert isinstance(found, dict)
        return found

    def get(self, path: str) -> Any:
        answer = httpx.get(
            f"{self.living.address}/community/talk/api/{path}", cookies=self.cookies, timeout=20
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **content: Any) -> httpx.Response:
        return httpx.post(
            f"{self.living.address}/community/talk/api/{path}",
            json=content,
            cookies=self.cookies,
            headers={"X-CSRFToken": _CSRF},
            timeout=20,
        )

    def ticket(self) -> str:
        with self.living.inside(self.person.municipality_id):
            return stream_url(self.person, self.session).partition("ticket=")[2].replace("%3A", ":")

    def listening(self, ticket: str = "") -> AbstractContextManager[Reader]:
        return stream(self.living.address, ticket or self.ticket())


def a_message(room: Room | int, text: str = "こんにちは", **more: Any) -> dict[str, Any]:
    key = room if isinstance(room, int) else room.pk
    return {"client_id": new_id(), "room": key, "text": text, **more}


@dataclass
class Living:
    """``inside`` is a block in which the town's own actions are used; what they do is committed."""

    address: str
    blocker: DjangoDbBlocker
    town: Municipality
    neighbour: Municipality

    @contextmanager
    def inside(self, town_id: int | None = None) -> Iterator[None]:
        with self.blocker.unblock(), town(town_id or self.town.pk):
            yield

    def talker(self, name: str, *, town_id: int | None = None, kind: str = "post") -> Talker:
        with self.inside(town_id):
            person = a_person(name)
            position = a_seat(f"{name}の席 {new_id()}", person, kind=kind)
            return Talker(self, person, position, self.signed_in(person))

    def signed_in(self, person: Person) -> str:
        """The key of a new session."""
        client = Client()
        client.force_login(person)
        session = client.session
        session[SESSION_KEY] = person.municipality_id
        session.save()
        return str(session.session_key)

    def room(self, *talkers: Talker, **given: Any) -> Room:
        with self.inside(talkers[0].person.municipality_id):
            return a_room("相談", *(one.seat for one in talkers), **given)

    def keep_an_administrator(self) -> None:
        """Without one nobody can be suspended. Called inside the town."""
        if not Person.objects.administrators().exists():
            keeper = Person.objects.create_user("keeper@example.jp", new_id(), name="管理の人")
            Membership.objects.create(person=keeper, role=Role.ADMINISTRATOR)

    def said_in(self, room: Room) -> list[tuple[int, str]]:
        """(number, text) of everything in the room."""
        with self.inside(room.municipality_id):
            found = Message.objects.filter(room=room).order_by("number")
            return list(found.values_list("number", "text"))


def build(address: str, blocker: DjangoDbBlocker) -> Living:
    with blocker.unblock():
        ours, theirs = (
            Municipality.objects.create(name=name, host=f"{new_id()}.example")
            for name in ("話し合い市", "となり市")
        )
    return Living(address, blocker, ours, theirs)


def demolish(living: Living, admin_url: str) -> None:
    """Every row of both towns, with the rights of the database's owner: the record too."""
    towns = [living.town.pk, living.neighbour.pk]
    with living.blocker.unblock():
        connections.close_all()
    with psycopg.connect(admin_url) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(
            "DELETE FROM procrastinate_jobs WHERE (args->>'municipality_id')::bigint = ANY(%s)",
            [towns],
        )
        tables = admin.execute(
            "SELECT table_name FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE column_name = 'municipality_id' AND table_type = 'BASE TABLE'"
        ).fetchall()
        for (table,) in tables:
            admin.execute(f'DELETE FROM "{table}" WHERE municipality_id = ANY(%s)', [towns])  # noqa: S608
        admin.execute("DELETE FROM municipalities_municipality WHERE id = ANY(%s)", [towns])
