# SPDX-License-Identifier: Apache-2.0
"""The demo's months of talk."""

from __future__ import annotations

import pytest
from django.db.models import F
from procrastinate.contrib.django.models import ProcrastinateJob

from kairan.people.models import Person
from kairan.people.positions.holding import seats_of
from kairan.site.demo.talk import FEWEST_CHAIRS, make_talk
from kairan.talk import queries
from kairan.talk.models import Message, Recipient, Room
from kairan.talk.readers import silent
from tests.cast import Cast
from tests.files.conftest import store
from tests.talk.factories import a_seat

__all__ = ["store"]


@pytest.fixture
def chairs(hinokuni: Cast, store: object) -> list[Person]:
    """Nineteen of them, of whom the first two of 西区; and the desk."""
    a_seat("自治推進課", hinokuni.roads_clerk, kind="desk")
    people = [Person.objects.create_user("", name=f"会長{n}") for n in range(FEWEST_CHAIRS)]
    for place, person in enumerate(people):
        area = hinokuni.west if place < 2 else hinokuni.east
        a_seat(f"第{place}校区 会長", person, area=area, place=place)
    return people


def test_months_of_talk_in_a_moment(chairs: list[Person]) -> None:
    make_talk()
    said = Message.objects.exclude(kind=Message.Kind.EVENT)
    assert said.count() > 90
    assert set(said.values_list("kind", flat=True)) == {"text", "photos", "file", "place", "stamp"}
    assert Room.objects.count() == 9
    # In order, and none from tomorrow.
    for room in Room.objects.all():
        times = list(room.messages.order_by("number").values_list("sent_at", flat=True))
        assert times == sorted(times)
    assert not Recipient.objects.filter(read_at__lt=F("message__sent_at")).exists()
    assert not Recipient.objects.filter(told_at=None).exists()
    assert not ProcrastinateJob.objects.filter(task_name="kairan.talk.tasks.tell").exists()


def test_something_waits_and_somebody_stays_silent(chairs: list[Person]) -> None:
    make_talk()
    [asked] = Message.objects.filter(must_confirm=True)
    waiting = silent(asked)
    assert 3 < len(waiting) < FEWEST_CHAIRS
    assert any(one.read_at for one in waiting)
    first = queries.rooms_of(chairs[0], seats_of(chairs[0]))
    assert sum(room["unread"] for room in first) > 0
    assert "自治連合会長会" in [room["name"] for room in first]


def test_without_chairs_there_is_no_talk(hinokuni: Cast) -> None:
    make_talk()
    assert not Room.objects.exists()
