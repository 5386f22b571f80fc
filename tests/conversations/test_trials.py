# SPDX-License-Identifier: Apache-2.0
"""A draft on a staff member's own phone, while residents keep what is published."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from kairan.audit.models import Entry
from kairan.files.models import StoredFile
from kairan.reports.models import Case, Report
from kairan.residents.models import ContactDetails
from kairan.scenarios import models, trials
from kairan.scenarios.designer.actions import create_scenario, remove_unpublished
from kairan.scenarios.models import Run, Scenario, ScenarioVersion, TrialCode
from kairan.scenarios.passage import passage_of
from kairan.scenarios.queries import definition_of
from tests.cast import Cast
from tests.conversations.telling import TYPED
from tests.talking import Talk, button, quick_replies

NEW = "どんな灯りの不具合ですか"


@pytest.fixture
def scenario(line: Talk) -> Scenario:
    """The lamps' scenario, of which a draft exists whose first question reads otherwise."""
    cache.clear()
    return with_draft("street_light")


def with_draft(key: str, **more: object) -> Scenario:
    scenario = Scenario.objects.get(key=key)
    assert scenario.published_id is not None
    definition = definition_of(scenario.published_id).model_dump(mode="json", exclude_none=True)
    first = next(step for step in definition["steps"] if step["type"] == "choice")
    first["text"] = NEW
    ScenarioVersion.objects.create(
        scenario=scenario, number=2, definition={**definition, **more}, state="draft"
    )
    return scenario


def code_of(scenario: Scenario, cast: Cast) -> str:
    return trials.show_code(acting=cast.administrator, scenario=scenario).code


def try_it(line: Talk, scenario: Scenario, cast: Cast, who: str = "花子") -> str:
    return line.answer(who, f"試用 {code_of(scenario, cast)}")


def test_a_tester_gets_the_draft_and_residents_what_is_published(
    line: Talk, scenario: Scenario, hinokuni: Cast
) -> None:
    assert "下書きを" in try_it(line, scenario, hinokuni)
    assert "【試用】照明灯の不具合" in line.answer("花子", "通報")
    assert NEW in line.answer("花子", "照明灯の不具合")
    assert "試用" not in line.answer("太郎", "通報")
    assert NEW not in line.answer("太郎", "照明灯の不具合")


def test_what_a_tester_sends_is_marked_and_never_a_report(
    line: Talk, scenario: Scenario, hinokuni: Cast
) -> None:
    try_it(line, scenario, hinokuni)
    for words in TYPED:
        line.answer("花子", words)
    said = line.answer("花子", "送る")
    assert "【試用】受け付けました" in said
    assert "土木総務課" in said
    assert not Report.objects.exists()
    assert not Case.objects.exists()
    assert passage_of(scenario, since=DAY_AGO, until=SOON) == {}


DAY_AGO = timezone.now() - timedelta(days=1)
SOON = timezone.now() + timedelta(days=1)


def test_photos_of_a_trial_are_erased_and_contacts_not_kept(
    line: Talk, scenario: Scenario, hinokuni: Cast
) -> None:
    try_it(line, scenario, hinokuni)
    for words in TYPED[:-1]:
        line.answer("花子", words)
    line.photos("花子", "street-lamp")
    line.said()
    line.answer("花子", "写真はこれで送る")
    assert "【試用】" in line.answer("花子", "送る")
    assert not StoredFile.objects.get().is_stored
    assert not ContactDetails.objects.exists()


def test_a_second_tap_on_send_says_that_it_is_over(
    line: Talk, scenario: Scenario, hinokuni: Cast
) -> None:
    try_it(line, scenario, hinokuni)
    for words in TYPED:
        line.answer("花子", words)
    data = button(line.received("花子")[-1], "この内容で送る")
    line.answer("花子", "送る")
    line.postback("花子", data)
    assert "【試用】この入力は終わっています" in line.said()[-1]


def test_a_tester_stands_on_a_snapshot(line: Talk, scenario: Scenario, hinokuni: Cast) -> None:
    try_it(line, scenario, hinokuni)
    line.answer("花子", "通報")
    line.answer("花子", "照明灯の不具合")
    draft = scenario.versions.get(state="draft")
    draft.definition["steps"] = draft.definition["steps"][::-1]
    draft.save(update_fields=["definition"])
    line.answer("花子", "1")
    assert Run.objects.get().version.state == "trial"
    assert Run.objects.get().status == "running"


def test_the_same_draft_is_kept_once(line: Talk, scenario: Scenario, hinokuni: Cast) -> None:
    try_it(line, scenario, hinokuni)
    for _time in range(2):
        line.answer("花子", "通報")
        line.answer("花子", "照明灯の不具合")
    assert scenario.versions.filter(state="trial").count() == 1
    with pytest.raises(Exception, match="never changed"):
        scenario.versions.filter(state="trial").update(number=7)


def test_a_draft_with_errors_is_not_begun(line: Talk, hinokuni: Cast) -> None:
    scenario = with_draft("street_light", entry="nowhere")
    try_it(line, scenario, hinokuni)
    line.answer("花子", "通報")
    assert "直すところがある" in line.answer("花子", "照明灯の不具合")
    assert not Run.objects.exists()


