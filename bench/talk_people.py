# SPDX-License-Identifier: Apache-2.0
"""Holders of positions with their sessions and streams, and rooms: what talk is measured with."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Talker:
    """``stream``: path of their stream. ``session``: value of the cookie; empty where none was
    asked for."""

    person: int
    position: int
    stream: str
    session: str = ""


def make_town() -> int:
    """An empty town; its id."""
    from kairan.municipalities.models import Municipality

    return Municipality.objects.create(name="計測市", is_default=True).pk


def seat_people(town_id: int, count: int, *, signed_in: int) -> list[Talker]:
    """``count`` new holders of a post each; the first ``signed_in`` of them have a session."""
    from kairan.municipalities.tenancy import town
    from kairan.people.models import Person
    from kairan.people.positions.models import Position, Tenure
    from kairan.talk.streams import stream_url

    with town(town_id):
        first = Position.objects.count()
        names = [f"{number:04}校区" for number in range(first, first + count)]
        posts = Position.objects.bulk_create(Position(name=f"{name} 会長") for name in names)
        people = Person.objects.bulk_create(Person(name=f"{name}の人") for name in names)
        Tenure.objects.bulk_create(
            Tenure(position=post, person=person, starts_on=date(2026, 4, 1))
            for post, person in zip(posts, people, strict=True)
        )
        sessions = [
            session_of(person) if number < signed_in else _bare_session()
            for number, person in enumerate(people)
        ]
        return [
            Talker(person.pk, post.pk, stream_url(person, session), session)
            for post, person, session in zip(posts, people, sessions, strict=True)
        ]


def _bare_session() -> str:
    """Enough for a stream, which asks only whether the session is there."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    key = secrets.token_hex(16)
    until = timezone.now() + timedelta(days=1)
    Session.objects.create(session_key=key, session_data="", expire_date=until)
    return key


def session_of(person: object) -> str:
    """The key of a session as the sign-in would have made it."""
    from django.conf import settings
    from django.test import Client

    from kairan.municipalities.middleware import SESSION_KEY
    from kairan.people.models import Person

    assert isinstance(person, Person)
    client = Client()
    client.force_login(person)
    session = client.session
    session[SESSION_KEY] = person.municipality_id
    session.save()
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def open_room(town_id: int, talkers: Sequence[Talker], name: str = "計測") -> int:
    """A group of all these; its id."""
    from kairan.municipalities.tenancy import town
    from kairan.talk.models import Member, Room

    with town(town_id):
        room = Room.objects.create(kind=Room.Kind.GROUP, name=name)
        Member.objects.bulk_create(
            Member(room=room, position_id=talker.position) for talker in talkers
        )
        return room.pk
