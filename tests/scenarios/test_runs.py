# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kairan.audit.actors import CLOCK, PROGRAM
from kairan.audit.models import Entry
from kairan.municipalities.tenancy import town
from kairan.residents.models import Resident
from kairan.scenarios.actions import (
    SILENCE,
    NotOffered,
    NotPublishable,
    begin_run,
    expire_runs,
    install_ready,
    leave_run,
    publish,
    step_run,
)
from kairan.scenarios.context import Context
from kairan.scenarios.definition import Definition
from kairan.scenarios.inputs import Given, PositionGiven, Resume, TypedText
from kairan.scenarios.loader import READY_KEYS
from kairan.scenarios.models import Run, Scenario, ScenarioVersion
from kairan.scenarios.queries import (
    definition_of,
    latest_run,
    offered,
    offered_scenario,
    run_by_key,
    running_run,
)
from tests.cast import Cast
from tests.scenarios.talk import NIGHT, define, text

TALK = define(text("a"), text("b"), key="trial")


@pytest.fixture
def hanako(hinokuni: Cast) -> Resident:
    return Resident.objects.create()


@pytest.fixture
def scenario(hinokuni: Cast) -> Scenario:
    made = Scenario.objects.create(key="trial", title="試し")
    publish(acting=hinokuni.administrator, scenario=made, definition=TALK)
    return made


def begin(scenario: Scenario, resident: Resident | None, **more: Any) -> Run:
    given = {"channel": "line", "context": Context(), "now": NIGHT, **more}
    return begin_run(acting=PROGRAM, scenario=scenario, resident=resident, **given).run


def say(run: Run, *said: str | Given, **more: Any) -> Any:
    step = None
    for one in said:
        given = TypedText(one) if isinstance(one, str) else one
        step = step_run(acting=PROGRAM, run=run, given=given, **{"now": NIGHT, **more})
    return step


# ── publishing ──


def test_the_ready_scenarios_are_installed_once(hinokuni: Cast) -> None:
    assert [s.key for s in install_ready(acting=hinokuni.administrator)] == list(READY_KEYS)
    assert install_ready(acting=hinokuni.administrator) == []
    assert [o.key for o in offered()] == list(READY_KEYS)


def test_residents_see_titles_in_their_language_in_one_query(hinokuni: Cast) -> None:
    install_ready(acting=PROGRAM)
    offered()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert offered("en")[0].title == "Damaged road"
    assert len(queries) == 1


def test_installing_leaves_a_town_s_own_questions_alone(hinokuni: Cast) -> None:
    own = Scenario.objects.create(key="road", title="道")
    publish(acting=PROGRAM, scenario=own, definition=define(text("a"), key="road", title="道"))
    install_ready(acting=PROGRAM)
    own.refresh_from_db()
    assert (own.title, own.versions.count()) == ("道", 1)


def test_publishing_makes_a_new_version_and_is_recorded(scenario: Scenario, hinokuni: Cast) -> None:
    version = publish(
        acting=hinokuni.administrator, scenario=scenario, definition=define(text("c"), key="trial")
    )
    assert version.number == 2
    entry = Entry.objects.filter(verb="scenario.published").order_by("-number")[0]
    assert (entry.actor_id, entry.target_id) == (hinokuni.administrator.pk, scenario.pk)


def test_publishing_the_same_again_changes_nothing(scenario: Scenario) -> None:
    version = publish(acting=PROGRAM, scenario=scenario, definition=TALK)
    assert version.number == 1


def test_a_definition_with_errors_is_not_published(scenario: Scenario) -> None:
    bad = define(text("a", next="nowhere"), key="trial")
    with pytest.raises(NotPublishable) as refused:
        publish(acting=PROGRAM, scenario=scenario, definition=bad)
    assert refused.value.findings[0].code == "missing_step"
    assert scenario.versions.count() == 1


def test_another_scenario_s_definition_is_not_published(scenario: Scenario) -> None:
    with pytest.raises(NotPublishable) as refused:
        publish(acting=PROGRAM, scenario=scenario, definition=define(text("a"), key="other"))
    assert "other" in refused.value.findings[0].message


@pytest.mark.parametrize("change", [{"number": 9}, {"definition": {}}, {"state": "draft"}])
def test_the_database_refuses_to_change_a_published_version(
    scenario: Scenario, change: dict[str, Any]
) -> None:
    versions = ScenarioVersion.objects.filter(scenario=scenario)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        versions.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        versions._raw_delete(versions.db)
    assert versions.get().parsed == TALK


def test_a_draft_may_be_changed_and_is_gone_once_published(scenario: Scenario) -> None:
    draft = ScenarioVersion.objects.create(scenario=scenario, number=2, definition={})
    draft.definition = {"anything": 1}
    draft.save(update_fields=["definition"])
    publish(acting=PROGRAM, scenario=scenario, definition=define(text("c"), key="trial"))
    assert not ScenarioVersion.objects.filter(pk=draft.pk).exists()


def test_a_stored_definition_is_read_as_it_was_written(hinokuni: Cast) -> None:
    for made in install_ready(acting=PROGRAM):
        version = made.versions.get()
        assert Definition.model_validate(version.definition) == definition_of(version.pk)


# ── runs ──


def test_a_run_is_kept_step_by_step(scenario: Scenario, hanako: Resident) -> None:
    run = begin(scenario, hanako)
    say(run, "あ")
    run.refresh_from_db()
    assert (run.status, run.parsed_state.step) == ("running", "b")
    assert run_by_key(run.key) == run


