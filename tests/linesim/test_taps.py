# SPDX-License-Identifier: Apache-2.0
"""Pressing what the town has shown."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from linesim.testing import Line
from tests.linesim.bodies import POSTBACK, buttons, quick, say
from tests.linesim.conftest import user_id

PICK = {"type": "datetimepicker", "label": "日時", "data": "when", "mode": "date"}


def show(line: Line, town: httpx.Client, *messages: dict[str, Any]) -> None:
    body = {"to": user_id(line), "messages": list(messages)}
    town.post("/v2/bot/message/push", json=body).raise_for_status()


def test_a_quick_reply_says_its_text_and_is_gone(line: Line, town: httpx.Client) -> None:
    show(line, town, quick(say("道路", text="道路の損傷")))
    (event,) = line.tap("花子", "道路")["events"]
    assert event["message"]["text"] == "道路の損傷"
    assert line.talk("花子")["quick_replies"] == []


def test_a_silent_postback_also_takes_the_quick_replies_away(
    line: Line, town: httpx.Client
) -> None:
    show(line, town, quick(POSTBACK))
    (event,) = line.tap("花子", "次へ")["events"]
    assert event["postback"] == {"data": "next"}
    assert line.talk("花子")["quick_replies"] == []


def test_only_the_last_message_s_quick_replies_are_shown(line: Line, town: httpx.Client) -> None:
    show(line, town, quick(say("古い")), {"type": "text", "text": "次"})
    assert line.talk("花子")["quick_replies"] == []
    with pytest.raises(AssertionError, match="古い"):
        line.tap("花子", "古い")


def test_a_date_is_asked_for_and_sent(line: Line, town: httpx.Client) -> None:
    show(line, town, quick(PICK))
    assert line.tap("花子", "日時")["opens"] == {"input": "datetimepicker"}
    (event,) = line.tap("花子", "日時", date="2026-08-01")["events"]
    assert event["postback"] == {"data": "when", "params": {"date": "2026-08-01"}}


def test_display_text_is_shown_as_the_resident_s(line: Line, town: httpx.Client) -> None:
    show(line, town, buttons(actions=[{**POSTBACK, "displayText": "次に進みます"}]))
    line.tap("花子", "次へ")
    last = line.talk("花子")["messages"][-1]
    assert (last["from"], last["message"]["text"]) == ("resident", "次に進みます")


@pytest.mark.parametrize(
    ("action", "opens"),
    [
        ({"type": "camera", "label": "x"}, {"input": "camera"}),
        ({"type": "location", "label": "x"}, {"input": "location"}),
        ({"type": "uri", "label": "x", "uri": "tel:119"}, {"uri": "tel:119"}),
        (
            {"type": "uri", "label": "x", "uri": "https://line.me/R/nv/location/"},
            {"input": "location"},
        ),
        (
            {"type": "uri", "label": "x", "uri": "https://line.me/R/nv/cameraRoll/multi"},
            {"input": "cameraRoll"},
        ),
        ({"type": "uri", "label": "x", "uri": "line://nv/camera/"}, {"input": "camera"}),
    ],
)
def test_an_action_opens_its_input(
    line: Line, town: httpx.Client, action: dict[str, str], opens: dict[str, str]
) -> None:
    show(line, town, quick(action))
    answer = line.tap("花子", "x")
    assert (answer["opens"], answer["events"]) == (opens, [])


def test_the_camera_s_quick_reply_stays_until_something_is_sent(
    line: Line, town: httpx.Client
) -> None:
    show(line, town, quick({"type": "camera", "label": "撮る"}))
    line.tap("花子", "撮る")
    assert line.talk("花子")["quick_replies"]
    line.photos("花子")
    assert line.talk("花子")["quick_replies"] == []
