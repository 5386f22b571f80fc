# SPDX-License-Identifier: Apache-2.0
"""A report from the web form whose resident hears by mail, and the mini-app's channel."""

from __future__ import annotations

import uuid

from kairan.line.models import LineChannel
from kairan.portal.arriving import Arrived, GivenContact, arrive
from kairan.portal.models import MiniApp
from kairan.scenarios.models import Scenario
from kairan.scenarios.queries import definition_of

_ANSWERS = {
    "state": "blinking",
    "place": {"lon": 130.7075, "lat": 32.8031, "typed": "通町筋の電停前"},
    "number": "中-0815",
    "photos": None,
}


def make_web() -> None:
    """Needs the published scenarios. In the stand-in one channel is messaging and login."""
    channel = LineChannel.objects.get()
    MiniApp.objects.get_or_create(
        channel=channel, defaults={"login_channel_id": channel.channel_id}
    )
    scenario = Scenario.objects.offered().filter(key="street_light").first()
    if scenario is None or scenario.published_id is None:
        return
    arrived = Arrived(
        run=uuid.uuid4(),
        version=scenario.published_id,
        answers=_ANSWERS,
        contact=GivenContact(name="通町 光", email="hikari@example.jp", news=True),
        visits=[["state", 6, "answered"], ["place", 31, "answered"], ["number", 12, "answered"]],
    )
    arrive(arrived, definition_of(scenario.published_id), resident=None)
