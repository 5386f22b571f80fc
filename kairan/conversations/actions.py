# SPDX-License-Identifier: Apache-2.0
"""What residents do outside the talk and the clock does inside it; the talk hears of it."""

from __future__ import annotations

from django.db import transaction

from kairan.conversations import reporting
from kairan.conversations.models import Dialogue
from kairan.conversations.speaking import plan_unasked, save, talk_without_event
from kairan.lib.language import speaking
from kairan.residents.models import Friend
from kairan.scenarios.inputs import PositionRefined
from kairan.scenarios.located import placed
from kairan.scenarios.models import Run


def set_position(*, run: Run, step: str, longitude: float, latitude: float) -> bool:
    """The map page has set where it is; the talk goes on from there. False: there is no talk."""
    friend = Friend.objects.filter(resident=run.resident).select_related("resident").first()
    if run.resident is None or friend is None:
        return False
    with transaction.atomic(), speaking(friend.resident.language):
        talk = talk_without_event(friend)
        if talk.dialogue.run is None or talk.dialogue.run.pk != run.pk:
            return False
        talk.dialogue.kind = Dialogue.Kind.REPORTING
        given = PositionRefined(step, placed(longitude, latitude))
        reporting.go_on(talk, given)
        save(talk)
        state = talk.dialogue.run.parsed_state
        once = f"position:{run.key}:{state.visit}:{longitude:.6f}:{latitude:.6f}"
        plan_unasked(talk, purpose="answer", once=once, queue=True)
    return True
