# SPDX-License-Identifier: Apache-2.0
"""A signed ticket says which notices its bearer may see, so that a stream needs no session."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

LIFETIME = timedelta(hours=12)
PERSON_TOPIC = "person:"
_SALT = "kairan.realtime.ticket"


class BadTicket(Exception):
    """Forged, damaged, signed with another key, or too old."""


@dataclass(frozen=True)
class Ticket:
    town_id: int
    person_id: int
    topics: frozenset[str]
    issued: float  # seconds since 1970
    # What else the person may follow is looked up when the stream is opened, and may change while
    # it is open (``Hub.grant``, ``Hub.revoke``).
    is_live: bool = False
    # Of a live one: the device's session, sealed. Its stream ends with it, in every process.
    session: str = ""


def issue(
    *,
    town_id: int,
    person_id: int,
    topics: Iterable[str] = (),
    is_live: bool = False,
    session: str = "",
) -> str:
    """A ticket for these topics, and always for the person's own. ``session`` comes sealed."""
    wanted = sorted({*topics, person_topic(person_id)})
    content: dict[str, object] = {"m": town_id, "p": person_id, "t": wanted}
    content["i"] = round(time.time(), 3)
    if is_live:
        content |= {"l": 1, "s": session}
    return signing.dumps(content, salt=_SALT, compress=True)


def read(written: str) -> Ticket:
    """Raises ``BadTicket``."""
    try:
        content = signing.loads(written, salt=_SALT, max_age=LIFETIME)
        return Ticket(
            content["m"],
            content["p"],
            frozenset(content["t"]),
            content["i"],
            bool(content.get("l")),
            content.get("s", ""),
        )
    except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
        raise BadTicket from error


def person_topic(person_id: int) -> str:
    return f"{PERSON_TOPIC}{person_id}"
