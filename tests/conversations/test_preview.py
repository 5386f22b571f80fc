# SPDX-License-Identifier: Apache-2.0
"""The draft as residents will meet it, played again after each edit; nothing is stored or sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from kairan.conversations.preview_play import MOST_SAID, Said, Sitting
from kairan.deliveries.models import Delivery
from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from kairan.reports.models import Report, ReportKind
from kairan.residents.models import Resident
from kairan.scenarios.models import Run, Scenario, StepVisit
from tests.cast import Cast
from tests.scenarios.talk import CONFIRM, REPORT, choice, text

SignIn = Callable[[Person], Client]
WHERE = {"type": "position", "id": "where", "text": "どこですか", "outside": "市の外です"}
PHOTOS = {"type": "photos", "id": "photos", "text": "写真をどうぞ"}
STEPS = [choice("a", "はい", "いいえ"), WHERE, PHOTOS, text("b"), CONFIRM, REPORT]


class Preview:
    """One browser at the preview: what stands there, and what can be pressed."""

    def __init__(self, client: Client, scenario: Scenario) -> None:
        self.client, self.scenario = client, scenario
        self.path = f"/console/scenarios/{scenario.pk}/preview/"
        self.show(client.get(self.path))

    def show(self, answer: Any) -> str:
        assert answer.status_code == 200
        self.html = unescape(answer.content.decode())
        found = re.search(r'name="state" value="([^"]+)"', self.html)
        self.state = found[1] if found else ""
        return self.html

    def post(self, **fields: str) -> str:
        posted = {"state": self.state, **fields}
        return self.show(self.client.post(self.path, posted, headers={"hx-request": "true"}))

    def press(self, label: str) -> str:
        """The last button that says so."""
        found = r'<button[^>]*name="(\w+)" value="([^"]*)"[^>]*>(.*?)</button>'
        buttons = re.findall(found, self.html)
        fits = [(name, value) for name, value, inner in buttons if plain(inner) == label]
        assert fits, f"no button 「{label}」: {[plain(inner) for *_, inner in buttons]}"
        return self.post(**dict([fits[-1]]))

    def edit(self, *steps: dict[str, Any], **more: Any) -> str:
        """The draft changes, and the page asks again."""
        save(self.scenario, *steps, **more)
        return self.post()

    @property
    def asks(self) -> str:
        """The town's last bubble."""
        return plain(re.findall(r'<p class="talk__text">(.*?)</p>', self.html, re.S)[-1])


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html).strip()


def save(scenario: Scenario, *steps: dict[str, Any], **more: Any) -> None:
    fields = {"key": "trial", "title": "試し", "outcome": "report", **more}
    definition = {**fields, "steps": [*steps]}
    kept = {"definition": definition, "number": 9}
    scenario.versions.update_or_create(state="draft", defaults=kept)


@pytest.fixture
def scenario(hinokuni: Cast) -> Scenario:
    ReportKind.objects.create(key="road", name="道路の損傷")
    made = Scenario.objects.create(key="trial", title="試し")
    save(made, *STEPS)
    return made


@pytest.fixture
def preview(scenario: Scenario, hinokuni: Cast, sign_in: SignIn) -> Preview:
    return Preview(sign_in(hinokuni.administrator), scenario)


def test_a_whole_way_ends_in_a_marked_receipt_and_leaves_nothing(preview: Preview) -> None:
    preview.press("はい")
    preview.press("位置情報を送る")
    preview.press("カメラで撮る")
    preview.press("写真はこれで送る")
    preview.post(text="穴があります")
    said = preview.press("この内容で送る")
    assert "【プレビュー】受け付けました" in said
    assert "道路の損傷" in said
    assert "土木総務課" in said
    for table in (Report, Run, Resident, Delivery, StepVisit):
        assert not table.objects.exists()


def test_what_is_typed_is_understood_as_in_a_talk(preview: Preview) -> None:
    preview.post(text="2")
    assert "どこですか" in preview.asks
    preview.post(text="駅前の角")
    assert "写真をどうぞ" in preview.asks
    assert "a?" not in preview.asks
    preview.post(text="戻る")
    assert "どこですか" in preview.asks


def test_a_place_outside_the_town_and_a_sticker_can_be_tried(preview: Preview) -> None:
    preview.press("はい")
    assert "市の外です" in preview.post(outside="1")
    preview.post(sticker="1")
    assert "どこですか" in preview.asks


