# SPDX-License-Identifier: Apache-2.0
"""Whom a leader calls: the office's desk, on every page and sheet the same."""

from __future__ import annotations

from dataclasses import dataclass

from kairan.municipalities.models import Municipality
from kairan.people.positions.models import Position


@dataclass(frozen=True)
class Office:
    name: str
    phone: str


def office_of(town: Municipality) -> Office:
    """The first open desk that has a telephone, its own or its department's; else the town."""
    desks = Position.objects.open().filter(kind=Position.Kind.DESK).in_order()
    for name, phone, department in desks.values_list("name", "phone", "department__phone")[:20]:
        if phone or department:
            return Office(name, phone or department)
    return Office(town.name, town.phone)
