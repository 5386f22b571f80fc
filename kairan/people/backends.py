# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from kairan.people.towns import enter, towns_at


class TownBackend(AuthenticationBackend):  # type: ignore[misc]
    """Address and password, in the first town of this web address where they fit.

    Each town in which the address is known costs one password check, an unknown address costs one
    in all (the parent's, against guessing by time).
    """

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        email = credentials.get("email")
        if request is None or not email:
            return None
        for municipality in _towns(request):
            with town(municipality):
                person: Person | None = self._authenticate_by_email(email, credentials["password"])
            if person is not None:
                enter(request, municipality)
                return person
        return None


def _towns(request: HttpRequest) -> list[Municipality]:
    """Who is signed in and only confirms the password stays in their town."""
    if request.user.is_authenticated:
        return [request.town]  # type: ignore[attr-defined]
    return list(towns_at(request))
