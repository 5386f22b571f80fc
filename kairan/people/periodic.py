# SPDX-License-Identifier: Apache-2.0
"""The clock as a user."""

from __future__ import annotations

from kairan.audit.actors import CLOCK
from kairan.municipalities.jobs import every_town
from kairan.people.positions import guessing
from kairan.people.positions.actions import end_reading, keep_plans
from kairan.people.positions.codes import forget_old


@every_town(cron="* * * * *")
def hand_over() -> None:
    """A planned handover takes place when its last day is over; reading on ends to the minute."""
    keep_plans(acting=CLOCK)
    end_reading(acting=CLOCK)


@every_town(cron="41 3 * * *")
def forget() -> None:
    """Old guesses, screens that waited, and codes that people made for themselves."""
    guessing.forget_old()
    forget_old()
