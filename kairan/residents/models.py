# SPDX-License-Identifier: Apache-2.0
"""People outside: an id at LINE and what they told us to remember. No name, no profile."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import TownModel


class Resident(TownModel):
    """市民. Satisfies ``audit.actors.Actor``."""

    language = models.CharField(_("言語"), max_length=10, default="ja")
    created_at = models.DateTimeField(default=timezone.now)
    # Asked to be forgotten: the clock erases what the town need not keep.
    erasure_asked_at = models.DateTimeField(null=True)

    actor_kind = "resident"

    def __str__(self) -> str:
        return self.actor_name

    @property
    def actor_id(self) -> int | None:
        return self.pk

    @property
    def actor_name(self) -> str:
        return f"市民 {self.pk}"
