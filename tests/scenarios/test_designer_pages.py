# SPDX-License-Identifier: Apache-2.0
"""The designer as a clerk meets it: through its pages, with htmx and without."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kairan.audit.actors import PROGRAM
from kairan.audit.models import Entry
from kairan.people.models import Person
from kairan.residents.models import Resident
from kairan.scenarios.actions import begin_run, install_ready, step_run
from kairan.scenarios.context import Context
from kairan.scenarios.definition import Choice, Definition
from kairan.scenarios.designer import actions
from kairan.scenarios.designer.posted import arrange
from kairan.scenarios.designer.step_sheet import to_sheet, to_step
from kairan.scenarios.inputs import TypedText
from kairan.scenarios.loader import ready_definitions
from kairan.scenarios.models import Scenario
from kairan.scenarios.queries import definition_of, draft_of, draft_row
from tests.cast import Cast
from tests.scenarios.sheets import survey
from tests.scenarios.talk import NIGHT

HTMX = {"HX-Request": "true"}
LIST = "/console/scenarios/"


@pytest.fixture
def desk(hinokuni: Cast, sign_in: Callable[[Person], Client]) -> Client:
    return sign_in(hinokuni.administrator)


@pytest.fixture
def road(hinokuni: Cast) -> Scenario:
    return install_ready(acting=PROGRAM)[0]


class Designer:
    """A clerk at the editor of one scenario."""

    def __init__(self, client: Client, scenario: Scenario) -> None:
        self.client, self.scenario = client, scenario
        self.base = f"{LIST}{scenario.pk}/"

    @property
    def draft(self) -> Definition:
        return draft_of(self.scenario)

    @property
    def ids(self) -> list[str]:
        return [step.id for step in self.draft.steps]

    @property
    def revision(self) -> int:
        draft = draft_row(self.scenario)
        return draft.revision if draft else 0

    def arrange(self, do: str, **more: Any) -> Any:
        data = {"do": do, "seen": self.revision, **more}
        return self.client.post(f"{self.base}arrange/", data, headers=HTMX)

    def open(self, step: str) -> dict[str, Any]:
        """What the form of the step would send as it stands."""
        page = self.client.get(f"{self.base}steps/{step}/", headers=HTMX)
        return {"seen": page.context["form"].seen, **flat(page.context["form"].sheet)}

    def save(self, step: str, form: dict[str, Any], **changes: Any) -> Any:
        data = {"do": "save", **form, **changes}
        return self.client.post(f"{self.base}steps/{step}/", data, headers=HTMX)

    def change(self, step: str, **changes: Any) -> Any:
        return self.save(step, self.open(step), **changes)

    def publish(self, seen: int | None = None) -> Any:
        data = {"seen": self.revision if seen is None else seen}
        return self.client.post(f"{self.base}publish/", data)


@pytest.fixture
def designer(desk: Client, road: Scenario) -> Designer:
    return Designer(desk, road)


def flat(value: Any, name: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        return {
            k: v
            for key, part in value.items()
            for k, v in flat(part, f"{name}.{key}" if name else key).items()
        }
    if isinstance(value, list) and value and isinstance(value[0], str):
        return {f"{name}[]": value}
    if isinstance(value, list):
        return {k: v for i, part in enumerate(value) for k, v in flat(part, f"{name}.{i}").items()}
    return {name: value} if value else {}


def text_of(response: Any) -> str:
    return str(response.content.decode())


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


# ── two at once ──


def test_two_people_in_different_questions_both_keep_their_work(designer: Designer) -> None:
    mine = designer.open("damage")
    designer.change("place", **{"text.ja": "どこですか。"})
    assert designer.save("damage", mine, **{"text.ja": "何が?"}).status_code == 200
    draft = designer.draft
    assert draft.by_id["place"].text.said("ja") == "どこですか。"  # type: ignore[union-attr]
    assert draft.by_id["damage"].text.said("ja") == "何が?"  # type: ignore[union-attr]


def test_the_second_in_one_question_is_told_and_keeps_what_was_typed(designer: Designer) -> None:
    mine = designer.open("place")
    designer.change("place", **{"text.ja": "どこですか。"})
    answer = designer.save("place", mine, **{"text.ja": "場所は?"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "同じ質問を変えました" in page
    assert "場所は? → どこですか。" in page
    assert designer.draft.by_id["place"].text.said("ja") == "どこですか。"  # type: ignore[union-attr]
    again = {**mine, "seen": answer.context["form"].seen}
    assert designer.save("place", again, **{"text.ja": "場所は?"}).status_code == 200


def test_a_question_that_is_gone_meanwhile_is_said_to_be(designer: Designer) -> None:
    mine = designer.open("photos")
    designer.arrange("delete:photos")
    assert "ほかの人が消しました" in text_of(designer.save("photos", mine, **{"text.ja": "写真を"}))
    assert "ほかの人が消しました" in text_of(designer.arrange("up:photos"))


def test_nobody_undoes_what_another_has_just_done(designer: Designer) -> None:
    designer.arrange("delete:note")
    seen = designer.revision
    designer.arrange("delete:photos")
    answer = designer.arrange("undo", seen=seen)
    assert "『写真』(写真のお願い)を削除" in text_of(answer)
    assert "photos" not in designer.ids


def test_what_is_published_is_what_was_read(designer: Designer) -> None:
    designer.arrange("delete:note")
    read = designer.revision
    designer.change("place", **{"text.ja": "どこですか。"})
    answer = designer.publish(seen=read)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "まだ公開していません" in page
    assert "場所を教えてください。" in page
    assert designer.scenario.versions.filter(state="published").count() == 1
    assert designer.publish().status_code == 302


def test_two_who_publish_at_once_publish_once(designer: Designer) -> None:
    designer.arrange("delete:note")
    read = designer.revision
    assert designer.publish(seen=read).status_code == 302
    answer = designer.client.post(f"{designer.base}publish/", {"seen": read}, follow=True)
    assert "公開する下書きがありません" in text_of(answer)
    assert designer.scenario.versions.filter(state="published").count() == 2


def test_a_page_of_an_older_draft_fits_no_newer_one_by_chance(designer: Designer) -> None:
    designer.arrange("delete:note")
    read = designer.revision
    designer.client.post(f"{designer.base}discard/")
    designer.arrange("delete:photos")
    assert designer.publish(seen=read).status_code == 409


# ── publishing, history ──


def test_publishing_shows_first_what_will_change(designer: Designer) -> None:
    designer.arrange("delete:note")
    page = text_of(designer.client.get(f"{designer.base}publish/"))
    assert "『補足』(文字の質問)を削除" in page
    designer.publish()
    designer.scenario.refresh_from_db()
    assert designer.scenario.published is not None
    assert "note" not in definition_of(designer.scenario.published.pk).by_id
    assert draft_row(designer.scenario) is None


def test_a_draft_with_errors_is_not_published_and_says_where(designer: Designer) -> None:
    designer.arrange("add:text", after="damage")
    page = designer.client.get(designer.base)
    assert "文がまだ書かれていません" in text_of(page)
    assert [row.tone for row in page.context["page"].rows][2] == "error"
    assert designer.publish().status_code == 422
    assert designer.scenario.versions.filter(state="published").count() == 1


def test_who_is_in_the_middle_finishes_on_the_version_begun(designer: Designer) -> None:
    resident = Resident.objects.create()
    run = begin_run(
        acting=PROGRAM, scenario=designer.scenario, resident=resident, channel="line",
        context=Context(), now=NIGHT,
    ).run  # fmt: skip
    designer.arrange("delete:damage")
    designer.arrange("delete:is_dangerous")
    designer.publish()
    step = step_run(acting=PROGRAM, run=run, given=TypedText("穴・段差"), now=NIGHT).step
    assert step.state.step == "place"


def test_an_old_version_is_restored_as_a_draft(designer: Designer) -> None:
    designer.arrange("delete:note")
    designer.publish()
    history = text_of(designer.client.get(f"{designer.base}history/"))
    assert "『補足』(文字の質問)を削除" in history
    designer.client.post(f"{designer.base}history/1/restore/")
    assert "note" in designer.ids
    designer.publish()
    assert "『補足』(文字の質問)を追加" in text_of(designer.client.get(f"{designer.base}history/"))


def test_a_discarded_draft_can_be_fetched_back(designer: Designer) -> None:
    designer.arrange("delete:note")
    designer.client.post(f"{designer.base}discard/")
    assert "note" in designer.ids
    designer.client.post(f"{designer.base}fetch-back/")
    assert "note" not in designer.ids


def test_every_verb_is_recorded(designer: Designer, hinokuni: Cast) -> None:
    designer.arrange("delete:note")
    designer.arrange("undo")
    designer.arrange("redo")
    designer.client.post(f"{designer.base}switch/", {"on": "0"})
    designer.client.post(f"{designer.base}order/", {"do": "down"})
    designer.publish()
    verbs = set(
        Entry.objects.filter(actor_id=hinokuni.administrator.pk).values_list("verb", flat=True)
    )
    assert verbs >= {
        "scenario.draft_changed",
        "scenario.draft_undone",
        "scenario.draft_redone",
        "scenario.switched_off",
        "scenario.moved",
        "scenario.published",
    }


def test_languages_are_added_and_taken_away(designer: Designer) -> None:
    titles = {"title_ja": "道路", "title_en": "Road"}
    designer.client.post(f"{designer.base}about/", {**titles, "languages": ["en", "vi"]})
    assert designer.draft.languages == ("ja", "en", "vi")
    page = designer.client.get(designer.base).context["page"]
    assert "ベトナム語の文がありません" in " ".join(f.message for f in page.warnings)


# ── files ──


def test_what_was_written_out_is_read_in_as_another(designer: Designer) -> None:
    content = designer.client.get(f"{designer.base}export/").content
    assert json.loads(content)["key"] == "road"
    file = SimpleUploadedFile("road.json", content)
    designer.client.post(f"{LIST}import/", {"file": file})
    made = Scenario.objects.get(key="road_2")
    assert draft_of(made).steps == designer.draft.steps


def test_a_spreadsheet_becomes_the_draft_and_can_be_undone(designer: Designer) -> None:
    before = designer.ids
    sheet = SimpleUploadedFile(
        "a.xlsx", survey(["text", "crow", "カラスは何羽?"], ["barcode", "b", "?"])
    )
    answer = designer.client.post(f"{designer.base}import/", {"file": sheet}, follow=True)
    assert designer.ids == ["crow", "confirm", "end"]
    assert "「barcode」は読めない種類です" in text_of(answer)
    designer.arrange("undo")
    assert designer.ids == before


def test_a_file_that_is_refused_says_why(designer: Designer) -> None:
    file = SimpleUploadedFile("a.json", b'{"format": 9}')
    answer = designer.client.post(f"{designer.base}import/", {"file": file})
    assert answer.status_code == 422
    assert "回覧を更新" in text_of(answer)


def test_an_import_with_a_jump_into_nothing_waits_as_a_draft(designer: Designer) -> None:
    data = actions.as_json(designer.draft)
    data["steps"][1]["next"] = "nowhere"
    file = SimpleUploadedFile("a.json", json.dumps(data).encode())
    answer = designer.client.post(f"{designer.base}import/", {"file": file}, follow=True)
    assert "進む先「nowhere」がありません" in text_of(answer)
    assert designer.publish().status_code == 422
