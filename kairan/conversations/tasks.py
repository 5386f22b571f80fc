# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from kairan.municipalities.jobs import town_task


# Deferred by the database function ``conversations_receive``, which names it.
@town_task(queue="inbox", retry=3)
def work_inbox(*, channel_id: int, user_id: str) -> None:
    from kairan.conversations.inbox import work

    work(channel_id, user_id)


@town_task(queue="inbox", retry=3)
def answer_photo_set(*, channel_id: int, user_id: str, set_id: str) -> None:
    """Some photos of a set never came: answer for those that did."""
    from kairan.conversations.latecomers import answer_incomplete

    answer_incomplete(channel_id, user_id, set_id)
