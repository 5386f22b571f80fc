# SPDX-License-Identifier: Apache-2.0
"""The decision alone: rows in, the next step out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from kairan.deliveries.models import Delivery, Method, State, Waiting
from kairan.deliveries.queue import GiveUp, Pause, Request, next_step, pause

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SOON = NOW + timedelta(seconds=30)


def row(number: int, messages: int = 1, **fields: Any) -> Delivery:
    payload = {"messages": [{"type": "text", "text": str(number)}] * messages}
    return Delivery(pk=number, channel="line", payload=payload, planned_at=NOW, **fields)


def alive() -> dict[str, Any]:
    return {"reply_token": "t", "reply_until": SOON}


def carried(step: object) -> tuple[str, list[int]]:
    assert isinstance(step, Request)
    return step.method, [delivery.pk for delivery in step.deliveries]


def test_nothing_waits_so_nothing_is_done() -> None:
    assert next_step([], NOW) is None


def test_without_a_token_the_first_is_pushed_alone() -> None:
    assert carried(next_step([row(1), row(2)], NOW)) == ("push", [1])


def test_a_reply_takes_along_what_stands_in_front_of_it() -> None:
    assert carried(next_step([row(1), row(2, **alive())], NOW)) == ("reply", [1, 2])


def test_what_shares_the_token_goes_together() -> None:
    waiting = [row(1, **alive()), row(2, **alive()), row(3)]
    assert carried(next_step(waiting, NOW)) == ("reply", [1, 2])


def test_six_messages_do_not_fit_so_the_first_is_pushed_before() -> None:
    assert carried(next_step([row(1, 3), row(2, 3, **alive())], NOW)) == ("push", [1])


def test_a_dead_token_is_no_token() -> None:
    dead = row(1, reply_token="t", reply_until=NOW)
    assert carried(next_step([dead], NOW)) == ("push", [1])


def test_the_first_one_waiting_holds_back_the_others() -> None:
    waiting = [row(1, retry_at=SOON, waiting=Waiting.TROUBLE), row(2, **alive())]
    assert next_step(waiting, NOW) == Pause(SOON)


def test_a_reply_does_not_wait_for_the_quota() -> None:
    waiting = [row(1, 5, retry_at=SOON, waiting=Waiting.QUOTA), row(2, **alive())]
    assert carried(next_step(waiting, NOW)) == ("reply", [2])


def test_a_reply_in_doubt_is_repeated_with_all_that_it_carried() -> None:
    doubt = {"state": State.SENDING, "method": Method.REPLY, **alive()}
    waiting = [row(1, **doubt), row(2, **doubt), row(3)]
    assert carried(next_step(waiting, NOW)) == ("reply", [1, 2])


def test_nothing_joins_a_push_in_doubt() -> None:
    doubt = row(1, state=State.SENDING, method=Method.PUSH, keyed_at=NOW)
    assert carried(next_step([doubt, row(2, **alive())], NOW)) == ("push", [1])


def test_doubt_outliving_the_key_is_left_to_a_person() -> None:
    old = NOW - timedelta(hours=24)
    doubt = row(1, state=State.SENDING, method=Method.PUSH, keyed_at=old)
    assert next_step([doubt], NOW) == GiveUp(doubt)


def test_pauses_grow_to_a_minute_and_later_to_five() -> None:
    assert [pause(tries).total_seconds() for tries in (1, 2, 3, 7, 29, 30)] == [
        1, 2, 4, 60, 60, 300,
    ]  # fmt: skip
