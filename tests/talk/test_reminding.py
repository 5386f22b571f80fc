# SPDX-License-Identifier: Apache-2.0
"""未読の人に再通知, by hand and by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kairan.talk.actions import rooms
from kairan.talk.actions.reminding import last_hour, remind_all
from kairan.talk.models import Message, Recipient
from kairan.talk.readers import silent
from tests.talk.ward import Ward

TOKYO = ZoneInfo("Asia/Tokyo")
EVENING = datetime(2026, 11, 20, 17, 0, tzinfo=TOKYO)
MORNING = datetime(2026, 11, 21, 9, 5, tzinfo=TOKYO)


def test_one_tap_tells_those_who_have_not_read(ward: Ward) -> None:
    message = ward.said(ward.clerk)
    Recipient.objects.filter(message=message).update(told_at=timezone.now())
    ward.phone(ward.hana).done(f"rooms/{ward.council.pk}/read", upto=99)
    assert ward.phone(ward.clerk).done(f"messages/{message.pk}/renotify") == {"told": 1}
    told = Recipient.objects.get(message=message, position=ward.jiro_seat)
    assert (told.reminders, told.told_at, told.reminded_at is not None) == (1, None, True)
    read = Recipient.objects.get(message=message, position=ward.hana_seat)
    assert (read.reminders, read.told_at is not None) == (0, True)
    [job] = _again()
    assert job["message_id"] == message.pk


def test_not_again_within_ten_minutes(ward: Ward) -> None:
    message = ward.said(ward.clerk)
    phone = ward.phone(ward.clerk)
    phone.done(f"messages/{message.pk}/renotify")
    status, answer = phone.post(f"messages/{message.pk}/renotify")
    assert status == 409
    assert "もう一度" in answer["error"]
    long_ago = timezone.now() - timedelta(minutes=11)
    Recipient.objects.filter(message=message).update(reminded_at=long_ago)
    assert phone.done(f"messages/{message.pk}/renotify") == {"told": 2}
    assert len(_again()) == 1


def test_who_may_tell_again(ward: Ward) -> None:
    message = ward.said(ward.hana)
    assert ward.phone(ward.jiro).post(f"messages/{message.pk}/renotify")[0] == 403
    assert not ward.phone(ward.jiro).get(f"messages/{message.pk}/readers/")["may_renotify"]
    assert ward.phone(ward.hana).get(f"messages/{message.pk}/readers/")["may_renotify"]
    ward.phone(ward.hana).done(f"messages/{message.pk}/renotify")
    other = ward.said(ward.hana)
    ward.phone(ward.clerk).done(f"messages/{other.pk}/renotify")


def test_when_everybody_has_read_there_is_nobody_to_tell(ward: Ward) -> None:
    message = ward.said(ward.clerk)
    for person in (ward.hana, ward.jiro):
        ward.phone(person).done(f"rooms/{ward.council.pk}/read", upto=99)
    assert ward.phone(ward.clerk).post(f"messages/{message.pk}/renotify")[0] == 409


def test_the_clock_reminds_morning_and_evening_until_confirmed(ward: Ward) -> None:
    message = _asked(ward)
    ward.phone(ward.hana).done(f"messages/{message.pk}/confirm")
    assert remind_all(MORNING) == 1
    assert remind_all(MORNING + timedelta(minutes=10)) == 0
    assert remind_all(MORNING.replace(hour=18, minute=1)) == 1
    assert [_reminders(message, one) for one in (ward.hana_seat, ward.jiro_seat)] == [0, 2]
    ward.phone(ward.jiro).done(f"messages/{message.pk}/confirm")
    assert remind_all(MORNING + timedelta(days=1)) == 0


def test_reading_alone_does_not_still_the_clock(ward: Ward) -> None:
    message = _asked(ward)
    ward.phone(ward.jiro).done(f"rooms/{ward.council.pk}/read", upto=99)
    remind_all(MORNING)
    assert _reminders(message, ward.jiro_seat) == 1


def test_the_clock_leaves_alone_what_need_not_be_confirmed_or_is_over(ward: Ward) -> None:
    _sent_at(ward.said(ward.clerk), EVENING)
    recalled = _asked(ward)
    ward.phone(ward.clerk).post(f"messages/{recalled.pk}/recall")
    Message.objects.filter(pk=recalled.pk).update(recalled_at=timezone.now())
    young = _sent_at(ward.said(ward.clerk, must_confirm=True), MORNING - timedelta(minutes=30))
    assert remind_all(MORNING) == 0
    assert remind_all(MORNING + timedelta(hours=4)) == 0
    assert remind_all(MORNING + timedelta(days=40)) == 0
    rooms.close(acting=ward.clerk, room=ward.council)
    assert remind_all(MORNING.replace(hour=18)) == 0
    assert _reminders(young, ward.hana_seat) == 0


def test_the_hours_are_the_towns() -> None:
    assert last_hour(MORNING) == MORNING.replace(minute=0)
    assert last_hour(MORNING.replace(hour=8)) == EVENING.replace(hour=18)


def test_who_stays_silent_is_listed_to_be_phoned(ward: Ward) -> None:
    message = _asked(ward)
    ward.jiro_seat.phone = "096-111-2222"
    ward.jiro_seat.save(update_fields=["phone"])
    ward.phone(ward.hana).done(f"messages/{message.pk}/confirm")
    ward.phone(ward.jiro).done(f"rooms/{ward.council.pk}/read", upto=99)
    [one] = silent(message)
    assert (one.position, one.holders, one.phone) == ("二校区 会長", "川口 二郎", "096-111-2222")
    rooms.remove(acting=ward.clerk, room=ward.council, positions=[ward.jiro_seat.pk])
    assert silent(message) == []


def _asked(ward: Ward) -> Message:
    return _sent_at(ward.said(ward.clerk, "必読", must_confirm=True), EVENING)


def _sent_at(message: Message, at: datetime) -> Message:
    Message.objects.filter(pk=message.pk).update(sent_at=at)
    return Message.objects.get(pk=message.pk)


def _reminders(message: Message, position: object) -> int:
    return Recipient.objects.get(message=message, position=position).reminders


def _again() -> list[dict[str, object]]:
    jobs = ProcrastinateJob.objects.filter(task_name="kairan.talk.tasks.tell")
    return [job.args for job in jobs if job.args.get("again")]
