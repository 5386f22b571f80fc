# SPDX-License-Identifier: Apache-2.0
"""Who comes in: the decorator of every staff view, and where in the town a permission reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from kairan.municipalities.models import Department
from kairan.people.models import Membership, Person
from kairan.people.permissions import PERMISSIONS, Permission

P = ParamSpec("P")
_REACH = "_departments_by_permission"
# In a session: how it began, where that was neither password nor passkey nor provider.
WAY_IN = "way_in"


class StaffRequest(HttpRequest):
    """What a view behind ``staff`` gets: somebody is signed in, active, and of this town."""

    person: Person
    htmx: Any


StaffView = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff(permission: Permission | None = None) -> Callable[[StaffView[P]], View[P]]:
    """Let in who has the permission anywhere in the town (without one: every member of staff).

    Who is not signed in is sent to the sign-in and comes back; a suspended person and a person of
    another town are not signed in here at all; who lacks the permission reads whom to ask (403).
    Which objects the person may touch is for ``departments_with`` and ``Person.may``.
    """

    def decorate(view: StaffView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            person = signed_in(request)
            if person is None:
                return to_sign_in(request)
            request.person = person  # type: ignore[attr-defined]
            if needs_second_factor(request, person):
                return move(request, resolve_url("people:second_factor"))
            if came_without_secret(request) or not _may(person, permission):
                return refuse(request)
            return view(request, *args, **kwargs)  # type: ignore[arg-type]

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def came_without_secret(request: HttpRequest) -> bool:
    """Whether the session was begun by a code on paper or from another device.

    That opens the leaders' pages; the console wants a sign-in of its own.
    """
    return WAY_IN in request.session


def _may(person: Person, permission: Permission | None) -> bool:
    return person.is_staff_member() if permission is None else person.may(permission)


def signed_in(request: HttpRequest) -> Person | None:
    """The active person of the entered town who asks, else None."""
    user = request.user
    return user if isinstance(user, Person) and user.is_active else None


def departments_with(person: Person, permission: Permission) -> frozenset[int] | None:
    """Ids of the departments where the person has the permission; None means the whole town.

    A role counts in its department and in all below it, the closed ones too. Memberships and tree
    are read once for each ``Person`` object, which lives as long as a request: two queries.
    """
    reach: dict[Permission, frozenset[int] | None] | None = getattr(person, _REACH, None)
    if reach is None:
        reach = _reach_of(person)
        setattr(person, _REACH, reach)
    return reach[permission]


def forget_reach(person: Person) -> None:
    """Read roles anew: for the object that was at hand while its roles were changed."""
    person.__dict__.pop(_REACH, None)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty POST is a POST too."""
    return request.POST if request.method == "POST" else None


def refuse(request: HttpRequest) -> HttpResponse:
    """403, with the names of those who can help."""
    administrators = Person.objects.administrators().values_list("name", flat=True)[:5]
    return render(request, "people/refused.html", {"administrators": administrators}, status=403)


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in and back; htmx moves the whole page, not the fragment it asked for."""
    htmx = getattr(request, "htmx", None)
    came_from = htmx.current_url_abs_path if htmx else request.get_full_path()
    target = resolve_url("account_login")
    if came_from:
        target += "?" + urlencode({REDIRECT_FIELD_NAME: came_from})
    return move(request, target)


def move(request: HttpRequest, target: str) -> HttpResponseBase:
    """A redirect of the whole page, for htmx too."""
    if getattr(request, "htmx", None):
        return HttpResponseClientRedirect(target)
    return HttpResponseRedirect(target)


def needs_second_factor(request: HttpRequest, person: Person) -> bool:
    """Whether the town asks for more than the password by which the person came in.

    A second factor is asked for at sign-in wherever there is one, so here it is only about
    people who have none yet. The town's own provider sees to its second factor itself.
    """
    if not request.town.second_factor_required:  # type: ignore[attr-defined]
        return False
    used = get_authentication_records(request, person)
    if any(way.get("method") in {"mfa", "socialaccount"} for way in used):
        return False
    return not has_second_factor(person)


def has_second_factor(person: Person) -> bool:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=person, type__in=kinds).exists())


def _reach_of(person: Person) -> dict[Permission, frozenset[int] | None]:
    roles = list(Membership.objects.filter(person=person).values_list("role", "department_id"))
    narrow = any(department is not None for _, department in roles)
    children = _children() if narrow else {}
    return {
        permission: _departments((d for role, d in roles if role in allowed), children)
        for permission, allowed in PERMISSIONS.items()
    }


def _departments(
    held: Iterable[int | None], children: dict[int, list[int]]
) -> frozenset[int] | None:
    found: set[int] = set()
    for department in held:
        if department is None:
            return None
        found |= _with_below(department, children)
    return frozenset(found)


def _with_below(department: int, children: dict[int, list[int]]) -> set[int]:
    found: set[int] = set()
    waiting = [department]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += children.get(here, [])
    return found


def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = defaultdict(list)
    for department, parent in Department.objects.values_list("id", "parent_id"):
        if parent is not None:
            children[parent].append(department)
    return children
