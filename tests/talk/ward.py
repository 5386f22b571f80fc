# SPDX-License-Identifier: Apache-2.0
"""自治推進課 with two clerks, three chairs of 西区, and a room: what tests of talk begin with."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from kairan.people.models import Person
from kairan.people.positions.models import Position
from kairan.talk.actions import rooms
from kairan.talk.models import Message, Room
from kairan.talk.storing import say
from tests.cast import Cast
from tests.talk.factories import a_seat, hold

Enter = Callable[[Person], Client]
JSON = "application/json"


@dataclass
class Ward:
    """``clerk`` and ``colleague`` sit at the desk; ``hana``, ``jiro`` and ``ume`` are chairs."""

    cast: Cast
    clerk: Person
    colleague: Person
    hana: Person
    jiro: Person
    ume: Person
    desk: Position
    hana_seat: Position
    jiro_seat: Position
    ume_seat: Position
    # 会長会: the desk, hana and jiro; ume is not in it.
    council: Room
    enter: Enter

    def phone(self, person: Person) -> Phone:
        return Phone(self.enter(person))

    def said(
        self, person: Person, text: str = "こんにちは", room: Room | None = None, **more: Any
    ) -> Message:
        stored = say(person=person, room=room or self.council, text=text, **more)
        return Message.objects.get(pk=stored.id)


class Phone:
    """A signed-in device. Everything it gets is (status, content)."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, address: str) -> Any:
        answer = self.client.get(f"/community/talk/api/{address}")
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def post(self, address: str, **content: Any) -> tuple[int, Any]:
        answer = self.client.post(f"/community/talk/api/{address}", content, content_type=JSON)
        return answer.status_code, answer.json()

    def done(self, address: str, **content: Any) -> Any:
        status, answer = self.post(address, **content)
        assert status == 200, answer
        return answer

    def status(self, address: str) -> int:
        return self.client.get(f"/community/talk/api/{address}").status_code

    def room(self, room: Room, query: str = "") -> Any:
        return self.get(f"rooms/{room.pk}/{query}")

    def listed(self, room: Room) -> Any:
        return next((one for one in self.get("rooms/")["rooms"] if one["id"] == room.pk), None)

    def texts(self, room: Room, query: str = "") -> list[str]:
        return [one["text"] for one in self.room(room, query)["messages"] if one["kind"] != "event"]


def build(cast: Cast, enter: Enter) -> Ward:
    """Inside ひのくに市."""
    people = [
        Person.objects.create_user("", name=name)
        for name in ("山田 ハナ", "川口 二郎", "梅木 うめ")
    ]
    desk = a_seat("自治推進課", cast.roads_clerk, kind=Position.Kind.DESK)
    hold(desk, cast.waste_clerk)
    names = ("一校区 会長", "二校区 会長", "三校区 会長")
    posts = [
        a_seat(name, person, area=cast.west, place=place)
        for place, (name, person) in enumerate(zip(names, people, strict=True))
    ]
    council = rooms.make_group(
        acting=cast.roads_clerk,
        name="会長会",
        positions=[posts[0].pk, posts[1].pk],
        managers=[desk.pk],
    )
    return Ward(cast, cast.roads_clerk, cast.waste_clerk, *people, desk, *posts, council, enter)


def new_id() -> str:
    return str(uuid.uuid4())
