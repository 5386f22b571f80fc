# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache

from kairan.municipalities.tenancy import entered_town_id
from kairan.residents.models import Resident
from kairan.scenarios.definition import Definition
from kairan.scenarios.models import Run, Scenario, ScenarioVersion


@dataclass(frozen=True)
class Offered:
    """What a resident can begin; `title` in the language asked for."""

    key: str
    title: str


def offered(language: str = "ja") -> tuple[Offered, ...]:
    """In the town's order; one query, and one more for each version never seen before."""
    rows = Scenario.objects.offered().in_order().values_list("key", "published_id")
    return tuple(Offered(key, definition_of(version).title.said(language)) for key, version in rows)


def offered_definitions() -> list[Definition]:
    """What is asked by those; in no order."""
    versions = Scenario.objects.offered().values_list("published_id", flat=True)
    return [definition_of(version) for version in versions if version is not None]


def offered_scenario(key: str) -> Scenario | None:
    """The scenario a resident may begin by this key."""
    return Scenario.objects.offered().filter(key=key).first()


def definition_of(version_id: int) -> Definition:
    """Of a version that runs stand on (published, or tried), parsed once in a process.
    Raises DoesNotExist.

    Such versions never change and their numbers are not used again, so nothing gets stale.
    """
    return _parsed(entered_town_id(), version_id)


@lru_cache(maxsize=500)
def _parsed(town_id: int | None, version_id: int) -> Definition:
    """By town too: what a process has read for one town is not there for another."""
    del town_id
    version = ScenarioVersion.objects.get(pk=version_id, state__in=ScenarioVersion.KEPT)
    return version.parsed


def draft_row(scenario: Scenario) -> ScenarioVersion | None:
    return scenario.versions.filter(state=ScenarioVersion.Status.DRAFT).first()


def draft_of(scenario: Scenario) -> Definition:
    """What the designer shows: the draft, else what is published. Its form is right, always; that
    it makes sense is for the check to say. Raises ScenarioVersion.DoesNotExist: nothing of both.
    """
    if draft := draft_row(scenario):
        return draft.parsed
    if scenario.published_id is None:
        raise ScenarioVersion.DoesNotExist
    return definition_of(scenario.published_id)


def running_run(resident: Resident, channel: str) -> Run | None:
    """What the resident is in the middle of."""
    return Run.objects.running().of(resident, channel).first()


def latest_run(resident: Resident, channel: str) -> Run | None:
    """The last one touched, whatever became of it: 「続きから」 and late taps belong to it."""
    return Run.objects.of(resident, channel).order_by("-touched_at", "-id").first()


def run_by_key(key: uuid.UUID) -> Run | None:
    return Run.objects.filter(key=key).first()
