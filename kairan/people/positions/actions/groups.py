# SPDX-License-Identifier: Apache-2.0
"""委員会・グループ: named sets of positions. Rooms that follow one hear of it from the database."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.people.positions.actions.positions import NameTaken
from kairan.people.positions.models import Group, GroupMember, Position


@transaction.atomic
def create_group(*, acting: Actor, name: str, positions: Collection[int]) -> Group:
    """Raises ``NameTaken``."""
    group = Group(name=name)
    _write(group)
    _set(group, positions)
    record(acting=acting, verb="group.created", target=group, summary=name)
    return group


@transaction.atomic
def change_group(*, acting: Actor, group: Group, name: str, positions: Collection[int]) -> None:
    """Its name and who is in it from now on. Raises ``NameTaken``."""
    group = Group.objects.select_for_update().get(pk=group.pk)
    before = _names(group)
    old, group.name = group.name, name
    if old != name:
        _write(group, "name")
    _set(group, positions)
    changes = {"name": (old, name), "positions": (before, _names(group))}
    changed = {field: both for field, both in changes.items() if both[0] != both[1]}
    if changed:
        record(acting=acting, verb="group.changed", target=group, summary=name, changes=changed)


@transaction.atomic
def close_group(*, acting: Actor, group: Group) -> None:
    """Nothing new follows it; rooms that did keep whom they have."""
    group = Group.objects.select_for_update().get(pk=group.pk)
    if group.closed_at is None:
        group.closed_at = timezone.now()
        group.save(update_fields=["closed_at"])
        record(acting=acting, verb="group.closed", target=group, summary=group.name)


def _set(group: Group, positions: Collection[int]) -> None:
    GroupMember.objects.filter(group=group).exclude(position__in=positions).delete()
    there = set(GroupMember.objects.filter(group=group).values_list("position", flat=True))
    new = Position.objects.open().filter(pk__in=positions).exclude(pk__in=there)
    for position in new:
        GroupMember.objects.create(group=group, position=position)


def _names(group: Group) -> list[str]:
    rows = GroupMember.objects.filter(group=group).order_by("position__place", "position__name")
    return list(rows.values_list("position__name", flat=True))


def _write(group: Group, *fields: str) -> None:
    try:
        with transaction.atomic():
            group.save(update_fields=fields or None)
    except IntegrityError as error:
        raise NameTaken from error
