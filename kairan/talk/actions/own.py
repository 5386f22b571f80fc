# SPDX-License-Identifier: Apache-2.0
"""What a person keeps about a room for themselves, on all their devices."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from kairan.people.models import Person
from kairan.talk import events
from kairan.talk.access import Here, ask
from kairan.talk.checking import fit_text
from kairan.talk.models import RoomSetting


def keep_draft(*, acting: Person, here: Here, text: str) -> None:
    """The last one that arrives counts. Raises ``Unfit``, ``PermissionDenied``."""
    ask(here.may_say, "")
    kept = fit_text(text)
    with transaction.atomic():
        RoomSetting.objects.update_or_create(
            room=here.room,
            person=acting,
            defaults={"draft": kept, "draft_at": timezone.now() if kept else None},
        )
        events.settings_changed(here.room.pk, acting)


def mute(*, acting: Person, here: Here, muted: bool) -> None:
    """A quiet room is counted, and wakes nobody."""
    with transaction.atomic():
        RoomSetting.objects.update_or_create(
            room=here.room, person=acting, defaults={"muted": muted}
        )
        events.settings_changed(here.room.pk, acting)
