# SPDX-License-Identifier: Apache-2.0
"""Sending, over HTTP, on the real server: what is stored once, and what is refused."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile

from kairan.audit.actors import PROGRAM
from kairan.files.documents import store_document
from kairan.people.actions import suspend
from kairan.people.positions.actions.handing_over import hand_over
from kairan.people.sessions import end_sessions
from kairan.talk.actions import rooms
from kairan.talk.limits import MAX_TEXT
from kairan.talk.models import Attachment, Member, Message, Recipient, Room
from tests.talk.factories import a_person, a_seat
from tests.talk.living import OURS, SEND, Living, Talker, a_message, new_id

WORKERS = 8


def test_what_is_said_is_numbered_and_addressed(
    living: Living, hana: Talker, jiro: Talker, room: Room
) -> None:
    answer = hana.say(room, "九時に\n集まります")
    assert (answer["state"], answer["room"], answer["number"]) == ("stored", room.pk, 1)
    assert living.said_in(room) == [(1, "九時に\n集まります")]
    with living.inside():
        assert list(Recipient.objects.filter(room=room).values_list("position")) == [
            (jiro.seat.pk,)
        ]


def test_the_same_id_again_is_stored_once(living: Living, hana: Talker, room: Room) -> None:
    message = a_message(room)
    first, second = (hana.send(message).json()["answers"][0] for _ in range(2))
    assert (first["state"], second["state"]) == ("stored", "again")
    assert (first["id"], first["number"]) == (second["id"], second["number"])
    assert len(living.said_in(room)) == 1


def test_the_same_id_twice_in_one_request_and_from_two_devices_is_stored_once(
    living: Living, hana: Talker, room: Room
) -> None:
    message = a_message(room)
    with ThreadPoolExecutor(WORKERS) as pool:
        sent = [pool.submit(hana.send, message, message) for _ in range(WORKERS)]
        answers = [one for each in sent for one in each.result().json()["answers"]]
    assert len(answers) == 2 * WORKERS
    assert {one["number"] for one in answers} == {1}
    assert len(living.said_in(room)) == 1


def test_the_same_id_of_somebody_else_is_refused(hana: Talker, jiro: Talker, room: Room) -> None:
    taken = new_id()
    hana.say(room, client_id=taken)
    answer = jiro.say(room, client_id=taken)
    assert (answer["state"], answer["reason"]) == ("refused", "taken")


def test_numbers_of_many_who_write_at_once_have_no_gaps(
    living: Living, hana: Talker, jiro: Talker, room: Room
) -> None:
    with ThreadPoolExecutor(WORKERS) as pool:
        told = list(pool.map(lambda n: [hana, jiro][n % 2].say(room, str(n)), range(40)))
    assert sorted(one["number"] for one in told) == list(range(1, 41))
    assert [number for number, _text in living.said_in(room)] == list(range(1, 41))


def test_answers_come_in_the_order_of_the_messages(living: Living, hana: Talker) -> None:
    later, sooner = living.room(hana), living.room(hana)
    said = [a_message(sooner), "nonsense", a_message(later), a_message(sooner, "二つめ")]
    answers = hana.send(*said).json()["answers"]
    assert [one["state"] for one in answers] == ["stored", "refused", "stored", "stored"]
    assert [one.get("room") for one in answers] == [sooner.pk, None, later.pk, sooner.pk]
    assert [one.get("number") for one in answers] == [1, None, 1, 2]


# ── who may ───────────────────────────────────────────────────────────────────────────────────


def test_who_has_just_left_says_nothing_more(
    living: Living, hana: Talker, jiro: Talker, room: Room
) -> None:
    assert hana.say(room)["state"] == "stored"
    with living.inside():
        rooms.remove(acting=PROGRAM, room=room, positions=[hana.seat.pk])
    answer = hana.say(room, "まだいます")
    assert (answer["state"], answer["reason"]) == ("refused", "not_here")
    assert "まだいます" not in [text for _number, text in living.said_in(room)]
    assert jiro.say(room)["state"] == "stored"


def test_who_was_signed_out_a_moment_ago_says_nothing_more(
    living: Living, hana: Talker, room: Room
) -> None:
    assert hana.say(room)["state"] == "stored"
    with living.inside():
        end_sessions(hana.person)
    answer = hana.send(a_message(room, "まだいます"))
    assert answer.status_code == 401 or answer.json()["answers"][0]["state"] == "refused"
    assert len(living.said_in(room)) == 1


def test_a_device_whose_session_is_gone_says_nothing_more(
    living: Living, hana: Talker, room: Room
) -> None:
    with living.inside():
        tablet = Talker(living, hana.person, hana.seat, living.signed_in(hana.person))
    assert tablet.say(room)["state"] == "stored"
    with living.inside():
        Session.objects.filter(pk=tablet.session).delete()
    assert tablet.say(room)["state"] == "refused"
    assert hana.say(room)["state"] == "stored"


def test_who_is_suspended_says_nothing_more(living: Living, hana: Talker, room: Room) -> None:
    assert hana.say(room)["state"] == "stored"
    with living.inside():
        living.keep_an_administrator()
        suspend(acting=PROGRAM, person=hana.person)
    answer = hana.send(a_message(room))
    assert answer.status_code == 401 or answer.json()["answers"][0]["state"] == "refused"
    assert len(living.said_in(room)) == 1


def test_a_predecessor_who_reads_on_writes_nothing(
    living: Living, hana: Talker, room: Room
) -> None:
    with living.inside():
        hand_over(
            acting=PROGRAM,
            position=hana.seat,
            successor=a_person("後の人"),
            last_day=hana.seat.tenures.get().starts_on,
            reads_on_days=7,
        )
    assert hana.say(room)["state"] == "refused"
    assert living.said_in(room) == []


def test_another_towns_person_says_nothing_here(living: Living, room: Room) -> None:
    stranger = living.talker("となりの人", town_id=living.neighbour.pk)
    assert stranger.say(living.room(stranger))["state"] == "stored"
    answer = stranger.say(room)
    assert (answer["state"], answer["reason"]) == ("refused", "not_here")
    assert living.said_in(room) == []


def test_a_person_says_nothing_in_a_seat_of_somebody_else(
    hana: Talker, jiro: Talker, room: Room
) -> None:
    assert hana.say(room, position=jiro.seat.pk)["reason"] == "not_here"
    assert hana.say(room, position=hana.seat.pk)["state"] == "stored"


def test_in_a_closed_room_nothing_is_said(living: Living, hana: Talker, room: Room) -> None:
    with living.inside():
        rooms.close(acting=PROGRAM, room=room)
    assert hana.say(room)["reason"] == "closed"


def test_where_the_office_announces_only_the_office_writes(living: Living, hana: Talker) -> None:
    desk = living.talker("窓口の人", kind="desk")
    announcements = living.room(hana, desk, kind="announcement")
    assert hana.say(announcements)["reason"] == "office_only"
    assert desk.say(announcements)["state"] == "stored"


PRESSING = [{"must_confirm": True}, {"importance": 2}]


@pytest.mark.parametrize("way", PRESSING)
def test_only_the_office_and_who_manages_presses_others(
    living: Living, hana: Talker, room: Room, way: dict[str, Any]
) -> None:
    desk = living.talker("窓口の人", kind="desk")
    office = living.room(hana, desk)
    assert hana.say(room, **way)["reason"] == "managers_only"
    assert hana.say(office, **way)["reason"] == "managers_only"
    assert desk.say(office, **way)["state"] == "stored"
    assert hana.say(room, importance=1)["state"] == "stored"
    with living.inside():
        Member.objects.filter(room=room, position=hana.seat).update(manages=True)
    assert hana.say(room, **way)["state"] == "stored"
    assert [text for _number, text in living.said_in(room)] == ["こんにちは"] * 2


def test_what_is_kept_back_keeps_back_nothing_else(hana: Talker, room: Room) -> None:
    said = [a_message(room, "一"), a_message(room, must_confirm=True), a_message(room, "三")]
    answers = hana.send(*said).json()["answers"]
    assert [one["state"] for one in answers] == ["stored", "refused", "stored"]
    assert [one["client_id"] for one in answers] == [one["client_id"] for one in said]


def test_who_sits_elsewhere_presses_nobody_here(living: Living, hana: Talker, room: Room) -> None:
    stranger = living.talker("よその人", kind="desk")
    assert stranger.say(room, must_confirm=True)["reason"] == "not_here"
    assert hana.say(room, must_confirm=True, position=stranger.seat.pk)["reason"] == "not_here"


def test_one_presses_from_the_seat_that_may(living: Living, hana: Talker, room: Room) -> None:
    with living.inside():
        second = a_seat(f"委員長 {room.pk}", hana.person)
        Member.objects.create(room=room, position=second, manages=True)
    assert hana.say(room, must_confirm=True)["state"] == "stored"
    assert hana.say(room, must_confirm=True, position=hana.seat.pk)["reason"] == "managers_only"
    with living.inside():
        assert Message.objects.get(room=room).position_id == second.pk


def test_what_was_pressed_while_one_might_is_stored_for_good(
    living: Living, hana: Talker, room: Room
) -> None:
    """The answer was lost on its way, and somebody else manages since."""
    mine = Member.objects.filter(room=room, position=hana.seat)
    message = a_message(room, must_confirm=True)
    with living.inside():
        mine.update(manages=True)
    hana.send(message)
    with living.inside():
        mine.update(manages=False)
    assert hana.send(message).json()["answers"][0]["state"] == "again"


def test_what_somebody_else_has_uploaded_is_not_sent(
    living: Living, hana: Talker, jiro: Talker, room: Room
) -> None:
    with living.inside():
        document = store_document(
            acting=jiro.person, content=ContentFile("名簿,1\n".encode()), name="名簿.csv"
        )
        mine = Attachment.objects.create(person=jiro.person, document=document)
    file = {"kind": "file", "attachments": [str(mine.key)]}
    assert hana.say(room, "", **file)["reason"] == "attachment"
    assert jiro.say(room, "", **file)["state"] == "stored"
    assert jiro.say(room, "", **file)["reason"] == "attachment"


# ── what is asked ─────────────────────────────────────────────────────────────────────────────


def test_who_is_not_signed_in_is_told_so(living: Living, room: Room) -> None:
    for cookies in ({}, {"sessionid": "nonsense"}):
        answer = httpx.post(
            living.address + SEND,
            json={"messages": [a_message(room)]},
            headers=OURS,
            cookies=cookies,
            timeout=20,
        )
        assert (answer.status_code, answer.json()) == (401, {"reason": "signed_out"})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Kairan": "other"},
        {**OURS, "Origin": "https://elsewhere.example"},
        {**OURS, "Sec-Fetch-Site": "cross-site"},
        {**OURS, "Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_page_sends_nothing(
    living: Living, hana: Talker, room: Room, headers: dict[str, str]
) -> None:
    assert hana.send(a_message(room), headers=headers).status_code == 403
    assert living.said_in(room) == []


def test_our_own_page_sends(living: Living, hana: Talker, room: Room) -> None:
    ours = {**OURS, "Origin": living.address, "Sec-Fetch-Site": "same-origin"}
    assert hana.send(a_message(room), headers=ours).json()["answers"][0]["state"] == "stored"


def test_ten_thousand_characters_are_too_many(living: Living, hana: Talker, room: Room) -> None:
    answer = hana.say(room, "長" * 10_000)
    assert (answer["state"], answer["reason"]) == ("refused", "unfit")
    assert f"{MAX_TEXT:,}文字" in answer["words"]
    assert hana.say(room, "長" * MAX_TEXT)["state"] == "stored"
    assert [len(text) for _number, text in living.said_in(room)] == [MAX_TEXT]


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "\x1b[31m", "\u202e逆さ", "\ufffe"])
def test_odd_characters_keep_nobody_from_writing(hana: Talker, room: Room, text: str) -> None:
    body = json.dumps({"messages": [a_message(room, f"あ{text}い"), a_message(room, "次")]})
    answer = httpx.post(
        hana.living.address + SEND, content=body, headers=OURS, cookies=hana.cookies, timeout=20
    )
    assert answer.status_code == 200
    assert answer.json()["answers"][1]["state"] == "stored"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"messages": []}', b'{"messages": {}}', b"\xff", b"[" * 100_000, b"null"],
)
def test_nonsense_is_unreadable(hana: Talker, body: bytes) -> None:
    answer = httpx.post(
        hana.living.address + SEND, content=body, headers=OURS, cookies=hana.cookies, timeout=20
    )
    assert answer.status_code == 400


def test_more_than_a_quarter_of_a_megabyte_is_not_read(hana: Talker, room: Room) -> None:
    assert hana.send(a_message(room, "x" * 300_000)).status_code == 413
    assert hana.send(*(a_message(room) for _ in range(51))).status_code == 400


def test_it_is_only_posted(living: Living, hana: Talker) -> None:
    answer = httpx.get(living.address + SEND, cookies=hana.cookies, headers=OURS, timeout=20)
    assert answer.status_code == 405
