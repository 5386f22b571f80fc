# SPDX-License-Identifier: Apache-2.0
"""What LINE told us, event by event, and where each resident's talk stands."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.line.models import LineChannel
from kairan.municipalities.models import TownModel
from kairan.residents.models import MAX_USER_ID, Friend
from kairan.scenarios.models import Run


class EventOutcome(models.TextChoices):
    """What became of an event; blank while it waits."""

    ANSWERED = "answered", _("応答しました")
    SILENT = "silent", _("応答は要りません")
    IGNORED = "ignored", _("対象外です")
    SET_ASIDE = "set_aside", _("処理できませんでした")


class InboundEventQuerySet(models.QuerySet["InboundEvent"]):
    def waiting(self) -> InboundEventQuerySet:
        return self.filter(processed_at__isnull=True)

    def of(self, channel_id: int, user_id: str) -> InboundEventQuerySet:
        return self.filter(channel_id=channel_id, user_id=user_id)

    def in_order(self) -> InboundEventQuerySet:
        """As they happened; LINE does not promise to tell them so."""
        return self.order_by("happened_at", "id")


class InboundEvent(TownModel):
    """One event of LINE's, stored once. Written by ``conversations_receive`` (first migration)."""

    channel = models.ForeignKey(
        LineChannel, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    event_id = models.CharField(max_length=64)
    # Blank: a group, or somebody whom LINE does not name.
    user_id = models.CharField(max_length=MAX_USER_ID, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    # Milliseconds, LINE's clock.
    happened_at = models.BigIntegerField()
    payload = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now)
    processed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=EventOutcome.choices, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    objects = InboundEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "channel", "event_id"], name="inbound_event_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["municipality", "channel", "user_id", "happened_at"],
                name="inbound_of_user",
            ),
            models.Index(
                fields=["municipality", "received_at"],
                condition=models.Q(processed_at__isnull=True),
                name="inbound_waiting",
            ),
            models.Index(fields=["municipality", "processed_at"], name="inbound_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.outcome}"


class Dialogue(TownModel):
    """Where one friend's talk stands. Its row lock puts all changes of that talk in line."""

    class Kind(models.TextChoices):
        NONE = ""
        STARTING = "starting"
        REPORTING = "reporting"
        WRITING = "writing"

    friend = models.OneToOneField(Friend, on_delete=models.CASCADE, related_name="dialogue")
    kind = models.CharField(max_length=12, choices=Kind.choices, blank=True)
    # The report being made; it stays while the resident looks at something else.
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="+")
    # Small things of the dialogue in ``kind``: a page, a case, a set of photos.
    memory = models.JSONField(default=dict)
    # Which message gave what in the report being made: step or photo → LINE's message id.
    sources = models.JSONField(default=dict)
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["municipality", "touched_at"],
                condition=~models.Q(kind=""),
                name="dialogue_running",
            )
        ]

    def __str__(self) -> str:
        return f"dialogue {self.pk} {self.kind}"
