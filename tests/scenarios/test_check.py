# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from kairan.scenarios.check import check, errors
from kairan.scenarios.definition import Definition
from tests.scenarios.talk import CONFIRM, END, REPORT, choice, define, text


def found(*steps: dict[str, Any], **more: Any) -> set[tuple[str, str]]:
    return {(f.step, f.code) for f in check(define(*steps, **more))}


def message(step_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "id": step_id, "text": "お知らせ", **more}


def branch(step_id: str, step: str, values: list[str], to: str, **more: Any) -> dict[str, Any]:
    when = {"type": "answer", "step": step, "values": values}
    return {"type": "branch", "id": step_id, "ways": [{"when": when, "next": to}], **more}


def test_a_sound_definition_has_no_findings() -> None:
    assert found(message("hello"), choice("a", "東", "西"), text("b"), CONFIRM) == set()


def test_a_jump_to_a_missing_step_is_found() -> None:
    assert found(text("a", next="nowhere")) >= {("a", "missing_step")}


def test_a_missing_entry_is_found() -> None:
    assert ("", "missing_entry") in found(text("a"), entry="nowhere")


def test_a_dead_end_is_found() -> None:
    assert ("b", "dead_end") in found(text("a", next="end"), END, text("b", next=None))


def test_an_unreachable_step_is_a_warning() -> None:
    definition = define(text("a", next="end"), text("b"))
    assert [(f.severity, f.step, f.code) for f in check(definition)] == [
        ("warning", "b", "unreachable_step")
    ]


def test_a_choice_whose_options_all_jump_reaches_nothing_below() -> None:
    step = choice("a", "東", "西")
    for option in step["options"]:
        option["next"] = "end"
    assert found(step, text("b")) == {("b", "unreachable_step")}


def test_a_loop_without_a_question_is_found() -> None:
    steps = [text("q"), message("m", next="b"), branch("b", "q", ["x"], "end", next="m")]
    assert {("m", "silent_loop"), ("b", "silent_loop")} <= found(*steps)


def test_a_loop_with_a_question_and_a_way_out_is_fine() -> None:
    again = choice("again", "はい", "いいえ")
    again["options"][0]["next"] = "q"
    assert found(text("q"), again) == set()


def test_a_loop_that_never_ends_is_found() -> None:
    assert {("a", "no_way_to_the_end"), ("b", "no_way_to_the_end")} <= found(
        text("a"), text("b", next="a")
    )


def test_a_report_that_nobody_confirmed_is_found() -> None:
    short = choice("a", "東", "西")
    short["options"][0]["next"] = "end"
    steps = [short, CONFIRM, REPORT]
    assert found(*steps, outcome="report") == {("end", "report_without_confirm")}
    assert found(choice("a", "東"), CONFIRM, REPORT, outcome="report") == set()


def test_a_report_scenario_must_report() -> None:
    assert ("", "no_result") in found(text("a"), outcome="report")


def test_texts_are_measured_as_line_counts() -> None:
    assert found(message("m", text="😀" * 2_500), text("a")) == set()
    assert ("m", "text_too_long") in found(message("m", text="😀" * 2_501), text("a"))


def test_a_question_leaves_room_for_its_options() -> None:
    assert ("a", "text_too_long") in found(text("a") | {"text": "あ" * 3_990, "hint": "い" * 20})


def test_labels_are_measured_in_characters_as_people_see_them() -> None:
    family = "👨‍👩‍👧"
    assert found(choice("a", family * 20)) == set()
    assert ("a", "label_too_long") in found(choice("a", family * 21))


def test_headings_and_titles_are_labels_too() -> None:
    assert ("a", "heading_too_long") in found(text("a", heading="あ" * 21))
    assert ("", "title_too_long") in found(text("a"), title="あ" * 21)


def test_a_value_must_fit_line_s_postback() -> None:
    step = choice("a", "東")
    step["options"][0]["value"] = "x" * 250
    assert ("a", "postback_too_long") in found(step)


def test_missing_translations_are_warnings_that_name_the_language() -> None:
    definition = define(text("a"), text("b") | {"text": {"ja": "あ", "en": "a"}})
    missing = [f for f in check(definition) if f.code == "missing_translation"]
    assert [(f.severity, f.step, f.details["language"]) for f in missing] == [
        ("warning", "", "en"),
        ("warning", "a", "en"),
    ]


def test_a_language_that_was_promised_is_missed_everywhere() -> None:
    assert ("a", "missing_translation") in found(text("a"), languages=["ja", "ja-simple"])


