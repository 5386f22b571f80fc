# SPDX-License-Identifier: Apache-2.0
"""The clock as a user: the mailbox is asked, and what was dealt with is forgotten."""

from __future__ import annotations

from kairan.audit.actors import CLOCK
from kairan.intake import actions, polling
from kairan.municipalities.jobs import every_town


@every_town(cron="* * * * *")
def ask_the_mailbox() -> None:
    polling.poll()


@every_town(cron="37 3 * * *")
def forget_old_mails() -> None:
    actions.forget_old(acting=CLOCK)
    actions.forget_uploads(acting=CLOCK)
