# SPDX-License-Identifier: Apache-2.0
"""What the designer's pages show, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kairan.municipalities.tenancy import entered_town_id
from kairan.scenarios.check import check
from kairan.scenarios.definition import AnyStep, Choice, Definition, End, ReportResult, Urgent
from kairan.scenarios.designer.describing import (
    edge_words,
    icon_of,
    named_step,
    short,
    step_name,
    type_name,
)
from kairan.scenarios.designer.diagram import svg
from kairan.scenarios.designer.differences import Change, differences
from kairan.scenarios.designer.kinds import kinds_offered
from kairan.scenarios.designer.outline import Outline
from kairan.scenarios.findings import Finding, error
from kairan.scenarios.languages import language_name
from kairan.scenarios.models import DraftRevision, Scenario, ScenarioVersion
from kairan.scenarios.queries import definition_of
from kairan.scenarios.wording import Text

SHOWN_OPTIONS = 12
Drawn = TypeVar("Drawn")
SHOWN_FINDINGS = 30


# ── the list ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ListRow:
    scenario: Scenario
    version: ScenarioVersion | None
    draft: ScenarioVersion | None
    is_first: bool
    is_last: bool

    @property
    def changed_at(self) -> datetime | None:
        if self.draft:
            return self.draft.changed_at
        return self.version.published_at if self.version else None

    @property
    def changed_by(self) -> str:
        newest = self.draft or self.version
        return newest.changed_by if newest else ""


def list_rows() -> list[ListRow]:
    """Two queries, whatever the number of scenarios; definitions are left where they are."""
    rows = list(Scenario.objects.in_order())
    published = [row.published_id for row in rows if row.published_id]
    versions = ScenarioVersion.objects.defer("definition").filter(
        Q(pk__in=published) | Q(state=ScenarioVersion.Status.DRAFT)
    )
    by_id, drafts = {}, {}
    for version in versions:
        if version.state == ScenarioVersion.Status.DRAFT:
            drafts[version.scenario_id] = version
        else:
            by_id[version.pk] = version
    return [
        ListRow(
            row,
            by_id.get(row.published_id or 0),
            drafts.get(row.pk),
            index == 0,
            index == len(rows) - 1,
        )
        for index, row in enumerate(rows)
    ]


# ── the editor ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class StepRow:
    """One step in the list. Plain values: two hundred of them are drawn at once."""

    id: str
    number: int
    name: str
    text: str
    kind: str
    icon: str
    depth: int
    when: str
    ways: tuple[str, ...]
    notes: tuple[str, ...]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    is_first: bool
    is_last: bool

    @property
    def tone(self) -> str:
        return "error" if self.errors else "warning" if self.warnings else ""


@dataclass(frozen=True)
class Analysis:
    """What can be said of a definition without asking the town; worked out once in a process."""

    definition: Definition
    # What was drawn of it: by language, and by the ends whose kind the town does not have.
    drawn: dict[object, Any] = field(default_factory=dict, compare=False)

    @cached_property
    def outline(self) -> Outline:
        return Outline(self.definition)

    @cached_property
    def findings(self) -> list[Finding]:
        return check(self.definition)


@lru_cache(maxsize=100)
def _analysis(town_id: int | None, version_id: int, revision: int) -> Analysis:
    """A draft's revision never has two contents; a published version has one. Raises DoesNotExist
    when the draft has moved on meanwhile."""
    del town_id
    version = ScenarioVersion.objects.get(pk=version_id, revision=revision)
    return Analysis(version.parsed)


def analysis_of(version: ScenarioVersion) -> Analysis:
    return _analysis(entered_town_id(), version.pk, version.revision)


@dataclass(frozen=True)
class Editor:
    scenario: Scenario
    draft: ScenarioVersion | None
    analysis: Analysis
    undo: DraftRevision | None = None
    redo: DraftRevision | None = None

    @property
    def definition(self) -> Definition:
        return self.analysis.definition

    @property
    def outline(self) -> Outline:
        return self.analysis.outline

    @cached_property
    def findings(self) -> list[Finding]:
        return [*self.analysis.findings, *unknown_kinds(self.definition)]

    @property
    def step_count(self) -> int:
        return len(self.definition.steps)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "warning"]

    @property
    def title(self) -> str:
        return self.definition.title.said("ja")

    @property
    def last_step(self) -> str:
        return self.definition.steps[-1].id

    @property
    def shown_findings(self) -> list[dict[str, str]]:
        """Errors first, each with the name of its step."""
        return [
            {
                "severity": finding.severity,
                "step": finding.step,
                "name": named_step(self.definition, finding.step) if finding.step else "",
                "message": finding.message,
            }
            for finding in (self.errors + self.warnings)[:SHOWN_FINDINGS]
        ]

    @property
    def hidden_findings(self) -> int:
        return max(0, len(self.findings) - SHOWN_FINDINGS)

    @property
    def of_the_whole(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.step]

    @cached_property
    def findings_by_step(self) -> Mapping[str, list[Finding]]:
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            found[finding.step].append(finding)
        return found

    @property
    def revision(self) -> int:
        return self.draft.revision if self.draft else 0

    def _kept(self, name: str, draw: Callable[[], Drawn]) -> Drawn:
        key = (name, get_language(), *(f.step for f in self.findings if f.code == "unknown_kind"))
        if key not in self.analysis.drawn:
            self.analysis.drawn[key] = draw()
        found: Drawn = self.analysis.drawn[key]
        return found

    @property
    def rows(self) -> list[StepRow]:
        return self._kept("rows", self._rows)

    def _rows(self) -> list[StepRow]:
        count = len(self.definition.steps)
        return [
            self._row(step, number, is_last=number == count)
            for number, step in enumerate(self.definition.steps, 1)
        ]

    def _row(self, step: AnyStep, number: int, *, is_last: bool) -> StepRow:
        found = self.findings_by_step.get(step.id, [])
        text = getattr(step, "text", None)
        whens = dict.fromkeys(
            words
            for edge in self.outline.incoming[step.id]
            if edge.is_side_way and (words := edge_words(edge, self.definition))
        )
        return StepRow(
            id=step.id,
            number=number,
            name=step_name(step),
            text=short(text.said("ja"), 80) if isinstance(text, Text) else "",
            kind=type_name(step.type),
            icon=icon_of(step.type),
            depth=self.outline.depths.get(step.id, 0),
            when=_(" / ").join(whens),
            ways=tuple(self._ways(step)),
            notes=tuple(_notes(step)),
            errors=tuple(f.message for f in found if f.severity == "error"),
            warnings=tuple(f.message for f in found if f.severity == "warning"),
            is_first=number == 1,
            is_last=is_last,
        )

    def _ways(self, step: AnyStep) -> Iterable[str]:
        """The answers, each with where it leads when that is not the step below."""
        numbers, below = self.outline.numbers, self.definition.below.get(step.id)
        if isinstance(step, Choice):
            for option in step.options[:SHOWN_OPTIONS]:
                label = option.label.said("ja")
                if option.next and option.next != below:
                    label = f"{label} → {numbers.get(option.next, '?')}"
                yield label
            if len(step.options) > SHOWN_OPTIONS:
                yield _("ほか{n}個").format(n=len(step.options) - SHOWN_OPTIONS)
        if step.type == "branch":
            for edge in self.outline.edges_by_source.get(step.id, []):
                words = edge_words(edge, self.definition)
                yield f"{words} → {numbers[edge.target]}" if words else f"→ {numbers[edge.target]}"
        elif not isinstance(step, End) and step.next and step.next != below:
            yield _("次は {number} へ").format(number=numbers.get(step.next, "?"))

    @property
    def diagram(self) -> SafeString:
        return self._kept("diagram", lambda: self.diagram_with({}))

    def diagram_with(self, notes: Mapping[str, Iterable[str]]) -> SafeString:
        problems = {
            step_id: "error" if any(f.severity == "error" for f in found) else "warning"
            for step_id, found in self.findings_by_step.items()
            if step_id
        }
        return svg(self.definition, notes=notes, problems=problems, outline=self.outline)

    @property
    def languages(self) -> list[str]:
        return [language_name(code) for code in self.definition.languages]

    @cached_property
    def changes(self) -> list[Change]:
        """What publishing will change; empty when it is the first time."""
        if self.scenario.published_id is None or self.draft is None:
            return []
        return differences(definition_of(self.scenario.published_id), self.definition)


def _notes(step: AnyStep) -> Iterable[str]:
    if getattr(step, "required", True) is False:
        yield _("任意")
    if step.type == "photos":
        yield _("{n}枚まで").format(n=step.max)
    if isinstance(step, Urgent):
        yield _("電話先{n}件").format(n=len(step.contacts))


def editor_of(scenario: Scenario) -> Editor:
    """The draft with what can be undone; what is published, when there is no draft.

    Raises ScenarioVersion.DoesNotExist when there is nothing of both.
    """
    versions = scenario.versions.defer("definition")
    draft = versions.filter(state=ScenarioVersion.Status.DRAFT).first()
    if draft is None:
        if scenario.published_id is None:
            raise ScenarioVersion.DoesNotExist
        return Editor(scenario, None, analysis_of(versions.get(pk=scenario.published_id)))
    near = {
        state.place: state
        for state in scenario.revisions.filter(
            place__in=[draft.place, draft.place + 1, draft.place - 1]
        ).defer("definition")
    }
    back = near.get(draft.place) if draft.place - 1 in near else None
    return Editor(scenario, draft, analysis_of(draft), back, near.get(draft.place + 1))


def unknown_kinds(definition: Definition) -> list[Finding]:
    """Ends whose kind of report the town does not have."""
    known = {kind.key for kind in kinds_offered()}
    return [
        error(step.id, "unknown_kind", kind=step.outcome.kind)
        for step in definition.steps
        if known
        and isinstance(step, End)
        and isinstance(step.outcome, ReportResult)
        and step.outcome.kind not in known
    ]


# ── the history ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class VersionRow:
    version: ScenarioVersion
    changes: Sequence[Change]
    is_current: bool
    is_first: bool


def history(scenario: Scenario, limit: int = 50) -> list[VersionRow]:
    """Published versions, the newest first, each with what it changed."""
    versions = list(
        scenario.versions.filter(state=ScenarioVersion.Status.PUBLISHED).order_by("-number")[
            : limit + 1
        ]
    )
    rows = []
    for index, version in enumerate(versions[:limit]):
        before = versions[index + 1] if index + 1 < len(versions) else None
        changes = differences(definition_of(before.pk), definition_of(version.pk)) if before else []
        rows.append(
            VersionRow(version, changes, version.pk == scenario.published_id, before is None)
        )
    return rows
