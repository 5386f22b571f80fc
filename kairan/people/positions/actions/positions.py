# SPDX-License-Identifier: Apache-2.0
"""The seats themselves: made, changed, closed and opened again, never deleted."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.municipalities.models import Area, Department
from kairan.people.positions.actions.seating import end_tenure, tell
from kairan.people.positions.models import PlannedHandover, Position, Tenure

FIELDS = ("name", "title", "area", "department", "phone", "place")


class NameTaken(Exception):
    """An open position of this town has the name already."""


@transaction.atomic
def create_position(
    *,
    acting: Actor,
    kind: str,
    name: str,
    title: str = "",
    area: Area | None = None,
    department: Department | None = None,
    phone: str = "",
    place: int = 0,
) -> Position:
    """An empty seat. Raises ``NameTaken``."""
    position = Position(
        kind=kind,
        name=name,
        title=title,
        area=area,
        department=department,
        phone=phone,
        place=place,
    )
    _write(position)
    record(acting=acting, verb="position.created", target=position, summary=name)
    return position


@transaction.atomic
def change_position(
    *,
    acting: Actor,
    position: Position,
    name: str,
    title: str,
    area: Area | None,
    department: Department | None,
    phone: str,
    place: int,
) -> None:
    """What it is called and where it stands; its kind stays. Raises ``NameTaken``."""
    new = dict(zip(FIELDS, (name, title, area, department, phone, place), strict=True))
    position = Position.objects.select_for_update().get(pk=position.pk)
    changes = {
        field: (getattr(position, field), value)
        for field, value in new.items()
        if getattr(position, field) != value
    }
    if not changes:
        return
    for field in changes:
        setattr(position, field, new[field])
    _write(position, *changes)
    record(acting=acting, verb="position.changed", target=position, summary=name, changes=changes)
    tell(position)


@transaction.atomic
def close_position(*, acting: Actor, position: Position) -> None:
    """Nobody sits there any more; what was written there stays. Who has no other seat is out."""
    position = Position.objects.select_for_update().get(pk=position.pk)
    if position.closed_at:
        return
    position.closed_at = timezone.now()
    position.save(update_fields=["closed_at"])
    PlannedHandover.objects.filter(position=position).delete()
    for tenure in Tenure.objects.reading().filter(position=position).order_by("id"):
        end_tenure(tenure, last_day=timezone.localdate())
    record(acting=acting, verb="position.closed", target=position, summary=position.name)
    tell(position)


@transaction.atomic
def reopen_position(*, acting: Actor, position: Position) -> None:
    """The seat is there again, empty. Raises ``NameTaken``."""
    position = Position.objects.select_for_update().get(pk=position.pk)
    if not position.closed_at:
        return
    position.closed_at = None
    _write(position, "closed_at")
    record(acting=acting, verb="position.reopened", target=position, summary=position.name)


def _write(position: Position, *fields: str) -> None:
    try:
        with transaction.atomic():
            position.save(update_fields=fields or None)
    except IntegrityError as error:
        raise NameTaken from error
