# SPDX-License-Identifier: Apache-2.0
"""The clock as a user."""

from __future__ import annotations

from kairan.audit.actors import CLOCK
from kairan.municipalities.jobs import every_town
from kairan.reports import notices


@every_town(cron="*/5 * * * *")
def send_waiting_notices() -> None:
    """Digests, and what waited for the town hall to open."""
    notices.send_waiting(acting=CLOCK)
