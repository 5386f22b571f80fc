# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from kairan.line import limits
from kairan.scenarios.inputs import Tapped
from kairan.scenarios.webform import form_data
from tests.scenarios.talk import TOWN, Talk, choice, define, text, values, ways

LAMP = choice("lamp", "つかない", "点滅している", "倒れそう")
MANY = choice("many", *[f"選択肢{n}番目" for n in range(1, 31)])


def lamp() -> Talk:
    return Talk(define(LAMP, text("note")))


@pytest.mark.parametrize("typed", ["2", "２", "2番", "(2)", " ② ", "2."])
def test_an_option_can_be_typed_by_number(typed: str) -> None:
    talk = lamp()
    talk.say(typed)
    assert talk.answer("lamp") == "v2"


@pytest.mark.parametrize("typed", ["点滅している", "点滅 している。", "点滅"])
def test_an_option_can_be_typed_by_word_or_part(typed: str) -> None:
    talk = lamp()
    talk.say(typed)
    assert talk.answer("lamp") == "v2"


@pytest.mark.parametrize("typed", ["ツカナイ", "つ か な い", "ﾂｶﾅｲ", "つかないです"])
def test_kana_width_and_spaces_do_not_matter(typed: str) -> None:
    talk = lamp()
    talk.say(typed)
    assert talk.answer("lamp") == "v1"


def test_yes_and_no_are_understood() -> None:
    step = choice("q")
    step["options"] = [
        {"value": "yes", "label": "あります"},
        {"value": "no", "label": "ありません"},
    ]
    for typed, value in (("はい", "yes"), ("いいえ", "no"), ("うん", "yes")):
        talk = Talk(define(step))
        talk.say(typed)
        assert talk.answer("q") == value


def test_a_part_that_fits_two_options_is_asked_again() -> None:
    talk = Talk(define(choice("q", "東の公園", "西の公園")))
    assert talk.say("公園").is_problem
    assert talk.asked == "q"


def test_other_words_of_an_option_are_understood() -> None:
    step = choice("q", "つかない", "その他")
    step["options"][0]["words"] = ["真っ暗"]
    talk = Talk(define(step))
    talk.say("まっ暗", "真っ暗です")
    assert talk.answer("q") == "v1"


def test_the_options_are_numbered_for_those_who_type() -> None:
    assert lamp().prompt.numbered.startswith("1. つかない\n2. 点滅している\n3. 倒れそう")


def test_a_number_that_is_not_offered_is_explained() -> None:
    talk = lamp()
    prompt = talk.say("4")
    assert prompt.is_problem
    assert "番号" in prompt.texts[0]
    assert values(prompt) == ["v1", "v2", "v3"]


def test_a_tap_answers() -> None:
    talk = lamp()
    talk.tap("v3")
    assert (talk.answer("lamp"), talk.asked) == ("v3", "note")


def test_a_tap_with_a_value_that_was_never_offered_is_refused() -> None:
    talk = lamp()
    assert talk.tap("v9").is_problem
    assert talk.asked == "lamp"


def test_what_is_tapped_never_exceeds_thirteen() -> None:
    talk = Talk(define(text("first"), MANY))
    talk.say("はじめ")
    for _ in range(5):
        assert len(talk.prompt.options) + len(talk.prompt.controls) <= limits.QUICK_REPLIES
        talk.say("ほかを見る")


def test_eleven_options_stand_on_one_page() -> None:
    talk = Talk(define(text("first"), choice("q", *[f"選択{n}" for n in range(11)])))
    assert talk.say("はじめ").page is None


def test_paging_shows_every_option_once_and_keeps_its_number() -> None:
    talk = Talk(define(MANY))
    seen = [(option.value, option.number) for option in talk.prompt.options]
    while (page := talk.prompt.page) and page.number < page.of:
        talk.tap(ways(talk.prompt)[0])
        seen += [(option.value, option.number) for option in talk.prompt.options]
    assert seen == [(f"v{n}", n) for n in range(1, 31)]


def test_an_option_of_another_page_can_be_typed_by_its_number() -> None:
    talk = Talk(define(MANY))
    talk.say("27")
    assert talk.answer("many") == "v27"


def test_a_page_turned_twice_by_a_double_tap_is_turned_once() -> None:
    talk = Talk(define(MANY))
    first = talk.prompt
    for _ in range(2):
        talk.give(Tapped(first.step, "!page:1", first.nonce))
    assert talk.prompt.page is not None
    assert talk.prompt.page.number == 2


def test_an_option_may_lead_to_a_step_of_its_own() -> None:
    step = choice("q", "近い", "遠い")
    step["options"][1]["next"] = "far"
    talk = Talk(define(step, text("near"), text("far")))
    talk.say("遠い")
    assert talk.asked == "far"


def test_an_optional_choice_can_be_skipped_by_number_or_word() -> None:
    for typed in ("3", "わからない", "スキップ"):
        talk = Talk(define(choice("q", "東", "西", required=False), text("next")))
        talk.say(typed)
        assert talk.answer("q") is None
        assert talk.asked == "next"


def test_a_required_choice_cannot_be_skipped() -> None:
    talk = lamp()
    assert talk.tap("!skip").is_problem
    assert talk.say("スキップ").is_problem


def test_an_option_called_none_wins_over_skipping() -> None:
    talk = Talk(define(choice("q", "あり", "なし", required=False)))
    talk.say("なし")
    assert talk.answer("q") == "v2"


def test_pictures_of_options_are_handed_on() -> None:
    step = choice("q", "東", "西")
    step["options"][0]["image"] = "lamp/dark"
    assert Talk(define(step)).prompt.options[0].image == "lamp/dark"


def test_the_web_form_shows_them_too() -> None:
    step = choice("q", "東", "西")
    step["options"][0]["image"] = "lamp/dark"
    data = form_data(define(step), language="ja", context=TOWN)
    east, west = data["steps"]["q"]["options"]
    assert (east["image"], "image" in west) == ("/static/scenarios/lamp/dark", False)
