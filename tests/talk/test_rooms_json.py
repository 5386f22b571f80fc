# SPDX-License-Identifier: Apache-2.0
"""The list of rooms and a room, as a device gets them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kairan.municipalities.tenancy import town
from kairan.people.positions.models import Tenure
from kairan.talk.actions import rooms
from kairan.talk.limits import PAGE
from kairan.talk.models import Member, Message, Recipient, Room
from tests.talk.factories import a_seat
from tests.talk.ward import Phone, Ward


def test_a_list_says_what_waits(ward: Ward) -> None:
    ward.said(ward.clerk, "防災訓練のお知らせ")
    ward.said(ward.jiro, "了解です", mentions=[ward.hana_seat.pk])
    listed = ward.phone(ward.hana).listed(ward.council)
    assert (listed["unread"], listed["mentioned"], listed["members"]) == (2, True, 3)
    assert listed["last"] | {"at": ""} == {"text": "了解です", "name": "二校区 会長", "at": ""}
    assert not ward.phone(ward.clerk).listed(ward.council)["mentioned"]


def test_rooms_with_something_unread_come_first(ward: Ward) -> None:
    quiet = rooms.make_group(
        acting=ward.clerk, name="静か", positions=[ward.hana_seat.pk], managers=[ward.desk.pk]
    )
    ward.said(ward.clerk, "一つ目")
    ward.said(ward.hana, "自分で書いた", room=quiet)
    answer = ward.phone(ward.hana).get("rooms/")
    assert [room["name"] for room in answer["rooms"]] == ["会長会", "静か"]
    assert answer["unread"] == 1


def test_me_and_my_seats(ward: Ward) -> None:
    me = ward.phone(ward.hana).get("rooms/")["me"]
    assert me["person"]["name"] == "山田 ハナ"
    assert me["seats"] == [
        {"id": ward.hana_seat.pk, "name": "一校区 会長", "kind": "post", "may_write": True}
    ]


def test_a_room_shows_names_messages_and_what_is_unread(ward: Ward) -> None:
    first = ward.said(ward.clerk, "一つ目")
    ward.said(ward.clerk, "二つ目")
    shown = ward.phone(ward.hana).room(ward.council)
    assert shown["first_unread"] == first.number
    assert [one["text"] for one in shown["messages"]][-2:] == ["一つ目", "二つ目"]
    assert {
        "id": ward.jiro_seat.pk,
        "name": "二校区 会長",
        "kind": "post",
        "person": "川口 二郎",
    }.items() <= next(one for one in shown["members"] if one["id"] == ward.jiro_seat.pk).items()
    assert shown["room"]["position"] == ward.hana_seat.pk
    assert shown["room"]["rules"] == {
        "say": True, "act": True, "manage": False, "members": False, "leave": True
    }  # fmt: skip


def test_pages_before_after_and_around(ward: Ward) -> None:
    for number in range(PAGE + 20):
        ward.said(ward.clerk, f"m{number}")
    phone = ward.phone(ward.hana)
    newest = phone.room(ward.council)
    assert len(newest["messages"]) == PAGE
    assert (newest["more_before"], newest["more_after"]) == (True, False)
    before = phone.room(ward.council, f"?before={newest['messages'][0]['number']}")
    assert before["messages"][-1]["number"] == newest["messages"][0]["number"] - 1
    assert (before["more_before"], before["more_after"]) == (False, True)
    after = phone.room(ward.council, f"?after={newest['messages'][-1]['number'] - 3}")
    assert (len(after["messages"]), after["more_after"]) == (3, False)
    around = phone.room(ward.council, "?around=30")
    assert 30 in [one["number"] for one in around["messages"]]
    assert (around["more_before"], around["more_after"]) == (True, True)


def test_nonsense_in_the_address_is_said_so(ward: Ward) -> None:
    for query in ("before=x", "after=-1", "around=99999999999999999999"):
        assert ward.phone(ward.hana).status(f"rooms/{ward.council.pk}/?{query}") == 422


@pytest.mark.parametrize(
    "address", ["rooms/{room}/", "rooms/{room}/members/", "rooms/{room}/picture"]
)
def test_a_room_one_is_not_in_is_not_there(ward: Ward, address: str) -> None:
    assert ward.phone(ward.ume).status(address.format(room=ward.council.pk)) == 404


def test_who_is_not_signed_in_hears_it_as_json(ward: Ward) -> None:
    answer = Client().get("/community/talk/api/rooms/")
    assert (answer.status_code, answer.json()) == (401, {"reason": "signed_out"})
    ward.cast.hinokuni.second_factor_required = True
    ward.cast.hinokuni.save(update_fields=["second_factor_required"])
    assert ward.phone(ward.clerk).status("rooms/") == 401
    assert ward.phone(ward.hana).status("rooms/") == 200
    without_seat = ward.enter(ward.cast.viewer).get("/community/talk/api/rooms/")
    assert without_seat.status_code == 403


def test_a_predecessor_reads_on_and_writes_nothing(ward: Ward) -> None:
    message = ward.said(ward.clerk, "見えます")
    ended = timezone.now()
    Tenure.objects.filter(person=ward.hana).update(
        ended_at=ended, reads_until=ended + timedelta(days=7)
    )
    phone = ward.phone(ward.hana)
    assert "見えます" in phone.texts(ward.council)
    assert phone.room(ward.council)["room"]["may_write"] is False
    for address, content in [
        (f"messages/{message.pk}/react", {"mark": "good"}),
        (f"messages/{message.pk}/pin", {"pinned": True}),
        (f"messages/{message.pk}/confirm", {}),
        (f"rooms/{ward.council.pk}/draft", {"text": "x"}),
        (f"rooms/{ward.council.pk}/leave", {}),
        ("rooms/direct/", {"position": ward.desk.pk}),
    ]:
        assert ward.phone(ward.hana).post(address, **content)[0] == 403, address
    assert phone.done(f"rooms/{ward.council.pk}/read", upto=99)["marked"] == 0
    assert Recipient.objects.get(message=message, position=ward.hana_seat).read_at is None


def test_a_room_costs_the_same_number_of_questions_however_long_it_is(ward: Ward) -> None:
    phone = ward.phone(ward.hana)
    ward.said(ward.clerk)
    short = _questions(phone, ward.council)
    Message.objects.bulk_create(
        Message(room=ward.council, number=1000 + n, text="古い", position=ward.desk,
                person=ward.clerk, sent_at=timezone.now()) for n in range(300)
    )  # fmt: skip
    assert _questions(phone, ward.council) == short <= 20


def test_the_list_costs_the_same_number_of_questions_however_many_rooms(ward: Ward) -> None:
    phone = ward.phone(ward.hana)
    ward.said(ward.clerk)
    phone.get("rooms/")
    with CaptureQueriesContext(connection) as few:
        phone.get("rooms/")
    for number in range(20):
        room = rooms.make_group(
            acting=ward.clerk,
            name=f"部会{number}",
            positions=[ward.hana_seat.pk],
            managers=[ward.desk.pk],
        )
        ward.said(ward.clerk, room=room)
    with CaptureQueriesContext(connection) as many:
        assert len(phone.get("rooms/")["rooms"]) == 21
    assert len(many) == len(few)


def test_two_seats_in_one_room_are_one_room(ward: Ward) -> None:
    second = a_seat("防災委員長", ward.hana)
    rooms.add(acting=ward.clerk, room=ward.council, positions=[second.pk])
    ward.said(ward.clerk, "一つだけ")
    phone = ward.phone(ward.hana)
    assert phone.listed(ward.council)["unread"] == 1
    phone.done(f"rooms/{ward.council.pk}/read", upto=99)
    assert phone.listed(ward.council)["unread"] == 0


def test_what_one_presses_from_one_seat_one_need_not_confirm_in_the_other(ward: Ward) -> None:
    second = a_seat("防災委員長", ward.hana)
    rooms.add(acting=ward.clerk, room=ward.council, positions=[second.pk])
    rooms.set_manager(acting=ward.clerk, room=ward.council, position_id=second.pk, manages=True)
    own = ward.said(ward.hana, position=second.pk, must_confirm=True)
    asked = ward.said(ward.clerk, must_confirm=True)
    phone = ward.phone(ward.hana)
    phone.done(f"rooms/{ward.council.pk}/read", upto=asked.number)
    mine = Recipient.objects.filter(position=ward.hana_seat)
    assert mine.get(message=own).confirmed_by == ward.hana
    assert mine.get(message=asked).confirmed_at is None
    assert not Recipient.objects.filter(
        message=own, position=ward.jiro_seat, confirmed_at__isnull=False
    )


def test_a_room_says_from_which_seats_one_may_speak_and_press(ward: Ward) -> None:
    second = a_seat("防災委員長", ward.hana)
    rooms.add(acting=ward.clerk, room=ward.council, positions=[second.pk])
    rooms.set_manager(acting=ward.clerk, room=ward.council, position_id=second.pk, manages=True)
    mine = ward.phone(ward.hana).room(ward.council)["room"]["speakers"]
    assert {one["id"]: one["presses"] for one in mine} == {
        ward.hana_seat.pk: False,
        second.pk: True,
    }
    [desk] = ward.phone(ward.clerk).room(ward.council)["room"]["speakers"]
    assert desk == {"id": ward.desk.pk, "presses": True}


def test_nobody_speaks_where_only_the_office_does_nor_for_a_seat_handed_on(ward: Ward) -> None:
    news = rooms.make_following(acting=ward.clerk, kind=Room.Kind.ANNOUNCEMENT, name="お知らせ")
    assert ward.phone(ward.hana).room(news)["room"]["speakers"] == []
    Tenure.objects.filter(position=ward.hana_seat).update(
        ended_at=timezone.now(), reads_until=timezone.now() + timedelta(days=3)
    )
    assert ward.phone(ward.hana).room(ward.council)["room"]["speakers"] == []


def test_a_closed_room_is_read_and_no_longer_listed(ward: Ward) -> None:
    ward.said(ward.clerk, "残ります")
    assert ward.phone(ward.hana).post(f"rooms/{ward.council.pk}/close")[0] == 403
    assert ward.phone(ward.clerk).done(f"rooms/{ward.council.pk}/close")["room"]["closed"]
    phone = ward.phone(ward.hana)
    assert phone.listed(ward.council) is None
    assert phone.texts(ward.council) == ["残ります"]
    assert phone.post(f"rooms/{ward.council.pk}/draft", text="x")[0] == 403


def test_a_neighbour_finds_nothing(ward: Ward) -> None:
    message = ward.said(ward.clerk)
    with town(ward.cast.neighbour):
        there = a_seat("隣町 会長", ward.cast.neighbour_clerk)
        assert there.pk
    phone = ward.phone(ward.cast.neighbour_clerk)
    assert phone.get("rooms/")["rooms"] == []
    for address in (
        f"rooms/{ward.council.pk}/",
        f"messages/{message.pk}/",
        f"messages/{message.pk}/readers/",
    ):
        assert phone.status(address) == 404
    for address in (f"rooms/{ward.council.pk}/read", f"messages/{message.pk}/recall"):
        assert phone.post(address, upto=1)[0] == 404
    assert phone.post("rooms/direct/", position=ward.hana_seat.pk)[0] == 404


def _questions(phone: Phone, room: Room) -> int:
    phone.room(room)
    with CaptureQueriesContext(connection) as asked:
        phone.room(room)
    return len(asked)


def test_drafts_and_mute_are_the_persons_own(ward: Ward) -> None:
    phone = ward.phone(ward.hana)
    phone.done(f"rooms/{ward.council.pk}/draft", text="書きかけ\u202e")
    phone.done(f"rooms/{ward.council.pk}/mute", muted=True)
    again = ward.phone(ward.hana).listed(ward.council)
    assert (again["draft"], again["muted"]) == ("書きかけ", True)
    others = ward.phone(ward.jiro).listed(ward.council)
    assert (others["draft"], others["muted"]) == ("", False)
    assert phone.post(f"rooms/{ward.council.pk}/draft", text="長" * 10_000)[0] == 422
    assert phone.post(f"rooms/{ward.council.pk}/draft", text=5)[0] == 422
    ward.said(ward.hana, "書きました")
    assert phone.listed(ward.council)["draft"] == ""


def test_who_joins_later_sees_only_what_comes(ward: Ward) -> None:
    rooms.set_history(acting=ward.clerk, room=ward.council, shows_history=False)
    before = ward.said(ward.clerk, "前の話")
    rooms.add(acting=ward.clerk, room=ward.council, positions=[ward.ume_seat.pk])
    ward.said(ward.hana, "それについて", answers=before.pk)
    phone = ward.phone(ward.ume)
    assert phone.texts(ward.council) == ["それについて"]
    assert phone.texts(ward.council, "?around=1") == ["それについて"]
    quoted = phone.room(ward.council)["messages"][-1]["answers"]
    assert quoted["text"] == ""
    for address in ("", "readers/"):
        assert phone.status(f"messages/{before.pk}/{address}") == 404
    for verb in ("react", "pin", "forward", "confirm", "renotify", "recall"):
        assert phone.post(f"messages/{before.pk}/{verb}", mark="good")[0] == 404
    assert ward.phone(ward.hana).room(ward.council)["messages"][-1]["answers"]["text"] == "前の話"
    assert Member.objects.get(position=ward.ume_seat).sees_after > 0


def test_a_newcomer_cannot_quote_what_was_said_before(ward: Ward) -> None:
    rooms.set_history(acting=ward.clerk, room=ward.council, shows_history=False)
    before = ward.said(ward.clerk, "前の話")
    rooms.add(acting=ward.clerk, room=ward.council, positions=[ward.ume_seat.pk])
    answer = ward.said(ward.ume, "何の話ですか", answers=before.pk)
    assert answer.answers_id is None


def test_only_members_are_mentioned(ward: Ward) -> None:
    message = ward.said(ward.clerk, mentions=[ward.ume_seat.pk, ward.hana_seat.pk])
    assert message.mentions == [ward.hana_seat.pk]
    assert ward.said(ward.clerk, mentions=[0]).mentions == [0]
