# SPDX-License-Identifier: Apache-2.0
"""Crashes, poison, events out of order, LINE away: nothing lost, nothing twice."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection

from kairan.conversations import inbox, routing
from kairan.conversations.models import EventOutcome, InboundEvent
from kairan.conversations.periodic import sweep
from kairan.deliveries import sending
from kairan.deliveries.models import Delivery, State
from kairan.reports.models import Report
from kairan.scenarios.actions import publish
from kairan.scenarios.models import Scenario
from kairan.scenarios.queries import definition_of
from tests.cast import Cast
from tests.conversations.telling import deliver, held_back, to_the_confirm, to_the_photos
from tests.talking import Talk
from tests.working import pass_time, waiting, work_off


class Killed(BaseException):
    """As kill -9: nothing catches it."""


def test_events_out_of_order_are_done_as_they_happened(line: Talk) -> None:
    webhooks = [held_back(line, "花子", "text", text=words) for words in ("市民レポート", "2", "1")]
    deliver(line, *reversed(webhooks))
    assert "場所を教えてください" in line.said()[-1]


def test_killed_before_the_answer_is_planned_starts_the_event_again(
    line: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: object, **_more: object) -> None:
        raise Killed

    line.text("花子", "市民レポート")
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_done", die)
        with pytest.raises(Killed):
            work_off()
    assert line.received("花子") == []
    revive(line)
    assert len(line.said()) == 1


def test_killed_before_the_answer_is_sent_sends_it_once(
    line: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: object, **_more: object) -> None:
        raise Killed

    line.text("花子", "市民レポート")
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "send_pending", die)
        with pytest.raises(Killed):
            work_off()
    revive(line)
    assert len(line.said()) == 1


def test_killed_after_the_answer_was_sent_says_nothing_twice(
    line: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: object, **_more: object) -> None:
        raise Killed

    to_the_confirm(line)
    line.text("花子", "送る")
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_finish", die)
        with pytest.raises(Killed):
            work_off()
    told = len(line.received("花子"))
    revive(line)
    assert len(line.said()) == told
    assert Report.objects.count() == 1
    assert not Delivery.objects.filter(state=State.SENDING).exists()


def revive(line: Talk) -> None:
    """What the worker does with the job of a dead one."""
    user_id = str(line.resident("花子"))
    inbox.work(line.ours.pk, user_id)


def test_poison_is_set_aside_visibly_and_later_events_go_on(
    line: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    route = routing.route

    def poisoned(talk):  # type: ignore[no-untyped-def]
        if talk.source and talk.event.message.text == "毒":
            raise ValueError("毒にあたった")
        return route(talk)

    monkeypatch.setattr(routing, "route", poisoned)
    line.text("花子", "毒")
    line.text("花子", "市民レポート")
    line.said()
    for _pause in range(3):
        pass_time(seconds=10)
    aside = InboundEvent.objects.get(outcome=EventOutcome.SET_ASIDE)
    assert (aside.tries, aside.error) == (3, "ValueError: 毒にあたった")
    said = line.said()
    assert "うまく受け取れませんでした" in said[0]
    assert "何についてのお知らせですか" in said[1]


def test_trouble_with_the_database_is_not_the_events_fault(
    line: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_talk: object) -> None:
        raise OperationalError("the server is restarting")

    line.text("花子", "市民レポート")
    with monkeypatch.context() as patch:
        patch.setattr(routing, "route", away)
        with pytest.raises(OperationalError):
            work_off()
    assert InboundEvent.objects.get().tries == 0
    revive(line)
    assert len(line.said()) == 1


def test_events_that_no_job_remembers_are_swept_up(line: Talk, hinokuni: Cast) -> None:
    line.text("花子", "市民レポート")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute(
            "UPDATE conversations_inboundevent SET received_at = received_at - interval '2 minutes'"
        )
    sweep.func(0)  # type: ignore[attr-defined]
    assert len(line.said()) == 1


def test_line_away_for_an_hour_answers_in_order_afterwards(line: Talk) -> None:
    line.conditions(down=True)
    for words in ("市民レポート", "2", "1"):
        line.text("花子", words)
    work_off()
    for _minute in range(60):
        pass_time(minutes=1)
    assert line.received("花子") == []
    line.conditions(down=False)
    pass_time(minutes=6)
    said = line.said()
    assert "何についての" in said[0]
    assert "場所を教えてください" in said[-1]


def test_answer_that_never_came_back_is_said_once(line: Talk) -> None:
    line.fault("/v2/bot/message/reply", accept_then_drop=True)
    line.text("花子", "市民レポート")
    work_off()
    pass_time(seconds=5)
    assert len(line.said()) == 1


def test_scenario_published_meanwhile_leaves_who_is_in_it_alone(line: Talk, hinokuni: Cast) -> None:
    to_the_photos(line)
    scenario = Scenario.objects.get(key="street_light")
    assert scenario.published_id is not None
    old = definition_of(scenario.published_id)
    shorter = old.model_copy(update={"steps": tuple(s for s in old.steps if s.id != "photos")})
    publish(acting=hinokuni.administrator, scenario=scenario, definition=shorter)
    assert "よろしいですか" in line.answer("花子", "今は撮れません")
    line.answer("花子", "送る")
    assert Report.objects.count() == 1
    to_the_photos_without_photos = ("市民レポート", "照明灯の不具合", "1", "西区", "なし")
    for words in to_the_photos_without_photos:
        last = line.answer("花子", words)
    assert "よろしいですか" in last


def test_five_thousand_emoji_are_explained_and_lose_nothing(line: Talk) -> None:
    for words in ("市民レポート", "その他"):
        line.answer("花子", words)
    assert line.answer("花子", "👨‍👩‍👧‍👦" * 700)
    assert not InboundEvent.objects.filter(outcome=EventOutcome.SET_ASIDE).exists()


@pytest.mark.parametrize("place", [(0.0, 0.0), (35.7, 139.7)])
def test_position_outside_the_town_is_asked_again(line: Talk, place: tuple[float, float]) -> None:
    for words in ("市民レポート", "照明灯の不具合", "1"):
        line.answer("花子", words)
    line.location("花子", *place)
    assert "市の外" in "\n".join(line.said())


def test_jobs_for_later_hold_nobody_back(line: Talk) -> None:
    """A waiting job with a lock would hold back all others of that resident."""
    line.fault("/v2/bot/message/reply", status=500)
    line.text("花子", "市民レポート")
    work_off()
    assert [at for _name, at in waiting() if at is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE scheduled_at IS NOT NULL AND lock <> ''"
        )
        assert cursor.fetchone() == (0,)


def test_redelivered_report_is_no_second_report(line: Talk) -> None:
    to_the_confirm(line)
    sent = held_back(line, "花子", "text", text="送る")
    deliver(line, sent)
    line.said()
    deliver(line, sent)
    line.said()
    assert Report.objects.count() == 1
