# SPDX-License-Identifier: Apache-2.0
"""Codes are issued, used once, and withdrawn."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.people.models import Membership, Person
from kairan.people.positions.codes import (
    LIFETIME,
    OWN_LIFETIME,
    FreshCode,
    hash_of,
    new_digits,
    new_secret,
    state_of,
)
from kairan.people.positions.holding import seats_of
from kairan.people.positions.models import SignInCode, Tenure
from kairan.people.sessions import revoke

# Eight digits of which some hundreds live: two tries are nearly always enough.
TRIES = 20


class NoCodeNeeded(Exception):
    """Staff sign in with password or passkey; a code on paper would go round that."""


class Spent(Exception):
    """Lets nobody in; the reason is a key of ``codes.STATES``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def issue_code(
    *, acting: Actor, tenure: Tenure, checked: str = "", sign_out: bool = False
) -> FreshCode:
    """A way in for the holder, for seven days, once; earlier ones end.

    ``checked``: how the office made sure who asks, where the code is a further one.
    ``sign_out``: the devices used up to now are lost; sessions, passkeys and push go.
    Raises ``NoCodeNeeded``, ``Spent`` where the tenure has ended.
    """
    tenure = Tenure.objects.select_for_update().get(pk=tenure.pk)
    if tenure.ended_at or not tenure.person.is_active:
        raise Spent("withdrawn")
    if Membership.objects.filter(person=tenure.person).exists():
        raise NoCodeNeeded
    withdraw_codes(tenure.person)
    if sign_out:
        revoke(tenure.person)
    code = _make(tenure.person, tenure, LIFETIME)
    record(
        acting=acting,
        verb="code.issued",
        target=tenure.position,
        summary=f"{tenure.position.name} {tenure.person.name}",
        changes={"checked": ("", checked), "signed_out": (False, sign_out)} if checked else None,
    )
    return code


@transaction.atomic
def issue_own_code(*, acting: Person) -> FreshCode:
    """For another device of one's own, or the app on the home screen: ten minutes, once."""
    withdraw_codes(acting)
    code = _make(acting, None, OWN_LIFETIME)
    record(acting=acting, verb="code.issued_own", target=acting, summary=acting.name)
    return code


@transaction.atomic
def withdraw_code(*, acting: Actor, tenure: Tenure) -> None:
    """The sheet is worth nothing any more: lost on the way, or given to the wrong one."""
    if withdraw_codes(tenure.person):
        record(
            acting=acting,
            verb="code.withdrawn",
            target=tenure.position,
            summary=f"{tenure.position.name} {tenure.person.name}",
        )


@transaction.atomic
def redeem(*, code: SignInCode) -> Person:
    """Whom the code lets in; it is used from now on. Raises ``Spent``.

    Who loses the seat meanwhile is not in: the session is sealed with the epoch of the person that
    comes back here.
    """
    code = SignInCode.objects.select_for_update(of=("self",)).get(pk=code.pk)
    if (state := state_of(code)) != "sent":
        raise Spent(state)
    person: Person = code.person
    if not person.is_active or not _still_seated(code):
        raise Spent("withdrawn")
    code.used_at = timezone.now()
    code.save(update_fields=["used_at"])
    record(acting=person, verb="code.used", target=person, summary=person.name)
    return person


def withdraw_codes(person: Person) -> int:
    """All that the person has not used; how many."""
    living = SignInCode.objects.filter(person=person, used_at=None, withdrawn_at=None)
    return living.update(withdrawn_at=timezone.now())


def _still_seated(code: SignInCode) -> bool:
    if code.tenure_id is None:
        return bool(seats_of(code.person))
    return Tenure.objects.open().filter(pk=code.tenure_id, position__closed_at=None).exists()


def _make(person: Person, tenure: Tenure | None, lifetime: timedelta) -> FreshCode:
    secret, expires_at = new_secret(), timezone.now() + lifetime
    for _try in range(TRIES):
        digits = new_digits()
        try:
            with transaction.atomic():
                SignInCode.objects.create(
                    person=person,
                    tenure=tenure,
                    secret_hash=hash_of(secret),
                    digits_hash=hash_of(digits),
                    expires_at=expires_at,
                )
        except IntegrityError:
            continue
        position = tenure.position_id if tenure else None
        return FreshCode(position, person.pk, secret, digits, expires_at)
    raise RuntimeError("no digits are free")
