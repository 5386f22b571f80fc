# SPDX-License-Identifier: Apache-2.0
"""LINE slow, refusing, silent, away: the resident gets each answer once, and in order."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from kairan.deliveries.models import Delivery, State
from kairan.mail.models import TrayMail
from kairan.reports.models import Report, ReportKind
from tests.cast import Cast
from tests.conversations.conftest import bare_line, line
from tests.conversations.telling import TYPED
from tests.faults.field import Field, until
from tests.talking import Talk
from tests.working import pass_time, work_off

__all__ = ["bare_line", "line"]

REPLY = "/v2/bot/message/reply"
CHOICE = "何についてのお知らせですか"


def test_slow_line_is_waited_for(field: Field) -> None:
    field.resident("待つ人")
    field.conditions(slow_seconds=2)
    assert CHOICE in field.ask("待つ人", "市民レポート")
    field.settle()
    assert len(field.turns("待つ人")[-1]) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 500},
        {"status": 502, "body": "<html>Bad Gateway</html>"},
        {"status": 429, "headers": {"retry-after": "1"}},
        {"cut": True},
        {"accept_then_drop": True},
    ],
    ids=["500", "no answer of LINE's", "too fast", "cut off", "accepted and dropped"],
)
def test_trouble_that_passes_costs_time_alone(field: Field, trouble: dict[str, Any]) -> None:
    who = f"耐える人{len(field.call('GET', '/sim/residents'))}"
    field.resident(who)
    field.fault(REPLY, count=2, **trouble)
    assert CHOICE in field.ask(who, "市民レポート")
    field.call("DELETE", "/sim/faults")
    assert "どうなっていますか" in field.ask(who, "照明灯の不具合", said=2)
    field.settle()
    assert [len(turn) for turn in field.turns(who)] == [0, 1, 2]


def test_refusal_of_one_answer_does_not_silence_the_next(field: Field) -> None:
    field.resident("断られた人")
    field.fault(REPLY, status=403, body={"message": "Forbidden"})
    field.text("断られた人", "市民レポート")
    field.settle()
    assert "どうなっていますか" in field.ask("断られた人", "照明灯の不具合", said=2)
    reason = field.rows("SELECT failed_reason FROM deliveries_delivery WHERE state = 'failed'")
    assert "Forbidden" in str(reason)


def test_refused_reply_of_good_messages_is_pushed(field: Field) -> None:
    """Whatever LINE calls it: the messages are good, so it was the token."""
    field.resident("押された人")
    field.fault(REPLY, status=400, body={"message": "The token is not what it was"})
    assert CHOICE in field.ask("押された人", "市民レポート")


def test_worker_that_slept_past_the_tokens_minute_pushes(field: Field) -> None:
    field.resident("眠る人")
    worker = field.demo.main_pid("worker")
    os.kill(worker, signal.SIGSTOP)
    try:
        field.text("眠る人", "市民レポート")
        field.call("POST", "/sim/clock", {"advance": 61})
    finally:
        os.kill(worker, signal.SIGCONT)
    assert CHOICE in field.answer("眠る人")[0]
    field.call("POST", "/sim/clock", {"offset": 0})
    ways = field.rows("SELECT method FROM deliveries_delivery WHERE recipient LIKE %s", _of(field))
    assert ways == [("push",)]


def _of(field: Field) -> str:
    return f"%{field.user_id('眠る人')}"


def test_revoked_token_is_shown_to_the_administrator_and_renewed(field: Field) -> None:
    field.resident("黙った人")
    office = field.sign_in("administrator")
    field.change_channel(revoked=True)
    field.text("黙った人", "市民レポート")
    until("the banner", lambda: "トークンを入れる" in office.get("/console/").text)
    until("the mail", lambda: "アクセストークンが使えません" in office.get("/console/mail/").text)
    assert "トークンを入れる" not in field.sign_in("clerk").get("/console/").text
    assert field.turns("黙った人")[-1] == []
    field.change_channel(revoked=False, token="renewed")
    _enter_token(field, office, "renewed")
    # The clock's next minute would bring the answer too; so does the resident's next word.
    field.text("黙った人", "状況確認")
    field.settle()
    assert CHOICE in "\n".join(words for turn in field.turns("黙った人") for words in turn)
    assert "トークンを入れる" not in office.get("/console/").text


def _enter_token(field: Field, office: Any, token: str) -> None:
    ((number, name, channel_id),) = field.rows("SELECT id, name, channel_id FROM line_linechannel")
    form = {"name": name, "channel_id": channel_id, "secret": "", "token": token}
    answer = field.submit(office, f"/console/line/{number}/edit/", form)
    assert answer.is_success, answer.text


@pytest.mark.django_db
@pytest.mark.parametrize("status", [None, 500, 503, 429], ids=str)
def test_away_for_an_hour_the_town_hears_at_once_and_the_resident_afterwards(
    line: Talk, hinokuni: Cast, status: int | None
) -> None:
    ReportKind.objects.update(closed_hours=ReportKind.ClosedHours.AT_ONCE)
    line.conditions(down=True, down_status=status)
    for words in (*TYPED, "送る"):
        line.text("花子", words)
        work_off()
    assert Report.objects.count() == 1
    assert TrayMail.objects.filter(to=hinokuni.roads_clerk.email).exists()
    for _time in range(12):
        pass_time(minutes=5)
    assert line.received("花子") == []
    line.conditions(down=False)
    pass_time(minutes=6)
    said = line.said()
    assert CHOICE in said[0]
    assert Report.objects.get().receipt_number in said[-1]
    assert len(said) == len(set(said))
    assert not Delivery.objects.exclude(state=State.ACCEPTED).filter(channel="line").exists()
