# SPDX-License-Identifier: Apache-2.0
"""The designer as a clerk meets it: through its pages, with htmx and without."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kairan.scenarios.definition import Choice, Definition
from kairan.scenarios.designer import actions
from kairan.scenarios.designer.posted import arrange
from kairan.scenarios.designer.step_sheet import to_sheet, to_step
from kairan.scenarios.loader import ready_definitions
from kairan.scenarios.models import Scenario
from kairan.scenarios.queries import draft_of, draft_row
from tests.scenarios.clerk import HTMX, LIST, Designer, text_of

# ── pages ──


def test_every_page_of_the_designer_opens(designer: Designer) -> None:
    for page in ("", "about/", "add/?after=place", "publish/", "history/", "export/", "import/"):
        assert designer.client.get(designer.base + page).status_code == 200, page
    for step in designer.ids:
        assert designer.client.get(f"{designer.base}steps/{step}/").status_code == 200, step


def test_the_list_costs_the_same_few_queries(desk: Client, road: Scenario) -> None:
    desk.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        assert "道路の損傷" in text_of(desk.get(LIST))
    assert len([q for q in queries if "scenarios_" in q["sql"]]) == 2


@pytest.mark.parametrize("begin", ["empty", "ready:park", "copy"])
def test_a_new_scenario_begins_as_a_draft(desk: Client, road: Scenario, begin: str) -> None:
    begin = f"copy:{road.pk}" if begin == "copy" else begin
    desk.post(f"{LIST}new/", {"title": "カラスの被害", "begin": begin, "kind": ""})
    made = Scenario.objects.get(title="カラスの被害")
    assert made.published is None
    assert draft_of(made).key == made.key
    assert draft_of(made).steps[-1].type == "end"


def test_a_title_too_long_for_line_is_said_beside_it(desk: Client) -> None:
    answer = desk.post(f"{LIST}new/", {"title": "あ" * 21, "begin": "empty", "kind": ""})
    assert answer.status_code == 422
    assert "20文字まで" in text_of(answer)


def test_a_scenario_is_switched_off_and_on_again(designer: Designer) -> None:
    designer.client.post(f"{designer.base}switch/", {"on": "0"})
    designer.scenario.refresh_from_db()
    assert not designer.scenario.is_active
    designer.client.post(f"{designer.base}switch/")  # what 「元に戻す」 sends
    designer.scenario.refresh_from_db()
    assert designer.scenario.is_active


def test_the_order_of_the_list_is_that_of_the_residents(designer: Designer) -> None:
    designer.client.post(f"{designer.base}order/", {"do": "down"})
    keys = list(Scenario.objects.in_order().values_list("key", flat=True))
    assert keys[:2] == ["street_light", "road"]


def test_only_what_was_never_published_is_removed_and_comes_back(designer: Designer) -> None:
    designer.client.post(f"{designer.base}remove/")
    assert Scenario.objects.filter(pk=designer.scenario.pk).exists()
    designer.client.post(f"{LIST}new/", {"title": "試し", "begin": "empty", "kind": ""})
    made = Scenario.objects.get(title="試し")
    designer.client.post(f"{LIST}{made.pk}/remove/")
    assert not Scenario.objects.filter(title="試し").exists()
    designer.client.post(f"{LIST}bring-back/")
    assert Scenario.objects.filter(title="試し").exists()


# ── the form of a step ──


@pytest.mark.parametrize("definition", ready_definitions(), ids=lambda d: d.key)
def test_a_form_that_is_saved_as_it_stands_changes_nothing(definition: Definition) -> None:
    for step in definition.steps:
        same, problems = to_step(to_sheet(step), step, definition)
        assert problems == {}
        assert same is not None
        assert same.model_dump() == step.model_dump()


def test_a_question_is_changed_in_place(designer: Designer) -> None:
    answer = designer.change(
        "damage", **{"text.ja": "道はどうなっていますか。", "options.0.label.ja": "穴"}
    )
    assert answer.status_code == 200
    step = designer.draft.by_id["damage"]
    assert isinstance(step, Choice)
    assert (step.text.said("ja"), step.options[0].label.said("ja")) == (
        "道はどうなっていますか。",
        "穴",
    )
    assert step.options[0].label.said("en") == "Hole or bump"
    assert "draft-changed" in answer.headers["HX-Trigger-After-Settle"]


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(designer: Designer) -> None:
    answer = designer.change("place", **{"text.ja": "", "text.en": "Where exactly?"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "日本語の文を書いてください" in page
    assert "Where exactly?" in page
    assert draft_row(designer.scenario) is None


def test_an_option_is_added_moved_and_taken_away_without_saving(designer: Designer) -> None:
    form = designer.open("damage")
    added = designer.save("damage", form, do="add:options")
    assert len(added.context["form"].option_rows) == 12
    moved = designer.save("damage", form, do="up:options.1")
    assert moved.context["form"].option_rows[0].value("value") == "cave_in"
    gone = designer.save("damage", form, do="delete:options.0")
    assert len(gone.context["form"].option_rows) == 10
    assert draft_row(designer.scenario) is None


def test_an_option_can_lead_to_a_new_question(designer: Designer) -> None:
    designer.change("damage", **{"options.0.next": "+text"})
    fork = designer.draft.by_id["damage"]
    assert isinstance(fork, Choice)
    assert fork.options[0].next == "question"
    assert designer.draft.onward(designer.draft.by_id["question"]) == "place"
    assert designer.draft.onward(fork) == "place"


def test_a_branch_is_built_without_a_word_of_code(designer: Designer) -> None:
    form = designer.open("is_dangerous")
    more = designer.save("is_dangerous", form, do="add:ways.0.when.parts")
    assert len(more.context["form"].sheet["ways"][0]["when"]["parts"]) == 2
    new = {
        "ways.0.when.mode": "any",
        "ways.0.when.parts.1.kind": "time",
        "ways.0.when.parts.1.from": "20:00",
        "ways.0.when.parts.1.to": "06:00",
        "ways.0.when.parts.1.not": "1",
    }
    assert designer.save("is_dangerous", form, **new).status_code == 200
    data = designer.draft.by_id["is_dangerous"].model_dump(by_alias=True)
    assert data["ways"][0]["when"]["of"][1] == {
        "type": "not",
        "of": {"type": "time", "from": "20:00", "to": "06:00"},
    }


def test_a_condition_without_its_question_is_said(designer: Designer) -> None:
    answer = designer.change("is_dangerous", **{"ways.0.when.parts.0.values[]": []})
    assert answer.status_code == 422
    assert "条件が足りません" in text_of(answer)


def test_hostile_forms_are_answered_politely(designer: Designer) -> None:
    for bad in (
        {"options.x.y.z.a.b.c.d.e": "1"},
        {"options": "text"},
        {"options.0": "text", "text": "no languages"},
        {"text.ja": "あ", "options.0.label.ja": "い", "options.0.next": "nowhere"},
        {"do": "delete:options.99"},
        {"do": "add:text.ja.0"},
        {"max_length": "9" * 400},
    ):
        data = {"do": "save", "seen": "x", **bad}
        answer = designer.client.post(f"{designer.base}steps/damage/", data, headers=HTMX)
        assert answer.status_code in (200, 422), bad


def test_rows_of_a_form_that_are_none_are_left_alone() -> None:
    sheet: dict[str, Any] = {"options": ["a", {"value": "b"}]}
    assert not arrange(sheet, "delete:options.7", {})
    assert not arrange(sheet, "up:nothing.0", {})
    assert not arrange(sheet, "explode:options.0", {})


# ── arranging, undoing ──


def test_steps_are_moved_copied_and_deleted(designer: Designer) -> None:
    designer.arrange("down:damage")
    assert designer.ids[1:3] == ["place", "damage"]
    designer.arrange("move:note", after="")
    assert designer.ids[0] == "note"
    designer.arrange("duplicate:place")
    assert "place_2" in designer.ids
    designer.arrange("delete:photos")
    assert "photos" not in designer.ids


def test_a_step_that_is_added_opens_its_form(designer: Designer) -> None:
    answer = designer.arrange("add:datetime", after="damage")
    assert designer.ids[2] == "when"
    assert answer.context["form"].step.id == "when"


def test_changes_are_taken_back_and_done_again(designer: Designer) -> None:
    before = designer.ids
    designer.arrange("delete:photos")
    designer.arrange("delete:note")
    designer.arrange("undo")
    designer.arrange("undo")
    assert designer.ids == before
    designer.arrange("redo")
    assert designer.ids == [step for step in before if step != "photos"]
    designer.arrange("down:welcome")
    assert designer.arrange("redo").context["page"].redo is None


def test_the_draft_remembers_only_so_many_states(
    designer: Designer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MAX_REVISIONS", 4)
    for _ in range(7):
        designer.arrange("down:damage" if designer.ids[1] == "damage" else "up:damage")
    assert designer.scenario.revisions.count() == 4
