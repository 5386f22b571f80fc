# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from kairan.scenarios.check import errors
from kairan.scenarios.definition import Definition
from kairan.scenarios.designer import editing
from kairan.scenarios.designer.diagram import svg
from kairan.scenarios.designer.differences import differences
from kairan.scenarios.designer.outline import Outline
from kairan.scenarios.designer.starting import ADDABLE, new_step
from kairan.scenarios.loader import ready_definition, ready_definitions
from tests.scenarios.talk import CONFIRM, END, Talk, choice, define, text


def ids(definition: Definition) -> list[str]:
    return [step.id for step in definition.steps]


def onward(definition: Definition, step_id: str) -> str | None:
    return definition.onward(definition.by_id[step_id])


def forked() -> Definition:
    """a: 東 → b, 西 → c; both come to d."""
    fork = choice("a", "東", "西")
    fork["options"][0]["next"], fork["options"][1]["next"] = "b", "c"
    return define(fork, text("b", next="d"), text("c"), text("d"))


def told(old: Definition, new: Definition) -> list[str]:
    return [change.text for change in differences(old, new)]


# ── steps come and go ──


@pytest.mark.parametrize("step_type", ADDABLE)
def test_every_kind_of_step_can_be_added_and_asked_next(step_type: str) -> None:
    old = define(choice("a", "東", "西"), text("b"), CONFIRM)
    new = editing.add_step(old, new_step(step_type, "new", old, kind="road"), after="a")
    assert ids(new) == ["a", "new", "b", "confirm", "end"]
    if step_type != "end":
        assert (onward(new, "a"), onward(new, "new")) == ("new", "b")


def test_a_step_put_below_a_jump_takes_the_jump_over() -> None:
    old = define(text("a", next="c"), text("b"), text("c"))
    new = editing.add_step(old, new_step("message", "new", old), after="a")
    assert (onward(new, "a"), onward(new, "new")) == ("new", "c")


def test_an_end_put_between_two_steps_does_not_part_them() -> None:
    old = define(text("a"), text("b"))
    new = editing.add_step(old, new_step("end", "other", old), after="a")
    assert onward(new, "a") == "b"


def test_a_way_to_a_step_that_goes_leads_on_to_what_came_after() -> None:
    new = editing.delete_step(forked(), "c")
    assert [option.next for option in new.by_id["a"].options] == ["b", "d"]  # type: ignore[union-attr]
    assert errors(new) == []


def test_what_jumped_keeps_its_goal_when_the_step_between_goes() -> None:
    old = define(text("a"), text("b", next="d"), text("c"), text("d"))
    assert onward(editing.delete_step(old, "b"), "a") == "d"


def test_a_moved_step_is_asked_where_it_stands_now() -> None:
    old = define(text("a"), text("b"), text("c"), CONFIRM)
    talk = Talk(editing.move_step(old, "a", after="b"))
    asked = [talk.asked]
    for _ in range(3):
        talk.say("はい")
        asked.append(talk.asked)
    assert asked == ["b", "a", "c", "confirm"]


def test_moving_inside_a_branch_keeps_the_branch() -> None:
    old = define(choice("q", "東", "西"), text("b1"), text("b2", next="end"), text("z"), END)
    old = editing.replace_step(
        old,
        editing.retargeted(old.by_id["q"], "", None).model_copy(
            update={
                "options": tuple(
                    option.model_copy(update={"next": target})
                    for option, target in zip(
                        old.by_id["q"].options,  # type: ignore[union-attr]
                        ("b1", "z"),
                        strict=True,
                    )
                )
            }
        ),
    )
    new = editing.move_step(old, "b1", after="b2")
    assert [option.next for option in new.by_id["q"].options] == ["b2", "z"]  # type: ignore[union-attr]
    assert (onward(new, "b2"), onward(new, "b1")) == ("b1", "end")


def test_up_and_down_stop_at_the_ends_of_the_list() -> None:
    old = define(text("a"), text("b"))
    assert editing.neighbour(old, "a", "up") is None
    assert editing.neighbour(old, "b", "up") == ""
    assert editing.neighbour(old, "end", "down") is None


def test_moving_any_step_anywhere_never_loses_one() -> None:
    definition = ready_definition("street_light")
    for step in definition.steps:
        for target in ["", *ids(definition)]:
            if target != step.id:
                moved = editing.move_step(definition, step.id, after=target)
                assert sorted(ids(moved)) == sorted(ids(definition))
                codes = {finding.code for finding in errors(moved)}
                assert "missing_step" not in codes


