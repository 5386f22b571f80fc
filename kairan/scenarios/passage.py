# SPDX-License-Identifier: Apache-2.0
"""Where people give up: each visit of a step is written down, and summed up for the designer.

One SQL statement for each step of a run, and none where somebody only answered wrongly. What is
kept says nothing about who it was (see `StepVisit`). Trial runs are written down too, but never
counted: their versions are no published ones.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import connection
from django.db.models import Count, F, FloatField, Q
from django.db.models.aggregates import Aggregate
from django.db.models.functions import Extract
from django.utils import timezone

from kairan.municipalities.tenancy import current_town_id
from kairan.scenarios.definition import Confirm, Definition, End, Message
from kairan.scenarios.engine import Step
from kairan.scenarios.models import Run, Scenario, ScenarioVersion, StepVisit
from kairan.scenarios.prompts import Prompt
from kairan.scenarios.state import State

Result = StepVisit.Result
Said = Literal["answered", "back", "gave_up"]
# What a browser measured: more than anybody's way has, and longer than anybody sits.
MOST_VISITS = 300
LONGEST_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Passage:
    """People, not visits: whoever came twice counts once in each column.

    `median_seconds`: from the question to its answer, None where nobody answered.
    """

    reached: int = 0
    answered: int = 0
    went_back: int = 0
    gave_up: int = 0
    median_seconds: float | None = None

    @property
    def lost_share(self) -> float:
        """Of those who came, how many gave up here: 0 to 1."""
        return self.gave_up / self.reached if self.reached else 0.0


# ── while a run goes on ───────────────────────────────────────────────────────────────────────

_MOVE = """
WITH closed AS (
    UPDATE scenarios_stepvisit SET answered_at = %(now)s, result = %(result)s
    WHERE municipality_id = %(town)s AND run = %(run)s AND result = ''
), left_behind AS (
    UPDATE scenarios_stepvisit SET answered_at = %(now)s, result = 'gave_up'
    WHERE municipality_id = %(town)s AND run = ANY(%(others)s) AND result = ''
)
INSERT INTO scenarios_stepvisit
    (municipality_id, version_id, step, channel, run, reached_at, answered_at, result)
