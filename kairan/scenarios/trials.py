# SPDX-License-Identifier: Apache-2.0
"""Trying a draft on one's own phone, while residents keep what is published.

A member of staff has a code shown on the scenario's page and sends 「試用 483920」 from LINE: that
friend is a tester of this scenario for eight hours. A channel for exercises gives everybody all
drafts. What a tester stands on is a snapshot of the draft that never changes (state "trial").
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from time import time

from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.municipalities.tenancy import current_town_id, entered_town_id
from kairan.realtime import publish
from kairan.residents.models import Resident
from kairan.scenarios.actions import NotPublishable, RunStep, begin_run
from kairan.scenarios.check import check
from kairan.scenarios.context import Context
from kairan.scenarios.definition import Definition
from kairan.scenarios.models import Scenario, ScenarioVersion, Tester, TrialCode
from kairan.scenarios.queries import draft_of

CODE_LIFE = timedelta(minutes=30)
TESTING_LIFE = timedelta(hours=8)
# A million codes, and a handful of tries an hour for each friend.
GUESSES_AN_HOUR = 5
HOUR = 3600
MOST_TESTERS = 50
_WORDS = re.compile(r"試用\s*[::]?\s*([0-9][0-9\s]{4,10})")
_END_WORDS = re.compile(r"試用(を)?\s*(終了|終わり|おわり|やめる|中止)")


class WrongCode(Exception):
    """No such code, or its time is over."""


class TooManyGuesses(Exception):
    """This friend has to wait until the next hour."""


class TooManyTesters(Exception):
    pass


# ── words ─────────────────────────────────────────────────────────────────────────────────────


def code_in(text: str) -> str | None:
    """The digits in 「試用 483920」, however wide or spaced they are typed; None in other words."""
    found = _WORDS.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return re.sub(r"\s", "", found[1]) if found else None


def wants_to_end(text: str) -> bool:
    """「試用終了」."""
    return bool(_END_WORDS.fullmatch(unicodedata.normalize("NFKC", text).strip()))


# ── codes and testers ─────────────────────────────────────────────────────────────────────────


def show_code(*, acting: Actor, scenario: Scenario, now: datetime | None = None) -> TrialCode:
    """A new code; those that this person had shown for the scenario before are of no use now."""
    moment = now or timezone.now()
    with transaction.atomic():
        TrialCode.objects.filter(Q(until__lte=moment) | _shown_by(acting, scenario)).delete()
        made = TrialCode.objects.create(
            scenario=scenario,
            code=_unused(),
            made_by=acting.actor_name[:200],
            until=moment + CODE_LIFE,
        )
        record(
            acting=acting, verb="scenario.trial_code_shown", target=scenario, summary=scenario.title
        )
    return made


def _shown_by(acting: Actor, scenario: Scenario) -> Q:
    return Q(scenario=scenario, made_by=acting.actor_name[:200])


def _unused() -> str:
    while True:
        code = f"{secrets.randbelow(1_000_000):06}"
        if not TrialCode.objects.filter(code=code).exists():
            return code


def shown_code(
    *, acting: Actor, scenario: Scenario, now: datetime | None = None
) -> TrialCode | None:
    """The code that this person has on the screen, while it is good."""
    good = TrialCode.objects.filter(_shown_by(acting, scenario), until__gt=now or timezone.now())
    return good.first()


def begin_testing(*, acting: Resident, code: str, now: datetime | None = None) -> Tester:
    """The friend who sent the code tries the draft. A wrong code is counted, outside of what a
    refusal takes back. Raises WrongCode, TooManyGuesses, TooManyTesters.
    """
    moment = now or timezone.now()
    guesses = f"scenarios:trial:{current_town_id()}:{acting.pk}:{int(time()) // HOUR}"
    so_far = int(cache.get(guesses, 0))
    if so_far >= GUESSES_AN_HOUR:
        raise TooManyGuesses
    found = TrialCode.objects.select_related("scenario").filter(code=code, until__gt=moment).first()
    if found is None:
        cache.set(guesses, so_far + 1, HOUR)
        raise WrongCode
    with transaction.atomic():
        Tester.objects.filter(scenario=found.scenario, until__lte=moment).delete()
        if Tester.objects.filter(scenario=found.scenario).count() >= MOST_TESTERS:
            raise TooManyTesters
        tester, _made = Tester.objects.update_or_create(
            resident=acting,
            scenario=found.scenario,
            defaults={"name": found.made_by, "since": moment, "until": moment + TESTING_LIFE},
        )
        record(
            acting=acting,
            verb="scenario.trial_begun",
            target=found.scenario,
            summary=f"{found.scenario.title}({found.made_by})",
        )
        _tell(found.scenario)
    return tester


def end_testing(*, acting: Actor, tester: Tester) -> None:
    """One friend gets what is published again; a run in the middle goes on to its end."""
    with transaction.atomic():
        scenario = tester.scenario
        if Tester.objects.filter(pk=tester.pk).delete()[0]:
            record(
                acting=acting,
                verb="scenario.trial_ended",
                target=scenario,
                summary=f"{scenario.title}({tester.name})",
            )
            _tell(scenario)


def _tell(scenario: Scenario) -> None:
    """Pages that list the testers ask anew."""
    publish([f"scenario:{scenario.pk}"], "scenario.testers", scenario=scenario.pk)


def end_all_testing_of(*, acting: Resident, now: datetime | None = None) -> int:
    """「試用終了」: of all drafts that this friend tries. Returns of how many."""
    rows = current_testers(now).filter(resident=acting).select_related("scenario")
    ended = list(rows)
    for tester in ended:
        end_testing(acting=acting, tester=tester)
    return len(ended)


def current_testers(now: datetime | None = None) -> QuerySet[Tester]:
    return Tester.objects.filter(until__gt=now or timezone.now())


# ── what a tester is offered ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Tried:
    """`title` in the language asked for."""

    scenario: Scenario
    title: str


def tried_by(
    resident: Resident, *, training: bool, language: str = "ja", now: datetime | None = None
) -> list[Tried]:
    """The drafts that this friend tries, in the town's order; one query where there are none.

    `training`: the friend is one of a channel for exercises, where nothing is ever real: what has
    no draft is tried as it is published.
    """
    rows = Scenario.objects.filter(_triable() if training else _tested_by(resident, now))
    return [Tried(row, draft_of(row).title.said(language)) for row in rows.in_order()]


def _triable() -> Q:
    draft = ScenarioVersion.Status.DRAFT
    drafts = ScenarioVersion.objects.filter(scenario=OuterRef("pk"), state=draft)
    return Q(is_active=True, published__isnull=False) | Q(Exists(drafts))


def _tested_by(resident: Resident, now: datetime | None) -> Exists:
    return Exists(current_testers(now).filter(scenario=OuterRef("pk"), resident=resident))


# ── runs ──────────────────────────────────────────────────────────────────────────────────────


def begin_trial(
    *,
    acting: Actor,
    scenario: Scenario,
    resident: Resident | None,
    channel: str,
    context: Context,
    now: datetime | None = None,
) -> RunStep:
    """As `begin_run`, on the draft as it stands now; on what is published where there is no draft.

    Raises NotPublishable where the draft cannot be asked as it is.
    """
    with transaction.atomic():
        Scenario.objects.select_for_update().get(pk=scenario.pk)
        version = snapshot(scenario)
    return begin_run(
        acting=acting,
        scenario=scenario,
        resident=resident,
        channel=channel,
        context=context,
        now=now,
        version=version,
    )


def snapshot(scenario: Scenario) -> ScenarioVersion:
    """The draft as a version of its own; the last one, where nothing has changed since."""
    definition = check_triable(scenario)
    trial = ScenarioVersion.Status.TRIAL
    last = scenario.versions.filter(state=trial).order_by("-id").first()
    if last is not None and last.parsed == definition:
        return last
    return ScenarioVersion.objects.create(
        scenario=scenario,
        number=0,  # no number of the history
        definition=_written(definition),
        state=trial,
    )


def check_triable(scenario: Scenario) -> Definition:
    """The draft, which can be asked as it is. Raises NotPublishable."""
    definition = draft_of(scenario)
    errors = [finding for finding in check(definition) if finding.severity == "error"]
    if errors:
        raise NotPublishable(errors)
    return definition


def _written(definition: Definition) -> dict[str, object]:
    return definition.model_dump(mode="json", by_alias=True, exclude_none=True)


def is_trial(version_id: int) -> bool:
    """Whether a run on this version is a trial; asked once of the database in a process."""
    return _state(entered_town_id(), version_id) == ScenarioVersion.Status.TRIAL


@lru_cache(maxsize=500)
def _state(town_id: int | None, version_id: int) -> str:
    """Of a version that runs stand on: it stays what it is."""
    del town_id
    kept = ScenarioVersion.objects.filter(state__in=ScenarioVersion.KEPT)
    return kept.values_list("state", flat=True).get(pk=version_id)
