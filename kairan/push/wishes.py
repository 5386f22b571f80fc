# SPDX-License-Identifier: Apache-2.0
"""How somebody wants to be woken; and when, by the clocks of Japan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from kairan.push.models import PushSetting

JAPAN = ZoneInfo("Asia/Tokyo")


def wishes_of(person_id: int) -> PushSetting:
    """As chosen; else as it is for everybody who has chosen nothing (not stored)."""
    return wishes_of_all([person_id])[person_id]


def wishes_of_all(person_ids: Iterable[int]) -> dict[int, PushSetting]:
    wanted = set(person_ids)
    chosen = {one.person_id: one for one in PushSetting.objects.filter(person_id__in=wanted)}
    return {key: chosen.get(key) or PushSetting(person_id=key) for key in wanted}


def change_wishes(
    *,
    person_id: int,
    quiet_from: time | None,
    quiet_until: time | None,
    mail_after: int | None,
    hides_words: bool,
) -> PushSetting:
    """Quiet hours need both their ends; with one alone, or both the same, there are none."""
    is_quiet = None not in (quiet_from, quiet_until) and quiet_from != quiet_until
    setting, _made = PushSetting.objects.update_or_create(
        person_id=person_id,
        defaults={
            "quiet_from": quiet_from if is_quiet else None,
            "quiet_until": quiet_until if is_quiet else None,
            "mail_after": mail_after,
            "hides_words": hides_words,
        },
    )
    return setting


def quiet_until(wishes: PushSetting, now: datetime) -> datetime | None:
    """The end of the quiet hours that ``now`` lies in; None when it lies in none."""
    begin, end = wishes.quiet_from, wishes.quiet_until
    if begin is None or end is None:
        return None
    here = now.astimezone(JAPAN)
    clock = here.time()
    over_midnight = begin > end
    inside = (clock >= begin or clock < end) if over_midnight else begin <= clock < end
    if not inside:
        return None
    day = here.date() + timedelta(days=1 if over_midnight and clock >= begin else 0)
    return datetime.combine(day, end, JAPAN)
