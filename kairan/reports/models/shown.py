# SPDX-License-Identifier: Apache-2.0
"""What everybody may see of a case: words that staff wrote, photos that staff went over."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.files.models import StoredFile
from kairan.municipalities.models import TownModel
from kairan.reports.models.cases import Case, ReportPhoto

MAX_SHOWN_TEXT = 500
MAX_SHOWN_TITLE = 80


class ShownCaseQuerySet(models.QuerySet["ShownCase"]):
    def to_everybody(self) -> ShownCaseQuerySet:
        """Shown now, of a kind that may be shown."""
        return self.filter(
            hidden_at__isnull=True,
            shown_at__isnull=False,
            case__kind__shows_cases=True,
            case__joined_into__isnull=True,
        )


class ShownCase(TownModel):
    """公開: a case as the public map has it. Never a word, photo or name of a resident's own
    unless a member of staff has put it here."""

    class Precision(models.TextChoices):
        EXACT = "exact", _("そのままの場所")
        ROUGH = "rough", _("約100mに丸めた場所")
        NONE = "none", _("場所を出さない")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="shown")
    title = models.CharField(_("見出し"), max_length=MAX_SHOWN_TITLE)
    text = models.TextField(_("説明"), blank=True, max_length=MAX_SHOWN_TEXT)
    precision = models.CharField(
        _("場所"), max_length=10, choices=Precision.choices, default=Precision.ROUGH
    )
    shown_at = models.DateTimeField(null=True)
    shown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    hidden_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ShownCaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["municipality", "-shown_at"],
                condition=models.Q(hidden_at__isnull=True, shown_at__isnull=False),
                name="case_shown",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_shown(self) -> bool:
        return self.shown_at is not None and self.hidden_at is None

    @property
    def position(self) -> tuple[float, float] | None:
        """Longitude and latitude as everybody may know them."""
        if self.precision == self.Precision.NONE or self.case.longitude is None:
            return None
        digits = 6 if self.precision == self.Precision.EXACT else 3
        return round(self.case.longitude, digits), round(self.case.latitude or 0.0, digits)


class ShownPhoto(TownModel):
    """A copy of a report's photo with what must not be seen blackened."""

    shown = models.ForeignKey(ShownCase, on_delete=models.CASCADE, related_name="photos")
    source = models.ForeignKey(ReportPhoto, on_delete=models.SET_NULL, null=True, related_name="+")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
