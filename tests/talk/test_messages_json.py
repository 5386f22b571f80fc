# SPDX-License-Identifier: Apache-2.0
"""Reading, confirming, recalling, reacting, pinning, forwarding."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from kairan.audit.models import Entry
from kairan.talk.actions import rooms
from kairan.talk.models import Message, Pin, Recipient, Room
from tests.talk.ward import Ward, new_id


def test_reading_marks_up_to_a_number_with_the_persons_name(ward: Ward) -> None:
    first, second = ward.said(ward.hana, "一"), ward.said(ward.hana, "二")
    phone = ward.phone(ward.colleague)
    assert phone.done(f"rooms/{ward.council.pk}/read", upto=first.number) == {
        "marked": 1,
        "unread": 1,
    }
    mark = Recipient.objects.get(message=first, position=ward.desk)
    assert (mark.read_by, mark.read_at is not None) == (ward.colleague, True)
    assert Recipient.objects.get(message=second, position=ward.desk).read_at is None
    # The other clerk sees the same: the desk has read it.
    assert ward.phone(ward.clerk).listed(ward.council)["unread"] == 1


def test_two_devices_read_at_once_and_the_first_counts(ward: Ward) -> None:
    ward.said(ward.clerk)
    one, other = ward.phone(ward.hana), ward.phone(ward.hana)
    assert one.done(f"rooms/{ward.council.pk}/read", upto=99)["marked"] == 1
    assert other.done(f"rooms/{ward.council.pk}/read", upto=99)["marked"] == 0


def test_reading_needs_a_number(ward: Ward) -> None:
    phone = ward.phone(ward.hana)
    for upto in (None, "x", -1, 10**30, True, [1]):
        assert phone.post(f"rooms/{ward.council.pk}/read", upto=upto)[0] == 422
    answer = phone.client.post(
        f"/community/talk/api/rooms/{ward.council.pk}/read", "{not json", "application/json"
    )
    assert answer.status_code == 422
    assert ward.phone(ward.ume).post(f"rooms/{ward.council.pk}/read", upto=1)[0] == 404


def test_readers_by_name_and_the_phone_for_the_office_alone(ward: Ward) -> None:
    ward.jiro.phone = "090-0000-0000"
    ward.jiro.save(update_fields=["phone"])
    message = ward.said(ward.clerk)
    ward.phone(ward.hana).done(f"rooms/{ward.council.pk}/read", upto=99)
    office = ward.phone(ward.clerk).get(f"messages/{message.pk}/readers/")
    assert [one["person"] for one in office["read"]] == ["山田 ハナ"]
    assert office["read"][0]["at"]
    [silent] = office["unread"]
    assert (silent["person"], silent["phone"]) == ("川口 二郎", "090-0000-0000")
    chair = ward.phone(ward.hana).get(f"messages/{message.pk}/readers/")
    assert chair["unread"][0]["phone"] == ""
    assert ward.phone(ward.ume).status(f"messages/{message.pk}/readers/") == 404


def test_confirming_is_read_too_and_counts_once(ward: Ward) -> None:
    message = ward.said(ward.clerk, "必ず読んでください", must_confirm=True)
    phone = ward.phone(ward.hana)
    shown = phone.done(f"messages/{message.pk}/confirm")["message"]
    assert (shown["confirmed"], shown["read"], shown["recipients"]) == (1, 1, 2)
    first = Recipient.objects.get(message=message, position=ward.hana_seat).confirmed_at
    phone.done(f"messages/{message.pk}/confirm")
    assert Recipient.objects.get(message=message, position=ward.hana_seat).confirmed_at == first
    readers = phone.get(f"messages/{message.pk}/readers/")
    assert [one["person"] for one in readers["confirmed"]] == ["山田 ハナ"]


def test_what_needs_no_confirming_gets_none(ward: Ward) -> None:
    message = ward.said(ward.clerk)
    shown = ward.phone(ward.hana).done(f"messages/{message.pk}/confirm")["message"]
    assert shown["confirmed"] == 0


def test_recalling_empties_it_everywhere(ward: Ward) -> None:
    message = ward.said(ward.hana, "まちがえました")
    answer = ward.said(ward.jiro, "はい", answers=message.pk)
    Pin.objects.create(room=ward.council, message=message, position=ward.desk)
    shown = ward.phone(ward.hana).done(f"messages/{message.pk}/recall")["message"]
    assert (shown["recalled"], shown["text"], shown["pinned"]) == (True, "", False)
    everything = str(ward.phone(ward.clerk).room(ward.council))
    assert "まちがえました" not in everything
    assert Message.objects.get(pk=answer.pk).answers_id == message.pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT search FROM talk_message WHERE id = %s", [message.pk])
        assert cursor.fetchone() == (None,)
    assert Entry.objects.filter(verb="talk.message_recalled", target_id=message.pk).count() == 1
    ward.phone(ward.hana).done(f"messages/{message.pk}/recall")
    assert Entry.objects.filter(verb="talk.message_recalled").count() == 1


def test_only_the_senders_seat_recalls_and_only_within_a_day(ward: Ward) -> None:
    message = ward.said(ward.clerk, "窓口から")
    assert ward.phone(ward.hana).post(f"messages/{message.pk}/recall")[0] == 403
    Message.objects.filter(pk=message.pk).update(sent_at=timezone.now() - timedelta(hours=25))
    status, answer = ward.phone(ward.clerk).post(f"messages/{message.pk}/recall")
    assert status == 409
    assert "24時間" in answer["error"]
    Message.objects.filter(pk=message.pk).update(sent_at=timezone.now())
    # A desk speaks as one: the colleague may take it back.
    ward.phone(ward.colleague).done(f"messages/{message.pk}/recall")


def test_what_was_recalled_takes_no_more(ward: Ward) -> None:
    message = ward.said(ward.hana)
    phone = ward.phone(ward.hana)
    phone.done(f"messages/{message.pk}/recall")
    for verb in ("react", "pin", "forward", "renotify", "confirm"):
        content = {
            "mark": "good", "pinned": True, "room": ward.council.pk, "client_id": new_id()
        }  # fmt: skip
        assert phone.post(f"messages/{message.pk}/{verb}", **content)[0] == 409, verb


def test_a_reaction_is_put_on_and_taken_off(ward: Ward) -> None:
    message = ward.said(ward.clerk)
    phone = ward.phone(ward.hana)
    shown = phone.done(f"messages/{message.pk}/react", mark="good")["message"]
    assert shown["reactions"] == [
        {"mark": "good", "positions": [{"id": ward.hana_seat.pk, "name": "一校区 会長"}]}
    ]
    again = phone.done(f"messages/{message.pk}/react", mark="good", on=True)["message"]
    assert len(again["reactions"][0]["positions"]) == 1
    assert phone.done(f"messages/{message.pk}/react", mark="good")["message"]["reactions"] == []
    assert phone.post(f"messages/{message.pk}/react", mark="<b>")[0] == 422
    assert phone.post(f"messages/{message.pk}/react")[0] == 422


def test_pins_stand_at_the_top_for_everybody(ward: Ward) -> None:
    message = ward.said(ward.clerk, "集合は9時")
    ward.phone(ward.hana).done(f"messages/{message.pk}/pin", pinned=True)
    pins = ward.phone(ward.jiro).room(ward.council)["pins"]
    assert [pin["text"] for pin in pins] == ["集合は9時"]
    ward.phone(ward.jiro).done(f"messages/{message.pk}/pin", pinned=False)
    assert ward.phone(ward.hana).room(ward.council)["pins"] == []


def test_readers_of_announcements_react_but_do_not_pin(ward: Ward) -> None:
    news = rooms.make_following(acting=ward.clerk, kind="announcement", name="お知らせ")
    message = ward.said(ward.clerk, "新しい様式", room=news)
    phone = ward.phone(ward.ume)
    assert phone.listed(news)["may_write"] is False
    assert ward.phone(ward.clerk).listed(news)["may_write"] is True
    phone.done(f"messages/{message.pk}/react", mark="thanks")
    assert phone.post(f"messages/{message.pk}/pin", pinned=True)[0] == 403
    assert phone.post(f"rooms/{news.pk}/draft", text="x")[0] == 403


def test_forwarding_says_from_whom_it_came(ward: Ward) -> None:
    message = ward.said(ward.hana, "回覧です")
    other = _other_room(ward)
    client_id = new_id()
    phone = ward.phone(ward.jiro)
    sent = phone.done(f"messages/{message.pk}/forward", room=other.pk, client_id=client_id)
    again = phone.done(f"messages/{message.pk}/forward", room=other.pk, client_id=client_id)
    assert sent["id"] == again["id"]
    [shown] = [one for one in ward.phone(ward.ume).room(other)["messages"] if one["text"]][-1:]
    assert (shown["text"], shown["forwarded"]) == ("回覧です", {"name": "一校区 会長"})


def test_nothing_is_forwarded_into_a_room_one_is_not_in(ward: Ward) -> None:
    message = ward.said(ward.hana)
    other = _other_room(ward)
    phone = ward.phone(ward.hana)
    assert phone.post(f"messages/{message.pk}/forward", room=other.pk, client_id=new_id())[0] == 404
    assert phone.post(f"messages/{message.pk}/forward", room=ward.council.pk)[0] == 422
    news = rooms.make_following(acting=ward.clerk, kind="announcement", name="お知らせ")
    assert phone.post(f"messages/{message.pk}/forward", room=news.pk, client_id=new_id())[0] == 403


def test_an_event_line_is_nobodys_message(ward: Ward) -> None:
    rooms.rename(acting=ward.clerk, room=ward.council, name="校区会長会")
    event = Message.objects.filter(room=ward.council, kind="event").latest("number")
    phone = ward.phone(ward.clerk)
    assert phone.post(f"messages/{event.pk}/recall")[0] == 403
    assert phone.post(f"messages/{event.pk}/react", mark="good")[0] == 422
    assert phone.post(f"messages/{event.pk}/pin", pinned=True)[0] == 422


def _other_room(ward: Ward) -> Room:
    return rooms.make_group(
        acting=ward.clerk,
        name="防災委員会",
        positions=[ward.jiro_seat.pk, ward.ume_seat.pk],
        managers=[ward.desk.pk],
    )
