# SPDX-License-Identifier: Apache-2.0
"""The verbs of the designer. Every change of a draft is kept as a state to go back to, and looks
at what it changes under the lock of the scenario: two people at once lose nothing of each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.realtime import publish as tell
from kairan.scenarios.actions import publish
from kairan.scenarios.definition import MAX_STEPS, AnyStep, Definition
from kairan.scenarios.designer import editing
from kairan.scenarios.designer.describing import step_name, type_name
from kairan.scenarios.designer.differences import Change, differences
from kairan.scenarios.models import DraftRevision, Run, Scenario, ScenarioVersion
from kairan.scenarios.queries import definition_of, draft_row

MAX_REVISIONS = 50
MAX_SUMMARY = 300

Edit = Callable[[Definition], Definition]


class ChangedMeanwhile(Exception):
    """Somebody else was faster. `by` is who, `changes` what; nothing was done."""

    def __init__(self, draft: ScenarioVersion | None, changes: Sequence[Change], by: str) -> None:
        super().__init__("changed meanwhile")
        self.draft, self.changes, self.by = draft, tuple(changes), by


class NothingThere(Exception):
    """Nothing to undo, to redo, to discard or to publish."""


class TooManySteps(Exception):
    pass


def as_json(definition: Definition) -> dict[str, Any]:
    return definition.model_dump(mode="json", by_alias=True, exclude_none=True)


def digest(step: AnyStep) -> str:
    """What a form remembers of the step that it shows."""
    content = step.model_dump(mode="json", by_alias=True, exclude_none=True)
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


# ── scenarios ─────────────────────────────────────────────────────────────────────────────────


def create_scenario(
    *, acting: Actor, title: str, definition: Definition, summary: str = ""
) -> Scenario:
    """A new scenario at the end of the list, with `definition` as its draft.

    Its name (key) is the definition's, with a number behind it where the town has that already.
    """
    with transaction.atomic():
        keys = Scenario.objects.select_for_update().values_list("key", flat=True)
        key = editing.free_name(definition.key, keys)
        last = Scenario.objects.aggregate(last=Max("position"))["last"]
        titled = _titled(definition, title)
        scenario = Scenario.objects.create(
            key=key, title=titled.title.said("ja"), position=(last or 0) + 1
        )
        _begin(acting, scenario, editing.with_fields(titled, key=key), summary)
        record(acting=acting, verb="scenario.created", target=scenario, summary=scenario.title)
        _tell(scenario)
    return scenario


def _titled(definition: Definition, title: str) -> Definition:
    if not title or definition.title.said("ja") == title:
        return definition
    data = as_json(definition)
    return Definition.model_validate(data | {"title": {"ja": title}})


def set_active(*, acting: Actor, scenario: Scenario, is_active: bool) -> Scenario:
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        if row.is_active == is_active:
            return row
        row.is_active = is_active
        row.save(update_fields=["is_active"])
        record(
            acting=acting,
            verb="scenario.switched_on" if is_active else "scenario.switched_off",
            target=row,
            summary=row.title,
            changes={"is_active": (not is_active, is_active)},
        )
    return row


def move_scenario(*, acting: Actor, scenario: Scenario, up: bool) -> bool:
    """One place up or down in the list residents see; False where that is the end of it."""
    with transaction.atomic():
        rows = list(Scenario.objects.select_for_update().in_order())
        place = next((i for i, row in enumerate(rows) if row.pk == scenario.pk), None)
        target = None if place is None else place + (-1 if up else 1)
        if place is None or target is None or not 0 <= target < len(rows):
            return False
        rows[place], rows[target] = rows[target], rows[place]
        for position, row in enumerate(rows):
            if row.position != position:
                row.position = position
                row.save(update_fields=["position"])
        moved = rows[target]
        record(
            acting=acting,
            verb="scenario.moved",
            target=moved,
            summary=moved.title,
            changes={"position": (place, target)},
        )
    return True


def remove_unpublished(*, acting: Actor, scenario: Scenario) -> Definition:
    """Take away a scenario nobody was ever asked; its draft comes back, for a change of mind.

    Raises NothingThere when it has been published: it is switched off instead.
    """
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        draft = draft_row(row)
        if row.published_id is not None or draft is None:
            raise NothingThere
        definition = draft.parsed
        record(acting=acting, verb="scenario.removed", target=row, summary=row.title)
        Run.objects.filter(version__scenario=row).delete()  # trials: nothing came of them
        row.delete()
    return definition


# ── the draft ─────────────────────────────────────────────────────────────────────────────────


def begin_draft(*, acting: Actor, scenario: Scenario) -> ScenarioVersion:
    """The scenario's draft; a new one begins as what is published."""
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        return _draft(acting, row)


