# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from kairan.deliveries.models import Attempt, Delivery, State, Waiting
from kairan.deliveries.sending import send_pending
from kairan.line.actions import save_channel
from kairan.line.models import LineChannel
from kairan.mail.models import TrayMail
from kairan.residents.actions import meet, unfollow
from tests.deliveries.sending import plan, recipient, reload, token, user_id
from tests.talking import Talk
from tests.working import pass_time, waiting, work_off

pytestmark = pytest.mark.usefixtures("hinokuni")


def test_planned_message_reaches_the_resident_and_its_request_id_is_kept(line: Talk) -> None:
    delivery = plan(line, "受け付けました。")
    assert line.said() == ["受け付けました。"]
    assert reload(delivery).state == State.ACCEPTED
    attempt = Attempt.objects.get(delivery=delivery)
    assert (attempt.method, attempt.status_code) == ("push", 200)
    assert attempt.request_id


def test_planning_twice_makes_one_message(line: Talk) -> None:
    first, second = plan(line, "一度だけ", once="x"), plan(line, "一度だけ", once="x")
    assert first.pk == second.pk
    assert line.said() == ["一度だけ"]


def test_sending_twice_sends_once(line: Talk) -> None:
    plan(line, "一度だけ")
    send_pending(recipient(line))
    send_pending(recipient(line))
    assert line.said() == ["一度だけ"]


def test_living_token_replies_free_of_charge(line: Talk) -> None:
    plan(line, "こんにちは", reply=token(line))
    work_off()
    assert line.requests() == [("reply", 200)]


def test_token_that_died_is_followed_by_a_push(line: Talk) -> None:
    plan(line, "こんにちは", reply=token(line))
    line.advance(120)
    assert line.said() == ["こんにちは"]
    assert line.requests() == [("reply", 400), ("push", 200)]


def test_token_past_its_time_is_not_even_tried(line: Talk) -> None:
    delivery = plan(line, "こんにちは", reply=token(line))
    Delivery.objects.filter(pk=delivery.pk).update(reply_until=timezone.now())
    work_off()
    assert line.requests() == [("push", 200)]


def test_what_waits_rides_along_with_a_reply(line: Talk) -> None:
    plan(line, "お知らせ")
    plan(line, "お返事", reply=token(line))
    assert line.said() == ["お知らせ", "お返事"]
    assert line.requests() == [("reply", 200)]


def test_more_than_five_messages_go_in_several_requests_in_order(line: Talk) -> None:
    words = [str(number) for number in range(12)]
    plan(line, *words, reply=token(line))
    assert line.said() == words
    assert line.requests() == [("reply", 200), ("push", 200), ("push", 200)]


def test_answer_lost_after_a_push_is_tried_again_with_the_same_key(line: Talk) -> None:
    line.fault("/v2/bot/message/push", accept_then_drop=True)
    delivery = plan(line, "一度だけ")
    work_off()
    assert reload(delivery).state == State.SENDING
    pass_time(seconds=5)
    assert line.said() == ["一度だけ"]
    assert reload(delivery).state == State.ACCEPTED
    last = Attempt.objects.latest("id")
    assert (last.status_code, bool(last.accepted_request_id)) == (409, True)


def test_answer_lost_after_a_reply_is_settled_by_the_token_itself(line: Talk) -> None:
    line.fault("/v2/bot/message/reply", accept_then_drop=True)
    delivery = plan(line, "一度だけ", reply=token(line))
    work_off()
    assert reload(delivery).state == State.SENDING
    pass_time(seconds=5)
    assert line.said() == ["一度だけ"]
    assert reload(delivery).state == State.ACCEPTED
    assert [method for method, _status in line.requests()] == ["reply", "reply"]


def test_reply_that_never_arrived_is_said_again(line: Talk) -> None:
    line.fault("/v2/bot/message/reply", cut=True)
    plan(line, "こんにちは", reply=token(line))
    work_off()
    pass_time(seconds=5)
    assert line.said() == ["こんにちは"]


def test_reply_in_doubt_beyond_the_token_is_resolved_for_the_resident(line: Talk) -> None:
    line.fault("/v2/bot/message/reply", cut=True)
    plan(line, "こんにちは", reply=token(line))
    work_off()
    pass_time(seconds=70)
    assert line.said() == ["こんにちは"]
    assert line.requests()[-1] == ("push", 200)


