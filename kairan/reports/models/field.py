# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import TownModel
from kairan.reports.models.cases import Case


class FieldEdit(TownModel):
    """One thing done out of doors, perhaps long before the phone had a line. The phone makes its
    key: what is sent twice is done once."""

    class Kind(models.TextChoices):
        NOTE = "note", _("メモ")
        PHOTO = "photo", _("写真")
        STATUS = "status", _("対応状況")
        POSITION = "position", _("場所")

    class Result(models.TextChoices):
        DONE = "done", _("反映しました")
        # Others changed the case meanwhile: kept as a note, and the person is asked.
        CONFLICT = "conflict", _("ほかの人の変更とぶつかりました")
        REFUSED = "refused", _("反映できませんでした")

    key = models.UUIDField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField(default=timezone.now)
    result = models.CharField(max_length=10, choices=Result.choices)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "key"], name="field_edit_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.result}"
