# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
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

    def in_order(self) -> PersonQuerySet:
        return self.order_by("name", "id")


class PersonManager(BaseUserManager["Person"].from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person: Person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.full_clean(exclude=["password"])
        person.save()
        return person


class Person(AbstractBaseUser, TownModel):
    """Someone inside, with credentials. Satisfies ``audit.actors.Actor``."""

    email = models.EmailField(_("メールアドレス"))
    name = models.CharField(_("氏名"), max_length=100)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = PersonManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), "municipality", name="person_email_unique_in_town"
            )
        ]

    def __str__(self) -> str:
        return self.name

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
            )
        ]
