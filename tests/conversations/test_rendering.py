# SPDX-License-Identifier: Apache-2.0
"""Prompts as LINE messages: all that the shipped scenarios can say fits LINE's limits."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from kairan.conversations.rendering import render
from kairan.conversations.taps import AnswerTap, DoTap, PickTap, Tap, read, written
from kairan.line.checks import check_messages
from kairan.scenarios.context import Context, PhoneEntry
from kairan.scenarios.definition import Definition
from kairan.scenarios.engine import advance, start
from kairan.scenarios.inputs import PhotosGiven, PositionGiven, Tapped, TypedText
from kairan.scenarios.loader import ready_definitions
from kairan.scenarios.prompts import Choosable, Expects, Phone, Prompt, WebPage

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CONTEXT = Context(directory={"roads": PhoneEntry(name="西区土木センター", number="096-000-0000")})


def page(_page: WebPage) -> str:
    return "https://town.example/talk/x/"


@pytest.mark.parametrize("definition", ready_definitions(), ids=lambda d: d.key)
@pytest.mark.parametrize("language", ["ja", "ja-simple", "en"])
def test_everything_a_shipped_scenario_says_fits_line(
    definition: Definition, language: str
) -> None:
    chance = random.Random(f"{definition.key}{language}")
    for _walk in range(15):
        step = start(definition, CONTEXT.model_copy(update={"language": language}), NOW)
        for _turn in range(30):
            assert check_messages(render(step.prompts, page)) == []
            if step.outcome is not None:
                break
            prompt = step.prompts[-1]
            taps = [o for o in (*prompt.options, *prompt.controls) if o.value != "!leave"]
            given: object = TypedText("西区春日1丁目")
            if taps and chance.random() < 0.7:
                given = Tapped(prompt.step, chance.choice(taps).value, prompt.nonce)
            elif prompt.expects and prompt.expects.kind == "photos":
                given = PhotosGiven(("a", "b"))
            elif prompt.expects and prompt.expects.location:
                given = PositionGiven(130.2, 32.7, areas=("101",))
            step = advance(definition, step.state, given, NOW)  # type: ignore[arg-type]


def test_choices_can_be_read_and_typed_without_quick_replies() -> None:
    options = (Choosable("a", "穴・段差", 1), Choosable("b", "側溝", 2))
    prompt = Prompt(
        "q",
        "m.1",
        ("どうなっていますか。",),
        Expects("choice"),
        options,
        numbered="1. 穴・段差\n2. 側溝",
    )
    [message] = render([prompt], page)
    assert "1. 穴・段差" in message["text"]


def test_photos_offer_camera_and_album_before_the_ways_out() -> None:
    prompt = Prompt(
        "p", "m.1", ("写真",), Expects("photos", camera=True, camera_roll=True),
        controls=(Choosable("!leave", "中止"),),
    )  # fmt: skip
    [message] = render([prompt], page)
    kinds = [item["action"]["type"] for item in message["quickReply"]["items"]]
    assert kinds == ["camera", "cameraRoll", "postback"]


def test_phone_numbers_are_tapped_and_read() -> None:
    prompt = Prompt("u", "m.1", ("危ない",), phones=(Phone("消防", "119"), Phone("道路", "096-1")))
    _words, numbers = render([prompt], page)
    assert [a["uri"] for a in numbers["template"]["actions"]] == ["tel:119", "tel:0961"]
    assert "119" in numbers["template"]["text"]


def test_long_list_of_phone_numbers_is_read_whole() -> None:
    phones = tuple(
        Phone(f"{n}番目の とても長い名前の緊急連絡窓口", f"096-000-000{n}") for n in range(8)
    )
    said = render([Prompt("u", "m.1", ("危ない",), phones=phones)], page)
    assert all(f"096-000-000{n}" in said[1]["text"] for n in range(8))
    assert check_messages(said) == []


def test_many_bubbles_are_joined_to_fit_one_request() -> None:
    prompts = [Prompt("m", "m.1", (f"文{n}",)) for n in range(9)]
    said = render(prompts, page)
    assert len(said) == 5
    assert "文8" in said[-1]["text"]


@pytest.mark.parametrize(
    "tap",
    [
        AnswerTap("18f.3", "damage", "pothole"),
        AnswerTap("18f.3", "damage", "空白の ある 値"),
        PickTap("18f.3", "when"),
        DoTap("start", "road"),
        DoTap("add", "12 98765"),
        DoTap("cases"),
    ],
)
def test_taps_come_back_as_they_went(tap: Tap) -> None:
    data = written(tap)
    assert data is not None
    assert read(data) == tap


def test_value_too_long_for_a_tap_is_said_instead() -> None:
    assert written(AnswerTap("18f.3", "q", "長" * 300)) is None
    options = (Choosable("長" * 300, "長い", 1),)
    [message] = render([Prompt("q", "m.1", ("?",), Expects("choice"), options)], page)
    assert message["quickReply"]["items"][0]["action"]["type"] == "message"


@pytest.mark.parametrize("data", ["", "x", "do", "answer", "answer a", "pick a b c", "\x00", "９"])
def test_foreign_taps_are_none_of_ours(data: str) -> None:
    assert read(data) is None
