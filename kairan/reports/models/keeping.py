# SPDX-License-Identifier: Apache-2.0
"""How long what people told us is kept, and what remains of an erasure: that it happened."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import TownModel
from kairan.reports.models.cases import Case, Report
from kairan.reports.models.kinds import ReportKind

MAX_KEPT_DAYS = 36_500
MAX_WORDS_LENGTH = 500
# Art. 102 of the Act on the Protection of Personal Information (個人情報保護法): a request to stop
# using or to erase is decided within thirty days.
DECIDED_WITHIN = timedelta(days=30)

_DAYS = [MinValueValidator(1), MaxValueValidator(MAX_KEPT_DAYS)]


class Part(models.TextChoices):
    """What of a case is erased. «All» holds the other two."""

    CONTACT = "contact", _("連絡先")
    PHOTOS = "photos", _("写真")
    ALL = "all", _("通報とやりとりのすべて")


class KeepingRule(TownModel):
    """Days after closing until a part goes, for one kind; null: it is kept."""

    kind = models.OneToOneField(ReportKind, on_delete=models.CASCADE, related_name="keeping")
    contact_days = models.PositiveIntegerField(_("連絡先"), null=True, blank=True, validators=_DAYS)
    photo_days = models.PositiveIntegerField(_("写真"), null=True, blank=True, validators=_DAYS)
    all_days = models.PositiveIntegerField(_("すべて"), null=True, blank=True, validators=_DAYS)

    def __str__(self) -> str:
        return f"keeping of {self.kind_id}"

    @property
    def days(self) -> dict[Part, int | None]:
        return {
            Part.CONTACT: self.contact_days,
            Part.PHOTOS: self.photo_days,
            Part.ALL: self.all_days,
        }


class Erasure(TownModel):
    """A part of a case, or of one report in it, was erased. What it held stands nowhere."""

    class Why(models.TextChoices):
        PERIOD = "period", _("保存期間が過ぎた")
        RESIDENT = "resident", _("本人の求め")
        STAFF = "staff", _("職員の判断")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="erasures")
    # Null: of the whole case.
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    part = models.CharField(max_length=10, choices=Part.choices)
    why = models.CharField(max_length=10, choices=Why.choices)
    at = models.DateTimeField(default=timezone.now)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["municipality", "-at"], name="erasure_recent")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.part}"


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    def waiting(self) -> ErasureRequestQuerySet:
        return self.filter(decided_at__isnull=True)


class ErasureRequest(TownModel):
    """消去の求め: somebody wants a report of theirs forgotten. A person of the town decides."""

    class Decision(models.TextChoices):
        ERASED = "erased", _("消去しました")
        REFUSED = "refused", _("お断りしました")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="erasure_requests")
    words = models.CharField(_("理由・伝えたいこと"), max_length=MAX_WORDS_LENGTH, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.CharField(max_length=200)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    reason = models.CharField(_("お断りする理由"), max_length=MAX_WORDS_LENGTH, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report"],
                condition=models.Q(decided_at__isnull=True),
                name="one_waiting_erasure_request_per_report",
            )
        ]

    def __str__(self) -> str:
        return f"erasure of {self.report_id}"

    @property
    def decide_by(self) -> datetime:
        return self.asked_at + DECIDED_WITHIN
