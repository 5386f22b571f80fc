# SPDX-License-Identifier: Apache-2.0
"""What a chair, or their script, sends to talk on purpose: it is refused in words, and breaks
nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from kairan.push.models import Subscription
from kairan.talk.models import Member, Message, Recipient
from tests.cast import Cast
from tests.push.push_host import Browser, PushHost
from tests.talk.factories import a_seat
from tests.talk.ward import JSON, Enter, Phone, Ward, build

HUGE = 10**20


@pytest.fixture
def ward(hinokuni: Cast, sign_in: Enter) -> Ward:
    return build(hinokuni, sign_in)


@pytest.fixture
def hana(ward: Ward) -> Phone:
    return ward.phone(ward.hana)


# ── numbers, marks and days that no page of ours sends ──


def test_a_room_of_an_impossible_number_is_not_there(ward: Ward, hana: Phone) -> None:
    assert hana.status(f"rooms/{HUGE}/") == 404
    assert hana.client.get(f"/community/talk/{HUGE}/").status_code == 404
    assert hana.client.get(f"/community/talk/{ward.council.pk}/").status_code == 200


@pytest.mark.parametrize("mark", ["\0", "\ud800", "<b>", ""])
def test_a_mark_that_is_none_is_refused(ward: Ward, hana: Phone, mark: str) -> None:
    address = f"messages/{ward.said(ward.clerk).pk}/react"
    status, answer = hana.post(address, mark=mark)
    assert (status, "リアクション" in answer["error"]) == (422, True)
    for times in (1, 0):
        assert len(hana.done(address, mark="good")["message"]["reactions"]) == times


def test_the_last_of_all_days_ends_a_search_and_an_export(ward: Ward, hana: Phone) -> None:
    ward.said(ward.clerk, "夏まつりの相談")
    found = hana.client.get("/community/talk/search/?q=夏まつり&until=9999-12-31")
    assert found.status_code == 200
    assert "相談" in found.content.decode()
    office = ward.enter(ward.cast.administrator)
    form = {"until": "9999-12-31", "form": "pdf"}
    paper = office.post(f"/console/talk/{ward.council.pk}/export/", form)
    assert paper.headers["Content-Type"] == "application/pdf"


# ── push ──


def push(client: Client, raw: str, page: str = "", method: str = "post") -> int:
    return int(
        client.generic(
            method.upper(), f"/community/push/{page}", raw, content_type=JSON
        ).status_code
    )


@pytest.mark.parametrize("raw", ["[" * 9_000, r'{"endpoint": "\ud800"}', r'{"endpoint": "\u0000"}'])
def test_a_subscription_that_cannot_be_read_is_none(hana: Phone, raw: str) -> None:
    assert push(hana.client, raw) == 422
    assert push(hana.client, raw, "state/") == 200
    assert push(hana.client, raw, "trial/") == 404
    assert push(hana.client, raw, method="delete") == 404


def test_keys_with_something_between_their_letters_are_refused(hana: Phone) -> None:
    whole = Browser(PushHost(), "https://fcm.googleapis.com/x").as_json
    bad = {**whole, "keys": {**whole["keys"], "p256dh": whole["keys"]["p256dh"] + "!" * 300}}
    for given, status in ((bad, 422), (whole, 200)):
        answer = hana.client.post("/community/push/", given, content_type=JSON)
        assert answer.status_code == status
    assert Subscription.objects.count() == 1


# ── a predecessor who reads on, and one whose time is over ──


VERBS = [
    ("rooms/{room}/draft", {"text": "あとで"}),
    ("rooms/{room}/name", {"name": "わたしの部屋"}),
    ("rooms/{room}/picture", {}),
    ("rooms/{room}/history", {"shows_history": False}),
    ("rooms/{room}/members/", {"add": []}),
    ("rooms/{room}/members/remove", {"position": 1}),
    ("rooms/{room}/managers", {"position": 1, "manages": True}),
    ("rooms/{room}/leave", {}),
    ("rooms/{room}/close", {}),
    ("rooms/", {"name": "新しい部屋", "positions": []}),
    ("rooms/direct/", {"position": "{desk}"}),
    ("messages/{own}/recall", {}),
    ("messages/{said}/react", {"mark": "good"}),
    ("messages/{said}/pin", {"pinned": True}),
    ("messages/{said}/confirm", {}),
    ("messages/{said}/forward", {"room": "{room}", "client_id": "0" * 32}),
    ("messages/{own}/renotify", {}),
    ("uploads/", {}),
]


@pytest.fixture
def predecessor(ward: Ward) -> Phone:
    """Managed the room, and reads on for a week."""
    Member.objects.filter(room=ward.council, position=ward.hana_seat).update(manages=True)
    phone = ward.phone(ward.hana)
    week = timezone.now() + timedelta(days=7)
    ward.hana_seat.tenures.update(ended_at=timezone.now(), reads_until=week)
    return phone


@pytest.mark.parametrize(("address", "given"), VERBS)
def test_a_predecessor_does_nothing_any_more(
    ward: Ward, predecessor: Phone, address: str, given: dict[str, object]
) -> None:
    said = ward.said(ward.clerk, must_confirm=True)
    own = ward.said(ward.jiro)
    Message.objects.filter(pk=own.pk).update(position=ward.hana_seat, person=ward.hana)
    ids = {"room": ward.council.pk, "said": said.pk, "own": own.pk, "desk": ward.desk.pk}
    content = {
        key: int(value.format(**ids)) if isinstance(value, str) and "{" in value else value
        for key, value in given.items()
    }
    before = Message.objects.count()
    status, answer = predecessor.post(address.format(**ids), **content)
    assert (status, "error" in answer) == (403, True)
    assert Message.objects.count() == before
    assert not Recipient.objects.filter(read_by=ward.hana).exists()
    assert predecessor.texts(ward.council) == ["こんにちは", "こんにちは"]


def test_when_their_time_is_over_nothing_is_read(ward: Ward, predecessor: Phone) -> None:
    said = ward.said(ward.clerk, "引き継ぎのあと")
    found = "/community/talk/search/?q=引き継ぎ"
    pages = [f"rooms/{ward.council.pk}/", f"messages/{said.pk}/", "rooms/"]
    assert [predecessor.status(page) for page in pages] == [200] * 3
    assert predecessor.client.get(found).status_code == 200
    ward.hana_seat.tenures.update(reads_until=timezone.now())
    assert [predecessor.status(page) for page in pages] == [403] * 3
    assert predecessor.client.get("/community/talk/here/").status_code == 403
    assert predecessor.client.get(found).headers["Location"].startswith("/community/sign-in/")


# ── the neighbour town's chair ──


def test_the_neighbours_chair_finds_nothing_of_ours(ward: Ward, sign_in: Enter) -> None:
    said = ward.said(ward.hana, "夏まつりの相談")
    with town(ward.cast.neighbour):
        stranger = Person.objects.create_user("", name="隣 次郎")
        a_seat("隣校区 会長", stranger)
        theirs = Phone(sign_in(stranger))
    room, message = f"rooms/{ward.council.pk}/", f"messages/{said.pk}/"
    for address in (room, f"{room}members/", f"{room}picture", message, f"{message}readers/"):
        assert theirs.status(address) == 404
    for address in (f"{room}read", f"{room}leave", f"{message}react", f"{message}confirm"):
        assert theirs.post(address, upto=1, mark="good")[0] == 404
    assert theirs.post("rooms/direct/", position=ward.hana_seat.pk)[0] == 404
    made = theirs.post("rooms/", name="罠", positions=[ward.hana_seat.pk])
    assert made[0] == 422
    page = theirs.client.get("/community/talk/search/?q=夏まつり").content.decode()
    assert "相談" not in page
    assert ward.phone(ward.jiro).status(message) == 200
