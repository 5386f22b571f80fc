# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.tenancy import entered_town_id

MAX_NAME_LENGTH = 100


def second_factor_by_default() -> bool:
    """The demo's accounts sign in with a password alone."""
    return not settings.DEMO


class Municipality(models.Model):
    """自治体: the tenant. Towns are rows; this is the only table that every town can read."""

    name = models.CharField(_("名前"), max_length=MAX_NAME_LENGTH)
    name_en = models.CharField(_("英語の名前"), max_length=MAX_NAME_LENGTH, blank=True)
    # Null: found by being the only town, or by the sign-in of the person who asks.
    host = models.CharField(_("ホスト名"), max_length=253, unique=True, null=True, blank=True)
    is_default = models.BooleanField(default=False)
    phone = models.CharField(_("代表電話"), max_length=20, blank=True)
    # Whether staff need more than a password (TOTP, passkey or the town's OpenID provider).
    second_factor_required = models.BooleanField(default=second_factor_by_default)
    # Shown under maps drawn from the town's polygons, as their source asks.
    area_credit = models.CharField(max_length=200, blank=True)
    # Moves whenever an area changes, so that every process drops the polygons it has cached.
    areas_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="one_default_municipality",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TownModel(models.Model):
    """A row of a town: hidden from every other town by row-level security (``ProtectTown``)."""

    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        default=entered_town_id,  # none entered: the database refuses the row
        editable=False,
        related_name="+",
        db_index=False,  # each table leads its own indexes with the town
    )

    class Meta:
        abstract = True


class AreaQuerySet(models.QuerySet["Area"]):
    def of_kind(self, kind: str) -> AreaQuerySet:
        return self.filter(kind=kind)

    def in_order(self) -> AreaQuerySet:
        return self.order_by("kind", "code", "name")


class Area(TownModel):
    """区・校区: a polygon, or a node without one, in the town's tree of areas."""

    class Kind(models.TextChoices):
        WARD = "ward", _("区")
        DISTRICT = "district", _("校区")
        UNIT = "unit", _("町内")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    code = models.CharField(_("コード"), max_length=20)
    name = models.CharField(_("名前"), max_length=MAX_NAME_LENGTH)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    # GeoJSON geometry (Polygon or MultiPolygon, JGD2011 longitude and latitude in degrees).
    geometry = models.JSONField(null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "code"], name="area_code_unique_in_kind"
            )
        ]

    def __str__(self) -> str:
        return self.name


class AreaDraft(TownModel):
    """A GeoJSON file between its upload and its import: the town's last one, shown as a preview."""

    kind = models.CharField(max_length=20, choices=Area.Kind.choices)
    file_name = models.CharField(max_length=200)
    content = models.JSONField()
    uploaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality"], name="one_area_draft")]


class DepartmentQuerySet(models.QuerySet["Department"]):
    def open(self) -> DepartmentQuerySet:
        return self.filter(closed_at__isnull=True)

    def in_order(self) -> DepartmentQuerySet:
        return self.order_by("position", "id")


class Department(TownModel):
    """課・センター: handles cases; may cover areas. Closed, never deleted: its history stays."""

    name = models.CharField(_("名前"), max_length=MAX_NAME_LENGTH)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    position = models.PositiveIntegerField(_("並び順"), default=0)
    phone = models.CharField(_("電話"), max_length=20, blank=True)
    email = models.EmailField(_("メール"), blank=True)
    areas = models.ManyToManyField(Area, blank=True, related_name="departments", through="Coverage")
    # Where its open work goes from the moment it is closed.
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                condition=models.Q(closed_at__isnull=True),
                name="open_department_name_unique",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Coverage(TownModel):
    """A department looks after an area."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE)
    area = models.ForeignKey(Area, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["department", "area"], name="coverage_once")]