def test_killed_between_the_try_and_its_answer_is_taken_up_again(line: Talk) -> None:
    """As kill -9 leaves it: the try is written down, nothing else."""
    delivery = plan(line, "一度だけ")
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.SENDING, method="push", tries=1, keyed_at=timezone.now()
    )
    assert line.said() == ["一度だけ"]


def test_line_down_for_an_hour_loses_nothing_and_keeps_the_order(line: Talk) -> None:
    line.conditions(down=True)
    for number in range(3):
        plan(line, f"{number}")
    for _minute in range(60):
        pass_time(minutes=1)
    assert line.received("花子") == []
    line.conditions(down=False)
    pass_time(minutes=6)
    assert line.said() == ["0", "1", "2"]


def test_too_fast_waits_as_long_as_line_says(line: Talk) -> None:
    line.fault("/v2/bot/message/push", status=429, headers={"retry-after": "40"})
    delivery = plan(line, "あとで")
    work_off()
    kept = reload(delivery)
    assert kept.state == State.PLANNED
    assert kept.retry_at is not None
    assert kept.retry_at > timezone.now() + timedelta(seconds=35)
    assert waiting()[-1][0] == "kairan.deliveries.tasks.send"


def test_used_up_quota_waits_and_the_administrator_is_told_once(line: Talk) -> None:
    line.change_channel(quota=0)
    delivery = plan(line, "お知らせ")
    work_off()
    assert reload(delivery).waiting == Waiting.QUOTA
    plan(line, "もう一つ")
    work_off()
    assert TrayMail.objects.filter(subject__contains="使い切りました").count() == 1


def test_answers_in_a_talk_go_on_when_the_quota_is_used_up(line: Talk) -> None:
    line.change_channel(quota=0)
    plan(line, "お知らせ")
    work_off()
    plan(line, "お返事", reply=token(line))
    assert line.said() == ["お知らせ", "お返事"]


def test_revoked_token_is_told_to_the_administrator_and_everything_goes_on_after(
    line: Talk,
) -> None:
    line.change_channel(revoked=True)
    delivery = plan(line, "こんにちは")
    work_off()
    line.ours.refresh_from_db()
    assert line.ours.state == LineChannel.State.REVOKED
    assert reload(delivery).state == State.PLANNED
    assert TrayMail.objects.filter(subject__contains="トークン").count() == 1
    line.change_channel(revoked=False, token="new")
    _renew(line)
    send_pending(recipient(line))
    assert line.said() == ["こんにちは"]


def _renew(line: Talk) -> None:
    from kairan.audit.actors import PROGRAM

    save_channel(
        acting=PROGRAM,
        channel=line.ours,
        name=line.ours.name,
        channel_id=line.ours.channel_id,
        token="new",
    )


def test_one_broken_message_blocks_neither_its_neighbours_nor_those_behind(line: Talk) -> None:
    broken = plan(line, "よい", "だめ", once="broken")
    payload = broken.payload
    payload["messages"][1] = {"type": "text", "text": ""}
    Delivery.objects.filter(pk=broken.pk).update(payload=payload)
    plan(line, "次")
    assert line.said() == ["よい", "次"]
    assert reload(broken).failed_reason


def test_message_that_line_refuses_altogether_has_failed_with_its_words(line: Talk) -> None:
    delivery = plan(line, "だめ")
    Delivery.objects.filter(pk=delivery.pk).update(payload={"messages": [{"type": "nonsense"}]})
    plan(line, "次")
    assert line.said() == ["次"]
    assert reload(delivery).state == State.FAILED
    assert "400" in delivery.failed_reason


def test_nothing_is_sent_to_a_friend_who_blocked(line: Talk) -> None:
    friend = meet(channel_id=line.ours.pk, user_id=user_id(line))
    unfollow(acting=friend.resident, friend=friend, at=timezone.now())
    delivery = plan(line, "お知らせ")
    assert line.said() == []
    assert reload(delivery).state == State.CANCELLED
    assert line.requests() == []


def test_two_residents_do_not_wait_for_each_other(line: Talk) -> None:
    line.fault("/v2/bot/message/push", status=500)
    plan(line, "一", who="花子")
    plan(line, "二", who="太郎")
    work_off()
    assert line.said("太郎") == ["二"]
    assert line.said("花子") == []


def test_the_outbox_of_django_is_not_used(line: Talk) -> None:
    plan(line, "こんにちは")
    work_off()
    assert not getattr(outbox, "outbox", [])