def test_after_an_edit_one_stays_at_the_same_place(preview: Preview) -> None:
    preview.press("はい")
    preview.press("位置情報を送る")
    other = {**PHOTOS, "text": "写真はありますか"}
    preview.edit(*[other if step is PHOTOS else step for step in STEPS])
    assert "写真はありますか" in preview.asks


def test_a_new_question_is_asked_and_then_the_old_place_comes_back(preview: Preview) -> None:
    preview.press("はい")
    preview.press("位置情報を送る")
    said = preview.edit(STEPS[0], text("new"), *STEPS[1:])
    assert "新しい質問です" in said
    assert "new?" in preview.asks
    preview.post(text="こたえ")
    assert "写真をどうぞ" in preview.asks


def test_a_question_that_is_gone_is_passed_over(preview: Preview) -> None:
    preview.press("はい")
    preview.press("位置情報を送る")
    preview.edit(*STEPS[1:])
    assert "写真をどうぞ" in preview.asks


def test_an_option_that_is_gone_is_asked_again(preview: Preview) -> None:
    preview.press("いいえ")
    preview.edit(choice("a", "はい"), *STEPS[1:])
    assert "a?" in preview.asks
    assert "わかりません" not in preview.html


def test_one_can_begin_at_any_question_and_anew(preview: Preview) -> None:
    preview.post(**{"from": "b"})
    assert "b?" in preview.asks
    preview.post(restart="1")
    assert "a?" in preview.asks
    assert "b?" in preview.show(preview.client.get(f"{preview.path}?from=b"))


def test_a_step_that_vanished_meanwhile_is_said_to_be_gone(preview: Preview) -> None:
    preview.post(**{"from": "b"})
    said = preview.edit(*[step for step in STEPS if step["id"] != "b"])
    assert "その質問はなくなりました" in said
    assert "a?" in preview.asks


def test_a_button_of_an_older_question_is_one_in_the_preview_too(preview: Preview) -> None:
    old = re.search(r'name="tap" value="([^"]+)"', preview.html)
    assert old is not None
    preview.press("はい")
    assert "前のボタン" in preview.post(tap=old[1])
    assert "どこですか" in preview.asks


def test_the_language_is_the_resident_s(preview: Preview) -> None:
    both = {**text("a"), "text": {"ja": "なんですか", "en": "What is it?"}}
    preview.edit(both, CONFIRM, REPORT, languages=["ja", "en"])
    assert "What is it?" in preview.post(language="en")
    assert "LINEのトーク" in preview.html


def test_a_date_is_picked_with_its_bounds(preview: Preview) -> None:
    when = {"type": "datetime", "id": "when", "text": "いつ", "mode": "date", "max": "2026-01-31"}
    said = preview.edit(when, CONFIRM, REPORT)
    assert 'type="date"' in said
    assert 'max="2026-01-31"' in said
    data = re.search(r'name="pick" value="([^"]+)"', said)
    assert data is not None
    assert "2026" in preview.post(pick=data[1], picked="2026-01-05")
    assert "この内容で送る" in preview.html


def test_what_line_would_cut_is_said_beside_the_bubble(preview: Preview) -> None:
    said = preview.edit(choice("a", "あ" * 23, "いいえ"), CONFIRM, REPORT)
    assert "23字です" in said
    assert "あ" * 19 + "…" in said


def test_what_line_would_refuse_is_said_in_words(preview: Preview) -> None:
    messages = [{"type": "message", "id": f"m{n}", "text": "あ" * 3_000} for n in range(7)]
    assert "一度に送るふきだし: 7個あります" in preview.edit(*messages, *STEPS)


@pytest.mark.parametrize(
    "steps",
    [
        [{**text("a"), "next": "nowhere"}, CONFIRM, REPORT],
        [{"type": "message", "id": "a", "text": "a", "next": "a"}, CONFIRM, REPORT],
        [text("a", pattern="(?<=a)b"), CONFIRM, REPORT],
        [text("a")],
    ],
)
def test_a_broken_definition_is_said_to_be_and_goes_on_when_it_is_mended(
    preview: Preview, steps: list[dict[str, Any]]
) -> None:
    preview.edit(*steps)
    assert "ここから先は表示できません" in preview.post(text="こたえ")
    preview.edit(text("a"), text("b"), CONFIRM, REPORT)
    assert "ここから先は表示できません" not in preview.html