def change_draft(
    *, acting: Actor, scenario: Scenario, edit: Edit, summary: str, seen: int | None = None
) -> ScenarioVersion:
    """Give the draft to `edit` and keep what comes back; without a draft, one begins.

    `seen`: the revision the person looked at, where that must still be the latest.
    Raises what `edit` raises, ChangedMeanwhile, TooManySteps.
    """
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        draft = _draft(acting, row)
        if seen is not None and draft.revision != seen:
            raise changed_since(draft, seen)
        old = draft.parsed
        new = edit(old)
        if new == old:
            return draft
        if len(new.steps) > MAX_STEPS:
            raise TooManySteps
        _keep(acting, draft, new, summary)
        _entitle(row, new)
        record(
            acting=acting,
            verb="scenario.draft_changed",
            target=row,
            summary=f"{row.title}: {summary}",
            changes={"revision": (draft.revision - 1, draft.revision)},
        )
        _tell(row)
    return draft


def save_step(
    *, acting: Actor, scenario: Scenario, step: AnyStep, seen: str, edit: Edit | None = None
) -> ScenarioVersion:
    """Put `step` in place of the one that had the digest `seen`; then do what `edit` says more.

    Raises ChangedMeanwhile when somebody has changed this very step since (what they did to other
    steps stays), and editing.NoSuchStep when they have removed it.
    """

    def replaced(definition: Definition) -> Definition:
        now = editing.step_of(definition, step.id)
        if digest(now) != seen:
            draft = draft_row(scenario)
            mine = editing.replace_step(definition, step)
            raise ChangedMeanwhile(
                draft, differences(mine, definition), draft.changed_by if draft else ""
            )
        new = editing.replace_step(definition, step)
        return edit(new) if edit else new

    summary = _("{step}({kind})を変更").format(step=step_name(step), kind=type_name(step.type))
    return change_draft(acting=acting, scenario=scenario, edit=replaced, summary=summary)


def undo(*, acting: Actor, scenario: Scenario, seen: int) -> ScenarioVersion:
    """One change back. Raises NothingThere, and ChangedMeanwhile when it was another's."""
    return _step_back_or_on(acting, scenario, seen, -1)


def redo(*, acting: Actor, scenario: Scenario, seen: int) -> ScenarioVersion:
    return _step_back_or_on(acting, scenario, seen, +1)


def _step_back_or_on(acting: Actor, scenario: Scenario, seen: int, by: int) -> ScenarioVersion:
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        draft = draft_row(row)
        if draft is None:
            raise NothingThere
        if draft.revision != seen:
            raise changed_since(draft, seen)
        state = row.revisions.filter(place=draft.place + by).first()
        if state is None:
            raise NothingThere
        draft.definition, draft.place = state.definition, state.place
        _stamp(acting, draft)
        draft.save(update_fields=["definition", "place", "revision", "changed_by", "changed_at"])
        row.revisions.filter(place=state.place).update(revision=draft.revision)
        _entitle(row, draft.parsed)
        record(
            acting=acting,
            verb="scenario.draft_undone" if by < 0 else "scenario.draft_redone",
            target=row,
            summary=row.title,
            changes={"place": (draft.place - by, draft.place)},
        )
        _tell(row)
    return draft


def discard_draft(*, acting: Actor, scenario: Scenario) -> None:
    """Back to what is published; `fetch_back` undoes it until another draft begins."""
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        draft = draft_row(row)
        if draft is None or row.published_id is None:
            raise NothingThere
        draft.delete()
        _entitle(row, definition_of(row.published_id))
        record(acting=acting, verb="scenario.draft_discarded", target=row, summary=row.title)
        _tell(row)


def fetch_back(*, acting: Actor, scenario: Scenario) -> ScenarioVersion:
    """The draft that was discarded last. Raises NothingThere."""
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        state = row.revisions.order_by("-revision").first()
        if draft_row(row) is not None or state is None:
            raise NothingThere
        draft = ScenarioVersion(
            scenario=row,
            number=_next_number(row),
            definition=state.definition,
            place=state.place,
            revision=state.revision,
        )
        _stamp(acting, draft)
        draft.save()
        record(acting=acting, verb="scenario.draft_fetched_back", target=row, summary=row.title)
        _tell(row)
    return draft


