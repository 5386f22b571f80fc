# SPDX-License-Identifier: Apache-2.0
"""What open screens are told."""

from __future__ import annotations

from kairan.intake.models import IncomingMail
from kairan.realtime import publish

# Mails have no department yet: every clerk of the town works through them.
TOPIC = "intake"


def mail_changed(mail: IncomingMail) -> None:
    publish([TOPIC], "mail_in", id=mail.pk)
