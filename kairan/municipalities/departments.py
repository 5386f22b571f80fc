# SPDX-License-Identifier: Apache-2.0
"""Verbs on departments. ``municipalities.actions`` hands them out with the others."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.municipalities.models import Area, Coverage, Department

_FIELDS = ("name", "phone", "email", "position")


class NameTaken(Exception):
    """An open department has this name already."""


class InsideItself(Exception):
    """A department cannot stand below itself or below one of its own."""


class HasDepartmentsBelow(Exception):
    """Open departments below must be moved or closed first."""


class NoSuccessor(Exception):
    """The successor is closed, or is the department that closes."""


class DepartmentClosed(Exception):
    """It was closed meanwhile; closed departments are history and do not change."""


@transaction.atomic
def create_department(
    *,
    acting: Actor,
    name: str,
    parent: Department | None = None,
    phone: str = "",
    email: str = "",
    position: int = 0,
    areas: Iterable[Area] = (),
) -> Department:
    """Raises ``NameTaken``."""
    department = Department(name=name, parent=parent, phone=phone, email=email, position=position)
    _save(department)
    _cover(department, areas)
    record(acting=acting, verb="department.created", target=department, summary=name)
    return department


@transaction.atomic
def change_department(
    *,
    acting: Actor,
    department: Department,
    name: str,
    parent: Department | None,
    phone: str,
    email: str,
    position: int,
    areas: Iterable[Area],
) -> None:
    """Rename, move, and say which areas it looks after.

    Raises ``NameTaken``, ``InsideItself``, ``DepartmentClosed``.
    """
    row = _locked_tree(department)
    if row.closed_at:
        raise DepartmentClosed
    if parent is not None and parent.pk in below(row):
        raise InsideItself
    wanted = {"name": name, "phone": phone, "email": email, "position": position}
    changes: dict[str, tuple[object, object]] = {
        field: (getattr(row, field), wanted[field])
        for field in _FIELDS
        if getattr(row, field) != wanted[field]
    }
    if row.parent_id != (parent.pk if parent else None):
        changes["parent"] = (row.parent and row.parent.name, parent and parent.name)
    for field, value in wanted.items():
        setattr(row, field, value)
    row.parent = parent
    if changes:
        _save(row)
    changes |= _cover(row, areas)
    if changes:
        record(acting=acting, verb="department.changed", target=row, summary=name, changes=changes)


@transaction.atomic
def close_department(
    *, acting: Actor, department: Department, successor: Department | None
) -> None:
    """Close it for good; the successor takes over its areas. Its work is the caller's to move.

    Raises ``HasDepartmentsBelow``, ``NoSuccessor``, ``DepartmentClosed``.
    """
    row = _locked_tree(department)
    if row.closed_at:
        raise DepartmentClosed
    if Department.objects.open().filter(parent=row).exists():
        raise HasDepartmentsBelow
    if successor is not None:
        heir = Department.objects.select_for_update().get(pk=successor.pk)
        if heir.closed_at or heir.pk == row.pk:
            raise NoSuccessor
        _hand_over_areas(row, heir)
    row.successor, row.closed_at = successor, timezone.now()
    row.save(update_fields=["successor", "closed_at"])
    record(
        acting=acting,
        verb="department.closed",
        target=row,
        summary=row.name,
        changes={"successor": (None, successor and successor.name)},
    )


def below(department: Department) -> set[int]:
    """Its own id and those of all departments under it, the closed ones too."""
    children: dict[int | None, list[int]] = {}
    for key, parent in Department.objects.values_list("id", "parent_id"):
        children.setdefault(parent, []).append(key)
    found: set[int] = set()
    waiting = [department.pk]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += children.get(here, [])
    return found


def _locked_tree(department: Department) -> Department:
    """The row, with the whole tree locked: two moves at once could otherwise close a ring."""
    rows = Department.objects.select_for_update(of=("self",)).select_related("parent")
    tree = {row.pk: row for row in rows.order_by("id")}
    if department.pk not in tree:
        raise Department.DoesNotExist
    return tree[department.pk]


def _save(department: Department) -> None:
    try:
        with transaction.atomic():
            if department.pk:
                department.save(update_fields=[*_FIELDS, "parent"])
            else:
                department.save(force_insert=True)
    except IntegrityError as error:
        raise NameTaken from error


def _cover(department: Department, areas: Iterable[Area]) -> dict[str, tuple[object, object]]:
    """Look after exactly these areas; what changed, by name."""
    wanted = {area.pk: area.name for area in areas}
    held = dict(department.areas.values_list("id", "name"))
    if wanted.keys() == held.keys():
        return {}
    Coverage.objects.filter(department=department).exclude(area__in=wanted.keys()).delete()
    _add_coverage(department, wanted.keys() - held.keys())
    return {"areas": (sorted(held.values()), sorted(wanted.values()))}


def _hand_over_areas(department: Department, heir: Department) -> None:
    held = set(Coverage.objects.filter(department=department).values_list("area_id", flat=True))
    known = set(Coverage.objects.filter(department=heir).values_list("area_id", flat=True))
    _add_coverage(heir, held - known)


def _add_coverage(department: Department, areas: Collection[int]) -> None:
    Coverage.objects.bulk_create(
        Coverage(department=department, area_id=area) for area in sorted(areas)
    )
