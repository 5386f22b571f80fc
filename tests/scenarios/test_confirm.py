# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from kairan.scenarios.inputs import Back, PhotosGiven, Tapped
from tests.scenarios.talk import CONFIRM, REPORT, Talk, choice, define, text, values, ways

KIND = choice("kind", "穴", "陥没", heading="種類")
KIND["options"][1]["next"] = "deep"
NOTE = text("note", heading="補足", required=False, next="confirm")
DEEP = text("deep", heading="深さ")
STEPS = (KIND, NOTE, DEEP, CONFIRM, REPORT)


def at_the_summary() -> Talk:
    talk = Talk(define(*STEPS, outcome="report"))
    talk.say("穴", "歩道です")
    return talk


def test_the_summary_shows_every_answer() -> None:
    talk = at_the_summary()
    assert talk.prompt.is_summary
    assert "種類: 穴\n補足: 歩道です" in talk.text


@pytest.mark.parametrize("typed", ["1", "はい", "送信", "この内容で送る", "これで送る", "OK"])
def test_it_is_sent_by_number_or_word(typed: str) -> None:
    talk = at_the_summary()
    talk.say(typed)
    assert talk.outcome.kind == "report"
    assert talk.outcome.report_kind == "road"


@pytest.mark.parametrize("typed", ["2", "いいえ", "直す", "変更"])
def test_what_can_be_changed_is_listed(typed: str) -> None:
    talk = at_the_summary()
    prompt = talk.say(typed)
    assert [option.label for option in prompt.options] == ["種類", "補足", "直さない"]
    assert not prompt.is_summary


def test_one_answer_is_changed_and_the_summary_comes_back() -> None:
    talk = at_the_summary()
    talk.say("直す", "補足")
    assert "ここを直します" in talk.text
    talk.say("車道です")
    assert talk.prompt.is_summary
    assert "種類: 穴\n補足: 車道です" in talk.text


def test_a_change_that_opens_another_way_asks_only_what_that_way_needs() -> None:
    talk = at_the_summary()
    talk.say("直す", "種類", "陥没")
    assert talk.asked == "deep"
    talk.say("1メートル")
    assert "種類: 陥没\n深さ: 1メートル" in talk.text
    talk.say("1")
    assert [answer.step for answer in talk.outcome.answers] == ["kind", "deep"]


def test_answers_of_an_abandoned_way_come_back_with_it() -> None:
    talk = at_the_summary()
    talk.say("直す", "種類", "陥没", "1メートル", "直す", "種類", "穴")
    assert "種類: 穴\n補足: 歩道です" in talk.text


def test_going_back_from_a_change_changes_nothing() -> None:
    talk = at_the_summary()
    talk.say("直す", "補足", "戻る")
    assert "補足: 歩道です" in talk.text
    assert talk.prompt.is_summary


def test_changing_nothing_shows_the_summary_again() -> None:
    talk = at_the_summary()
    assert talk.say("直す", "直さない").is_summary
    talk.say("直す")
    assert talk.give(Back()).is_summary


def test_back_at_the_summary_goes_to_the_last_question() -> None:
    talk = at_the_summary()
    talk.say("戻る")
    assert talk.asked == "note"
    assert talk.say("車道です").is_summary


def test_the_second_tap_on_send_finds_it_done() -> None:
    talk = at_the_summary()
    summary = talk.prompt
    for _ in range(3):
        talk.give(Tapped(summary.step, "!send", summary.nonce))
    assert len(talk.outcomes) == 1
    assert "すでに受け取っています" in talk.text
    assert not talk.prompt.is_question


def test_an_older_summary_cannot_be_sent_after_a_change() -> None:
    talk = at_the_summary()
    old = talk.prompt
    talk.say("直す", "補足", "車道です")
    talk.give(Tapped(old.step, "!send", old.nonce))
    assert talk.outcomes == []
    assert talk.prompt.is_summary


def test_nothing_after_the_end_gives_a_second_outcome() -> None:
    talk = at_the_summary()
    talk.say("1", "1", "はい", "続きから", "戻る", "中止")
    talk.give(PhotosGiven(("a",)))
    assert len(talk.outcomes) == 1
    assert talk.state.status == "finished"


def test_a_long_answer_is_shortened_in_the_summary_only() -> None:
    talk = Talk(define(text("note", max_length=5000), CONFIRM))
    talk.say("あ" * 5_000)
    assert len(talk.prompt.full_text()) < 1_000
    talk.say("1")
    assert talk.outcome.answers[0].value == "あ" * 5_000


def test_a_summary_of_two_hundred_answers_fits_a_message() -> None:
    talk = Talk(define(*[text(f"q{n}") for n in range(200)], CONFIRM))
    talk.say(*["あ" * 300] * 200)
    assert len(talk.prompt.full_text()) < 4_000
    assert "ほか" in talk.text


def test_two_hundred_answers_can_all_be_picked_for_change() -> None:
    talk = Talk(define(*[text(f"q{n}") for n in range(30)], CONFIRM))
    talk.say(*["あ"] * 30)
    talk.say("直す", "29", "い")
    assert talk.answer("q28") == "い"
    assert talk.prompt.is_summary


def test_leaving_is_offered_at_the_summary() -> None:
    assert ways(at_the_summary().prompt) == ["!back", "!leave"]


def test_a_summary_of_nothing_can_only_be_sent() -> None:
    assert values(Talk(define(CONFIRM)).prompt) == ["!send"]
