# SPDX-License-Identifier: Apache-2.0
"""What the office's pages show of seats, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kairan.people.models import Membership, Person, PersonQuerySet
from kairan.people.positions.codes import STATES, state_of
from kairan.people.positions.models import (
    PlannedHandover,
    Position,
    PositionQuerySet,
    SignInCode,
    Tenure,
)


def positions(wanted: Mapping[str, Any]) -> PositionQuerySet:
    """The town's seats in its order, each with ``sitting`` (see ``sitting``) and ``plans``.

    ``wanted`` as ``PositionFilter`` cleans it; what is empty or missing does not narrow.
    """
    found: PositionQuerySet = Position.objects.in_order()
    found = found.filter(closed_at__isnull=wanted.get("state") != "closed")
    if text := wanted.get("q"):
        holder = Tenure.objects.reading().filter(
            position=OuterRef("pk"), person__name__icontains=text
        )
        found = found.filter(Q(name__icontains=text) | Exists(holder))
    if kind := wanted.get("kind"):
        found = found.filter(kind=kind)
    if area := wanted.get("area"):
        found = found.filter(Q(area=area) | Q(area__parent=area))
    found = _in_state(found, str(wanted.get("state") or ""))
    return found.select_related("area").prefetch_related(
        Prefetch("tenures", sitting(), to_attr="sitting"),
        Prefetch("planned", PlannedHandover.objects.select_related("successor"), to_attr="plans"),
    )


def sitting() -> QuerySet[Tenure]:
    """Who sits now, with ``person``, ``last_seen`` (of any device), ``is_staff``, ``newest_codes``
    (the newest first), for ``way_in_of``."""
    seen = UserSession.objects.filter(user=OuterRef("person")).order_by().values("user")
    roles = Membership.objects.filter(person=OuterRef("person"))
    codes = SignInCode.objects.order_by("-id")
    return (
        Tenure.objects.open()
        .select_related("person")
        .annotate(
            last_seen=Subquery(seen.annotate(last=Max("last_seen_at")).values("last")),
            is_staff=Exists(roles),
        )
        .prefetch_related(Prefetch("codes", codes, to_attr="newest_codes"))
        .order_by("starts_on", "id")
    )


def way_in_of(tenure: Tenure) -> tuple[Promise, str, str]:
    """Words, tone and icon: how far the holder of a ``sitting`` tenure has come in."""
    if not tenure.person.is_active:
        return _("停止中"), "red", "ban"
    if tenure.is_staff:  # type: ignore[attr-defined]
        return _("職員のサインイン"), "gray", "person"
    if codes := tenure.newest_codes:  # type: ignore[attr-defined]
        return STATES[state_of(codes[0])]
    return _("番号を出していません"), "red", "warning"


def history_of(position: Position) -> QuerySet[Tenure]:
    """Everybody who ever sat there, the newest first."""
    tenures = Tenure.objects.filter(position=position).select_related("person")
    return tenures.order_by(F("ended_at").desc(nulls_first=True), "-id")


def readers_of(position: Position) -> QuerySet[Tenure]:
    """Predecessors who read on."""
    reading = Tenure.objects.filter(position=position, reads_until__gt=timezone.now())
    return reading.select_related("person").order_by("reads_until")


def next_place() -> int:
    """Behind all others."""
    last: int | None = Position.objects.open().aggregate(last=Max("place"))["last"]
    return 0 if last is None else last + 1


def holders() -> PersonQuerySet:
    """People who sit or sat somewhere and have no role in the console."""
    found: PersonQuerySet = Person.objects.filter(
        Exists(Tenure.objects.filter(person=OuterRef("pk")))
    )
    return found.exclude(Exists(Membership.objects.filter(person=OuterRef("pk"))))


def _in_state(found: PositionQuerySet, state: str) -> PositionQuerySet:
    held = Tenure.objects.open().filter(position=OuterRef("pk"))
    if state == "held":
        return found.filter(Exists(held))
    if state == "vacant":
        return found.exclude(Exists(held))
    if state == "outside":
        return found.filter(Exists(held.filter(person__last_login=None)))
    if state == "planned":
        return found.filter(planned__isnull=False)
    return found
