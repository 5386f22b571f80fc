# SPDX-License-Identifier: Apache-2.0
"""The ledger: one row for every message to one recipient, written before anything leaves."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import TownModel

MAX_ONCE = 200
MAX_REASON = 500


class Channel(models.TextChoices):
    LINE = "line", _("LINE")
    MAIL = "mail", _("メール")


class State(models.TextChoices):
    PLANNED = "planned", _("送信待ち")
    # A try has begun, and it is not known (yet) whether the other side took it.
    SENDING = "sending", _("送信中")
    ACCEPTED = "accepted", _("送信済み")
    FAILED = "failed", _("送信できませんでした")
    CANCELLED = "cancelled", _("取りやめ")
    # Tried for as long as a second try could not become a second message; a person must decide.
    UNCERTAIN = "uncertain", _("届いたか不明")


OPEN_STATES = (State.PLANNED, State.SENDING)


class Method(models.TextChoices):
    REPLY = "reply"
    PUSH = "push"
    SMTP = "smtp"


class Waiting(models.TextChoices):
    """Why the next try is put off."""

    NOTHING = ""
    TROUBLE = "trouble"
    RATE = "rate"
    QUOTA = "quota"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def open(self) -> DeliveryQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def waiting_for(self, recipient: str, now: datetime) -> DeliveryQuerySet:
        """What is to be sent to one recipient, in the order of sending."""
        due = self.open().filter(recipient=recipient, not_before__lte=now)
        return due.order_by("-priority", "id")


class Delivery(TownModel):
    """One message (for LINE: up to five bubbles, one request) to one recipient."""

    channel = models.CharField(max_length=10, choices=Channel.choices)
    # ``line:<channel's key>:<user id>`` or ``mail:<address>``: see ``recipients``.
    recipient = models.CharField(max_length=330)
    # {"messages": [...]} or {"subject", "text"}: personal; {} once it has been erased.
    payload = models.JSONField(default=dict)
    purpose = models.CharField(max_length=40)
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True)
    # Says which message this is, so that planning it twice makes one.
    once = models.CharField(max_length=MAX_ONCE)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    priority = models.SmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    planned_at = models.DateTimeField(default=timezone.now)

    # LINE: free and at once, as long as the token lives; blank when there is none (any more).
    reply_token = models.CharField(max_length=200, blank=True)
    reply_until = models.DateTimeField(null=True)
    # LINE knows a push by this key for a day from its first try (``keyed_at``).
    retry_key = models.UUIDField(default=uuid.uuid4)
    keyed_at = models.DateTimeField(null=True)

    method = models.CharField(max_length=10, choices=Method.choices, blank=True)
    tries = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    waiting = models.CharField(max_length=10, choices=Waiting.choices, blank=True)
    accepted_at = models.DateTimeField(null=True)
    failed_reason = models.CharField(max_length=MAX_REASON, blank=True)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "once"], name="delivery_once_in_town"),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "recipient", "id"],
                condition=models.Q(state__in=["planned", "sending"]),
                name="delivery_open",
            ),
            models.Index(fields=["municipality", "about_kind", "about_id"], name="delivery_about"),
            models.Index(fields=["municipality", "state", "planned_at"], name="delivery_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.channel} {self.purpose} {self.state}"

    @property
    def messages(self) -> list[dict[str, object]]:
        return list(self.payload.get("messages", []))

    def can_reply(self, now: datetime) -> bool:
        return bool(self.reply_token) and self.reply_until is not None and now < self.reply_until

    @property
    def is_in_doubt(self) -> bool:
        """The last try may or may not have been taken."""
        return self.state == State.SENDING


class Attempt(TownModel):
    """One request that carried a delivery. Written before it leaves: unfinished means unknown."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    method = models.CharField(max_length=10, choices=Method.choices)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    status_code = models.PositiveSmallIntegerField(null=True)
    request_id = models.CharField(max_length=100, blank=True)
    # The earlier request that LINE had taken already (409).
    accepted_request_id = models.CharField(max_length=100, blank=True)
    error = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["municipality", "delivery"], name="attempt_of_delivery"),
        ]
