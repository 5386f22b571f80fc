# SPDX-License-Identifier: Apache-2.0
"""``kairan town create``: the first rows of an installation."""

from __future__ import annotations

import argparse
import getpass
import sys

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.audit.actors import PROGRAM
from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import town
from kairan.people.models import Membership, Person, Role
from kairan.reports.actions import install_kinds
from kairan.site import env


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="kairan town")
    create = parser.add_subparsers(required=True).add_parser("create")
    create.add_argument("name")
    create.add_argument("--host", help="its address, where the installation has several towns")
    create.add_argument("--administrator-email", required=True)
    create.add_argument("--administrator-name", required=True)
    arguments = parser.parse_args(argv)
    try:
        password = env.text("KAIRAN_ADMINISTRATOR_PASSWORD") or getpass.getpass("password: ")
    except EOFError:
        sys.exit("kairan: no password. Type it, or set KAIRAN_ADMINISTRATOR_PASSWORD")
    try:
        create_town(
            name=arguments.name,
            host=arguments.host,
            email=arguments.administrator_email,
            administrator=arguments.administrator_name,
            password=password,
        )
    except ValidationError as error:
        sys.exit("kairan: " + "; ".join(error.messages))
    print(f"{arguments.name}: created. Sign in at /console/ as {arguments.administrator_email}.")


@transaction.atomic
def create_town(
    *, name: str, host: str | None, email: str, administrator: str, password: str
) -> Municipality:
    """A town with one administrator; the first town of an installation is its default.

    Raises ``ValidationError`` for an address or a password that will not do, and for a name or a
    host that another town has.
    """
    from django.contrib.auth.password_validation import validate_password

    validate_password(password)
    if Municipality.objects.filter(Q(name=name) | Q(host=host, host__isnull=False)).exists():
        raise ValidationError(_("その名前かホスト名の自治体は、もうあります。"))
    first = not Municipality.objects.exists()
    created = Municipality.objects.create(name=name, host=host, is_default=first)
    with town(created):
        person = Person.objects.create_user(email, password, name=administrator)
        Membership.objects.create(person=person, role=Role.ADMINISTRATOR)
        install_kinds(acting=PROGRAM)
        record(acting=PROGRAM, verb="town.created", target=created, summary=name)
    return created


def named_town(name: str | None) -> Municipality:
    """The town of that name, or the only (default) one. Ends the command where there is none."""
    towns = Municipality.objects.order_by("-is_default", "id")
    found = towns.filter(name=name).first() if name else towns.first()
    if found is None:
        sys.exit(f"kairan: no town {name or ''}; create one with: kairan town create")
    return found
