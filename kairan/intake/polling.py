# SPDX-License-Identifier: Apache-2.0
"""Asking the town's mailbox, and remembering how that went for the page of mails."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from kairan.intake.receiving import MOST_BYTES, receive
from kairan.mail import mailbox
from kairan.municipalities.tenancy import current_town

log = structlog.get_logger(__name__)

_KEPT = 7 * 24 * 3600


def poll() -> int:
    """How many mails were taken; 0 where the mailbox is another town's or none is set."""
    if not mailbox.is_configured() or not _is_ours():
        return 0
    try:
        taken = mailbox.take_new(_take, largest=MOST_BYTES)
    except mailbox.MailboxUnreachable as error:
        log.warning("intake.mailbox_unreachable", error=str(error))
        cache.add(_key("trouble"), timezone.now(), _KEPT)
        return 0
    cache.delete(_key("trouble"))
    return taken


def in_trouble_since() -> datetime | None:
    """Since when the mailbox has not answered; None where all is well or none is set."""
    since: datetime | None = cache.get(_key("trouble")) if mailbox.is_configured() else None
    return since


def _take(content: bytes, size: int) -> None:
    receive(content, size=size)


def _is_ours() -> bool:
    here = current_town()
    return here.name == settings.MAIL_IN_TOWN if settings.MAIL_IN_TOWN else here.is_default


def _key(name: str) -> str:
    return f"intake:{current_town().pk}:{name}"
