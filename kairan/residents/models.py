# SPDX-License-Identifier: Apache-2.0
"""People outside: an id at LINE and what they told us to remember. No name, no profile."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.lib.sealed_field import SealedTextField
from kairan.line.models import LineChannel
from kairan.municipalities.models import TownModel

MAX_USER_ID = 64


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


class FriendQuerySet(models.QuerySet["Friend"]):
    def of(self, channel_id: int, user_id: str) -> FriendQuerySet:
        return self.filter(channel_id=channel_id, user_id=user_id)


class Friend(TownModel):
    """友だち: a resident's link to one LINE channel."""

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="friends")
    channel = models.ForeignKey(LineChannel, on_delete=models.PROTECT, related_name="friends")
    # LINE's id, which is another one for every provider.
    user_id = models.CharField(max_length=MAX_USER_ID)
    followed_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)

    objects = FriendQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "channel", "user_id"], name="friend_once_per_channel"
            )
        ]

    def __str__(self) -> str:
        return f"friend {self.pk}"

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None


class ContactDetails(TownModel):
    """How to reach somebody about one report, given on our own page only, and sealed.

    ``about`` names what it belongs to: ``run:<key>`` before the report exists and after it,
    ``report:<id>`` for a report that came of no run (see ``queries.contact_about``).
    """

    about = models.CharField(max_length=80)
    name = SealedTextField(_("お名前"), blank=True)
    phone = SealedTextField(_("電話番号"), blank=True)
    email = SealedTextField(_("メールアドレス"), blank=True)
    # Said yes to hearing by mail what becomes of it, in this language.
    news = models.BooleanField(_("メールで知らせる"), default=False)
    language = models.CharField(_("言語"), max_length=20, default="ja")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "about"], name="one_contact_per_report")
        ]

    def __str__(self) -> str:
        return self.about