def test_another_answer_may_be_tried_where_one_leads_nowhere(preview: Preview) -> None:
    broken = choice("a", "はい", "いいえ")
    broken["options"][0]["next"] = "nowhere"
    preview.edit(broken, *STEPS[1:])
    assert "nowhere" in preview.press("はい")
    preview.press("いいえ")
    assert "どこですか" in preview.asks


@pytest.mark.parametrize("state", ["", "x", "a:b:c", "あ", "." * 5_000])
def test_a_state_that_was_tampered_with_begins_anew(preview: Preview, state: str) -> None:
    preview.press("はい")
    said = preview.post(state=state)
    assert "はじめから表示します" in said
    assert "a?" in preview.asks


def test_a_state_belongs_to_its_scenario(preview: Preview) -> None:
    preview.press("はい")
    other = Scenario.objects.create(key="other", title="別")
    save(other, text("z"), CONFIRM, REPORT)
    there = Preview(preview.client, other)
    assert "はじめから表示します" in there.post(state=preview.state)


def test_a_signed_state_of_another_shape_begins_anew(preview: Preview, hinokuni: Cast) -> None:
    salt = f"kairan.conversations.preview:{hinokuni.hinokuni.pk}:{preview.scenario.pk}"
    for odd in (None, [], [1, "ja", "", "", 0, [1]], {"a": 1}):
        assert "はじめから表示します" in preview.post(state=signing.dumps(odd, salt=salt))


@pytest.mark.parametrize(
    "fields",
    [
        {"tap": "x"},
        {"tap": "do start road"},
        {"tap": f"answer 1.1 a {'あ' * 9_000}"},
        {"pick": "pick 1.1 a", "picked": "x" * 9_000},
        {"text": "\0" * 10},
        {"text": "あ" * 50_000},
        {"language": "xx", "when": "never", "from": "nowhere", "tab": "nothing"},
    ],
)
def test_odd_input_does_no_harm(preview: Preview, fields: dict[str, str]) -> None:
    preview.post(**fields)
    assert "a?" in preview.asks


def test_an_endless_talk_is_ended(preview: Preview) -> None:
    preview.edit(choice("a", "はい"), CONFIRM, REPORT)
    said = tuple(Said("a", "text", "?") for _time in range(MOST_SAID))
    preview.state = Sitting(begun=1, said=said).written(preview.scenario.pk)
    assert "長くなりました" in preview.post(text="?")
    assert "ここより前は省いています" in preview.html


def test_an_older_version_can_be_previewed(preview: Preview, hinokuni: Cast) -> None:
    from kairan.scenarios.actions import publish

    publish(
        acting=hinokuni.administrator,
        scenario=preview.scenario,
        definition=preview.scenario.versions.get().parsed,
    )
    save(preview.scenario, text("z"), CONFIRM, REPORT)
    number = preview.scenario.versions.get(state="published").number
    preview.show(preview.client.get(f"{preview.path}?version={number}"))
    assert "a?" in preview.asks
    preview.post(version=str(number), text="1")
    assert "どこですか" in preview.asks
    assert preview.client.get(f"{preview.path}?version=77").status_code == 404


def test_where_nothing_was_written_it_says_so(hinokuni: Cast, sign_in: SignIn) -> None:
    empty = Scenario.objects.create(key="empty", title="から")
    answer = sign_in(hinokuni.administrator).get(f"/console/scenarios/{empty.pk}/preview/")
    assert "まだ質問がありません" in answer.content.decode()


def test_the_web_form_stands_beside_the_phone(preview: Preview) -> None:
    said = preview.post(tab="web")
    assert "data-preview-form" in said
    assert "どこですか" in said
    assert "talk-phone" not in said


def test_the_fragment_listens_for_the_draft(preview: Preview) -> None:
    assert 'hx-trigger="draft-changed from:body"' in preview.post()
    assert "<html" not in preview.html


def test_other_staff_and_other_towns_see_no_preview(
    scenario: Scenario, hinokuni: Cast, sign_in: SignIn
) -> None:
    path = f"/console/scenarios/{scenario.pk}/preview/"
    assert sign_in(hinokuni.roads_clerk).get(path).status_code == 403
    with town(hinokuni.neighbour):
        assert sign_in(hinokuni.neighbour_administrator).get(path).status_code == 404
