# SPDX-License-Identifier: Apache-2.0
"""Across towns: the few questions that sign-in must ask before the town is known.

An address that belongs to no town (an installation of one town, the demo) lets the people of
every town in; a town's own host lets in that town's people alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from django.http import HttpRequest

from kairan.municipalities.middleware import SESSION_KEY, host_of
from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import current_town_id, move_to, town
from kairan.people.models import Person

T = TypeVar("T")


def towns_at(request: HttpRequest) -> Iterator[Municipality]:
    """The towns whose people may sign in at this address, the entered one first."""
    here: Municipality = request.town  # type: ignore[attr-defined]
    yield here
    if not here.host or here.host != host_of(request):
        yield from Municipality.objects.exclude(pk=here.pk).order_by("id")


def people_with_address(request: HttpRequest, email: str) -> list[Person]:
    """Active people with this address in the towns of ``towns_at``: one in a town at most."""
    found: list[Person] = []
    for municipality in towns_at(request):
        with town(municipality):
            found += Person.objects.active().with_address(email)
    return found


def enter_town_of_person(request: HttpRequest, person_id: int) -> Person | None:
    """Move this request to the town of the person, where that town is one of ``towns_at``.

    The session stays where it is: a link that somebody was sent must not sign them out elsewhere.
    """
    for municipality in towns_at(request):
        with town(municipality):
            person: Person | None = Person.objects.filter(pk=person_id).first()
        if person is not None:
            _visit(request, municipality)
            return person
    return None


def found_at(request: HttpRequest, look: Callable[[], T | None]) -> T | None:
    """What ``look`` finds, in the first of ``towns_at`` that has it; the request moves there."""
    for municipality in towns_at(request):
        with town(municipality):
            found = look()
        if found is not None:
            _visit(request, municipality)
            return found
    return None


def enter(request: HttpRequest, municipality: Municipality) -> None:
    """The rest of this request, and those after it in this session, work for this town."""
    request.session[SESSION_KEY] = municipality.pk
    _visit(request, municipality)


def _visit(request: HttpRequest, municipality: Municipality) -> None:
    request.town = municipality  # type: ignore[attr-defined]
    if municipality.pk != current_town_id():
        move_to(municipality)
