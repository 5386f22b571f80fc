# SPDX-License-Identifier: Apache-2.0
"""Devices: a new one is let in by its owner's phone, any of them is signed out."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import NamedTuple

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.people.models import Person
from kairan.people.positions.actions.codes import Spent
from kairan.people.positions.codes import hash_of, new_secret
from kairan.people.positions.holding import seats_of
from kairan.people.positions.models import DeviceRequest
from kairan.people.sessions import device_name, end_session

LIFETIME = timedelta(minutes=5)
MAX_USER_AGENT = 300


class Asked(NamedTuple):
    request: DeviceRequest
    secret: str


def ask_to_join(*, user_agent: str) -> Asked:
    """A screen waits for five minutes until somebody lets it in."""
    secret = new_secret()
    asked = DeviceRequest.objects.create(
        secret_hash=hash_of(secret),
        check_digits=f"{secrets.randbelow(10_000):04d}",
        user_agent=user_agent[:MAX_USER_AGENT],
        expires_at=timezone.now() + LIFETIME,
    )
    return Asked(asked, secret)


@transaction.atomic
def decide_joining(*, acting: Person, asked: DeviceRequest, let_in: bool) -> None:
    """The owner's phone says yes or no, once. Raises ``Spent``."""
    asked = _locked(asked)
    if asked.approved_at or asked.refused_at:
        raise Spent("used")
    if asked.expires_at <= timezone.now():
        raise Spent("expired")
    if let_in:
        asked.approved_by, asked.approved_at = acting, timezone.now()
    else:
        asked.refused_at = timezone.now()
    asked.save(update_fields=["approved_by", "approved_at", "refused_at"])
    record(
        acting=acting,
        verb="device.approved" if let_in else "device.refused",
        target=acting,
        summary=device_name(asked.user_agent),
    )


@transaction.atomic
def join(*, asked: DeviceRequest) -> Person | None:
    """Whose device the waiting screen is now; None while nobody has said yes.

    Raises ``Spent`` where nobody will: refused, used, too late, or the owner is out.
    """
    asked = _locked(asked)
    if asked.refused_at:
        raise Spent("withdrawn")
    if asked.used_at:
        raise Spent("used")
    if asked.expires_at <= timezone.now():
        raise Spent("expired")
    if asked.approved_by_id is None:
        return None
    person = Person.objects.active().filter(pk=asked.approved_by_id).first()
    if person is None or not seats_of(person):
        raise Spent("withdrawn")
    asked.used_at = timezone.now()
    asked.save(update_fields=["used_at"])
    return person  # type: ignore[no-any-return]


@transaction.atomic
def end_device(*, acting: Actor, session: UserSession) -> None:
    """Somebody signs out a device: their own, or as the office that of anybody."""
    person: Person = session.user
    end_session(session)
    record(
        acting=acting,
        verb="device.signed_out",
        target=person,
        summary=f"{person.name} {device_name(session.user_agent)}",
    )


def _locked(asked: DeviceRequest) -> DeviceRequest:
    return DeviceRequest.objects.select_for_update(of=("self",)).get(pk=asked.pk)
