# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q

from kairan.people.models import Membership, Person, PersonQuerySet
from kairan.people.positions.queries import holders


def people(wanted: Mapping[str, Any]) -> PersonQuerySet:
    """The town's people by name, each with ``memberships`` and ``has_second_factor``; those who
    only hold seats stand with the seats.

    ``wanted`` as ``PeopleFilter`` cleans it; what is empty or missing does not narrow.
    """
    found: PersonQuerySet = Person.objects.exclude(pk__in=holders().values("pk")).in_order()
    if text := wanted.get("q"):
        found = found.filter(Q(name__icontains=text) | Q(email__icontains=text))
    if role := wanted.get("role"):
        found = found.filter(Exists(_held(role=role)))
    if department := wanted.get("department"):
        found = found.filter(Exists(_held(department=department)))
    found = _in_state(found, str(wanted.get("state") or ""))
    memberships = Membership.objects.select_related("department").order_by("id")
    return found.annotate(has_second_factor=Exists(_factors())).prefetch_related(
        Prefetch("memberships", memberships)
    )


def _in_state(found: PersonQuerySet, state: str) -> PersonQuerySet:
    if state == "suspended":
        return found.filter(is_active=False)
    if state == "active":
        return found.active().arrived()
    if state == "invited":
        return found.active().invited_only()
    return found


def _held(**conditions: Any) -> Any:
    return Membership.objects.filter(person=OuterRef("pk"), **conditions)


def _factors() -> Any:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user=OuterRef("pk"), type__in=kinds)
