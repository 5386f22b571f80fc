# SPDX-License-Identifier: Apache-2.0
"""Who is woken by a message, how, and who is left in peace."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from kairan.mail.models import TrayMail
from kairan.people.models import Person
from kairan.people.positions.models import Tenure
from kairan.push.models import PushSetting
from kairan.push.wishes import JAPAN, change_wishes, quiet_until
from kairan.talk.models import Importance, Member, Message, Recipient, RoomSetting
from kairan.talk.storing import Stored, say
from kairan.talk.tasks import tell
from tests.push.conftest import Town, seat
from tests.push.push_host import Browser
from tests.working import pass_time, waiting, work_off

Phone = Callable[..., Browser]


def said(ward: Town, text: str = "あすの会議は中止です", **more: object) -> Stored:
    return say(person=ward.clerk, room=ward.room, text=text, **more)


def read(ward: Town) -> None:
    Recipient.objects.filter(position=ward.post).update(read_at=timezone.now())


def quiet_now(person_id: int, *, mail_after: int | None = None) -> None:
    """Quiet hours from an hour ago to an hour from now."""
    now = datetime.now(JAPAN)
    change_wishes(
        person_id=person_id,
        quiet_from=(now - timedelta(hours=1)).time(),
        quiet_until=(now + timedelta(hours=1)).time(),
        mail_after=mail_after,
        hides_words=False,
    )


def test_who_has_not_read_after_two_seconds_is_woken(ward: Town, phone: Phone) -> None:
    chair, clerk = phone(ward.chair), phone(ward.clerk)
    stored = said(ward)
    work_off()
    assert chair.notes == []
    pass_time(seconds=3)
    [note] = chair.notes
    assert note["title"] == "会長会"
    assert note["body"] == "自治推進課（閲覧 しおり）: あすの会議は中止です"
    assert note["url"] == f"/community/talk/{ward.room.pk}/?message={stored.number}"
    assert note["badge"] == 1
    assert clerk.notes == []  # who said it


def test_who_has_read_is_not_woken(ward: Town, phone: Phone) -> None:
    chair, other = phone(ward.chair), phone(ward.other)
    said(ward)
    read(ward)
    pass_time(seconds=3)
    assert (len(chair.notes), len(other.notes)) == (0, 1)


def test_a_message_of_this_moment_waits_its_two_seconds(ward: Town, phone: Phone) -> None:
    chair = phone(ward.chair)
    said(ward, "ひとつめ")
    pass_time(seconds=3)
    said(ward, "ふたつめ")
    tell.task.func(municipality_id=ward.room.municipality_id, room_id=ward.room.pk)
    work_off()
    assert len(chair.notes) == 1
    pass_time(seconds=3)
    assert [note["body"][-4:] for note in chair.notes] == ["ひとつめ", "ふたつめ"]


def test_told_twice_is_told_once(ward: Town, phone: Phone) -> None:
    chair = phone(ward.chair)
    said(ward)
    pass_time(seconds=3)
    for _again in range(2):
        tell.task.func(municipality_id=ward.room.municipality_id, room_id=ward.room.pk)
    work_off()
    assert len(chair.notes) == 1
    assert not Recipient.objects.filter(told_at=None).exists()


def test_several_at_once_are_one_note_of_the_most_important(ward: Town, phone: Phone) -> None:
    chair = phone(ward.chair)
    said(ward, "避難所を開けました", importance=Importance.URGENT)
    said(ward, "お弁当の数も教えてください")
    pass_time(seconds=3)
    [note] = chair.notes
    assert note["title"] == "［緊急］会長会"
    assert (note["importance"], note["badge"]) == (2, 2)


@pytest.mark.parametrize(
    ("importance", "urgency", "is_replaced"),
    [(0, "normal", True), (1, "high", True), (2, "high", False)],
)
def test_importance_says_how_soon_it_comes(
    ward: Town, phone: Phone, importance: int, urgency: str, is_replaced: bool
) -> None:
    chair = phone(ward.chair)
    said(ward, importance=importance)
    pass_time(seconds=3)
    [taken] = chair.taken
    assert taken.headers["urgency"] == urgency
    assert ("topic" in taken.headers) is is_replaced


def test_quiet_hours_put_off_all_but_the_urgent(ward: Town, phone: Phone) -> None:
    chair = phone(ward.chair)
    quiet_now(ward.chair.pk)
    said(ward, "ふだんの知らせ", importance=Importance.IMPORTANT)
    pass_time(seconds=3)
    assert chair.notes == []
    said(ward, "津波警報です", importance=Importance.URGENT)
    pass_time(seconds=3)
    assert [note["body"][-6:] for note in chair.notes] == ["津波警報です"]


def test_when_the_quiet_hours_are_over_the_unread_is_told(ward: Town, phone: Phone) -> None:
    chair, other = phone(ward.chair), phone(ward.other)
    for person in (ward.chair, ward.other):
        quiet_now(person.pk)
    said(ward, "夜の知らせ 1")
    pass_time(seconds=3)
    said(ward, "夜の知らせ 2")
    pass_time(seconds=3)
    read(ward)
    pass_time(hours=2)
    assert chair.notes == []
    assert [note["body"][-7:] for note in other.notes] == ["夜の知らせ 2"]


def test_quiet_hours_are_those_of_japan() -> None:
    night = PushSetting(quiet_from=time(21), quiet_until=time(7))
    late = datetime(2026, 6, 1, 23, 30, tzinfo=JAPAN)
    early = datetime(2026, 6, 2, 6, 59, tzinfo=JAPAN)
    morning = datetime(2026, 6, 2, 7, 0, tzinfo=JAPAN)
    assert quiet_until(night, late.astimezone(UTC)) == morning
    assert quiet_until(night, early) == morning
    assert quiet_until(night, morning) is None
    assert quiet_until(PushSetting(), late) is None


@pytest.mark.parametrize(
    ("more", "comes"),
    [({}, False), ({"importance": Importance.IMPORTANT}, False),
     ({"importance": Importance.URGENT}, True), ({"mentions": [0]}, True),
     ({"must_confirm": True}, True)],
)  # fmt: skip
def test_a_muted_room_wakes_for_what_is_urgent_or_meant(
    ward: Town, phone: Phone, more: dict[str, object], comes: bool
) -> None:
    chair = phone(ward.chair)
    RoomSetting.objects.create(room=ward.room, person=ward.chair, muted=True)
    said(ward, **more)
    pass_time(seconds=3)
    assert len(chair.notes) == comes


def test_a_mention_of_another_does_not_wake_a_muted_one(ward: Town, phone: Phone) -> None:
    chair, other = phone(ward.chair), phone(ward.other)
    for person in (ward.chair, ward.other):
        RoomSetting.objects.create(room=ward.room, person=person, muted=True)
    said(ward, mentions=[ward.other_post.pk])
    pass_time(seconds=3)
    assert (len(chair.notes), len(other.notes)) == (0, 1)


def test_what_is_recalled_meanwhile_wakes_nobody(ward: Town, phone: Phone) -> None:
    chair = phone(ward.chair)
    stored = said(ward)
    Message.objects.filter(pk=stored.id).update(recalled_at=timezone.now(), text="")
    pass_time(seconds=3)
    assert chair.notes == []


def test_a_predecessor_who_reads_on_is_not_woken(ward: Town, phone: Phone) -> None:
    chair = phone(ward.chair)
    Tenure.objects.filter(person=ward.chair).update(
        ended_at=timezone.now(), reads_until=timezone.now() + timedelta(days=7)
    )
    said(ward)
    pass_time(seconds=3)
    assert chair.notes == []


def test_words_can_be_kept_off_the_lock_screen(ward: Town, phone: Phone) -> None:
    chair = phone(ward.chair)
    change_wishes(
        person_id=ward.chair.pk,
        quiet_from=None,
        quiet_until=None,
        mail_after=None,
        hides_words=True,
    )
    said(ward, "入院しました")
    pass_time(seconds=3)
    [note] = chair.notes
    assert "入院" not in str(note)
    assert "会長会" not in str(note)


def test_again_wakes_those_alone_who_have_not_read(ward: Town, phone: Phone) -> None:
    chair, other = phone(ward.chair), phone(ward.other)
    stored = said(ward)
    pass_time(seconds=3)
    read(ward)
    tell.defer(room_id=ward.room.pk, message_id=stored.id, again=True)
    work_off()
    assert (len(chair.notes), len(other.notes)) == (1, 2)
    assert other.notes[1]["again"] is True


def test_again_asks_for_a_confirmation_that_is_missing(ward: Town, phone: Phone) -> None:
    chair, other = phone(ward.chair), phone(ward.other)
    stored = said(ward, must_confirm=True)
    pass_time(seconds=3)
    Recipient.objects.update(read_at=timezone.now())
    Recipient.objects.filter(position=ward.post).update(confirmed_at=timezone.now())
    tell.defer(room_id=ward.room.pk, message_id=stored.id, again=True)
    work_off()
    assert (len(chair.notes), len(other.notes)) == (1, 2)


# ── mail ──


def with_address(ward: Town) -> None:
    ward.chair.email = "hana@example.jp"
    ward.chair.save(update_fields=["email"])


def test_a_mail_follows_when_it_stays_unread(ward: Town) -> None:
    with_address(ward)
    stored = said(ward, "秘密の相談")
    pass_time(seconds=3)
    assert not TrayMail.objects.exists()
    pass_time(minutes=31)
    mails = TrayMail.objects.filter(to="hana@example.jp")
    assert "トークに未読のメッセージがあります" in mails.get().subject
    assert f"/community/talk/{ward.room.pk}/?message={stored.number}" in mails.get().text
    assert "秘密の相談" not in mails.get().text


def test_no_mail_follows_once_it_is_read(ward: Town) -> None:
    with_address(ward)
    said(ward)
    pass_time(seconds=3)
    read(ward)
    pass_time(minutes=31)
    assert not TrayMail.objects.filter(to="hana@example.jp").exists()


def test_no_mail_for_who_wants_none_or_has_muted_the_room(ward: Town) -> None:
    with_address(ward)
    RoomSetting.objects.create(room=ward.room, person=ward.chair, muted=True)
    change_wishes(
        person_id=ward.clerk.pk,
        quiet_from=None,
        quiet_until=None,
        mail_after=None,
        hides_words=False,
    )
    say(person=ward.other, room=ward.room, text="こんにちは")
    pass_time(seconds=3)
    pass_time(minutes=31)
    assert not TrayMail.objects.exists()


def test_many_messages_are_one_mail(ward: Town) -> None:
    with_address(ward)
    for number in range(3):
        said(ward, f"お知らせ {number}")
        pass_time(seconds=3)
    [_one] = [name for name, _at in waiting() if name.endswith(".mail")]
    pass_time(minutes=31)
    [mail] = TrayMail.objects.filter(to="hana@example.jp")
    assert "会長会（3件）" in mail.text
    pass_time(minutes=31)
    assert TrayMail.objects.filter(to="hana@example.jp").count() == 1


def test_who_is_reminded_is_mailed_at_once(ward: Town) -> None:
    with_address(ward)
    stored = said(ward)
    pass_time(seconds=3)
    pass_time(minutes=31)
    Recipient.objects.update(reminders=1)
    tell.defer(room_id=ward.room.pk, message_id=stored.id, again=True)
    work_off()
    assert TrayMail.objects.filter(to="hana@example.jp").count() == 2


def test_a_large_room_is_told_in_as_many_statements_as_a_small_one(
    ward: Town, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for number in range(60):
        person = Person.objects.create_user(f"p{number}@example.jp", name=f"会長 {number}")
        Member.objects.create(room=ward.room, position=seat(f"校区{number} 会長", "post", person))
        if number % 2:
            quiet_now(person.pk, mail_after=30)
    said(ward)
    Message.objects.update(sent_at=timezone.now() - timedelta(seconds=3))
    with django_assert_max_num_queries(20):
        tell.task.func(municipality_id=ward.room.municipality_id, room_id=ward.room.pk)
    names = [name for name, _at in waiting()]
    assert names.count("kairan.talk.tasks.mail") == 60  # the two chairs have no address
    assert names.count("kairan.talk.tasks.wake") == 30
