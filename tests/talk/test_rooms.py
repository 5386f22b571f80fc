# SPDX-License-Identifier: Apache-2.0
"""Rooms: opened, managed, left; and those whose members follow the town."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from kairan.audit.actors import PROGRAM
from kairan.files.models import StoredFile
from kairan.municipalities.models import Area
from kairan.people.positions.actions.positions import close_position
from kairan.people.positions.models import Group, GroupMember
from kairan.talk.actions import rooms
from kairan.talk.following import follow_town
from kairan.talk.models import Member, Message, Room
from kairan.talk.storing import NotSaid, say
from kairan.talk.troubles import Refused
from tests.files.pictures import jpeg
from tests.talk.factories import a_seat
from tests.talk.ward import Ward


def test_a_talk_of_two_is_one_room_from_either_side(ward: Ward) -> None:
    first = ward.phone(ward.hana).done("rooms/direct/", position=ward.jiro_seat.pk)
    assert ward.phone(ward.jiro).done("rooms/direct/", position=ward.hana_seat.pk) == first
    room = Room.objects.get(pk=first["room"])
    listed = ward.phone(ward.hana).listed(room)
    assert (listed["name"], listed["person"]) == ("二校区 会長", "川口 二郎")
    assert ward.phone(ward.ume).status(f"rooms/{room.pk}/") == 404


def test_leaders_among_themselves_only_where_the_town_lets_them(ward: Ward) -> None:
    rooms.save_rules(acting=PROGRAM, leaders_among_themselves=False)
    phone = ward.phone(ward.hana)
    assert phone.post("rooms/direct/", position=ward.jiro_seat.pk)[0] == 403
    phone.done("rooms/direct/", position=ward.desk.pk)
    ward.phone(ward.clerk).done("rooms/direct/", position=ward.jiro_seat.pk)
    assert [one["name"] for one in phone.get("positions/")["positions"]] == ["自治推進課"]
    assert phone.get("positions/")["may_make_groups"] is False
    assert phone.post("rooms/", name="こっそり", positions=[ward.jiro_seat.pk])[0] == 403


def test_whom_one_may_write_to(ward: Ward) -> None:
    phone = ward.phone(ward.hana)
    room = phone.done("rooms/direct/", position=ward.jiro_seat.pk)["room"]
    entries = phone.get("positions/")["positions"]
    assert [one["name"] for one in entries] == ["自治推進課", "二校区 会長", "三校区 会長"]
    assert entries[1] | {"id": 0} == {
        "id": 0, "name": "二校区 会長", "kind": "post", "person": "川口 二郎", "area": "西区",
        "room": room,
    }  # fmt: skip


def test_no_talk_with_oneself_or_nobody(ward: Ward) -> None:
    phone = ward.phone(ward.hana)
    assert phone.post("rooms/direct/", position=ward.hana_seat.pk)[0] == 403
    assert phone.post("rooms/direct/", position=10**9)[0] == 404
    assert phone.post("rooms/direct/")[0] == 422


def test_who_makes_a_group_manages_it(ward: Ward) -> None:
    phone = ward.phone(ward.hana)
    made = phone.done("rooms/", name="夏まつり\u202e実行", positions=[ward.ume_seat.pk])
    room = Room.objects.get(pk=made["room"])
    assert room.name == "夏まつり実行"
    assert phone.listed(room)["manages"]
    assert not ward.phone(ward.ume).listed(room)["manages"]
    assert phone.post("rooms/", name="  ", positions=[])[0] == 422
    assert phone.post("rooms/", name="x", positions=[10**9])[0] == 422


@pytest.mark.parametrize(
    ("verb", "content"),
    [
        ("name", {"name": "新しい名前"}),
        ("history", {"shows_history": False}),
        ("members/", {"add": []}),
        ("members/remove", {"position": 1}),
        ("managers", {"position": 1, "manages": True}),
        ("close", {}),
    ],
)
def test_only_who_manages_changes_a_room(ward: Ward, verb: str, content: dict[str, object]) -> None:
    address = f"rooms/{ward.council.pk}/{verb}"
    assert ward.phone(ward.hana).post(address, **content)[0] == 403
    assert ward.phone(ward.ume).post(address, **content)[0] == 404


def test_a_new_name_and_a_picture(ward: Ward) -> None:
    phone = ward.phone(ward.clerk)
    assert (
        phone.done(f"rooms/{ward.council.pk}/name", name="連合会長会")["room"]["name"]
        == "連合会長会"
    )
    assert "「連合会長会」" in phone.room(ward.council)["messages"][-1]["text"]
    address = f"/community/talk/api/rooms/{ward.council.pk}/picture"
    assert phone.client.get(address).status_code == 404
    answer = phone.client.post(address, {"file": SimpleUploadedFile("a.jpg", jpeg())})
    assert answer.json()["room"]["picture"] == address
    assert ward.phone(ward.hana).client.get(address)["Content-Type"] == "image/jpeg"
    broken = phone.client.post(address, {"file": SimpleUploadedFile("a.jpg", b"no photo")})
    assert broken.status_code == 422
    assert phone.client.post(address).json()["room"]["picture"] is None
    assert StoredFile.objects.get().state == StoredFile.State.ERASED


def test_adding_and_removing_says_so_and_counts_at_once(ward: Ward) -> None:
    phone = ward.phone(ward.clerk)
    phone.done(f"rooms/{ward.council.pk}/members/", add=[ward.ume_seat.pk])
    assert phone.room(ward.council)["messages"][-1]["text"] == "三校区 会長が参加しました"
    assert ward.said(ward.clerk).recipients.count() == 3
    phone.done(f"rooms/{ward.council.pk}/members/remove", position=ward.ume_seat.pk)
    assert phone.room(ward.council)["messages"][-1]["text"] == "三校区 会長が退出しました"
    assert ward.phone(ward.ume).status(f"rooms/{ward.council.pk}/") == 404
    assert ward.said(ward.clerk).recipients.count() == 2
    with pytest.raises(NotSaid, match="not_here"):
        say(person=ward.ume, room=ward.council, text="まだいます")


def test_what_is_unread_in_a_room_one_has_left_waits_no_more(ward: Ward) -> None:
    ward.said(ward.clerk)
    phone = ward.phone(ward.hana)
    phone.done(f"rooms/{ward.council.pk}/leave")
    assert phone.get("rooms/")["unread"] == 0
    rooms.add(acting=ward.clerk, room=ward.council, positions=[ward.hana_seat.pk])
    assert Member.objects.filter(room=ward.council, position=ward.hana_seat).count() == 2


def test_management_is_handed_on_and_never_ends(ward: Ward) -> None:
    phone = ward.phone(ward.clerk)
    address = f"rooms/{ward.council.pk}/managers"
    assert phone.post(address, position=ward.desk.pk, manages=False)[0] == 422
    assert phone.post(address, position=ward.ume_seat.pk, manages=True)[0] == 422
    phone.done(address, position=ward.jiro_seat.pk, manages=True)
    phone.done(address, position=ward.desk.pk, manages=False)
    ward.phone(ward.jiro).done(f"rooms/{ward.council.pk}/leave")
    assert phone.listed(ward.council)["manages"]


def test_a_talk_of_two_and_a_room_of_everybody_are_not_left(ward: Ward) -> None:
    phone = ward.phone(ward.hana)
    direct = phone.done("rooms/direct/", position=ward.jiro_seat.pk)["room"]
    everyone = rooms.make_following(acting=ward.clerk, kind="everyone", name="全員")
    for room in (direct, everyone.pk):
        assert phone.post(f"rooms/{room}/leave")[0] == 409
    office = ward.phone(ward.clerk)
    gone = office.post(f"rooms/{everyone.pk}/members/remove", position=ward.hana_seat.pk)
    assert gone[0] == 409


def test_everybody_is_in_the_room_of_everybody_and_desks_manage(ward: Ward) -> None:
    everyone = rooms.make_following(acting=ward.clerk, kind="everyone", name="全員")
    assert _members(everyone) == {"自治推進課", "一校区 会長", "二校区 会長", "三校区 会長"}
    assert Member.objects.get(room=everyone, manages=True).position == ward.desk
    newcomer = a_seat("四校区 会長", None)
    follow_town()
    assert "四校区 会長" in _members(everyone)
    close_position(acting=PROGRAM, position=newcomer)
    assert follow_town() == 1
    assert "四校区 会長" not in _members(everyone)
    assert follow_town() == 0


def test_an_areas_room_follows_the_tree(ward: Ward) -> None:
    district = Area.objects.create(kind="district", code="d1", name="五校区", parent=ward.cast.east)
    below = a_seat("五校区 会長", None, area=district)
    west = rooms.make_following(
        acting=ward.clerk, kind="area", name="西区", area=ward.cast.west, desks=[ward.desk.pk]
    )
    assert _members(west) == {"自治推進課", "一校区 会長", "二校区 会長", "三校区 会長"}
    district.parent = ward.cast.west
    district.save(update_fields=["parent"])
    follow_town()
    assert below.name in _members(west)
    ward.hana_seat.area = ward.cast.east
    ward.hana_seat.save(update_fields=["area"])
    follow_town()
    assert ward.hana_seat.name not in _members(west)
    assert "自治推進課" in _members(west)
    events = Message.objects.filter(room=west, kind="event").order_by("number")
    assert [event.text for event in events][-2:] == [
        "五校区 会長が参加しました",
        "一校区 会長が退出しました",
    ]


def test_a_committees_room_follows_its_group(ward: Ward) -> None:
    group = Group.objects.create(name="防災委員会")
    GroupMember.objects.create(group=group, position=ward.hana_seat)
    room = rooms.make_group(
        acting=ward.clerk, name="防災", positions=[], managers=[ward.desk.pk], group=group
    )
    assert _members(room) == {"自治推進課", "一校区 会長"}
    GroupMember.objects.create(group=group, position=ward.ume_seat)
    GroupMember.objects.filter(position=ward.hana_seat).delete()
    follow_town()
    assert _members(room) == {"自治推進課", "三校区 会長"}
    assert ward.phone(ward.ume).post(f"rooms/{room.pk}/leave")[0] == 409
    assert (
        ward.phone(ward.clerk).post(f"rooms/{room.pk}/members/", add=[ward.jiro_seat.pk])[0] == 409
    )


def test_a_change_in_the_town_leaves_one_job_for_the_rooms(ward: Ward) -> None:
    waiting = ProcrastinateJob.objects.filter(task_name="kairan.talk.tasks.follow_town")
    assert waiting.count() == 1
    waiting.delete()
    ward.hana_seat.phone = "096"
    ward.hana_seat.save(update_fields=["phone"])
    assert waiting.count() == 0
    ward.hana_seat.area = ward.cast.east
    ward.hana_seat.save(update_fields=["area"])
    assert waiting.get().args == {"municipality_id": ward.cast.hinokuni.pk}


def test_a_following_room_needs_its_area(ward: Ward) -> None:
    for kind, area in (("area", None), ("everyone", ward.cast.west), ("direct", None)):
        with pytest.raises(Refused):
            rooms.make_following(acting=ward.clerk, kind=kind, name="だめ", area=area)


def _members(room: Room) -> set[str]:
    return set(Member.objects.present().filter(room=room).values_list("position__name", flat=True))
