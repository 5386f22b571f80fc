# SPDX-License-Identifier: Apache-2.0
"""What can be reported, as other systems see it: kinds are services, questions are attributes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kairan.municipalities.tenancy import entered_town_id
from kairan.reports.actions.from_outcome import DESCRIPTION_LENGTH
from kairan.reports.models import ReportKind
from kairan.scenarios.definition import (
    AnyStep,
    Choice,
    DateTimeQuestion,
    Definition,
    End,
    NumberQuestion,
    PositionQuestion,
    ReportResult,
    TextQuestion,
)
from kairan.scenarios.flow import Flow
from kairan.scenarios.models import Scenario
from kairan.scenarios.queries import definition_of

Asked = Choice | TextQuestion | NumberQuestion | DateTimeQuestion
_DATATYPES = {
    "choice": "singlevaluelist",
    "text": "text",
    "number": "number",
    "datetime": "datetime",
}


@dataclass(frozen=True)
class Attribute:
    """``required``: every way through the questions asks it, and it may not be skipped."""

    step: Asked
    required: bool


@dataclass(frozen=True)
class Service:
    kind: ReportKind
    definition: Definition | None
    attributes: tuple[Attribute, ...]
    # The question whose answer is the request's ``description``.
    described: TextQuestion | None

    @property
    def code(self) -> str:
        return self.kind.key

    @property
    def accepts_outside(self) -> bool:
        steps = self.definition.steps if self.definition else ()
        return any(isinstance(s, PositionQuestion) and s.accept_outside for s in steps)


def services() -> list[Service]:
    """Every kind that is taken, in the town's order. Two queries."""
    kinds = list(ReportKind.objects.active().in_order())
    published = _published()
    return [_service(kind, published) for kind in kinds]


def service(code: str) -> Service | None:
    kind = ReportKind.objects.active().filter(key=code).first()
    return _service(kind, _published()) if kind else None


def _published() -> list[tuple[str, int]]:
    """Key and version of each scenario that is offered."""
    rows = Scenario.objects.offered().in_order().values_list("key", "published_id")
    return [(key, version) for key, version in rows if version is not None]


def _service(kind: ReportKind, published: list[tuple[str, int]]) -> Service:
    """The questions of the scenario of the same name, else of the first that ends in the kind."""
    ranked = sorted(published, key=lambda row: row[0] != kind.key)
    for _key, version in ranked:
        asked = _asked(entered_town_id(), version, kind.key)
        if asked is not None:
            return Service(kind, definition_of(version), *asked)
    return Service(kind, None, (), None)


@lru_cache(maxsize=500)
def _asked(
    town_id: int | None, version: int, kind: str
) -> tuple[tuple[Attribute, ...], TextQuestion | None] | None:
    """None where the scenario never ends in a report of this kind. Versions never change."""
    del town_id  # in the key alone
    definition = definition_of(version)
    flow = Flow.of(definition)
    ends = {s.id for s in definition.steps if _reports(s, kind)} & flow.reached
    if not ends:
        return None
    steps = [s for s in definition.steps if s.id in flow.reached]
    described = next((s for s in steps if _describes(s)), None)
    asked = [s for s in steps if isinstance(s, Asked) and s is not described]
    attributes = tuple(
        Attribute(step, step.required and _always_met(flow, step.id, ends)) for step in asked
    )
    return attributes, described if isinstance(described, TextQuestion) else None


def _reports(step: AnyStep, kind: str) -> bool:
    return (
        isinstance(step, End)
        and isinstance(step.outcome, ReportResult)
        and step.outcome.kind == kind
    )


def _describes(step: AnyStep) -> bool:
    return isinstance(step, TextQuestion) and step.max_length >= DESCRIPTION_LENGTH


def _always_met(flow: Flow, step_id: str, ends: set[str]) -> bool:
    """Whether no way from the beginning to one of the ends goes past the step."""
    seen = {step_id}
    waiting = [flow.definition.first]
    while waiting:
        here = waiting.pop()
        if here in ends:
            return False
        if here not in seen:
            seen.add(here)
            waiting += flow.ways[here]
    return True


# ── as they are written ──


def listed(one: Service) -> dict[str, Any]:
    return {
        "service_code": one.code,
        "service_name": one.kind.name,
        "description": _("「{name}」を市に知らせる").format(name=one.kind.name),
        "metadata": bool(one.attributes),
        "type": "realtime",
        "keywords": one.kind.name,
        "group": _("通報"),
    }


def defined(one: Service) -> dict[str, Any]:
    language = get_language() or "ja"
    return {
        "service_code": one.code,
        "attributes": [
            _defined(attribute, order, language)
            for order, attribute in enumerate(one.attributes, start=1)
        ],
    }


def _defined(attribute: Attribute, order: int, language: str) -> dict[str, Any]:
    step = attribute.step
    written: dict[str, Any] = {
        "variable": True,
        "code": step.id,
        "datatype": _DATATYPES[step.type],
        "required": attribute.required,
        "datatype_description": _hint(step, language) or None,
        "order": order,
        "description": step.text.said(language),
    }
    if isinstance(step, Choice):
        written["values"] = [
            {"key": option.value, "name": option.label.said(language)} for option in step.options
        ]
    return written


def _hint(step: Asked, language: str) -> str:
    if step.hint:
        return step.hint.said(language)
    if isinstance(step, DateTimeQuestion):
        return {
            "date": _("日付（2026-04-01）"),
            "time": _("時刻（13:30）"),
            "datetime": _("時差つきの日時（2026-04-01T13:30:00+09:00）"),
        }[step.mode]
    match step:
        case NumberQuestion():
            return step.unit.said(language) if step.unit else ""
        case TextQuestion():
            return _("{count}文字まで").format(count=step.max_length)
        case _:
            return ""