def test_a_gate_must_always_have_a_number() -> None:
    office = {"name": "道路", "number": "096-000-0000", "hours": "office"}
    gate: dict[str, Any] = {"type": "urgent", "id": "g", "text": "電話を。"}
    assert ("g", "urgent_without_number") in found(gate | {"contacts": [office]})
    fire = {"name": "消防", "number": "119"}
    assert found(gate | {"contacts": [office, fire]}) == set()


def test_names_beside_phone_numbers_are_labels_too() -> None:
    fire = {"name": "消" * 21, "number": "119"}
    gate = {"type": "urgent", "id": "g", "text": "電話を。", "contacts": [fire]}
    assert found(gate) == {("g", "name_too_long")}
    other = {"type": "handed_over", "authority": "県" * 21, "number": "119"}
    assert ("end", "name_too_long") in found(text("a"), END | {"outcome": other})


@pytest.mark.parametrize(
    "step",
    [
        {"type": "number", "id": "s", "text": "何本?", "min": 5, "max": 4},
        {"type": "photos", "id": "s", "text": "写真", "min": 3, "max": 2},
        {"type": "text", "id": "s", "text": "何?", "min_length": 5, "max_length": 4},
        {"type": "datetime", "id": "s", "text": "いつ?", "min": "now", "max": "-1d"},
    ],
)
def test_crossed_bounds_are_found(step: dict[str, Any]) -> None:
    assert found(step) == {("s", "bounds_crossed")}


def test_a_bound_of_another_kind_is_found() -> None:
    step = {"type": "datetime", "id": "s", "text": "いつ?", "mode": "date", "min": "08:30"}
    assert found(step) == {("s", "bound_of_another_kind")}


@pytest.mark.parametrize("pattern", ["(", "a(?=b)", "[z-a]"])
def test_a_pattern_that_cannot_be_used_is_found(pattern: str) -> None:
    assert found(text("a", pattern=pattern)) == {("a", "bad_pattern")}


def test_conditions_must_ask_for_answers_that_exist() -> None:
    steps = [choice("a", "東"), branch("b", "m", ["x"], "end"), message("m")]
    assert ("b", "condition_on_nothing") in found(*steps)
    steps = [choice("a", "東"), branch("b", "a", ["v2"], "end"), message("m")]
    assert ("b", "condition_on_unknown_value") in found(*steps)


def test_names_and_values_used_twice_are_found() -> None:
    assert ("a", "duplicate_step") in found(text("a"), text("a"))
    step = choice("a", "東", "西")
    step["options"][1]["value"] = "v1"
    assert ("a", "duplicate_value") in found(step)


def test_labels_that_cannot_be_typed_are_warned_of() -> None:
    step = choice("a", "5", "戻る", "同じ", "同じ")
    assert {("a", "label_is_a_number"), ("a", "label_is_a_command"), ("a", "same_labels")} == found(
        step
    )


def test_many_messages_in_a_row_are_warned_of() -> None:
    assert found(*[message(f"m{n}") for n in range(3)], text("a")) == set()
    assert ("m3", "many_messages") in found(*[message(f"m{n}") for n in range(5)], text("a"))


def test_more_than_a_thousand_steps_are_refused_before_any_other_look() -> None:
    definition = define(*[text(f"s{n}", next="nowhere") for n in range(1_001)])
    assert [f.code for f in check(definition)] == ["too_many_steps"]


def test_a_thousand_steps_are_looked_at() -> None:
    assert check(define(*[text(f"s{n}") for n in range(999)])) == []


def test_a_long_chain_does_not_exhaust_the_stack() -> None:
    steps = [message(f"m{n}") for n in range(998)]
    assert errors(define(*steps, text("a"))) == []


def test_every_finding_is_said_in_plain_words() -> None:
    definition = define(
        text("a", next="nowhere", heading="あ" * 21, pattern="("), choice("b", "x" * 21)
    )
    for finding in check(definition):
        assert finding.message.endswith("。")
        assert "%(" not in finding.message


def test_findings_come_in_the_order_of_the_steps() -> None:
    definition = define(text("a", pattern="("), text("b", pattern="("), title="あ" * 21)
    assert [finding.step for finding in check(definition)] == ["", "a", "b"]


def test_a_definition_is_not_changed_by_being_checked() -> None:
    definition = define(text("a"), CONFIRM)
    before = definition.model_dump_json()
    check(definition)
    assert Definition.model_validate_json(before) == definition
