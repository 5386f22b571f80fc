# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import math
from typing import Any

import pytest

from kairan.scenarios.engine import expects_place
from kairan.scenarios.inputs import PlaceTyped, PositionGiven, PositionRefined, TypedText
from kairan.scenarios.state import Place
from tests.scenarios.talk import CONFIRM, Talk, choice, define, text, values

HALL = PositionGiven(130.7, 32.8, address="西区1-1", areas=("101",))
PARK = PositionGiven(130.8, 32.9, address="東区2-2", areas=("102",))


def position(**more: Any) -> dict[str, Any]:
    return {"type": "position", "id": "place", "text": "どこですか。", **more}


def talk_of(**more: Any) -> Talk:
    return Talk(define(position(**more), text("note")))


def test_a_line_position_is_kept_with_its_areas() -> None:
    talk = talk_of()
    talk.give(HALL)
    assert talk.answer("place") == Place(lon=130.7, lat=32.8, address="西区1-1", areas=("101",))


def test_the_position_button_is_wanted() -> None:
    expects = talk_of().prompt.expects
    assert expects is not None
    assert expects.location


def test_a_place_outside_the_town_is_asked_again_with_the_town_s_own_words() -> None:
    talk = talk_of(outside="市内をお願いします。")
    prompt = talk.at(0.0, 0.0, inside_town=False)
    assert (talk.asked, prompt.texts[0]) == ("place", "市内をお願いします。")


def test_after_three_places_outside_the_way_out_is_offered() -> None:
    talk = talk_of()
    for _ in range(3):
        talk.at(139.7, 35.7, inside_town=False)
    assert talk.prompt.offers_way_out
    assert talk.prompt.phones[0].number == "096-000-0000"


def test_a_place_outside_is_taken_where_the_step_says_so() -> None:
    talk = talk_of(accept_outside=True)
    talk.at(139.7, 35.7, inside_town=False)
    assert talk.asked == "note"


@pytest.mark.parametrize(("lon", "lat"), [(math.nan, 0), (math.inf, 0), (200, 0), (0, 91)])
def test_a_position_that_is_nowhere_is_refused(lon: float, lat: float) -> None:
    assert talk_of().at(lon, lat).is_problem


def test_a_typed_landmark_is_enough_where_nothing_looks_it_up() -> None:
    talk = talk_of()
    talk.say("中央公園の東の入口")
    assert talk.answer("place").typed == "中央公園の東の入口"
    assert talk.answer("place").lon is None


def test_one_candidate_is_taken_and_can_be_refined_on_a_map() -> None:
    talk = talk_of()
    talk.give(PlaceTyped("西区1-1", (HALL,)))
    assert talk.answer("place").lon == 130.7
    page = talk.step.prompts[0].web_page
    assert page is not None
    assert (page.purpose, page.step) == ("refine_position", "place")


def test_of_several_candidates_one_is_chosen_by_number() -> None:
    talk = talk_of()
    prompt = talk.give(PlaceTyped("公園", (HALL, PARK)))
    assert [option.label for option in prompt.options] == ["西区1-1", "東区2-2", "この中にない"]
    talk.give(PlaceTyped("２", ()))
    assert talk.answer("place").address == "東区2-2"


def test_a_candidate_outside_the_town_is_refused() -> None:
    far = PositionGiven(139.7, 35.7, address="千代田区", inside_town=False)
    talk = talk_of()
    assert talk.give(PlaceTyped("千代田区", (far,))).is_problem


def test_none_of_the_candidates_leads_to_keeping_the_words() -> None:
    talk = talk_of()
    talk.give(PlaceTyped("公園", (HALL, PARK)))
    assert values(talk.say("3")) == ["!keep"]
    talk.say("1")
    assert talk.answer("place").typed == "公園"


def test_an_address_that_is_not_found_can_be_typed_again_or_kept() -> None:
    talk = talk_of()
    prompt = talk.give(PlaceTyped("ひのくに町9-9-9"))
    assert "見つかりませんでした" in prompt.texts[0]
    talk.give(PlaceTyped("西区1-1", (HALL,)))
    assert talk.answer("place").lon == 130.7


def test_words_and_numbers_of_the_dialogue_are_no_places() -> None:
    talk = Talk(define(choice("kind", "穴", "木"), position(), text("note")))
    assert not expects_place(talk.definition, talk.state, "西区1-1")
    talk.say("1")
    for said, is_place in (("戻る", False), ("中止", False), ("西区1-1", True)):
        assert expects_place(talk.definition, talk.state, said) is is_place
    talk.give(PlaceTyped("戻る"))
    assert talk.asked == "kind"


def test_a_step_that_wants_a_position_takes_no_words() -> None:
    talk = talk_of(typed=False)
    assert talk.say("西区1-1").is_problem
    assert not expects_place(talk.definition, talk.state, "西区1-1")


def test_skipping_where_allowed_and_not_where_it_is_not() -> None:
    talk = talk_of(required=False)
    talk.say("わからない")
    assert (talk.asked, talk.answer("place")) == ("note", None)
    assert talk_of().tap("!skip").is_problem


def test_an_endless_address_is_refused() -> None:
    assert talk_of().give(TypedText("西" * 201)).is_problem


def test_the_map_page_refines_an_answered_place_while_the_talk_goes_on() -> None:
    talk = talk_of()
    talk.say("公園の東")
    talk.give(PositionRefined("place", PARK))
    assert talk.asked == "note"
    assert talk.answer("place").lon == 130.8
    assert talk.answer("place").typed == "公園の東"
    assert "場所を直しました" in talk.text


def test_the_map_page_can_answer_the_question_that_stands() -> None:
    talk = talk_of()
    talk.give(PositionRefined("place", PARK))
    assert talk.asked == "note"


def test_a_refined_place_outside_the_town_changes_nothing() -> None:
    talk = talk_of()
    talk.say("公園の東")
    talk.give(PositionRefined("place", PositionGiven(0, 0, inside_town=False)))
    assert talk.answer("place").lon is None


def test_a_bare_pin_is_shown_by_its_area_not_by_degrees() -> None:
    talk = Talk(define(position(), CONFIRM))
    talk.give(PositionGiven(130.7, 32.8, areas=("101",), area="西区"))
    assert "西区（地図の位置）" in talk.text
    assert "130.7" not in talk.text


def test_a_bare_pin_where_no_area_is_known_is_shown_by_degrees() -> None:
    talk = Talk(define(position(), CONFIRM))
    talk.give(PositionGiven(130.7, 32.8))
    assert "32.80000, 130.70000" in talk.text


def test_the_outcome_carries_the_place() -> None:
    talk = Talk(define(position(), CONFIRM))
    talk.give(HALL)
    talk.say("1")
    assert talk.outcome.position is not None
    assert talk.outcome.position.areas == ("101",)
    assert talk.outcome.answers[0].shown == "西区1-1"