def test_a_scenario_that_was_never_published_can_be_tried(line: Talk, hinokuni: Cast) -> None:
    definition = definition_of(Scenario.objects.get(key="other").published_id or 0)
    written = {**definition.model_dump(mode="json", exclude_none=True), "key": "fresh"}
    fresh = Scenario.objects.create(key="fresh", title="あたらしい質問", position=99)
    ScenarioVersion.objects.create(scenario=fresh, number=1, definition=written, state="draft")
    begun = try_it(line, fresh, hinokuni)
    assert "あたらしい質問" in begun
    line.tap("花子", "はじめる")
    assert "【試用】下書きの質問です" in "\n".join(line.said())


@pytest.mark.parametrize("typed", ["試用{code}", "試用　{code}", "試用:{code}", " 試用 {spaced} "])
def test_the_code_may_be_typed_in_many_ways(
    line: Talk, scenario: Scenario, hinokuni: Cast, typed: str
) -> None:
    code = code_of(scenario, hinokuni)
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    said = typed.format(code=wide, spaced=f"{code[:3]} {code[3:]}")
    assert "試せます" in line.answer("花子", said)


def test_a_wrong_code_is_answered_plainly(line: Talk, scenario: Scenario, hinokuni: Cast) -> None:
    right = code_of(scenario, hinokuni)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    assert "使えません" in line.answer("花子", f"試用 {wrong}")
    assert not models.Tester.objects.exists()


def test_an_old_code_is_of_no_use(line: Talk, scenario: Scenario, hinokuni: Cast) -> None:
    code = code_of(scenario, hinokuni)
    TrialCode.objects.update(until=timezone.now())
    assert "時間が過ぎています" in line.answer("花子", f"試用 {code}")


def test_a_new_code_ends_the_one_before(line: Talk, scenario: Scenario, hinokuni: Cast) -> None:
    old = code_of(scenario, hinokuni)
    code_of(scenario, hinokuni)
    assert "使えません" in line.answer("花子", f"試用 {old}")


def test_guesses_are_limited_for_each_friend(
    line: Talk, scenario: Scenario, hinokuni: Cast
) -> None:
    right = code_of(scenario, hinokuni)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _guess in range(trials.GUESSES_AN_HOUR):
        line.answer("花子", f"試用 {wrong}")
    assert "1時間ほど待って" in line.answer("花子", f"試用 {right}")
    assert "試せます" in line.answer("太郎", f"試用 {right}")


def test_a_code_of_another_town_is_none_here(
    line: Talk, scenario: Scenario, hinokuni: Cast
) -> None:
    from kairan.municipalities.tenancy import town

    with town(hinokuni.neighbour):
        theirs = Scenario.objects.create(key="street_light", title="隣の質問")
        code = trials.show_code(acting=hinokuni.neighbour_administrator, scenario=theirs).code
    assert "使えません" in line.answer("花子", f"試用 {code}")


def test_a_trial_ends_by_itself(line: Talk, scenario: Scenario, hinokuni: Cast) -> None:
    try_it(line, scenario, hinokuni)
    models.Tester.objects.update(until=timezone.now())
    assert "試用" not in line.answer("花子", "通報")


def test_the_tester_ends_it(line: Talk, scenario: Scenario, hinokuni: Cast) -> None:
    try_it(line, scenario, hinokuni)
    assert "試用終了" in quick_replies(line.received("花子")[-1])
    assert "終わりました" in line.answer("花子", "試用終了")
    assert "試用" not in line.answer("花子", "通報")
    assert "いま試用しているものはありません" in line.answer("花子", "試用終了")


def test_who_is_in_the_middle_finishes_the_trial(
    line: Talk, scenario: Scenario, hinokuni: Cast
) -> None:
    try_it(line, scenario, hinokuni)
    for words in TYPED[:3]:
        line.answer("花子", words)
    trials.end_testing(acting=hinokuni.administrator, tester=models.Tester.objects.get())
    for words in TYPED[3:]:
        line.answer("花子", words)
    assert "【試用】" in line.answer("花子", "送る")
    assert not Report.objects.exists()


def test_on_a_channel_for_exercises_nothing_is_real(line: Talk, scenario: Scenario) -> None:
    line.ours.is_training = True
    line.ours.save(update_fields=["is_training"])
    for words in TYPED:
        line.answer("花子", words)
    assert "【試用】" in line.answer("花子", "送る")
    line.answer("花子", "通報")
    assert "【試用】" in line.answer("花子", "道路の損傷")
    assert not Report.objects.exists()


def test_a_trial_is_written_down(line: Talk, scenario: Scenario, hinokuni: Cast) -> None:
    try_it(line, scenario, hinokuni)
    line.answer("花子", "試用終了")
    verbs = Entry.objects.filter(verb__startswith="scenario.trial").order_by("id")
    assert [entry.verb for entry in verbs] == [
        "scenario.trial_code_shown",
        "scenario.trial_begun",
        "scenario.trial_ended",
    ]


def test_words_about_a_trial_are_no_code(line: Talk, scenario: Scenario) -> None:
    assert trials.code_in("試用期間は12345日ですか") is None
    assert trials.code_in("試用") is None
    assert "コード" not in line.answer("花子", "試用の看板が倒れています")


def test_what_was_tried_and_never_published_can_be_removed(
    line: Talk, scenario: Scenario, hinokuni: Cast
) -> None:
    made = create_scenario(
        acting=hinokuni.administrator, title="試し", definition=trials.draft_of(scenario)
    )
    try_it(line, made, hinokuni)
    line.answer("花子", "通報")
    line.answer("花子", "試し")
    assert Run.objects.get().version.scenario == made
    remove_unpublished(acting=hinokuni.administrator, scenario=made)
    assert not Scenario.objects.filter(pk=made.pk).exists()
    assert "照明灯の不具合" in line.answer("花子", "通報")
