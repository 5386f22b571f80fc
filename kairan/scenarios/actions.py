# SPDX-License-Identifier: Apache-2.0
"""Publishing questions, and persons' ways through them.

Steps of a run are not audited: what a resident sends is the report's story, and the audit chain
has one lock per town, through which every tap in the dialogue would have to pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.residents.models import Resident
from kairan.scenarios import passage
from kairan.scenarios.check import check
from kairan.scenarios.context import Context
from kairan.scenarios.definition import Definition
from kairan.scenarios.engine import Step, advance, start
from kairan.scenarios.findings import Finding
from kairan.scenarios.inputs import Given, Leave, Resume
from kairan.scenarios.loader import ready_definitions
from kairan.scenarios.models import Run, Scenario, ScenarioVersion
from kairan.scenarios.queries import definition_of

# Without a word for so long, a run is given up (every word starts the time anew).
SILENCE = timedelta(hours=24)


class NotPublishable(Exception):
    """The check found errors; `findings` says which."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(", ".join(f"{f.step}: {f.code}" for f in findings))
        self.findings = tuple(findings)


class NotOffered(Exception):
    """The scenario is switched off, or nothing of it was ever published."""


@dataclass(frozen=True)
class RunStep:
    """`run` as saved, `step` what the engine said; `step.outcome` is there exactly once a run."""

    run: Run
    step: Step


def install_ready(*, acting: Actor) -> list[Scenario]:
    """The shipped scenarios that the town does not have yet, published. Safe to run again."""
    made = []
    with transaction.atomic():
        known = set(Scenario.objects.values_list("key", flat=True))
        for position, definition in enumerate(ready_definitions()):
            if definition.key in known:
                continue
            scenario = Scenario.objects.create(
                key=definition.key, title=definition.title.said("ja"), position=position
            )
            publish(acting=acting, scenario=scenario, definition=definition)
            made.append(scenario)
    return made


def publish(*, acting: Actor, scenario: Scenario, definition: Definition) -> ScenarioVersion:
    """New runs begin with this from now on; who is in the middle finishes on the old version.

    Publishing what is published already changes nothing. The draft, if there is one, is gone.
    Raises NotPublishable.
    """
    errors = [finding for finding in check(definition) if finding.severity == "error"]
    if errors:
        raise NotPublishable(errors)
    if definition.key != scenario.key:
        raise NotPublishable([Finding("error", "", "another_key", {"key": definition.key})])
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        if row.published_id is not None and definition_of(row.published_id) == definition:
            return ScenarioVersion.objects.get(pk=row.published_id)
        version = _new_version(acting, row, definition)
        old = row.published_id
        row.published, row.title = version, definition.title.said("ja")
        row.save(update_fields=["published", "title"])
        record(
            acting=acting,
            verb="scenario.published",
            target=row,
            summary=f"{row.title} 第{version.number}版",
            changes={"published": (old, version.pk)},
        )
    scenario.published, scenario.title = row.published, row.title
    return version


def _new_version(acting: Actor, scenario: Scenario, definition: Definition) -> ScenarioVersion:
    ScenarioVersion.objects.filter(scenario=scenario, state=ScenarioVersion.Status.DRAFT).delete()
    last = scenario.versions.order_by("-number").values_list("number", flat=True).first()
    return ScenarioVersion.objects.create(
        scenario=scenario,
        number=(last or 0) + 1,
        definition=definition.model_dump(mode="json", by_alias=True, exclude_none=True),
        state=ScenarioVersion.Status.PUBLISHED,
        published_at=timezone.now(),
        changed_by=acting.actor_name[:200],
    )


def begin_run(
    *,
    acting: Actor,
    scenario: Scenario,
    resident: Resident | None,
    channel: str,
    context: Context,
    now: datetime | None = None,
    version: ScenarioVersion | None = None,
) -> RunStep:
    """Start asking what is published, or `version` (see trials.py). A run of the same resident on
    this channel is left for it.

    Raises NotOffered. Callers put one resident's talk in line: two beginnings at the same moment
    are an IntegrityError for the second.
    """
    del acting
    moment = now or timezone.now()
    version_id = version.pk if version else scenario.published_id
    if version_id is None or (version is None and not scenario.is_active):
        raise NotOffered(scenario.key)
    definition = definition_of(version_id)
    step = start(definition, context, moment)
    with transaction.atomic():
        left = _leave_others(resident, channel) if resident is not None else []
        run = Run.objects.create(
            version_id=version_id,
            resident=resident,
            channel=channel,
            started_at=moment,
            **_kept(step, moment),
        )
        passage.began(run, definition, step, others=left)
    return RunStep(run, step)


def step_run(
    *,
    acting: Actor,
    run: Run,
    given: Given,
    context: Context | None = None,
    now: datetime | None = None,
) -> RunStep:
    """Give one input to the engine and keep what came of it, under the run's row lock.

    A run past its time ends politely, whatever came; one that was left may go on.
    `run` may be stale: the row is read anew.
    """
    del acting
    moment = now or timezone.now()
    with transaction.atomic():
        row = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if row.status in Run.OPEN and row.expires_at <= moment:
            given = Resume(expired=True)
        definition = definition_of(row.version_id)
        before, left = row.parsed_state, []
        step = advance(definition, before, given, moment, context=context)
        if step.state.status == "running" != row.status and row.resident is not None:
            left = _leave_others(row.resident, row.channel)
        if row.status in Run.OPEN:
            _keep(row, step, moment)
            passage.went_on(row, definition, before, step, others=left)
    return RunStep(row, step)


def leave_run(*, acting: Actor, run: Run, now: datetime | None = None) -> RunStep:
    """As if the resident had said 「中止」."""
    return step_run(acting=acting, run=run, given=Leave(), now=now)


def expire_runs(*, acting: Actor, now: datetime | None = None) -> list[Run]:
    """Give up what was silent for too long, and forget its answers. Safe to run twice at once.

    Returns the runs that were still being asked: whose residents may be told.
    """
    moment = now or timezone.now()
    told = []
    with transaction.atomic():
        overdue = Run.objects.overdue(moment).select_for_update(skip_locked=True, of=("self",))
        for run in overdue.order_by("id")[:1_000]:
            was_running = run.status == Run.Status.RUNNING
            step_run(acting=acting, run=run, given=Resume(expired=True), now=moment)
            if was_running:
                told.append(Run.objects.get(pk=run.pk))
    return told


def _leave_others(resident: Resident, channel: str) -> list[Run]:
    """One run at a time: the one before can still be taken up again."""
    running = list(Run.objects.running().of(resident, channel).select_for_update(of=("self",)))
    for run in running:
        run.status = Run.Status.LEFT
        run.state = run.parsed_state.but(status="left").model_dump(mode="json")
        run.save(update_fields=["status", "state"])
    return running


def _kept(step: Step, moment: datetime) -> dict[str, object]:
    """The run's columns after a step."""
    state = step.state
    if state.status == "expired":
        state = state.but(answers={}, trail=(), photos=(), places=(), typed_place="")
    return {
        "state": state.model_dump(mode="json"),
        "status": state.status,
        "outcome": step.outcome.model_dump(mode="json") if step.outcome else None,
        "touched_at": moment,
        "expires_at": moment + SILENCE,
    }


def _keep(run: Run, step: Step, moment: datetime) -> None:
    columns = _kept(step, moment)
    for name, value in columns.items():
        setattr(run, name, value)
    run.save(update_fields=list(columns))
