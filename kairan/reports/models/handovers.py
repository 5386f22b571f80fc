# SPDX-License-Identifier: Apache-2.0
"""Cases handed to other systems: how an authority is reached, what was handed, each try."""

from __future__ import annotations

import secrets
import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.lib.sealed_field import SealedTextField
from kairan.municipalities.models import TownModel
from kairan.reports.models.cases import Case
from kairan.reports.models.kinds import Authority

MAX_URL = 500
MAX_REASON = 300
MAX_REMOTE_ID = 200
MAX_REMOTE_STATUS = 60
MAX_REMOTE_NOTES = 4_000


def new_address_key() -> str:
    """Unguessable: 144 bits."""
    return secrets.token_urlsafe(18)


def new_secret() -> str:
    return secrets.token_urlsafe(32)


class Connection(TownModel):
    """How an authority's own system is reached; without one it is told by phone or mail."""

    class Way(models.TextChoices):
        NONE = "none", _("つながない（電話や書面で引き継ぐ）")
        OPEN311 = "open311", _("Open311（GeoReport v2）")
        WEBHOOK = "webhook", _("署名つきWebhook")

    authority = models.OneToOneField(Authority, on_delete=models.CASCADE, related_name="connection")
    way = models.CharField(_("つなぎ方"), max_length=10, choices=Way.choices, default=Way.NONE)
    url = models.CharField(_("送り先のアドレス"), max_length=MAX_URL, blank=True)
    # Open311: the api key we were given. Webhook: what both sides sign with.
    secret = SealedTextField(_("APIキー・署名の鍵"), blank=True)
    jurisdiction_id = models.CharField("jurisdiction_id", max_length=100, blank=True)
    service_code = models.CharField("service_code", max_length=100, blank=True)
    # ReportKind.key → service_code, for those that differ from the one above.
    service_codes = models.JSONField(default=dict, blank=True)
    # What their questions must be answered with: a line each, 「service_code 項目=値」.
    answers = models.TextField(_("いつも答えておく項目"), blank=True)
    poll_minutes = models.PositiveSmallIntegerField(
        _("相手の状況を見にいく間隔（分）"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
    )
    # The end of the address to which the other side sends its answers.
    key = models.CharField(max_length=40, unique=True, default=new_address_key)

    def __str__(self) -> str:
        return f"{self.authority_id} {self.way}"

    @property
    def is_on(self) -> bool:
        return self.way != self.Way.NONE and bool(self.url)

    def answers_for(self, code: str) -> dict[str, str]:
        """``attribute[…]`` → value, for one of their service codes."""
        found = {}
        for line in filter(str.strip, self.answers.splitlines()):
            service, *rest = line.split(maxsplit=1)
            name, equals, value = "".join(rest).partition("=")
            if service == code and equals:
                found[f"attribute[{name.strip()}]"] = value.strip()
        return found

    def code_for(self, kind_key: str) -> str:
        """The other side's service code for one of our kinds."""
        return str(self.service_codes.get(kind_key) or self.service_code)


class Handover(TownModel):
    """One case given to one authority's system. Written before anything leaves."""

    class State(models.TextChoices):
        PLANNED = "planned", _("送信待ち")
        # A try has begun, and it is not known (yet) whether the other side took it.
        SENDING = "sending", _("送信中")
        DELIVERED = "delivered", _("届きました")
        FAILED = "failed", _("送れませんでした")

    OPEN = (State.PLANNED, State.SENDING)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=10, choices=Connection.Way.choices)
    # By this the other side knows a second try of the same.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What is said, as it was when the clerk handed it over.
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    planned_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)
    failed_reason = models.CharField(max_length=MAX_REASON, blank=True)
    # Their number for it, or (until they have given one) their token.
    remote_id = models.CharField(max_length=MAX_REMOTE_ID, blank=True)
    remote_token = models.CharField(max_length=MAX_REMOTE_ID, blank=True)
    remote_status = models.CharField(max_length=MAX_REMOTE_STATUS, blank=True)
    remote_notes = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    # Open311: when to look at their status next; null: no more.
    poll_at = models.DateTimeField(null=True)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["municipality", "due_at"],
                condition=models.Q(state__in=["planned", "sending"]),
                name="handover_due",
            ),
            models.Index(
                fields=["municipality", "poll_at"],
                condition=models.Q(poll_at__isnull=False),
                name="handover_to_poll",
            ),
            models.Index(fields=["municipality", "state", "-id"], name="handover_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.way} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def has_failed(self) -> bool:
        return self.state == self.State.FAILED


class HandoverAttempt(TownModel):
    """One request that carried it. Written before it leaves: unfinished means unknown."""

    handover = models.ForeignKey(
        Handover, on_delete=models.CASCADE, related_name="attempts", db_index=False
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    status_code = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=MAX_REASON, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["municipality", "handover", "id"], name="attempt_of_handover"),
        ]
