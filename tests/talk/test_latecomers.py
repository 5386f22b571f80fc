# SPDX-License-Identifier: Apache-2.0
"""What streams tell everybody holds nothing that one of them may not see."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from kairan.talk.actions import rooms
from kairan.talk.models import Message
from kairan.talk.shape import MESSAGES, for_everybody
from tests.talk.ward import Ward


def test_a_quotation_from_before_their_time_has_no_text(ward: Ward) -> None:
    before = ward.said(ward.clerk, "前の話")
    assert _told(ward.said(ward.hana, "はい", answers=before.pk))["answers"]["text"] == "前の話"
    _ume_joins_late(ward)
    answer = _told(ward.said(ward.hana, "はい", answers=before.pk))
    assert (answer["text"], answer["answers"]["text"]) == ("はい", "")
    assert "hidden_upto" not in answer["answers"]


def test_a_change_of_an_old_message_is_told_to_those_who_see_it(ward: Ward) -> None:
    old = ward.said(ward.clerk, "前の話")
    assert _topics(ward, old) == {f"room:{ward.council.pk}"}
    _ume_joins_late(ward)
    seeing = {ward.desk.pk, ward.hana_seat.pk, ward.jiro_seat.pk}
    assert _topics(ward, old) == {f"position:{seat}" for seat in seeing}
    assert _topics(ward, ward.said(ward.clerk, "今の話")) == {f"room:{ward.council.pk}"}


def _ume_joins_late(ward: Ward) -> None:
    rooms.set_history(acting=ward.clerk, room=ward.council, shows_history=False)
    rooms.add(acting=ward.clerk, room=ward.council, positions=[ward.ume_seat.pk])


def _told(message: Message) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(MESSAGES, [[message.pk]])
        [(found,)] = cursor.fetchall()
    return for_everybody(json.loads(found) if isinstance(found, str) else found)


def _topics(ward: Ward, message: Message) -> set[str]:
    """To whom a reaction to the message is told."""
    with CaptureQueriesContext(connection) as asked:
        ward.phone(ward.hana).done(f"messages/{message.pk}/react", mark="good")
    [notice] = [one["sql"] for one in asked if "talk.changed" in one["sql"]]
    return set(json.loads(notice[notice.index("{") : notice.rindex("}") + 1])["topics"])
