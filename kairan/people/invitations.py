# SPDX-License-Identifier: Apache-2.0
"""The link of an invitation: signed, for seven days, and worth nothing once it was used.

Its seal covers the (still unusable) password, which each invitation renews: choosing a password, or
sending a newer invitation, ends it; nothing of it is stored.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from kairan.people.models import Person

DAYS = 7
_SALT = "kairan.people.invitation"


def invitation_for(person: Person) -> str:
    """The token for the link; newer ones of the same person end older ones when resent."""
    return signing.dumps({"person": person.pk, "seal": _seal(person)}, salt=_SALT)


def person_id_of(token: str) -> int | None:
    """Whom a genuine token that is not too old names; None for any other."""
    content = _read(token)
    return content["person"] if content else None  # type: ignore[return-value]


def is_open(token: str, person: Person) -> bool:
    """Whether the token lets this person choose a password now."""
    content = _read(token)
    return bool(
        content
        and person.is_active
        and person.is_invited_only
        and constant_time_compare(str(content["seal"]), _seal(person))
    )


def _read(token: str) -> dict[str, object] | None:
    try:
        content: dict[str, object] = signing.loads(token, salt=_SALT, max_age=timedelta(days=DAYS))
    except signing.BadSignature:
        return None
    return content


def _seal(person: Person) -> str:
    # An unusable password is a "!" and a random word: each invitation sets a new one.
    return salted_hmac(_SALT, f"{person.pk}:{person.email}:{person.password}").hexdigest()