def restore(*, acting: Actor, scenario: Scenario, version: ScenarioVersion) -> ScenarioVersion:
    """An old version as the draft; what the draft was before stands one 「元に戻す」 away."""
    definition = version.parsed
    return change_draft(
        acting=acting,
        scenario=scenario,
        edit=lambda _now: definition,
        summary=_("第{number}版を下書きに戻した").format(number=version.number),
    )


def publish_draft(*, acting: Actor, scenario: Scenario, seen: int) -> ScenarioVersion:
    """What the person read becomes what residents are asked.

    Raises ChangedMeanwhile when the draft is not what they read any more, NothingThere when it is
    gone (published or discarded by somebody else), NotPublishable.
    """
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        draft = draft_row(row)
        if draft is None:
            raise NothingThere
        if draft.revision != seen:
            raise changed_since(draft, seen)
        version = publish(acting=acting, scenario=row, definition=draft.parsed)
        ScenarioVersion.objects.filter(
            scenario=row, state=ScenarioVersion.Status.DRAFT
        ).delete()  # still there when it said what is published already
        _tell(row)
    scenario.published_id, scenario.title = row.published_id, row.title
    return version


def changed_since(draft: ScenarioVersion, seen: int) -> ChangedMeanwhile:
    """What others made of the draft since the revision `seen`, as far as it is remembered."""
    scenario = draft.scenario
    before = scenario.revisions.filter(revision__lte=seen).order_by("-revision").first()
    now = draft.parsed
    changes = differences(Definition.model_validate(before.definition), now) if before else []
    return ChangedMeanwhile(draft, changes, draft.changed_by)


# ── keeping ───────────────────────────────────────────────────────────────────────────────────


def _draft(acting: Actor, scenario: Scenario) -> ScenarioVersion:
    """The draft; begun from what is published when there is none. The scenario is locked."""
    if draft := draft_row(scenario):
        return draft
    if scenario.published_id is None:
        raise NothingThere
    return _begin(acting, scenario, definition_of(scenario.published_id), "")


def _begin(
    acting: Actor, scenario: Scenario, definition: Definition, summary: str
) -> ScenarioVersion:
    """Counting goes on where the draft before it ended: no page open since then fits by chance."""
    last = scenario.revisions.aggregate(last=Max("revision"))["last"] or 0
    scenario.revisions.all().delete()
    draft = ScenarioVersion(
        scenario=scenario,
        number=_next_number(scenario),
        definition=as_json(definition),
        revision=last,
    )
    _stamp(acting, draft)
    draft.save()
    _remember(draft, summary or _("下書きを始めた"))
    return draft


def _next_number(scenario: Scenario) -> int:
    counted = scenario.versions.exclude(state=ScenarioVersion.Status.TRIAL)
    return (counted.aggregate(last=Max("number"))["last"] or 0) + 1


def _stamp(acting: Actor, draft: ScenarioVersion) -> None:
    draft.revision += 1
    draft.changed_by, draft.changed_at = acting.actor_name[:200], timezone.now()


def _keep(acting: Actor, draft: ScenarioVersion, new: Definition, summary: str) -> None:
    """A new state after the one the draft stands at; what was undone cannot be redone now."""
    draft.definition, draft.place = as_json(new), draft.place + 1
    _stamp(acting, draft)
    draft.save(update_fields=["definition", "place", "revision", "changed_by", "changed_at"])
    states = DraftRevision.objects.filter(scenario_id=draft.scenario_id)
    states.filter(place__gte=draft.place).delete()
    states.filter(place__lte=draft.place - MAX_REVISIONS).delete()
    _remember(draft, summary)


def _remember(draft: ScenarioVersion, summary: str) -> None:
    DraftRevision.objects.create(
        scenario_id=draft.scenario_id,
        place=draft.place,
        revision=draft.revision,
        definition=draft.definition,
        summary=summary[:MAX_SUMMARY],
        changed_by=draft.changed_by,
        changed_at=draft.changed_at,
    )


def _entitle(scenario: Scenario, definition: Definition) -> None:
    """In the staff's lists an unpublished scenario is called what its draft is called."""
    title = definition.title.said("ja")[:100]
    if scenario.published_id is None and scenario.title != title:
        scenario.title = title
        scenario.save(update_fields=["title"])


def _tell(scenario: Scenario) -> None:
    tell([f"scenario:{scenario.pk}"], "scenario.changed", scenario=scenario.pk)
