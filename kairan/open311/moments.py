# SPDX-License-Identifier: Apache-2.0
"""Moments as the specification wants them: W3C's date and time, always with its offset."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.open311.errors import wrong

_WHOLE = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(?P<offset>Z|[+-]\d{2}:\d{2})?"
)
# An address in which "+" was not written as %2B.
_LOST_PLUS = re.compile(r"(?<=:\d{2}) (?=\d{2}:\d{2}$)|(?<=\.\d{3}) (?=\d{2}:\d{2}$)")
EXAMPLE = "2026-04-01T00:00:00+09:00"


def read_moment(name: str, written: str) -> datetime:
    """Raises ``Refused`` with words that say what is missing."""
    text = _LOST_PLUS.sub("+", written.strip())
    found = _WHOLE.fullmatch(text)
    if found is None:
        raise wrong(
            _("{name} は {example} の形で、日付・時刻・時差を書いてください。").format(
                name=name, example=EXAMPLE
            )
        )
    if not found["offset"]:
        raise wrong(
            _("{name} に時差がありません。{example} か、末尾が Z の形で書いてください。").format(
                name=name, example=EXAMPLE
            )
        )
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise wrong(_("{name} にそのような日時はありません。").format(name=name)) from error


def write_moment(moment: datetime | None) -> str | None:
    """To the second, on the town's clock, with its offset."""
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
