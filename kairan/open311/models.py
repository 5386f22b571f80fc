# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import TownModel

MAX_NAME_LENGTH = 60
SHOWN_LENGTH = 6


class ApiKey(TownModel):
    """A key by which another system comes in. Only its digest is kept: it is shown once."""

    class Access(models.TextChoices):
        READ = "read", _("見るだけ")
        WRITE = "write", _("見る・通報を送る")

    name = models.CharField(_("使う人・システム"), max_length=MAX_NAME_LENGTH)
    access = models.CharField(
        _("できること"), max_length=10, choices=Access.choices, default=Access.WRITE
    )
    # SHA-256: a key has 192 random bits, so nothing slower is needed.
    digest = models.CharField(max_length=64)
    # Its first letters, to tell keys apart on the page.
    beginning = models.CharField(max_length=SHOWN_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "digest"], name="api_key_digest_unique")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def may_write(self) -> bool:
        return self.access == self.Access.WRITE
