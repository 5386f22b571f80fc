# SPDX-License-Identifier: Apache-2.0
"""Addresses of our own pages that belong to a report being made: the map, the contact details."""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from kairan.conversations.rendering import PageAddress
from kairan.line.events import LocationMessage
from kairan.municipalities.links import public_link
from kairan.scenarios.inputs import PositionGiven
from kairan.scenarios.located import placed
from kairan.scenarios.models import Run
from kairan.scenarios.prompts import WebPage
from kairan.scenarios.queries import run_by_key

_SALT = "kairan.conversations.run"
# Seconds: longer than a dialogue lives.
LINK_LIFE = 7 * 24 * 3600


def address_for(run: Run) -> PageAddress:
    """The secret link to a page of the run: signed, and of use to nobody else."""
    key = signing.dumps(str(run.key), salt=_SALT)

    def address(page: WebPage) -> str:
        return public_link(f"/talk/{key}/{page.purpose}/{page.step}/")

    return address


def run_of(link: str) -> Run | None:
    """The run behind a link; None for a forged or an old one, and for another town's."""
    try:
        key = UUID(signing.loads(link, salt=_SALT, max_age=LINK_LIFE))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
    return run_by_key(key)


def position_of(message: LocationMessage) -> PositionGiven:
    return placed(message.longitude, message.latitude, title=message.title, address=message.address)
