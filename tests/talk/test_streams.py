# SPDX-License-Identifier: Apache-2.0
"""What an open page is told, and when it is told nothing more, on the real server.

What must not arrive is looked for behind something that must: notices come in one order.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest
from django.contrib.sessions.models import Session

from kairan.audit.actors import PROGRAM
from kairan.people.actions import suspend
from kairan.people.positions.actions.handing_over import hand_over
from kairan.people.positions.actions.holders import change_holder
from kairan.people.positions.actions.seating import appoint, release
from kairan.people.sessions import end_sessions
from kairan.talk.actions import rooms
from kairan.talk.limits import MAX_TEXT
from kairan.talk.models import Room
from kairan.talk.streams import stream_url
from tests.conftest import SERVER
from tests.realtime.reader import Reader
from tests.talk.factories import a_person, a_seat
from tests.talk.living import Living, Talker, a_message


@pytest.fixture
def elsewhere(living: Living, hana: Talker, jiro: Talker) -> Room:
    """Another room of the two: what is said there last shows that all before has been heard."""
    return living.room(hana, jiro)


def heard(page: Reader) -> dict[str, Any]:
    name, notice = page.event()
    assert name == "notice", name
    return notice


def texts_until(page: Reader, last: str) -> list[str]:
    """What is said, up to and without that."""
    texts: list[str] = []
    while True:
        notice = heard(page)
        if notice["kind"] != "talk.message" or notice["message"]["kind"] == "event":
            continue
        if notice["message"]["text"] == last:
            return texts
        texts.append(notice["message"]["text"])


def test_a_message_comes_whole(hana: Talker, jiro: Talker, room: Room) -> None:
    with hana.listening() as page:
        told = jiro.say(room, "九時に集まります", mentions=[hana.seat.pk])
        notice = heard(page)
    message = notice["message"]
    assert (notice["kind"], notice["room"], notice["number"]) == ("talk.message", room.pk, 1)
    assert (message["id"], message["number"]) == (told["id"], told["number"])
    assert (message["text"], message["mentions"]) == ("九時に集まります", [hana.seat.pk])
    assert message["position"] == {"id": jiro.seat.pk, "name": jiro.seat.name}
    assert message["person"] == {"id": jiro.person.pk, "name": jiro.person.name}
    assert (message["recipients"], message["read"]) == (1, 0)


def test_a_message_is_the_same_on_the_stream_and_in_the_room(
    hana: Talker, jiro: Talker, room: Room
) -> None:
    first = jiro.say(room, "一つめ")
    with hana.listening() as page:
        jiro.say(room, "返事", answers=first["id"])
        told = heard(page)["message"]
    assert told == hana.get(f"rooms/{room.pk}/")["messages"][-1]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"mentions": [0], "importance": 1},
        {"kind": "place", "text": "", "longitude": 130.7, "latitude": -0.00001},
        {"kind": "stamp", "text": "", "stamp": "understood"},
        {"text": '「"\\」\n🏮'},
        {"text": "あ" * MAX_TEXT},
    ],
    ids=["text", "mentions", "place", "stamp", "signs", "longest"],
)
def test_what_is_told_whole_is_what_is_read(
    hana: Talker, jiro: Talker, room: Room, more: dict[str, Any]
) -> None:
    with hana.listening() as page:
        jiro.say(room, **more)
        told = heard(page)
    assert "whole" not in told
    assert told["message"] == hana.get(f"rooms/{room.pk}/")["messages"][-1]


def test_only_what_says_all_of_itself_and_fits_travels_with_its_notice(
    hana: Talker, jiro: Talker, room: Room
) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as listening:
        listening.execute("LISTEN kairan_notices")
        first = jiro.say(room, "一つめ")
        jiro.say(room, "返事", answers=first["id"])
        jiro.say(room, "あ" * MAX_TEXT)
        heard_there = [
            content
            for notify in listening.notifies(timeout=10, stop_after=3)
            if (content := json.loads(notify.payload)).get("room") == room.pk
        ]
    assert [one.get("whole", False) for one in heard_there] == [True, False, False]
    assert heard_there[1]["message"] == first["id"] + 1


def test_messages_come_in_the_order_of_their_numbers(
    hana: Talker, jiro: Talker, room: Room
) -> None:
    with hana.listening() as page:
        with ThreadPoolExecutor(6) as pool:
            for sent in [pool.submit(jiro.say, room, str(n)) for n in range(30)]:
                sent.result()
        numbers = [heard(page)["number"] for _ in range(30)]
    assert numbers == list(range(1, 31))


def test_a_burst_ends_no_stream(hana: Talker, jiro: Talker, room: Room) -> None:
    """More at once than a stream lets wait."""
    with hana.listening() as page, hana.listening() as tablet:
        with ThreadPoolExecutor(4) as pool:
            bursts = [[a_message(room, f"{p}-{n}") for n in range(50)] for p in range(4)]
            sent = [
                pool.submit(who.send, *b) for who, b in zip([hana, jiro] * 2, bursts, strict=True)
            ]
            assert all(one.result().status_code == 200 for one in sent)
        for device in (page, tablet):
            assert [heard(device)["number"] for _ in range(200)] == list(range(1, 201))


# ── who hears ─────────────────────────────────────────────────────────────────────────────────


def test_who_is_taken_out_of_a_room_hears_nothing_more(
    living: Living, hana: Talker, jiro: Talker, room: Room, elsewhere: Room
) -> None:
    with hana.listening() as page:
        jiro.say(room, "前")
        with living.inside():
            rooms.remove(acting=PROGRAM, room=room, positions=[hana.seat.pk])
        jiro.say(room, "後")
        jiro.say(elsewhere, "おわり")
        assert texts_until(page, "おわり") == ["前"]


def test_who_leaves_is_told_so(living: Living, hana: Talker, room: Room) -> None:
    with hana.listening() as page, living.inside():
        rooms.remove(acting=PROGRAM, room=room, positions=[hana.seat.pk])
        while (notice := heard(page))["kind"] != "talk.left":
            assert notice["kind"] == "talk.message"
    assert (notice["room"], notice["position"]) == (room.pk, hana.seat.pk)


def test_who_joins_hears_from_then_on(
    living: Living, hana: Talker, jiro: Talker, elsewhere: Room
) -> None:
    room = living.room(jiro)
    with hana.listening() as page:
        jiro.say(room, "前")
        with living.inside():
            rooms.add(acting=PROGRAM, room=room, positions=[hana.seat.pk])
        jiro.say(room, "後")
        jiro.say(elsewhere, "おわり")
        assert texts_until(page, "おわり") == ["後"]


def test_a_seat_that_came_after_the_ticket_counts_and_is_taken_away_too(
    living: Living, hana: Talker, jiro: Talker, elsewhere: Room
) -> None:
    room = living.room(jiro)
    with living.inside():
        ticket = hana.ticket()
        second = a_seat(f"委員長 {room.pk}", hana.person)
        rooms.add(acting=PROGRAM, room=room, positions=[second.pk])
    with hana.listening(ticket) as page:
        jiro.say(room, "前")
        with living.inside():
            rooms.remove(acting=PROGRAM, room=room, positions=[second.pk])
        jiro.say(room, "後")
        jiro.say(elsewhere, "おわり")
        assert texts_until(page, "おわり") == ["前"]


def test_who_sits_there_in_another_seat_too_hears_on(
    living: Living, hana: Talker, jiro: Talker, room: Room, elsewhere: Room
) -> None:
    with living.inside():
        second = a_seat(f"書記 {room.pk}", hana.person)
        rooms.add(acting=PROGRAM, room=room, positions=[second.pk])
    with hana.listening() as page:
        with living.inside():
            rooms.remove(acting=PROGRAM, room=room, positions=[second.pk])
        jiro.say(room, "後")
        jiro.say(elsewhere, "おわり")
        assert texts_until(page, "おわり") == ["後"]


def test_another_towns_person_hears_nothing(living: Living, jiro: Talker, room: Room) -> None:
    stranger = living.talker("となりの人", town_id=living.neighbour.pk)
    own = living.room(stranger)
    with stranger.listening() as page:
        jiro.say(room, "ひみつ")
        stranger.say(own, "おわり")
        assert texts_until(page, "おわり") == []


# ── the end of a stream ───────────────────────────────────────────────────────────────────────


def is_refused(talker: Talker, ticket: str) -> bool:
    answer = httpx.get(f"{talker.living.address}/streams/", params={"ticket": ticket}, timeout=20)
    return answer.status_code == 403


def test_who_is_signed_out_is_cut_off(living: Living, hana: Talker, room: Room) -> None:
    ticket = hana.ticket()
    with hana.listening(ticket) as page:
        with living.inside():
            end_sessions(hana.person)
        with pytest.raises(EOFError):
            page.event()
    assert is_refused(hana, ticket)


def test_a_device_that_was_signed_out_unheard_opens_nothing(
    living: Living, hana: Talker, room: Room
) -> None:
    """By another process, before this one was started: nobody has told it."""
    ticket = hana.ticket()
    with living.inside():
        Session.objects.filter(session_key=hana.session).delete()
    assert is_refused(hana, ticket)


def test_who_is_suspended_is_cut_off(living: Living, hana: Talker, room: Room) -> None:
    ticket = hana.ticket()
    with hana.listening(ticket) as page:
        with living.inside():
            living.keep_an_administrator()
            suspend(acting=PROGRAM, person=hana.person)
        with pytest.raises(EOFError):
            page.event()
    assert is_refused(hana, ticket)


def test_after_a_handover_the_predecessor_hears_nothing_and_the_successor_all(
    living: Living, hana: Talker, jiro: Talker, room: Room
) -> None:
    old = hana.ticket()
    with living.inside():
        successor = a_person("後の人")
    with hana.listening(old) as page:
        with living.inside():
            day = hana.seat.tenures.get().starts_on
            hand_over(acting=PROGRAM, position=hana.seat, successor=successor, last_day=day)
        with pytest.raises(EOFError):
            page.event()
    assert is_refused(hana, old)
    with living.inside():
        new = Talker(living, successor, hana.seat, living.signed_in(successor))
    with new.listening() as page:
        jiro.say(room, "ようこそ")
        jiro.say(room, "おわり")
        assert texts_until(page, "おわり") == ["ようこそ"]


def holders(page: Reader, room: Room) -> dict[str, Any]:
    """The next notice of who sits where, behind what else is heard."""
    while True:
        notice = heard(page)
        if notice["kind"] == "talk.holder" and notice["room"] == room.pk:
            return notice


def test_after_a_handover_those_beside_it_hear_the_new_name(
    living: Living, hana: Talker, jiro: Talker, room: Room
) -> None:
    with jiro.listening() as page, living.inside():
        successor = a_person("後の人")
        day = hana.seat.tenures.get().starts_on
        hand_over(acting=PROGRAM, position=hana.seat, successor=successor, last_day=day)
        notice = holders(page, room)
        assert (notice["position"], notice["name"]) == (hana.seat.pk, hana.seat.name)
        assert notice["person"] == "後の人"
        change_holder(acting=PROGRAM, person=successor, name="名の人", email="", phone="")
        assert holders(page, room)["person"] == "名の人"
        release(acting=PROGRAM, tenure=hana.seat.tenures.get(ended_at=None))
        assert holders(page, room)["person"] is None


def test_who_is_beside_it_nowhere_hears_nothing_of_a_handover(
    living: Living, hana: Talker, jiro: Talker, room: Room
) -> None:
    other = living.talker("よその人")
    own = living.room(other)
    with other.listening() as page:
        with living.inside():
            day = hana.seat.tenures.get().starts_on
            hand_over(
                acting=PROGRAM, position=hana.seat, successor=a_person("後の人"), last_day=day
            )
        other.say(own, "おわり")
        assert heard(page)["kind"] == "talk.message"


def test_a_seat_gained_while_a_page_is_open_makes_it_come_back(
    living: Living, hana: Talker
) -> None:
    with living.inside():
        empty = a_seat("空いている席")
    with hana.listening() as page:
        with living.inside():
            appoint(acting=PROGRAM, position=empty, person=hana.person)
        with pytest.raises(EOFError):
            page.event()


# ── two devices, and gaps ─────────────────────────────────────────────────────────────────────


def test_two_devices_that_read_at_once_count_it_once(
    living: Living, hana: Talker, jiro: Talker, room: Room
) -> None:
    with living.inside():
        tablet = Talker(living, hana.person, hana.seat, living.signed_in(hana.person))
    for number in range(5):
        jiro.say(room, str(number))
    with hana.listening() as phone, tablet.listening() as other, jiro.listening() as sender:
        with ThreadPoolExecutor(8) as pool:
            reads = [
                pool.submit(device.post, f"rooms/{room.pk}/read", upto=5)
                for device in (hana, tablet) * 4
            ]
            assert {one.result().status_code for one in reads} == {200}
        jiro.say(room, "おわり")
        for page in (phone, other, sender):
            notices = [heard(page) for _ in range(2)]
            assert [one["kind"] for one in notices] == ["talk.read", "talk.message"]
            assert (notices[0]["position"], notices[0]["upto"]) == (hana.seat.pk, 5)
    for device in (hana, tablet):
        assert device.get("rooms/")["unread"] == 1


def test_a_draft_is_heard_on_the_other_device_alone(
    living: Living, hana: Talker, jiro: Talker, room: Room
) -> None:
    with living.inside():
        tablet = Talker(living, hana.person, hana.seat, living.signed_in(hana.person))
    with tablet.listening() as own, jiro.listening() as others:
        assert hana.post(f"rooms/{room.pk}/draft", text="書きかけ").status_code == 200
        hana.say(room, "おわり")
        assert heard(own)["kind"] == "talk.settings"
        assert heard(others)["kind"] == "talk.message"


def test_after_a_gap_everything_is_caught_up_in_order(
    hana: Talker, jiro: Talker, room: Room
) -> None:
    """As a page does it: it knows the last number it has, and asks for what came after."""
    with hana.listening() as page:
        jiro.say(room, "1")
        last = heard(page)["number"]
    for text in ("2", "3", "4"):
        jiro.say(room, text)
    with hana.listening() as page:
        missed = hana.get(f"rooms/{room.pk}/?after={last}")
        jiro.say(room, "5")
        caught_up = [one["text"] for one in missed["messages"]]
        assert caught_up == ["2", "3", "4"]
        assert heard(page)["message"]["text"] == "5"


def test_what_is_said_while_the_database_lets_go_is_caught_up(
    living: Living, hana: Talker, jiro: Talker, room: Room
) -> None:
    with hana.listening() as page:
        jiro.say(room, "1")
        last = heard(page)["number"]
        with psycopg.connect(SERVER.server.get_uri(database="kairan"), autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name IN ('kairan streams', 'kairan reader')"
            )
        jiro.say(room, "2")
        jiro.say(room, "3")
        while page.event()[0] != "reload":
            pass
        missed = hana.get(f"rooms/{room.pk}/?after={last}")
        assert [one["text"] for one in missed["messages"]] == ["2", "3"]
        jiro.say(room, "おわり")
        assert texts_until(page, "おわり") in ([], ["3"], ["2", "3"])


def test_a_ticket_names_no_room_and_no_seat(living: Living, hana: Talker, room: Room) -> None:
    """What is followed is read when the stream opens: an old address gives nothing back."""
    from kairan.realtime.tickets import read

    with living.inside():
        assert stream_url(hana.person, hana.session).startswith("/streams/?ticket=")
    ticket = read(hana.ticket())
    assert ticket.is_live
    assert ticket.topics == {f"person:{hana.person.pk}"}
