# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import Department, TownModel

if TYPE_CHECKING:
    from kairan.people.permissions import Permission


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("管理者")
    MANAGER = "manager", _("課長")
    CLERK = "clerk", _("担当者")
    VIEWER = "viewer", _("閲覧者")


class PersonQuerySet(models.QuerySet["Person"]):
    def active(self) -> PersonQuerySet:
        return self.filter(is_active=True)

    def administrators(self) -> PersonQuerySet:
        """Who can help everybody else: active, and administrator of the whole town."""
        return self.active().filter(
            memberships__role=Role.ADMINISTRATOR, memberships__department=None
        )

    def arrived(self) -> PersonQuerySet:
        """Who has a way in, not only an invitation."""
        return self.exclude(self._no_way_in())

    def invited_only(self) -> PersonQuerySet:
        return self.filter(self._no_way_in())

    @staticmethod
    def _no_way_in() -> models.Q:
        return models.Q(last_login=None, password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def with_address(self, email: str) -> PersonQuerySet:
        return self.filter(email=email.strip().lower())

    def in_order(self) -> PersonQuerySet:
        return self.order_by("name", "id")


class PersonManager(BaseUserManager["Person"].from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").lower())  # type: ignore[no-any-return]

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person: Person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.full_clean(exclude=["password"])
        person.save()
        return person


class Person(AbstractBaseUser, TownModel):
    """Someone inside, with credentials. Satisfies ``audit.actors.Actor``."""

    # Always in small letters: addresses are looked up as they are. Empty for neighbourhood leaders
    # who have none: they come in by a code on paper.
    email = models.EmailField(_("メールアドレス"), blank=True)
    name = models.CharField(_("氏名"), max_length=100)
    is_active = models.BooleanField(default=True)
    # Empty: the town's own language.
    language = models.CharField(_("言語"), max_length=10, blank=True)
    phone = models.CharField(_("電話"), max_length=20, blank=True)
    # Pixels of the body text, on every device of the person.
    text_size = models.PositiveSmallIntegerField(_("文字の大きさ"), default=18)
    # Moving it on ends every session of the person at once.
    session_epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = PersonManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "municipality",
                condition=~models.Q(email=""),
                name="person_email_unique_in_town",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Django compares this at every request: a new password or epoch ends the sessions."""
        seal = f"{self.password}:{self.session_epoch}"
        return salted_hmac("kairan.people", seal, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_invited_only(self) -> bool:
        """Never came in yet: neither chose a password nor signed in by other means."""
        return self.last_login is None and not self.has_usable_password()

    actor_kind = "person"

    @property
    def actor_id(self) -> int | None:
        return self.pk

    @property
    def actor_name(self) -> str:
        return self.name

    def may(self, permission: Permission, department_id: int | None = None) -> bool:
        """Whether the permission is held in that department; without one: anywhere in the town."""
        from kairan.people.access import departments_with

        reach = departments_with(self, permission)
        if reach is None:
            return True
        return bool(reach) if department_id is None else department_id in reach

    def is_staff_member(self) -> bool:
        """Whether the person has any role at all in the town."""
        from kairan.people.permissions import Permission

        return any(self.may(permission) for permission in Permission)


class Membership(TownModel):
    """A person's role within a department, or in the whole town where there is no department."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(_("役割"), max_length=20, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "department"],
                name="one_role_per_department",
                nulls_distinct=False,
            ),
            # Who gives roles could otherwise give themselves the whole town.
            models.CheckConstraint(
                condition=~models.Q(role="administrator") | models.Q(department=None),
                name="administrators_hold_the_whole_town",
            ),
        ]


# Django finds the models of an app in this module.
from kairan.people.positions import models as _positions  # noqa: E402, F401