def test_a_copy_stands_below_and_is_asked_too() -> None:
    new, name = editing.duplicate_step(define(text("a"), text("b")), "a")
    assert (name, ids(new)) == ("a_2", ["a", "a_2", "b", "end"])
    assert onward(new, "a") == "a_2"


def test_a_step_of_a_branch_leads_back_to_where_the_others_go_on() -> None:
    old = define(choice("a", "東", "西"), text("b"))
    new = editing.add_branch_step(old, new_step("text", "aside", old), under="a")
    assert (onward(new, "a"), onward(new, "aside")) == ("b", "b")
    assert Outline(new).numbers["aside"] == 2


def test_taking_a_language_away_takes_its_texts_away() -> None:
    road = ready_definition("road")
    new = editing.with_languages(road, {"ja": "道"}, ["en"])
    assert new.languages == ("ja", "en")
    assert "ja-simple" not in new.model_dump_json()


# ── the indented list ──


def test_branches_are_indented_until_they_meet_again() -> None:
    depths = Outline(forked()).depths
    assert [depths[step] for step in ("a", "b", "c", "d", "end")] == [0, 1, 1, 0, 0]


def test_a_list_with_loops_is_drawn_too() -> None:
    again = choice("again", "はい", "いいえ")
    again["options"][0]["next"] = "q"
    looped = define(text("q"), again)
    assert Outline(looped).depths["end"] == 0
    assert "flow__way--beside" in svg(looped)


# ── the diagram ──


def test_the_diagram_names_every_step_and_its_numbers() -> None:
    drawn = svg(ready_definition("road"), notes={"place": ["120人", "34%"]})
    assert drawn.count("data-flow-step=") == 12
    assert "34%" in drawn
    assert 'aria-label="3 場所、場所の質問、120人、34%"' in drawn


def test_what_a_clerk_typed_is_no_markup_in_the_diagram() -> None:
    drawn = svg(define(text("a", heading="<script>")))
    assert "<script" not in drawn


def test_a_thousand_steps_that_all_jump_back_are_drawn() -> None:
    steps = [text(f"s{n}", next="s0") for n in range(999)]
    assert svg(define(*steps)).count("data-flow-step=") == 1_000


# ── what changed ──


def test_the_same_is_no_change() -> None:
    assert told(forked(), forked()) == []


def test_added_removed_and_moved_steps_are_told() -> None:
    old = define(text("a"), text("b"), text("c"))
    new = define(text("c"), text("a"), {"type": "photos", "id": "p", "text": "写真"})
    assert set(told(old, new)) >= {
        "『b?』(文字の質問)を削除",
        "『写真』(写真のお願い)を追加",
        "『c?』(文字の質問)を移動",
    }


def test_an_option_s_words_are_told_before_and_after() -> None:
    old = define(choice("a", "点滅", "消えた"))
    new_step_ = choice("a", "ちかちか", "消えた", "その他")
    assert told(old, define(new_step_)) == [
        "『a?』(選択肢の質問): 選択肢『点滅』の文を変更: 点滅 → ちかちか",
        "『a?』(選択肢の質問): 選択肢『その他』を追加",
    ]


def test_every_field_of_every_step_is_told_of() -> None:
    """Whatever is changed in a ready definition, something is said."""
    for definition in ready_definitions():
        for step in definition.steps:
            for field, value in _altered(step.model_dump(mode="json", by_alias=True)):
                changed = {**step.model_dump(mode="json", by_alias=True), field: value}
                new = Definition.model_validate(
                    {
                        **definition.model_dump(mode="json", by_alias=True),
                        "steps": [
                            changed if s.id == step.id else s.model_dump(mode="json", by_alias=True)
                            for s in definition.steps
                        ],
                    }
                )
                assert told(definition, new), (definition.key, step.id, field)


def _altered(step: dict[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for field, value in step.items():
        if isinstance(value, bool):
            found.append((field, not value))
        elif field in ("text", "heading", "hint", "outside"):
            found.append((field, {"ja": "別の文"}))
        elif field in ("options", "contacts") and len(value) > 1:
            found += [(field, value[1:]), (field, value[::-1])]
        elif field in ("max", "max_length") and isinstance(value, int):
            found.append((field, value + 1))
    return found
