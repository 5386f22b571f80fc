# SPDX-License-Identifier: Apache-2.0
"""The clock: menus begin and end at their hour, and work that was left is taken up."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kairan.line.menus.models import MenuDesk
from kairan.line.menus.queries import due_now
from kairan.line.menus.rules import key_of
from kairan.line.tasks import apply_menus, lock_of
from kairan.municipalities.jobs import every_town

# Nothing heard of a working job for so long: its worker is gone.
SILENCE = timedelta(minutes=2)


@every_town(cron="* * * * *")
def swap_menus() -> None:
    """A job for each channel whose menus should be others by now."""
    for desk in MenuDesk.objects.select_related("channel"):
        if _is_left(desk) or _is_outdated(desk):
            lock = lock_of(desk.channel_id)
            apply_menus.defer(lock=lock, channel_id=desk.channel_id)


def _is_outdated(desk: MenuDesk) -> bool:
    return desk.state == MenuDesk.State.DONE and key_of(due_now(desk.channel)) != desk.applied


def _is_left(desk: MenuDesk) -> bool:
    """Begun, and not heard of since; or the time to try again has long gone by."""
    since = {
        MenuDesk.State.WORKING: desk.touched_at,
        MenuDesk.State.WAITING: desk.retry_at or desk.touched_at,
    }.get(MenuDesk.State(desk.state))
    return since is not None and timezone.now() - since > SILENCE
