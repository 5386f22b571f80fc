# SPDX-License-Identifier: Apache-2.0
"""Photos sent together come as separate events, in any order: they get one answer.

The set is complete when as many have come as LINE announced. When some never come, a job answers
for the others after a few seconds; so do the resident's next words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kairan.conversations.talk import Talk
from kairan.conversations.tasks import answer_photo_set
from kairan.line.events import ImageMessage

PATIENCE = timedelta(seconds=8)
# LINE sends up to 20 at once; a set that claims more is none.
LARGEST = 50


@dataclass(frozen=True)
class Ready:
    """Photos to be given together, and what to say about those that could not be kept."""

    refs: tuple[str, ...]
    problems: tuple[str, ...]


def arrived(talk: Talk, message: ImageMessage, ref: str) -> None:
    kept = _of(talk, message)
    kept["refs"] = [*dict.fromkeys([*kept["refs"], ref])]
    _count(talk, kept, message)


def failed(talk: Talk, message: ImageMessage, problem: str) -> None:
    kept = _of(talk, message)
    kept["problems"] = [*dict.fromkeys([*kept["problems"], problem])]
    _count(talk, kept, message)


def take_if_complete(talk: Talk) -> Ready | None:
    kept = talk.dialogue.memory.get("photos")
    if kept is None or len(kept["seen"]) < kept["total"]:
        return None
    return take(talk)


def take(talk: Talk) -> Ready | None:
    """What has come of the set so far; the set is closed. None: there is none."""
    kept = talk.dialogue.memory.get("photos")
    if kept is None:
        return None
    talk.remember(photos=None)
    return Ready(tuple(kept["refs"]), tuple(kept["problems"]))


def is_open(talk: Talk, set_id: str) -> bool:
    kept = talk.dialogue.memory.get("photos")
    return kept is not None and kept["id"] == set_id


def _of(talk: Talk, message: ImageMessage) -> dict[str, Any]:
    """The set being collected; photos of another one join it, and both are answered together."""
    kept = dict(talk.dialogue.memory.get("photos") or {})
    announced = message.image_set
    total = announced.total if announced else None
    size = total if total is not None and 1 <= total <= LARGEST else 1
    if kept and announced and kept["id"] == announced.id:
        return kept
    set_id = announced.id if announced else message.id
    if kept:
        return {**kept, "id": set_id, "total": kept["total"] + size}
    if size > 1:
        answer_photo_set.defer(
            schedule_at=talk.now + PATIENCE,
            channel_id=talk.friend.channel_id,
            user_id=talk.friend.user_id,
            set_id=set_id,
        )
    return {"id": set_id, "total": size, "seen": [], "refs": [], "problems": []}


def _count(talk: Talk, kept: dict[str, Any], message: ImageMessage) -> None:
    kept["seen"] = [*dict.fromkeys([*kept["seen"], message.id])]
    talk.remember(photos=kept)
