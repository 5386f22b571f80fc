# SPDX-License-Identifier: Apache-2.0
"""What a web form leaves on its way in, and what a town says of its LINE mini-app."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.line.models import LineChannel
from kairan.municipalities.models import TownModel
from kairan.municipalities.tenancy import current_town_id
from kairan.reports.models import Report


class IncomingPhoto(TownModel):
    """A photo as the browser sent it, until a worker has made it one of ours.

    The receipt number need not wait for that. Without a report it was uploaded and never sent.
    """

    # Both made by the browser; the report's ``run_key`` is the same run.
    run = models.UUIDField()
    photo = models.UUIDField()
    size = models.PositiveIntegerField()
    report = models.ForeignKey(Report, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "run", "photo"], name="incoming_photo_once"
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "created_at"], name="incoming_photo_by_age")
        ]

    def __str__(self) -> str:
        return f"{self.run}/{self.photo}"

    @property
    def path(self) -> str:
        """Where the store keeps the bytes meanwhile."""
        return f"incoming/{current_town_id()}/{self.run.hex}/{self.photo.hex}"


class MiniApp(TownModel):
    """LINEミニアプリ: the LIFF app through which residents of a channel come to the web form.

    Its LINE login channel must be of the same provider as the messaging channel: only then are
    the user ids the same.
    """

    channel = models.OneToOneField(LineChannel, on_delete=models.CASCADE, related_name="+")
    login_channel_id = models.CharField(_("LINEログインのチャネルID"), max_length=20)
    liff_id = models.CharField(_("LIFF ID"), max_length=40, blank=True)

    def __str__(self) -> str:
        return self.login_channel_id


class UsedToken(TownModel):
    """The digest of an ID token that has opened a session: it opens none again."""

    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "digest"], name="id_token_used_once")
        ]

    def __str__(self) -> str:
        return self.digest[:8]
