# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import TownModel


class Entry(TownModel):
    """One thing that somebody did. Triggers number it, chain it, and refuse every change.

    ``digest`` is SHA-256 over the entry's fields and the digest before it in the same town
    (function ``audit_digest`` of the first migration).
    """

    number = models.BigIntegerField(_("番号"), editable=False, default=0)
    at = models.DateTimeField(_("日時"), db_default=Now())
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("だれが"), max_length=200)
    verb = models.CharField(_("何を"), max_length=60)
    target_kind = models.CharField(max_length=60, blank=True)
    target_id = models.BigIntegerField(null=True)
    summary = models.CharField(_("内容"), max_length=500, blank=True)
    # each field with its old and new value
    changes = models.JSONField(default=dict)
    previous_digest = models.BinaryField(max_length=32, editable=False, default=bytes)
    digest = models.BinaryField(max_length=32, editable=False, default=bytes)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"], name="audit_number_unique_in_town"
            )
        ]
        indexes = [
            models.Index(
                fields=["municipality", "target_kind", "target_id"], name="audit_by_target"
            ),
            models.Index(fields=["municipality", "verb", "number"], name="audit_by_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"
