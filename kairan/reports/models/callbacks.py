# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import TownModel
from kairan.reports.models.cases import Report

MAX_NOTE_LENGTH = 200


class CallBackQuerySet(models.QuerySet["CallBack"]):
    def waiting(self) -> CallBackQuerySet:
        return self.filter(done_at__isnull=True)

    def in_order(self) -> CallBackQuerySet:
        """The most pressing first; those without a time by when they were asked for."""
        return self.order_by(models.F("due_at").asc(nulls_last=True), "id")


class CallBack(TownModel):
    """折り返し: somebody who reported wants to be phoned. How: ``ContactDetails``."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="call_backs")
    due_at = models.DateTimeField(_("いつまでに"), null=True)
    note = models.CharField(_("伝えること"), max_length=MAX_NOTE_LENGTH, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = CallBackQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["municipality", "due_at"],
                name="call_back_waiting",
                condition=models.Q(done_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"call back {self.pk}"

    def is_late(self, now: datetime) -> bool:
        return self.done_at is None and self.due_at is not None and self.due_at < now
