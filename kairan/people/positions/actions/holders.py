# SPDX-License-Identifier: Apache-2.0
"""People who hold seats without a role in the console: made and changed by the office."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.people import actions as people
from kairan.people.actions import AddressTaken
from kairan.people.models import Membership, Person
from kairan.people.positions.actions.seating import tell
from kairan.people.positions.models import Tenure

TEXT_SIZES = (18, 22, 28)


class HasARole(Exception):
    """Members of staff are changed by administrators, on their own page."""


@transaction.atomic
def add_holder(*, acting: Actor, name: str, email: str = "", phone: str = "") -> Person:
    """Somebody without a password, who comes in by a code once they sit somewhere.

    Raises ``AddressTaken``.
    """
    person = Person(name=name, email=email.strip().lower(), phone=phone)
    person.set_unusable_password()
    _write(person)
    record(acting=acting, verb="holder.added", target=person, summary=name)
    return person


@transaction.atomic
def change_holder(*, acting: Actor, person: Person, name: str, email: str, phone: str) -> None:
    """Raises ``AddressTaken``, ``HasARole``."""
    person = _of_no_role(person)
    new = {"name": name, "email": email.strip().lower(), "phone": phone}
    changes = {
        field: (getattr(person, field), value)
        for field, value in new.items()
        if getattr(person, field) != value
    }
    if changes:
        for field in changes:
            setattr(person, field, new[field])
        _write(person, *changes)
        record(acting=acting, verb="holder.changed", target=person, summary=name, changes=changes)
        for tenure in Tenure.objects.open().filter(person=person).select_related("position"):
            tell(tenure.position)


@transaction.atomic
def suspend_holder(*, acting: Actor, person: Person) -> None:
    """Out at once on every device; the seat stays theirs. Raises ``HasARole``."""
    people.suspend(acting=acting, person=_of_no_role(person))


@transaction.atomic
def restore_holder(*, acting: Actor, person: Person) -> None:
    """Comes in again, with a new code. Raises ``HasARole``."""
    people.restore(acting=acting, person=_of_no_role(person))


def choose_text_size(*, acting: Person, size: int) -> None:
    """For all devices of the person; ``size`` is one of ``TEXT_SIZES``, in pixels."""
    if size not in TEXT_SIZES:
        raise ValueError(size)
    Person.objects.filter(pk=acting.pk).update(text_size=size)


def _of_no_role(person: Person) -> Person:
    if Membership.objects.filter(person=person).exists():
        raise HasARole
    locked: Person = Person.objects.select_for_update().get(pk=person.pk)
    return locked


def _write(person: Person, *fields: str) -> None:
    try:
        with transaction.atomic():
            person.save(update_fields=fields or None)
    except IntegrityError as error:
        raise AddressTaken from error