SELECT %(town)s, %(version)s, step, %(channel)s, %(run)s, %(now)s, %(now)s, 'answered'
FROM unnest(%(passed)s::text[]) AS step
UNION ALL
SELECT %(town)s, %(version)s, step, %(channel)s, %(run)s, %(now)s, NULL, ''
FROM unnest(%(asked)s::text[]) AS step
"""
_REOPEN = """
UPDATE scenarios_stepvisit SET answered_at = NULL, result = ''
WHERE id = (
    SELECT max(id) FROM scenarios_stepvisit
    WHERE municipality_id = %(town)s AND run = %(run)s AND step = %(step)s
) AND result = 'gave_up'
"""


def began(run: Run, definition: Definition, step: Step, *, others: Sequence[Run] = ()) -> None:
    """The first question of a run. `others`: the runs that were left for it."""
    _write(run, definition, step, result=Result.ANSWERED, others=others)


def went_on(
    run: Run, definition: Definition, before: State, step: Step, *, others: Sequence[Run] = ()
) -> None:
    """After an input to the run; `run.touched_at` is the moment."""
    after = step.state
    if before.status == "left" and after.status == "running":
        _reopen(run, after, others)
    elif before.status == "running" and after.status in ("left", "expired"):
        _write(run, definition, None, result=Result.GAVE_UP)
    elif before.status == "running" and (result := _result(definition, before, after)):
        _write(run, definition, step, result=result, others=others)


def _result(definition: Definition, before: State, after: State) -> Said | None:
    """What became of the question that stood; None while it still stands."""
    if before.visit == after.visit:
        return None
    answered = before.step in after.answers or before.step in after.trail
    if after.step == before.step:  # put once more, by the map page or in a loop
        return "answered" if answered else None
    if _is_way_back(before, after):
        return "back"
    in_a_loop = after.step in before.trail  # and what was said there is forgotten
    sent = isinstance(definition.by_id.get(before.step), Confirm)  # which keeps no answer
    return "answered" if answered or in_a_loop or sent else "back"


def _is_way_back(before: State, after: State) -> bool:
    """To a question that keeps its answer (one met again in a loop has lost it), or from a change
    that was called off."""
    if after.step in before.trail and after.step in after.answers:
        return True
    called_off = before.changing and not after.changing
    return called_off and before.answers.get(before.step) == after.answers.get(before.step)


def _write(
    run: Run,
    definition: Definition,
    step: Step | None,
    *,
    result: str,
    others: Sequence[Run] = (),
) -> None:
    passed, asked = _reached(definition, step) if step else ([], [])
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "town": current_town_id(),
                "run": run.key,
                "version": run.version_id,
                "channel": run.channel,
                "now": run.touched_at,
                "result": result,
                "others": [other.key for other in others],
                "passed": passed,
                "asked": asked,
            },
        )


def _reached(definition: Definition, step: Step) -> tuple[list[str], list[str]]:
    """Messages that were said, and an end; the question that stands now."""
    said = [p.step for p in step.prompts if _is_message(definition, p)]
    here = step.state.step
    if isinstance(definition.by_id.get(here), End):
        return [*said, here], []
    return said, [here]


def _is_message(definition: Definition, prompt: Prompt) -> bool:
    return isinstance(definition.by_id.get(prompt.step), Message)


def _reopen(run: Run, state: State, others: Sequence[Run]) -> None:
    """Taken up again: the question that stood was not the last after all."""
    with connection.cursor() as cursor:
        cursor.execute(_REOPEN, {"town": current_town_id(), "run": run.key, "step": state.step})
    if others:
        StepVisit.objects.filter(run__in=[other.key for other in others], result="").update(
            answered_at=run.touched_at, result=Result.GAVE_UP
        )


# ── a web form, measured by the browser ───────────────────────────────────────────────────────


def record_passage(
    version: ScenarioVersion | int,
    channel: str,
    visits: Iterable[object],
    *,
    ended_at: datetime | None = None,
) -> int:
    """What a browser says of one way through a form: `[(step, seconds, result), …]`, in order.

    Nothing of it is trusted: unknown steps, results and times that cannot be are left out; the
    first 300 count. `ended_at`: when it was sent (now). Returns how many were kept.
    """
    from kairan.scenarios.queries import definition_of

    version_id = version if isinstance(version, int) else version.pk
    definition = definition_of(version_id)
    believed = [seen for one in _first(visits) if (seen := _believed(definition, one))]
    moment = (ended_at or timezone.now()) - timedelta(seconds=sum(s for _, s, _ in believed))
    way, rows = uuid.uuid4(), []
    for step, seconds, result in believed:
        left = moment + timedelta(seconds=seconds)
        rows.append(
            StepVisit(
                version_id=version_id,
                step=step,
                channel=channel[:20],
                run=way,
                reached_at=moment,
                answered_at=left,
                result=result,
            )
        )
        moment = left
    StepVisit.objects.bulk_create(rows)
    return len(rows)


def _first(visits: Iterable[object]) -> Iterable[object]:
    """Anything may stand here: it came as JSON from somewhere."""
    if isinstance(visits, str | bytes | Mapping) or not isinstance(visits, Iterable):
        return []
    return [one for one, _place in zip(visits, range(MOST_VISITS), strict=False)]


def _believed(definition: Definition, visit: object) -> tuple[str, float, Said] | None:
    match visit:
        case [str(step), int() | float() as seconds, ("answered" | "back" | "gave_up") as result]:
            if step in definition.by_id and 0 <= seconds <= LONGEST_SECONDS:
                return step, float(seconds), result
    return None


# ── the figures ───────────────────────────────────────────────────────────────────────────────


class _Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def passage_of(
    scenario: Scenario,
    *,
    version: ScenarioVersion | int | None = None,
    since: datetime,
    until: datetime,
    channel: str | None = None,
) -> dict[str, Passage]:
    """By step id, of everybody who came to it in [since, until); one query.

    Without `version` all published ones together. Steps that nobody came to are missing.
    """
    rows = StepVisit.objects.filter(
        version__scenario=scenario,
        version__state=ScenarioVersion.Status.PUBLISHED,
        reached_at__gte=since,
        reached_at__lt=until,
    )
    if version is not None:
        rows = rows.filter(version=version)
    if channel:
        rows = rows.filter(channel=channel)
    seconds = Extract(F("answered_at") - F("reached_at"), "epoch")
    found = rows.values("step").annotate(
        reached=Count("run", distinct=True),
        answered=_people_who(Result.ANSWERED),
        went_back=_people_who(Result.BACK),
        gave_up=_people_who(Result.GAVE_UP),
        median_seconds=_Median(seconds, filter=Q(result=Result.ANSWERED)),
    )
    return {
        row["step"]: Passage(
            row["reached"],
            row["answered"],
            row["went_back"],
            row["gave_up"],
            row["median_seconds"],
        )
        for row in found
    }


def _people_who(result: str) -> Count:
    return Count("run", distinct=True, filter=Q(result=result))


def channels_of(scenario: Scenario) -> list[str]:
    """The channels by which anybody came, for the filter."""
    rows = StepVisit.objects.filter(version__scenario=scenario).values_list("channel", flat=True)
    return sorted(set(rows.distinct()))