def test_a_finished_run_keeps_its_outcome_and_gives_it_once(
    scenario: Scenario, hanako: Resident
) -> None:
    run = begin(scenario, hanako)
    assert say(run, "あ", "い").step.outcome is not None
    assert say(run, "い").step.outcome is None
    run.refresh_from_db()
    assert run.status == "finished"
    assert run.outcome is not None
    assert [answer["value"] for answer in run.outcome["answers"]] == ["あ", "い"]


def test_who_is_in_the_middle_finishes_on_the_old_version(
    scenario: Scenario, hanako: Resident
) -> None:
    run = begin(scenario, hanako)
    publish(acting=PROGRAM, scenario=scenario, definition=define(text("new"), key="trial"))
    assert say(run, "あ", "い").step.outcome is not None
    assert begin(scenario, hanako).parsed_state.step == "new"


def test_a_new_run_leaves_the_one_before(scenario: Scenario, hanako: Resident) -> None:
    first = begin(scenario, hanako)
    second = begin(scenario, hanako)
    first.refresh_from_db()
    assert (first.status, first.parsed_state.status) == ("left", "left")
    assert running_run(hanako, "line") == second


def test_a_left_run_is_taken_up_again_and_the_other_is_left(
    scenario: Scenario, hanako: Resident
) -> None:
    first, second = begin(scenario, hanako), begin(scenario, hanako)
    say(first, Resume())
    second.refresh_from_db()
    assert (running_run(hanako, "line"), second.status) == (first, "left")


def test_another_resident_s_run_is_not_touched(scenario: Scenario, hanako: Resident) -> None:
    first = begin(scenario, hanako)
    begin(scenario, Resident.objects.create())
    assert running_run(hanako, "line") == first


def test_people_without_an_account_run_side_by_side(scenario: Scenario) -> None:
    for _ in range(2):
        assert begin(scenario, None, channel="web").status == "running"


def test_leaving_sends_nothing(scenario: Scenario, hanako: Resident) -> None:
    run = begin(scenario, hanako)
    assert leave_run(acting=hanako, run=run, now=NIGHT).run.status == "left"
    assert running_run(hanako, "line") is None
    assert latest_run(hanako, "line") == run


def test_a_scenario_that_is_off_cannot_be_begun(scenario: Scenario, hanako: Resident) -> None:
    scenario.is_active = False
    scenario.save(update_fields=["is_active"])
    with pytest.raises(NotOffered):
        begin(scenario, hanako)
    assert offered_scenario("trial") is None


def test_each_word_starts_the_time_anew(scenario: Scenario, hanako: Resident) -> None:
    run = begin(scenario, hanako)
    later = NIGHT + SILENCE - timedelta(minutes=1)
    say(run, "あ", now=later)
    run.refresh_from_db()
    assert run.expires_at == later + SILENCE


def test_a_word_that_comes_too_late_ends_the_run_politely(
    scenario: Scenario, hanako: Resident
) -> None:
    run = begin(scenario, hanako)
    step = say(run, "あ", now=NIGHT + SILENCE).step
    assert "もう一度" in step.prompts[-1].full_text()
    run.refresh_from_db()
    assert run.status == "expired"


def test_the_clock_gives_up_silent_runs_and_forgets_their_answers(
    scenario: Scenario, hanako: Resident
) -> None:
    run = begin(scenario, hanako)
    say(run, "ひみつ")
    assert expire_runs(acting=CLOCK, now=NIGHT + SILENCE - timedelta(seconds=1)) == []
    assert expire_runs(acting=CLOCK, now=NIGHT + SILENCE) == [run]
    assert expire_runs(acting=CLOCK, now=NIGHT + SILENCE) == []
    run.refresh_from_db()
    assert run.status == "expired"
    assert "ひみつ" not in str(run.state)


def test_who_left_is_not_told_of_the_end(scenario: Scenario, hanako: Resident) -> None:
    run = begin(scenario, hanako)
    leave_run(acting=hanako, run=run, now=NIGHT)
    assert expire_runs(acting=CLOCK, now=NIGHT + SILENCE) == []
    run.refresh_from_db()
    assert run.status == "expired"


def test_a_step_costs_the_same_few_queries(scenario: Scenario, hanako: Resident) -> None:
    run = begin(scenario, hanako)
    with CaptureQueriesContext(connection) as queries:
        say(run, "あ")
    statements = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert len(statements) == 3


def test_a_position_comes_out_of_the_stored_outcome(hinokuni: Cast, hanako: Resident) -> None:
    install_ready(acting=PROGRAM)
    other = offered_scenario("other")
    assert other is not None
    run = begin(other, hanako)
    place = PositionGiven(130.7, 32.8, areas=("101",))
    assert say(run, "カラスが多い", place, "なし", "はい").step.outcome.position.areas == ("101",)


def test_the_neighbour_town_sees_neither_scenarios_nor_runs(
    scenario: Scenario, hanako: Resident, hinokuni: Cast
) -> None:
    run = begin(scenario, hanako)
    with town(hinokuni.neighbour):
        assert offered() == ()
        assert run_by_key(run.key) is None
        with pytest.raises(ScenarioVersion.DoesNotExist):
            definition_of(run.version_id)
        with pytest.raises(Run.DoesNotExist):
            say(run, "あ")
