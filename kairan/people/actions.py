# SPDX-License-Identifier: Apache-2.0
"""Who comes in, as what, and who no longer does."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.lib.language import speaking
from kairan.municipalities.models import Department
from kairan.people import tasks
from kairan.people.access import forget_reach
from kairan.people.models import Membership, Person, Role
from kairan.people.sessions import end_sessions
from kairan.people.streams import end_streams


class LastAdministrator(Exception):
    """Nobody would be left who can let people in."""


class AddressTaken(Exception):
    """Somebody of this town has the address already."""


class AlreadyArrived(Exception):
    """There is no invitation left to send or accept: the person chose a password already."""


class RoleIn(NamedTuple):
    """A role, in a department or (None) in the whole town."""

    role: Role
    department_id: int | None


@transaction.atomic
def invite(*, acting: Actor, email: str, name: str, roles: Collection[RoleIn]) -> Person:
    """A new person, who gets a mail with a link to choose a password. Raises ``AddressTaken``."""
    try:
        with transaction.atomic():
            person = Person(email=email.strip().lower(), name=name)
            person.set_unusable_password()
            person.save(force_insert=True)
    except IntegrityError as error:
        raise AddressTaken from error
    _set_roles(person, roles)
    record(
        acting=acting,
        verb="person.invited",
        target=person,
        summary=f"{person.name} {person.email}",
        changes={"roles": ([], _words(roles))},
    )
    tasks.mail_invitation.defer(person_id=person.pk)
    return person


@transaction.atomic
def resend_invitation(*, acting: Actor, person: Person) -> None:
    """A new link; the one before it is worth nothing from now on. Raises ``AlreadyArrived``."""
    person = _locked(person)
    if not person.is_invited_only or not person.email:
        raise AlreadyArrived
    person.set_unusable_password()
    person.save(update_fields=["password"])
    record(acting=acting, verb="person.invited_again", target=person, summary=person.email)
    tasks.mail_invitation.defer(person_id=person.pk)


@transaction.atomic
def accept_invitation(*, person: Person, password: str) -> None:
    """The person's first password, after the link was checked. Raises ``AlreadyArrived``."""
    person = _locked(person)
    if not person.is_invited_only:
        raise AlreadyArrived
    person.set_password(password)
    person.save(update_fields=["password"])
    record(acting=person, verb="person.invitation_accepted", target=person, summary=person.name)


@transaction.atomic
def change_person(*, acting: Actor, person: Person, name: str, roles: Collection[RoleIn]) -> None:
    """New name and roles, in place of all before. Raises ``LastAdministrator``."""
    _lock_administrators()
    person = _locked(person)
    before = roles_of(person)
    changes: dict[str, tuple[object, object]] = {}
    if person.name != name:
        changes["name"] = (person.name, name)
        person.name = name
        person.save(update_fields=["name"])
    if set(before) != set(roles):
        changes["roles"] = (_words(before), _words(roles))
        _set_roles(person, roles)
        _keep_an_administrator()
    if changes:
        record(
            acting=acting,
            verb="person.changed",
            target=person,
            summary=person.name,
            changes=changes,
        )


@transaction.atomic
def suspend(*, acting: Actor, person: Person) -> None:
    """Out at once, on every device; nothing is deleted. Raises ``LastAdministrator``."""
    _lock_administrators()
    person = _locked(person)
    if not person.is_active:
        return
    person.is_active = False
    person.save(update_fields=["is_active"])
    _keep_an_administrator()
    end_sessions(person)
    record(acting=acting, verb="person.suspended", target=person, summary=person.name)


@transaction.atomic
def restore(*, acting: Actor, person: Person) -> None:
    """May sign in again, with password and second factor as they were."""
    person = _locked(person)
    if person.is_active:
        return
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(acting=acting, verb="person.restored", target=person, summary=person.name)


@transaction.atomic
def reset_second_factor(*, acting: Actor, person: Person) -> None:
    """For a lost phone: apps, passkeys and codes are forgotten, and every device signed out."""
    person = _locked(person)
    count, _by_model = Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    record(
        acting=acting,
        verb="person.second_factor_reset",
        target=person,
        summary=person.name,
        changes={"authenticators": (count, 0)},
    )


@transaction.atomic
def change_own_settings(*, acting: Person, name: str, language: str) -> None:
    """What everybody may change about themselves."""
    person = _locked(acting)
    fields = {"name": name, "language": language}
    changes = {key: (getattr(person, key), new) for key, new in fields.items()}
    changes = {key: pair for key, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        Person.objects.filter(pk=person.pk).update(**fields)
        record(acting=person, verb="person.changed_self", target=person, changes=changes)


@transaction.atomic
def record_unlock(*, acting: Actor, person: Person) -> None:
    """The lock itself is lifted in the cache (``locks.unlock``); this says who did it."""
    record(acting=acting, verb="person.unlocked", target=person, summary=person.name)


def roles_of(person: Person) -> list[RoleIn]:
    return [
        RoleIn(Role(role), department)
        for role, department in Membership.objects.filter(person=person)
        .order_by("id")
        .values_list("role", "department_id")
    ]


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)  # type: ignore[no-any-return]


def _lock_administrators() -> None:
    """Two administrators who take each other's role at once come one after the other."""
    list(
        Person.objects.select_for_update(of=("self",))
        .filter(memberships__role=Role.ADMINISTRATOR)
        .order_by("id")
        .values_list("id", flat=True)
    )


def _keep_an_administrator() -> None:
    if not Person.objects.administrators().arrived().exists():
        raise LastAdministrator


def _set_roles(person: Person, roles: Iterable[RoleIn]) -> None:
    Membership.objects.filter(person=person).delete()
    Membership.objects.bulk_create(
        Membership(person=person, role=role, department_id=department_id)
        for role, department_id in roles
    )
    forget_reach(person)
    end_streams(person, "person.roles_changed")


def _words(roles: Iterable[RoleIn]) -> list[str]:
    names = dict(Department.objects.values_list("id", "name"))
    with speaking():  # for the record
        return sorted(
            f"{role.label} / {names[department] if department else '全庁'}"
            for role, department in roles
        )
