# SPDX-License-Identifier: Apache-2.0
"""The console's pages of talk: which rooms, who is in them, who has read, who is phoned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kairan.audit.models import Entry
from kairan.people.models import Person
from kairan.people.positions.models import Group, GroupMember, Position
from kairan.talk.directory import leaders_may
from kairan.talk.models import Member, Message, Recipient, Room
from tests.cast import Cast
from tests.talk.factories import a_person, a_room, a_seat, said

SignIn = Callable[[Person], Client]


@dataclass
class Office:
    """A clerk at the desk, two chairs, a room of all three and one of the chairs alone."""

    clerk: Person
    chairs: list[Person]
    desk: Position
    posts: list[Position]
    council: Room
    chairs_alone: Room
    between_two: Room


@pytest.fixture
def office(hinokuni: Cast) -> Office:
    chairs = [a_person("槇塚 一郎", phone="072-000-0001"), a_person("若松 二郎")]
    posts = [
        a_seat("槇塚台校区 会長", chairs[0]),
        a_seat("若松台校区 会長", chairs[1], phone="072-000-0002"),
    ]
    desk = a_seat("自治推進課", hinokuni.roads_clerk, kind="desk")
    pair = f"{posts[0].pk}:{posts[1].pk}"
    return Office(
        clerk=hinokuni.roads_clerk,
        chairs=chairs,
        desk=desk,
        posts=posts,
        council=a_room("自治連合協議会", desk, *posts),
        chairs_alone=a_room("会長の集まり", *posts),
        between_two=a_room("", *posts, kind="direct", pair=pair),
    )


def text(answer: HttpResponse) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def url(name: str, *ids: object) -> str:
    return reverse(f"talk_office:{name}", args=ids)


def test_a_clerk_sees_the_rooms_of_the_desk(office: Office, sign_in: SignIn) -> None:
    page = text(sign_in(office.clerk).get(url("list")))
    assert "自治連合協議会" in page
    assert "会長の集まり" not in page


def test_an_administrator_sees_all_rooms_of_many_and_no_talk_of_two(
    office: Office, sign_in: SignIn, cast: Cast
) -> None:
    client = sign_in(cast.administrator)
    page = text(client.get(url("list")))
    assert "自治連合協議会" in page
    assert "会長の集まり" in page
    assert "槇塚台校区 会長・若松台校区 会長" not in page
    assert client.get(url("room", office.between_two.pk)).status_code == 404


def test_who_sits_at_no_desk_reads_no_word(office: Office, sign_in: SignIn, cast: Cast) -> None:
    message = said(office.clerk, office.council, "ないしょの話です")
    client = sign_in(cast.administrator)
    page = text(client.get(url("room", office.council.pk) + "?whose=all"))
    assert "ないしょの話です" not in page
    assert "窓口が入っていないトークです" in page
    assert client.get(url("readers", office.council.pk, message.pk)).status_code == 404
    assert client.post(url("remind", office.council.pk, message.pk)).status_code == 404
    assert client.get(url("phone", office.council.pk, message.pk)).status_code == 404


def test_a_clerk_without_desk_and_permission_is_refused(
    office: Office, sign_in: SignIn, cast: Cast
) -> None:
    client = sign_in(cast.waste_clerk)
    assert client.get(url("list")).status_code == 403
    assert "/console/talk/" not in text(client.get(reverse("console:home")))
    assert "/console/talk/" in text(sign_in(office.clerk).get(reverse("console:home")))


def test_a_chair_is_no_staff(office: Office, sign_in: SignIn) -> None:
    assert sign_in(office.chairs[0]).get(url("list")).status_code == 403


def test_the_list_counts_who_is_behind_and_what_waits(office: Office, sign_in: SignIn) -> None:
    said(office.clerk, office.council, "読んでください", must_confirm=True)
    Recipient.objects.filter(position=office.posts[0]).update(read_at=timezone.now())
    client = sign_in(office.clerk)
    page = text(client.get(url("list")))
    assert f'{url("room", office.council.pk)}?members=behind#members">1<' in page
    assert f'{url("room", office.council.pk)}?whose=must#messages">1<' in page
    assert "自治連合協議会" in text(client.get(url("list") + "?show=behind"))
    Recipient.objects.update(read_at=timezone.now())
    assert "自治連合協議会" not in text(client.get(url("list") + "?show=behind"))
    assert "自治連合協議会" in text(client.get(url("list") + "?show=waiting"))


@pytest.mark.parametrize(
    ("query", "is_there"),
    [("?q=れんごう", False), ("?q=連合", True), ("?kind=group", True), ("?kind=area", False),
     ("?state=closed", False), ("?state=x&kind=y&page=z", True)],
)  # fmt: skip
def test_the_list_is_narrowed_by_its_address(
    office: Office, sign_in: SignIn, query: str, is_there: bool
) -> None:
    assert ("自治連合協議会" in text(sign_in(office.clerk).get(url("list") + query))) is is_there


def test_the_number_of_statements_does_not_grow_with_the_rooms(
    office: Office, sign_in: SignIn
) -> None:
    client = sign_in(office.clerk)
    client.get(url("list"))

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(url("list"))
        return len(seen)

    before = statements()
    for number in range(5):
        a_room(f"{number}番の部屋", office.desk, *office.posts)
    assert statements() == before


def test_the_office_writes_once_however_often_it_is_sent(office: Office, sign_in: SignIn) -> None:
    client = sign_in(office.clerk)
    form = {
        "position": office.desk.pk,
        "text": "明日は雨天中止です",
        "importance": 2,
        "must_confirm": "on",
        "client_id": str(uuid4()),
    }
    for _time in range(2):
        answer = client.post(url("say", office.council.pk), form)
        message = Message.objects.get(room=office.council)
        assert answer["Location"] == url("readers", office.council.pk, message.pk)
    assert (message.text, message.importance, message.must_confirm) == (
        "明日は雨天中止です",
        2,
        True,
    )
    assert (message.position, message.person) == (office.desk, office.clerk)


def test_nothing_is_said_in_a_room_that_was_closed_or_is_not_the_desks(
    office: Office, sign_in: SignIn
) -> None:
    client = sign_in(office.clerk)
    form = {"position": office.desk.pk, "text": "a", "importance": 0, "client_id": str(uuid4())}
    assert client.post(url("say", office.chairs_alone.pk), form).status_code == 404
    Room.objects.filter(pk=office.council.pk).update(closed_at=timezone.now())
    answer = client.post(url("say", office.council.pk), form)
    assert answer.status_code == 422
    assert "このトークは終わっています" in answer.content.decode()
    assert client.post(url("say", office.council.pk), {}).status_code == 422
    assert not Message.objects.exists()


def test_readers_stand_by_name_with_who_read_it_and_when(office: Office, sign_in: SignIn) -> None:
    message = said(office.clerk, office.council, "読んでください")
    Recipient.objects.filter(position=office.posts[0]).update(
        read_at=timezone.now(), read_by=office.chairs[0]
    )
    client = sign_in(office.clerk)
    page = text(client.get(url("readers", office.council.pk, message.pk)))
    assert "槇塚 一郎" in page
    assert "未読の1人に再通知" in page
    waiting = text(client.get(url("readers", office.council.pk, message.pk) + "?state=silent"))
    assert "若松台校区 会長" in waiting
    assert "槇塚台校区 会長" not in waiting


def test_those_who_have_not_read_are_told_again(office: Office, sign_in: SignIn) -> None:
    message = said(office.clerk, office.council, "読んでください")
    Recipient.objects.filter(position=office.posts[0]).update(read_at=timezone.now())
    client = sign_in(office.clerk)
    answer = client.post(url("remind", office.council.pk, message.pk), follow=True)
    assert "1人にもう一度知らせます" in answer.content.decode()
    assert list(Recipient.objects.order_by("position").values_list("reminders", flat=True)) == [
        0,
        1,
    ]
    again = client.post(url("remind", office.council.pk, message.pk), follow=True)
    assert "もう一度知らせられます" in again.content.decode()


def test_the_list_to_phone_names_the_silent_with_their_numbers(
    office: Office, sign_in: SignIn
) -> None:
    message = said(office.clerk, office.council, "読んでください", must_confirm=True)
    Recipient.objects.filter(position=office.posts[0]).update(read_at=timezone.now())
    client = sign_in(office.clerk)
    page = text(client.get(url("phone", office.council.pk, message.pk)))
    assert "072-000-0001" in page  # read, but not confirmed
    assert "072-000-0002" in page
    Recipient.objects.filter(position=office.posts[1]).update(confirmed_at=timezone.now())
    page = text(client.get(url("phone", office.council.pk, message.pk)))
    assert "072-000-0002" not in page


def test_a_message_is_asked_for_in_its_own_room(office: Office, sign_in: SignIn) -> None:
    other = a_room("別の部屋", office.desk, *office.posts)
    message = said(office.clerk, office.council, "a")
    client = sign_in(office.clerk)
    assert client.get(url("readers", other.pk, message.pk)).status_code == 404


def test_a_group_is_made_of_chosen_positions(office: Office, sign_in: SignIn) -> None:
    client = sign_in(office.clerk)
    answer = client.post(
        url("new"),
        {"kind": "group", "name": "夏祭り", "position": [office.posts[0].pk], "manager": []},
    )
    made = Room.objects.get(name="夏祭り")
    assert answer["Location"] == url("room", made.pk)
    assert not made.shows_history
    there = dict(Member.objects.filter(room=made).values_list("position", "manages"))
    assert there == {office.desk.pk: True, office.posts[0].pk: False}
    assert Entry.objects.filter(verb="talk.room_made", actor_id=office.clerk.pk).exists()


def test_a_committees_room_follows_the_committee(office: Office, sign_in: SignIn) -> None:
    group = Group.objects.create(name="防災委員会")
    GroupMember.objects.create(group=group, position=office.posts[1])
    client = sign_in(office.clerk)
    client.post(url("new"), {"kind": "bound", "name": "防災", "group": group.pk})
    made = Room.objects.get(name="防災")
    there = set(Member.objects.filter(room=made).values_list("position", flat=True))
    assert (made.group, there) == (group, {office.desk.pk, office.posts[1].pk})


def test_rooms_of_the_town_hold_everybody(office: Office, sign_in: SignIn, cast: Cast) -> None:
    client = sign_in(cast.administrator)
    for kind in ("announcement", "everyone"):
        client.post(url("new"), {"kind": kind, "name": kind, "shows_history": "on"})
        assert Member.objects.filter(room__kind=kind).count() == 3
    Position.objects.filter(pk=office.posts[0].pk).update(area=cast.west)
    client.post(url("new"), {"kind": "area", "name": "西", "area": cast.west.pk})
    there = Member.objects.filter(room__name="西").values_list("position", flat=True)
    assert list(there) == [office.posts[0].pk]


@pytest.mark.parametrize(
    "given",
    [{}, {"kind": "group", "name": " "}, {"kind": "bound", "name": "a"},
     {"kind": "area", "name": "a", "area": 0}, {"kind": "direct", "name": "a"},
     {"kind": "group", "name": "a", "position": ["999999999"]}],
)  # fmt: skip
def test_an_unfinished_room_comes_back(
    office: Office, sign_in: SignIn, given: dict[str, object]
) -> None:
    rooms = Room.objects.count()
    answer = sign_in(office.clerk).post(url("new"), given)
    assert (answer.status_code, Room.objects.count()) == (422, rooms)


def test_members_are_added_and_taken_out_with_a_way_back(office: Office, sign_in: SignIn) -> None:
    Member.objects.filter(room=office.council, position=office.desk).update(manages=True)
    new = a_seat("晴美台校区 会長", a_person("晴美 三郎"))
    client = sign_in(office.clerk)
    change = url("change", office.council.pk, "add")
    client.post(change, {"position": [new.pk]})
    present = Member.objects.present().filter(room=office.council)
    assert present.filter(position=new).exists()
    client.post(f"{url('change', office.council.pk, 'remove')}?position={new.pk}")
    assert not present.filter(position=new).exists()


def test_the_name_changes_and_the_room_ends_and_begins_again(
    office: Office, sign_in: SignIn
) -> None:
    Member.objects.filter(room=office.council, position=office.desk).update(manages=True)
    client = sign_in(office.clerk)
    client.post(url("change", office.council.pk, "rename"), {"name": "新しい名前"})
    client.post(url("change", office.council.pk, "history"), {})
    client.post(url("change", office.council.pk, "manage"), {"position": office.posts[0].pk})
    client.post(url("change", office.council.pk, "unmanage"), {"position": office.posts[0].pk})
    client.post(url("change", office.council.pk, "close"))
    office.council.refresh_from_db()
    assert (office.council.name, office.council.shows_history) == ("新しい名前", False)
    assert office.council.closed_at is not None
    assert "再開する" in text(client.get(url("edit", office.council.pk)))
    client.post(url("change", office.council.pk, "reopen"))
    office.council.refresh_from_db()
    assert office.council.closed_at is None
    assert client.post(url("change", office.council.pk, "burn")).status_code == 404


def test_what_does_not_work_is_said(office: Office, sign_in: SignIn, cast: Cast) -> None:
    client = sign_in(cast.administrator)
    answer = client.post(url("change", office.council.pk, "add"), {"position": "x"}, follow=True)
    assert "役職を選んでください" in answer.content.decode()


def test_a_desk_that_does_not_manage_changes_nothing(office: Office, sign_in: SignIn) -> None:
    client = sign_in(office.clerk)
    assert client.get(url("edit", office.council.pk)).status_code == 403
    assert client.post(url("change", office.council.pk, "close")).status_code == 403
    office.council.refresh_from_db()
    assert office.council.closed_at is None


def test_the_rules_are_for_those_who_manage_talk(
    office: Office, sign_in: SignIn, cast: Cast
) -> None:
    assert sign_in(office.clerk).get(url("rules")).status_code == 403
    sign_in(cast.administrator).post(url("rules"), {})
    assert not leaders_may()
    sign_in(cast.administrator).post(url("rules"), {"leaders_among_themselves": "on"})
    assert leaders_may()


def test_a_committees_list_decides_who_is_in_its_rooms(office: Office, sign_in: SignIn) -> None:
    client = sign_in(office.clerk)
    client.post(url("new_group"), {"name": "防災委員会", "position": [office.posts[0].pk]})
    group = Group.objects.get(name="防災委員会")
    client.post(url("new"), {"kind": "bound", "name": "防災", "group": group.pk})
    posts = {"position": [office.posts[1].pk, "x"]}
    client.post(url("group", group.pk), {"name": "防災・防犯委員会", **posts})
    there = set(
        Member.objects.present().filter(room__name="防災").values_list("position", flat=True)
    )
    assert there == {office.desk.pk, office.posts[1].pk}
    assert "防災・防犯委員会" in text(client.get(url("groups")))
    entry = Entry.objects.get(verb="group.changed")
    assert entry.changes["positions"] == [["槇塚台校区 会長"], ["若松台校区 会長"]]


def test_two_committees_of_one_name_are_refused(office: Office, sign_in: SignIn) -> None:
    Group.objects.create(name="防災委員会")
    answer = sign_in(office.clerk).post(url("new_group"), {"name": "防災委員会"})
    assert (answer.status_code, Group.objects.count()) == (422, 1)


def test_a_committee_that_is_closed_leaves_its_rooms(office: Office, sign_in: SignIn) -> None:
    group = Group.objects.create(name="防災委員会")
    room = a_room("防災", office.desk, *office.posts, group=group)
    client = sign_in(office.clerk)
    client.post(url("end_group", group.pk))
    client.get(url("groups"))  # the word of what was done
    assert "防災委員会" not in text(client.get(url("groups")))
    assert Member.objects.present().filter(room=room).count() == 3
    assert client.get(url("group", group.pk)).status_code == 404


def test_a_position_leads_to_its_devices_for_those_who_manage_positions(
    office: Office, sign_in: SignIn, cast: Cast
) -> None:
    link = reverse("people:position", args=[office.posts[0].pk])
    page = url("room", office.council.pk)
    assert link in text(sign_in(cast.administrator).get(page))
    assert link not in text(sign_in(office.clerk).get(page))
