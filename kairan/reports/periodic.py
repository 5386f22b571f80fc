# SPDX-License-Identifier: Apache-2.0
"""The clock as a user."""

from __future__ import annotations

from kairan.audit.actors import CLOCK
from kairan.municipalities.jobs import every_town
from kairan.reports import escalation, handover_work, keeping, notices, tallying


@every_town(cron="*/5 * * * *")
def send_waiting_notices() -> None:
    """Digests, and what waited for the town hall to open."""
    notices.send_waiting(acting=CLOCK)


@every_town(cron="7,27,47 1-4 * * *")
def forget() -> None:
    """What was kept long enough goes, by night and in parts."""
    keeping.forget_what_is_old(acting=CLOCK)


@every_town(cron="* * * * *")
def hand_over_what_is_due() -> None:
    """Tries that were put off or left behind, and looks at other systems' answers."""
    handover_work.sweep()


@every_town(cron="* * * * * */20")
def tally() -> None:
    """Numbers are never older than a minute: three times in each."""
    tallying.tally_what_changed()


@every_town(cron="12 * * * *")
def escalate_overdue() -> None:
    """What stays overdue is carried upwards, once a step."""
    escalation.escalate_overdue(acting=CLOCK)
