# SPDX-License-Identifier: Apache-2.0
"""Who sends, told by the session cookie, for the lane that has no Django request.

Django looks a session up once; for a few seconds it is known. What may have changed since (signed
out, suspended, another password, another holder) is asked of the database with each message.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import DisallowedHost
from django.db import close_old_connections
from django.http import HttpRequest

from kairan.municipalities.middleware import town_of
from kairan.municipalities.tenancy import town
from kairan.people.access import needs_second_factor
from kairan.people.models import Person

KNOWN_SECONDS = 30.0
MOST_KNOWN = 10_000


@dataclass(frozen=True)
class Sender:
    """Someone who is signed in. ``seal`` changes with their password and ends with their epoch."""

    town_id: int
    person_id: int
    session: str
    seal: str


_known: dict[tuple[str, str], tuple[float, Sender]] = {}


def known_sender(session_key: str, host: str) -> Sender | None:
    """Without a question to the database; None says nothing yet."""
    kept = _known.get((session_key, host))
    if kept is None or time.monotonic() - kept[0] > KNOWN_SECONDS:
        return None
    return kept[1]


def look_up(session_key: str, meta: Mapping[str, Any]) -> Sender | None:
    """As a page would see it, in a thread of Django's. ``meta``: WSGI's names of the headers."""
    close_old_connections()
    request = HttpRequest()
    request.META.update(meta)
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    try:
        here = town_of(request)
    except DisallowedHost:
        return None
    if here is None:
        return None
    request.town = here  # type: ignore[attr-defined]
    with town(here):
        person = get_user(request)
        if not isinstance(person, Person) or not person.is_active:
            return None
        request.user = person
        if person.is_staff_member() and needs_second_factor(request, person):
            return None
    sender = Sender(here.pk, person.pk, session_key, seal_of(person))
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[session_key, str(meta.get("HTTP_HOST", ""))] = time.monotonic(), sender
    return sender


def seal_of(person: Person) -> str:
    """What ``talk_store`` compares: no secret of its own, and never sent anywhere."""
    fingerprint = md5(person.password.encode(), usedforsecurity=False).hexdigest()
    return f"{person.session_epoch}:{fingerprint}"
