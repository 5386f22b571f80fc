# SPDX-License-Identifier: Apache-2.0
"""Handover: one verb, one transaction. The seat stays with all it has; its holder changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

import structlog
from django.db import transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.people import tasks
from kairan.people.models import Person
from kairan.people.positions.actions.seating import (
    PositionClosed,
    Suspended,
    end_tenure,
    first_code,
    locked,
    seat,
    take_away,
)
from kairan.people.positions.codes import FreshCode
from kairan.people.positions.models import PlannedHandover, Position, Tenure

MAX_READS_ON_DAYS = 90

log = structlog.get_logger(__name__)


class NotAPost(Exception):
    """A desk is not handed over: clerks come and go."""


class NobodyThere(Exception):
    """There is no holder to follow: then somebody is appointed."""


class SameHolder(Exception):
    """The successor is the holder."""


class BadLastDay(Exception):
    """Before the tenure began."""


class HandedOver(NamedTuple):
    """Done (``tenure``, and a code unless the successor is staff), or agreed on (``planned``)."""

    tenure: Tenure | None
    code: FreshCode | None
    planned: PlannedHandover | None


@transaction.atomic
def hand_over(
    *,
    acting: Actor,
    position: Position,
    successor: Person,
    last_day: date,
    reads_on_days: int = 0,
    expected: int | None = None,
) -> HandedOver:
    """Close the holder's tenure, revoke what it opened, seat the successor, give them a code.

    A ``last_day`` up to today: at once. A later one is planned, in place of an earlier plan, and
    the clock does it when that day is over. For ``reads_on_days`` the predecessor may read on.
    ``expected``: the id of the tenure that is meant to end; another holder is left alone.
    Raises ``NotAPost``, ``NobodyThere``, ``SameHolder``, ``BadLastDay``, ``Suspended``,
    ``PositionClosed``.
    """
    position = locked(position)
    tenure = _held(position)
    if expected is not None and tenure.pk != expected:
        raise NobodyThere
    _check(tenure, successor, last_day)
    PlannedHandover.objects.filter(position=position).delete()
    days = min(max(reads_on_days, 0), MAX_READS_ON_DAYS)
    if last_day > timezone.localdate():
        return _plan(acting, position, successor, last_day, days)
    predecessor: Person = tenure.person
    end_tenure(tenure, last_day=last_day, reads_until=_reads_until(days))
    starts_on = min(last_day + timedelta(days=1), timezone.localdate())
    new = seat(position, successor, starts_on)
    _record(acting, "position.handed_over", position, predecessor, successor, days)
    return HandedOver(new, first_code(acting, new), None)


@transaction.atomic
def call_off(*, acting: Actor, position: Position) -> None:
    """The planned handover does not take place."""
    position = locked(position)
    for plan in PlannedHandover.objects.filter(position=position).select_related("successor"):
        plan.delete()
        record(
            acting=acting,
            verb="position.handover_called_off",
            target=position,
            summary=f"{position.name} {plan.successor.name}",
        )


def keep_plans(*, acting: Actor) -> None:
    """Hand over what was planned for a day that is over; whoever planned it is told by mail."""
    due = PlannedHandover.objects.filter(last_day__lt=timezone.localdate())
    for plan in due.select_related("position", "successor").order_by("id"):
        _carry_out(acting, plan)


@transaction.atomic
def end_reading(*, acting: Actor) -> None:
    """Predecessors whose time of reading is over are signed out of everything."""
    over = Tenure.objects.select_for_update(of=("self",)).filter(
        ended_at__isnull=False, reads_until__lte=timezone.now()
    )
    for tenure in over.select_related("position", "person").order_by("id"):
        tenure.reads_until = None
        tenure.save(update_fields=["reads_until"])
        take_away(tenure.person)
        record(
            acting=acting,
            verb="position.reading_ended",
            target=tenure.position,
            summary=f"{tenure.position.name} {tenure.person.name}",
        )


def _held(position: Position) -> Tenure:
    if position.is_desk:
        raise NotAPost
    tenure = Tenure.objects.open().select_for_update().filter(position=position).first()
    if tenure is None:
        raise NobodyThere
    return tenure


def _check(tenure: Tenure, successor: Person, last_day: date) -> None:
    if tenure.person_id == successor.pk:
        raise SameHolder
    if last_day < tenure.starts_on:
        raise BadLastDay
    if not successor.is_active:
        raise Suspended


def _plan(
    acting: Actor, position: Position, successor: Person, last_day: date, days: int
) -> HandedOver:
    plan = PlannedHandover.objects.create(
        position=position,
        successor=successor,
        last_day=last_day,
        reads_on_days=days,
        planned_by=Person.objects.get(pk=acting.actor_id),
    )
    record(
        acting=acting,
        verb="position.handover_planned",
        target=position,
        summary=f"{position.name} {successor.name}",
        changes={"last_day": (None, last_day), "reads_on_days": (None, days)},
    )
    return HandedOver(None, None, plan)


def _carry_out(acting: Actor, plan: PlannedHandover) -> None:
    """A plan that cannot be kept (nobody there, successor suspended) ends, and is told of, too."""
    try:
        hand_over(
            acting=acting,
            position=plan.position,
            successor=plan.successor,
            last_day=plan.last_day,
            reads_on_days=plan.reads_on_days,
        )
        done = True
    except (PositionClosed, Suspended, NobodyThere, SameHolder, BadLastDay, NotAPost) as error:
        log.warning("handover.not_possible", position=plan.position_id, why=type(error).__name__)
        call_off_impossible(acting, plan)
        done = False
    tasks.mail_handover.defer(position_id=plan.position_id, person_id=plan.planned_by_id, done=done)


@transaction.atomic
def call_off_impossible(acting: Actor, plan: PlannedHandover) -> None:
    PlannedHandover.objects.filter(pk=plan.pk).delete()
    record(
        acting=acting,
        verb="position.handover_impossible",
        target=plan.position,
        summary=f"{plan.position.name} {plan.successor.name}",
    )


def _reads_until(days: int) -> datetime | None:
    return timezone.now() + timedelta(days=days) if days else None


def _record(
    acting: Actor,
    verb: str,
    position: Position,
    predecessor: Person,
    successor: Person,
    days: int,
) -> None:
    record(
        acting=acting,
        verb=verb,
        target=position,
        summary=f"{position.name}: {predecessor.name} → {successor.name}",
        changes={"holder": (predecessor.name, successor.name), "reads_on_days": (0, days)},
    )
