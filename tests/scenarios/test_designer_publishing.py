# SPDX-License-Identifier: Apache-2.0
"""Two at once in the designer; publishing, history, files: through its pages."""

from __future__ import annotations

import json

from django.core.files.uploadedfile import SimpleUploadedFile

from kairan.audit.actors import PROGRAM
from kairan.audit.models import Entry
from kairan.residents.models import Resident
from kairan.scenarios.actions import begin_run, step_run
from kairan.scenarios.context import Context
from kairan.scenarios.designer import actions
from kairan.scenarios.inputs import TypedText
from kairan.scenarios.models import Scenario
from kairan.scenarios.queries import definition_of, draft_of, draft_row
from tests.cast import Cast
from tests.scenarios.clerk import LIST, Designer, text_of
from tests.scenarios.sheets import survey
from tests.scenarios.talk import NIGHT

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
