# SPDX-License-Identifier: Apache-2.0
"""Who sits where: the seats of a person, and the decorator of every page of the community door."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import urlencode

from kairan.people.access import move, needs_second_factor, signed_in
from kairan.people.models import Person
from kairan.people.positions.models import Position, Tenure
from kairan.people.sessions import seen

P = ParamSpec("P")


@dataclass(frozen=True)
class Seat:
    """A position as its holder has it; a predecessor who reads on may not write."""

    position_id: int
    name: str
    kind: str
    may_write: bool

    @property
    def is_desk(self) -> bool:
        return self.kind == Position.Kind.DESK


class Hindrance(StrEnum):
    """Why somebody does not come in."""

    SIGNED_OUT = "signed_out"
    NO_SEAT = "no_seat"
    SECOND_FACTOR = "second_factor"


class CommunityRequest(HttpRequest):
    """What a view behind ``community`` gets: an active person of this town with a seat."""

    person: Person
    seats: list[Seat]
    htmx: Any


CommunityView = Callable[Concatenate[CommunityRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def seats_of(person: Person, now: datetime | None = None) -> list[Seat]:
    """Where the person sits, and where a predecessor reads on: one query, in the town's order.

    A seat that is held again after it was handed over counts as held. Closed positions are read
    no more.
    """
    held = (
        Tenure.objects.reading(now)
        .filter(person=person, position__closed_at=None)
        .order_by("position__place", "position__name", "position_id")
        .values_list("position_id", "position__name", "position__kind", "ended_at")
    )
    seats: dict[int, Seat] = {}
    for position, name, kind, ended_at in held:
        before = seats.get(position)
        may_write = ended_at is None or (before is not None and before.may_write)
        seats[position] = Seat(position, name, kind, may_write)
    return list(seats.values())


def writing_seats(seats: Iterable[Seat]) -> list[Seat]:
    """Those of the seats for which the person may write."""
    return [seat for seat in seats if seat.may_write]


def community(view: CommunityView[P]) -> View[P]:
    """Let in who has a seat: ``request.person`` and ``request.seats`` are set.

    Everybody else is sent to the sign-in of the community and comes back from there. Staff at a
    desk need their second factor here as in the console.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        hindrance = admit(request)
        if hindrance == Hindrance.SECOND_FACTOR:
            return move(request, resolve_url("people:second_factor"))
        if hindrance is not None:
            return to_community_sign_in(request)
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return guarded


def admit(request: HttpRequest) -> Hindrance | None:
    """Set ``request.person`` and ``request.seats``, and note that the device is in use.

    For doors of their own kind (JSON); pages use ``community``.
    """
    person = signed_in(request)
    if person is None:
        return Hindrance.SIGNED_OUT
    seats = seats_of(person)
    if not seats:
        return Hindrance.NO_SEAT
    if needs_second_factor(request, person) and person.is_staff_member():
        return Hindrance.SECOND_FACTOR
    seen(request)
    request.person = person  # type: ignore[attr-defined]
    request.seats = seats  # type: ignore[attr-defined]
    return None


def to_community_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in and back; htmx moves the whole page, not the fragment it asked for."""
    htmx = getattr(request, "htmx", None)
    came_from = htmx.current_url_abs_path if htmx else request.get_full_path()
    target = resolve_url("community:sign_in")
    if came_from:
        target += "?" + urlencode({REDIRECT_FIELD_NAME: came_from})
    return move(request, target)
