# SPDX-License-Identifier: Apache-2.0
"""How people passed through the questions of the last weeks: most to the end, some not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from kairan.scenarios.definition import Branch, Definition, End, Message
from kairan.scenarios.models import Scenario
from kairan.scenarios.passage import record_passage
from kairan.scenarios.queries import definition_of

WAYS = {"road": 40, "street_light": 30, "park": 15}
DAYS = 60
# Of those who come to a question of this type, how many give up there, and how long it takes.
LOST = {"photos": 0.12, "position": 0.08, "contact": 0.1, "confirm": 0.03}
SECONDS = {"photos": 40, "position": 25, "text": 30, "confirm": 12}


def make_passages() -> None:
    dice = random.Random(20260401)  # noqa: S311 — a demo shall look the same each time
    now = timezone.now()
    for scenario in Scenario.objects.filter(key__in=WAYS, published__isnull=False):
        version = scenario.published_id or 0
        definition = definition_of(version)
        for _way in range(WAYS[scenario.key]):
            ended_at = now - timedelta(hours=dice.randrange(1, 24 * DAYS))
            channel = dice.choice(["line", "line", "line", "web"])
            record_passage(version, channel, _visits(definition, dice), ended_at=ended_at)


def _visits(definition: Definition, dice: random.Random) -> Iterator[tuple[str, float, str]]:
    """Down the middle of the questions, to the end or to where somebody had enough."""
    step_id: str | None = definition.first
    for _hop in definition.steps:
        step = definition.by_id.get(step_id or "")
        if step is None:
            return
        seconds = round(SECONDS.get(step.type, 8) * dice.lognormvariate(0, 0.6), 1)
        if isinstance(step, End | Message):
            yield step.id, 0, "answered"
        elif not isinstance(step, Branch):
            if dice.random() < 0.05:
                yield step.id, seconds, "back"
            if dice.random() < LOST.get(step.type, 0.02):
                yield step.id, seconds, "gave_up"
                return
            yield step.id, seconds, "answered"
        step_id = definition.onward(step)
