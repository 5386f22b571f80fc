# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta

import pytest

from kairan.scenarios.context import Context
from kairan.scenarios.engine import advance
from kairan.scenarios.inputs import Back, Leave, Resume, Tapped, TypedText
from kairan.scenarios.turn import WrongDefinition
from tests.scenarios.talk import END, NIGHT, TOWN, Talk, choice, define, text, ways

ABC = define(text("a"), choice("b", "東", "西"), text("c"))


@pytest.mark.parametrize("word", ["戻る", "もどる", "モドル", " 戻る。", "back", "BACK"])
def test_back_goes_one_question_back(word: str) -> None:
    talk = Talk(ABC)
    talk.say("あ", word)
    assert talk.asked == "a"


def test_going_on_after_back_asks_nothing_twice() -> None:
    talk = Talk(ABC)
    talk.say("あ", "東", "戻る", "戻る", "い")
    assert talk.asked == "c"
    assert talk.answer("a") == "い"


def test_back_at_the_first_question_says_so() -> None:
    talk = Talk(ABC)
    assert "最初の質問" in talk.give(Back()).full_text()
    assert "!back" not in ways(talk.prompt)


@pytest.mark.parametrize("word", ["中止", "やめる", "キャンセル", "stop"])
def test_leaving_sends_nothing(word: str) -> None:
    talk = Talk(ABC)
    talk.say("あ", word)
    assert talk.state.status == "left"
    assert talk.outcomes == []
    assert "何も送っていません" in talk.text


def test_leaving_can_be_taken_back() -> None:
    talk = Talk(ABC)
    talk.say("あ", "中止")
    assert ways(talk.prompt) == ["!resume"]
    talk.tap("!resume")
    assert (talk.state.status, talk.asked) == ("running", "b")


def test_a_left_run_says_how_to_go_on() -> None:
    talk = Talk(ABC)
    talk.give(Leave())
    assert "続きから" in talk.say("あ").full_text()
    talk.say("続きから", "あ")
    assert talk.asked == "b"


def test_a_run_is_resumed_after_silence() -> None:
    talk = Talk(ABC)
    talk.say("あ")
    prompt = talk.give(Resume())
    assert "続きから" in prompt.texts[0]
    assert talk.asked == "b"


def test_an_expired_run_ends_politely_and_for_good() -> None:
    talk = Talk(ABC)
    talk.say("あ")
    assert "もう一度" in talk.give(Resume(expired=True)).full_text()
    talk.give(Resume())
    assert talk.state.status == "expired"
    assert talk.outcomes == []


def test_a_tap_on_an_older_question_is_answered_kindly() -> None:
    talk = Talk(define(choice("a", "東", "西"), choice("b", "穴", "木"), text("c")))
    first = talk.prompt
    talk.tap("v1")
    prompt = talk.give(Tapped(first.step, "v2", first.nonce))
    assert "前の質問のボタン" in prompt.texts[0]
    assert (talk.asked, talk.answer("a")) == ("b", "v1")
    assert not prompt.is_problem


def test_a_tap_of_another_run_of_the_same_scenario_is_told_apart() -> None:
    yesterday = Talk(ABC, now=NIGHT - timedelta(days=1))
    yesterday.say("あ")
    old = yesterday.prompt
    today = Talk(ABC)
    today.say("あ")
    today.give(Tapped(old.step, "v1", old.nonce))
    assert today.asked == "b"


def test_an_older_stop_button_still_stops() -> None:
    talk = Talk(ABC)
    first = talk.prompt
    talk.say("あ")
    talk.give(Tapped(first.step, "!leave", first.nonce))
    assert talk.state.status == "left"


def test_messages_are_said_before_the_next_question() -> None:
    hello = {"type": "message", "id": "hello", "text": "こんにちは。", "image": "hello"}
    talk = Talk(define(hello, text("a")))
    first, second = talk.step.prompts
    assert (first.texts, first.image, first.is_question) == (("こんにちは。",), "hello", False)
    assert second.is_question


def test_the_first_question_tells_how_to_stop() -> None:
    talk = Talk(ABC)
    assert "「中止」" in talk.text
    assert "「中止」" not in talk.say("あ").full_text()


def test_a_way_that_comes_back_asks_anew() -> None:
    again = choice("again", "はい", "いいえ")
    again["options"][0]["next"] = "a"
    talk = Talk(define(text("a"), again))
    talk.say("あ", "1")
    assert talk.asked == "a"
    talk.say("い", "2")
    assert [answer.value for answer in talk.outcome.answers] == ["い", "v2"]


def test_contact_details_are_never_asked_in_the_chat() -> None:
    talk = Talk(
        define({"type": "contact", "id": "contact", "text": "連絡してもよいですか。"}, text("n"))
    )
    assert "ここには書かないでください" in talk.say("090-1234-5678").full_text()
    talk.say("1")
    page = talk.step.prompts[0].web_page
    assert page is not None
    assert page.purpose == "contact"
    talk.say("あ")
    assert talk.outcome.wants_contact
    assert "090" not in talk.outcome.model_dump_json()


@pytest.mark.parametrize("typed", ["2", "入れない", "なし"])
def test_contact_details_may_be_left_out(typed: str) -> None:
    talk = Talk(define({"type": "contact", "id": "contact", "text": "連絡してもよいですか。"}))
    talk.say(typed)
    assert not talk.outcome.wants_contact


def test_another_authority_s_business_ends_with_its_name_and_number() -> None:
    result = {"type": "handed_over", "authority": "国道事務所", "number": "#9910"}
    talk = Talk(define(text("a"), END | {"outcome": result}))
    talk.say("あ")
    assert talk.outcome.kind == "handed_over"
    assert talk.outcome.authority is not None
    assert talk.outcome.authority.number == "#9910"
    assert "国道事務所が担当しています" in talk.text
    assert talk.prompt.phones[0].number == "#9910"


@pytest.mark.parametrize(
    ("language", "said"), [("ja-simple", "やさしく"), ("en", "Plain"), ("vi", "Plain")]
)
def test_the_resident_s_language_is_spoken(language: str, said: str) -> None:
    step = text("a") | {"text": {"ja": "日本語", "ja-simple": "やさしく", "en": "Plain"}}
    talk = Talk(define(step), context=Context(language=language))
    assert said in talk.text


def test_the_staff_reads_japanese_whatever_was_spoken() -> None:
    step = choice("q")
    step["options"] = [{"value": "dark", "label": {"ja": "つかない", "en": "It is dark"}}]
    talk = Talk(define(step), context=Context(language="en"))
    talk.say("it is dark")
    assert (talk.outcome.answers[0].shown, talk.outcome.answers[0].said) == (
        "つかない",
        "It is dark",
    )


def test_a_fresh_context_replaces_the_one_of_the_start() -> None:
    talk = Talk(ABC)
    step = advance(ABC, talk.state, TypedText("あ"), NIGHT, context=Context(language="en"))
    assert step.state.context.language == "en"
    assert "type the number" in step.prompts[-1].numbered


def test_a_state_of_another_definition_is_refused_loudly() -> None:
    talk = Talk(ABC)
    with pytest.raises(WrongDefinition):
        advance(define(text("other")), talk.state, TypedText("あ"), NIGHT, context=TOWN)
