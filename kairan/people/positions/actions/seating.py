# SPDX-License-Identifier: Apache-2.0
"""Who sits down and who gets up: the first holder of a post, the clerks of a desk."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.people.models import Membership, Person
from kairan.people.positions.actions.codes import NoCodeNeeded, issue_code, withdraw_codes
from kairan.people.positions.codes import FreshCode
from kairan.people.positions.holding import seats_of
from kairan.people.positions.models import DeviceRequest, Position, Tenure
from kairan.people.sessions import revoke
from kairan.people.streams import end_streams
from kairan.realtime import publish


class AlreadyHeld(Exception):
    """Somebody holds the post: then it is handed over, not given."""


class AlreadySits(Exception):
    """The person is at the desk already."""


class NotStaff(Exception):
    """At a desk sit members of staff: they have a sign-in of their own."""


class PositionClosed(Exception):
    """Nobody can sit there."""


class Suspended(Exception):
    """Who may not come in at all cannot hold a seat."""


class Seated(NamedTuple):
    tenure: Tenure
    # None for staff, who sign in as always.
    code: FreshCode | None


@transaction.atomic
def appoint(
    *,
    acting: Actor,
    position: Position,
    person: Person,
    starts_on: date | None = None,
    with_code: bool = True,
) -> Seated:
    """Give an empty post its holder, who gets a one-time code, or a desk one more clerk.

    Raises ``AlreadyHeld``, ``AlreadySits``, ``NotStaff``, ``PositionClosed``, ``Suspended``.
    """
    position = locked(position)
    tenure = seat(position, person, starts_on or timezone.localdate())
    record(
        acting=acting,
        verb="position.appointed",
        target=position,
        summary=f"{position.name} {person.name}",
        changes={"holder": (None, person.name)},
    )
    return Seated(tenure, first_code(acting, tenure) if with_code else None)


@transaction.atomic
def release(*, acting: Actor, tenure: Tenure) -> None:
    """Somebody leaves a seat, and nobody follows (yet): a clerk a desk, a holder a post."""
    position = locked(tenure.position)
    tenure = Tenure.objects.select_for_update().get(pk=tenure.pk)
    if tenure.ended_at:
        return
    end_tenure(tenure, last_day=timezone.localdate())
    record(
        acting=acting,
        verb="position.released",
        target=position,
        summary=f"{position.name} {tenure.person.name}",
        changes={"holder": (tenure.person.name, None)},
    )
    tell(position)


def locked(position: Position) -> Position:
    """Raises ``PositionClosed``. Handovers of one position come one after the other."""
    position = Position.objects.select_for_update().get(pk=position.pk)
    if position.closed_at:
        raise PositionClosed
    return position


def seat(position: Position, person: Person, starts_on: date) -> Tenure:
    """An open tenure; pages of the person that are open already learn of it."""
    if not Person.objects.active().filter(pk=person.pk).exists():
        raise Suspended
    if position.is_desk and not Membership.objects.filter(person=person).exists():
        raise NotStaff
    try:
        with transaction.atomic():
            tenure = Tenure.objects.create(
                position=position,
                person=person,
                starts_on=starts_on,
                is_post=not position.is_desk,
            )
    except IntegrityError as error:
        raise (AlreadySits if position.is_desk else AlreadyHeld) from error
    end_streams(person, "person.roles_changed")
    tell(position)
    return tenure


def first_code(acting: Actor, tenure: Tenure) -> FreshCode | None:
    try:
        return issue_code(acting=acting, tenure=tenure)
    except NoCodeNeeded:
        return None


def end_tenure(tenure: Tenure, *, last_day: date, reads_until: datetime | None = None) -> None:
    """Nothing is written any more from now on; without ``reads_until`` nothing read either.

    Who is left without any seat and any role is signed out of everything in the same transaction.
    """
    if not tenure.ended_at:
        tenure.ended_at, tenure.last_day = timezone.now(), last_day
    tenure.reads_until = reads_until
    tenure.save(update_fields=["ended_at", "last_day", "reads_until"])
    withdraw_codes(tenure.person)
    waiting = DeviceRequest.objects.filter(approved_by=tenure.person, used_at=None)
    waiting.update(refused_at=timezone.now())
    take_away(tenure.person)


def take_away(person: Person) -> None:
    """After a seat was lost: everything is revoked, unless another seat or a role is left."""
    if Membership.objects.filter(person=person).exists() or seats_of(person):
        end_streams(person, "person.roles_changed")
    else:
        revoke(person)


def tell(position: Position) -> None:
    """Pages of its holders ask anew."""
    publish([f"position:{position.pk}"], "position.changed", position=position.pk)
