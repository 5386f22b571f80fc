# SPDX-License-Identifier: Apache-2.0
"""Position, Tenure, Person: the seat lasts, the people change, and what was written keeps both."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import MAX_NAME_LENGTH, Area, Department, TownModel

MAX_CODE_HASH = 64


class PositionQuerySet(models.QuerySet["Position"]):
    def open(self) -> PositionQuerySet:
        return self.filter(closed_at__isnull=True)

    def in_order(self) -> PositionQuerySet:
        return self.order_by("place", "name", "id")


class Position(TownModel):
    """役職・席: 「槇塚台校区 会長」. Owns rooms, history, unread marks; closed, never deleted."""

    class Kind(models.TextChoices):
        # One holder at a time.
        POST = "post", _("役職")
        # Several clerks of the office, who read and answer as one.
        DESK = "desk", _("窓口")

    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices, default=Kind.POST)
    # As everybody reads it: with the school district in front.
    name = models.CharField(_("名前"), max_length=MAX_NAME_LENGTH)
    title = models.CharField(_("役職"), max_length=MAX_NAME_LENGTH, blank=True)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="positions"
    )
    # Of a desk: whose it is.
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="desks"
    )
    phone = models.CharField(_("電話"), max_length=20, blank=True)
    place = models.PositiveIntegerField(_("並び順"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                condition=models.Q(closed_at__isnull=True),
                name="open_position_name_unique",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_desk(self) -> bool:
        return self.kind == self.Kind.DESK


class TenureQuerySet(models.QuerySet["Tenure"]):
    def open(self) -> TenureQuerySet:
        """Who sits there now, and may read and write."""
        return self.filter(ended_at__isnull=True)

    def reading(self, now: datetime | None = None) -> TenureQuerySet:
        """Who may read: who sits there now, and predecessors who read on for a while."""
        now = now or timezone.now()
        return self.filter(models.Q(ended_at__isnull=True) | models.Q(reads_until__gt=now))


class Tenure(TownModel):
    """任期: who holds a position, from when to when. Its end is never taken back."""

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="tenures")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="tenures")
    starts_on = models.DateField(_("はじまりの日"))
    last_day = models.DateField(_("最後の日"), null=True, blank=True)
    # From this moment nothing can be written any more; null while the tenure runs.
    ended_at = models.DateTimeField(null=True, blank=True)
    # A predecessor reads on until then; null: not at all.
    reads_until = models.DateTimeField(null=True, blank=True)
    # A copy of the position's kind, so that the database itself lets one person alone hold a post.
    is_post = models.BooleanField(default=True)

    objects = TenureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["position"],
                condition=models.Q(ended_at__isnull=True, is_post=True),
                name="one_holder_of_a_post",
            ),
            models.UniqueConstraint(
                fields=["position", "person"],
                condition=models.Q(ended_at__isnull=True),
                name="one_open_tenure_of_a_person_in_a_position",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "person"], name="tenure_of_person")]

    def __str__(self) -> str:
        return f"{self.position_id} {self.person_id} {self.starts_on}"


class PlannedHandover(TownModel):
    """A handover agreed on for a day to come: the clock does it when the last day is over."""

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="planned")
    successor = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    last_day = models.DateField(_("最後の日"))
    reads_on_days = models.PositiveSmallIntegerField(default=0)
    planned_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["position"], name="one_planned_handover_of_a_position")
        ]


class SignInCode(TownModel):
    """A one-time way in from a sheet of paper: a QR with a long secret, and eight digits to type.

    Only their hashes are kept: the sheet is printed once, when the code is made.
    """

    person = models.ForeignKey(
        "people.Person", on_delete=models.CASCADE, related_name="sign_in_codes"
    )
    tenure = models.ForeignKey(Tenure, on_delete=models.CASCADE, null=True, related_name="codes")
    secret_hash = models.CharField(max_length=MAX_CODE_HASH, unique=True)
    digits_hash = models.CharField(max_length=MAX_CODE_HASH)
    issued_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "digits_hash"],
                condition=models.Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="living_digits_unique_in_town",
            )
        ]


class WrongCode(TownModel):
    """A guess that fitted no code: counted, so that guessing ends soon and the office hears."""

    # A hash of the sender's address: to count with, not to look up.
    sender = models.CharField(max_length=MAX_CODE_HASH)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["municipality", "sender", "at"], name="wrong_code_sender")]


class DeviceRequestQuerySet(models.QuerySet["DeviceRequest"]):
    def waiting(self) -> DeviceRequestQuerySet:
        return self.filter(expires_at__gt=timezone.now(), approved_at=None, refused_at=None)


class DeviceRequest(TownModel):
    """A tablet or PC that shows a QR and waits until its owner's phone says yes."""

    secret_hash = models.CharField(max_length=MAX_CODE_HASH, unique=True)
    # What both screens show, so that one does not let in somebody else's screen.
    check_digits = models.CharField(max_length=4)
    user_agent = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        "people.Person", on_delete=models.CASCADE, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceRequestQuerySet.as_manager()

    def is_waiting(self) -> bool:
        """Whether its owner may still say yes."""
        is_decided = self.approved_at or self.refused_at
        return not is_decided and self.expires_at > timezone.now()


class GroupQuerySet(models.QuerySet["Group"]):
    def open(self) -> GroupQuerySet:
        return self.filter(closed_at__isnull=True)


class Group(TownModel):
    """委員会・グループ: a named set of positions."""

    name = models.CharField(_("名前"), max_length=MAX_NAME_LENGTH)
    positions = models.ManyToManyField(Position, through="GroupMember", related_name="groups")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                condition=models.Q(closed_at__isnull=True),
                name="open_group_name_unique",
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(TownModel):
    group = models.ForeignKey(Group, on_delete=models.CASCADE)
    position = models.ForeignKey(Position, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "position"], name="once_in_a_group")
        ]
