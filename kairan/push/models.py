# SPDX-License-Identifier: Apache-2.0
"""A browser that wants to be woken: Web Push by VAPID, straight to the browser's own push host."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kairan.lib.sealed_field import SealedTextField
from kairan.municipalities.models import TownModel


class PushKey(models.Model):
    """The installation's VAPID key pair, made when it is first needed; the private half sealed."""

    private = SealedTextField()
    public = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)


class Subscription(TownModel):
    """One browser's subscription. Its address is a secret between the browser's maker and us."""

    class State(models.TextChoices):
        ACTIVE = "active", _("届きます")
        GONE = "gone", _("切れています")

    # ``people.Person``; a number, because this room stands below the people.
    person_id = models.BigIntegerField()
    # The session in which the browser asked: signing that device out ends its push.
    session_key = models.CharField(max_length=40)
    endpoint = models.TextField()
    endpoint_hash = models.CharField(max_length=64)
    p256dh = models.CharField(max_length=200)
    auth = models.CharField(max_length=100)
    user_agent = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)
    last_accepted_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "endpoint_hash"], name="subscription_once"
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "person_id"], name="subscriptions_of_person")
        ]


class PushSetting(TownModel):
    """How one person wants to be woken, on all their devices."""

    person_id = models.BigIntegerField()
    # Nothing below urgent wakes anybody in these hours of Japan; both null: no quiet hours.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    # Minutes unread until a mail goes out; null: no mail.
    mail_after = models.PositiveSmallIntegerField(null=True, blank=True, default=30)
    # A phone that lies on a table shows that something came, and nothing of what.
    hides_words = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "person_id"], name="one_push_setting_of_a_person"
            )
        ]
