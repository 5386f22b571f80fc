# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.conf import settings
from django.test import Client

from kairan.people.models import Person
from kairan.people.positions.models import Position, Tenure
from kairan.talk.models import Member, Room
from tests.cast import Cast
from tests.push import push_host
from tests.push.push_host import Browser, PushHost

Enter = Callable[[Person], Client]


@dataclass
class Town:
    """自治推進課 and two chairs in one room."""

    clerk: Person
    chair: Person
    other: Person
    desk: Position
    post: Position
    other_post: Position
    room: Room


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[PushHost]:
    with push_host.running() as running:
        monkeypatch.setattr(settings, "PUSH_STAND_INS", [running.netloc])
        yield running


@pytest.fixture
def ward(hinokuni: Cast) -> Town:
    chair = Person.objects.create_user("", name="山田 ハナ")
    other = Person.objects.create_user("", name="佐藤 一")
    desk = seat("自治推進課", "desk", hinokuni.viewer)
    post, other_post = (
        seat("槇塚台校区 会長", "post", chair),
        seat("竹城台校区 会長", "post", other),
    )
    room = Room.objects.create(kind="group", name="会長会")
    for position in (desk, post, other_post):
        Member.objects.create(room=room, position=position)
    return Town(hinokuni.viewer, chair, other, desk, post, other_post, room)


def seat(name: str, kind: str, person: Person) -> Position:
    position = Position.objects.create(name=name, kind=kind)
    Tenure.objects.create(
        position=position, person=person, starts_on=date(2026, 4, 1), is_post=kind == "post"
    )
    return position


@pytest.fixture
def phone(ward: Town, host: PushHost, sign_in: Enter) -> Callable[..., Browser]:
    """``phone(person)``: a browser that is signed in and subscribed."""

    def made(person: Person, name: str = "a") -> Browser:
        browser = host.browser(f"{person.pk}-{name}")
        client = sign_in(person)
        answer = client.post("/community/push/", browser.as_json, content_type="application/json")
        assert answer.status_code == 200, answer.content
        return browser

    return made
