# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from kairan.municipalities.jobs import town_task

PRIORITY = 5


def lock_of(channel_id: int) -> str:
    """One job at a time talks to LINE about a channel's menus."""
    return f"line-menus:{channel_id}"


@town_task(queue="line", retry=3)
def apply_menus(*, channel_id: int) -> None:
    from kairan.line.menus.applying import work

    work(channel_id)


@town_task(queue="line", retry=5)
def apply_menu_of(*, channel_id: int, user_id: str) -> None:
    from kairan.line.menus.applying import work_one

    work_one(channel_id, user_id)
