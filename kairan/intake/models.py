# SPDX-License-Identifier: Apache-2.0
"""Mails from residents, until a clerk has made a report of each or laid it aside."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kairan.files.models import StoredFile
from kairan.lib.sealed_field import SealedTextField
from kairan.municipalities.models import TownModel
from kairan.reports.models import Report, ReportKind


def digest_of_sender(address: str) -> str:
    """Tells senders apart without keeping a readable address to search by."""
    return salted_hmac("kairan.intake.sender", address.lower(), algorithm="sha256").hexdigest()


class IncomingMailQuerySet(models.QuerySet["IncomingMail"]):
    def new(self) -> IncomingMailQuerySet:
        return self.filter(state=IncomingMail.State.NEW)

    def from_sender(self, address: str, since: datetime) -> IncomingMailQuerySet:
        return self.filter(sender_digest=digest_of_sender(address), received_at__gte=since)

    def oldest_first(self) -> IncomingMailQuerySet:
        return self.order_by("received_at", "id")

    def newest_first(self) -> IncomingMailQuerySet:
        return self.order_by("-received_at", "-id")


class IncomingMail(TownModel):
    """受信メール: a draft of a report, in the writer's own words. Forgotten some time after it has
    been dealt with; the report that came of it stays."""

    class State(models.TextChoices):
        NEW = "new", _("未処理")
        DONE = "done", _("受付済み")
        ASIDE = "aside", _("除いたもの")

    class Why(models.TextChoices):
        """Why it was laid aside: by a clerk, or (from BOUNCE on) at its arrival."""

        SPAM = "spam", _("迷惑メール")
        NOT_OURS = "not_ours", _("市の担当ではない")
        TWICE = "twice", _("もう受け付けている")
        OTHER = "other", _("その他")
        BOUNCE = "bounce", _("届かなかった知らせ")
        AUTO_REPLY = "auto_reply", _("自動の返信")
        BULK = "bulk", _("一斉メール")
        OWN = "own", _("この市から出たメール")
        TOO_MANY = "too_many", _("同じ人から短い間に多すぎる")
        TOO_BIG = "too_big", _("大きすぎる")
        UNREADABLE = "unreadable", _("読めないメール")

    BY_CLERKS = (Why.SPAM, Why.NOT_OURS, Why.TWICE, Why.OTHER)

    # Of its Message-ID, or of the whole where it has none: the same mail comes in once.
    digest = models.CharField(max_length=64)
    sender_digest = models.CharField(max_length=64, blank=True)
    sender = SealedTextField(_("差出人のアドレス"), blank=True)
    sender_name = SealedTextField(_("差出人"), blank=True)
    subject = models.CharField(_("件名"), max_length=200, blank=True)
    text = models.TextField(_("本文"), blank=True)
    received_at = models.DateTimeField(_("届いた日時"), default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    why = models.CharField(_("理由"), max_length=20, choices=Why.choices, blank=True)
    # Never written to where a program sent it, whatever a clerk makes of it.
    may_answer = models.BooleanField(default=False)
    # What was guessed, for the clerk to correct.
    kind = models.ForeignKey(ReportKind, on_delete=models.SET_NULL, null=True, related_name="+")
    # A report of the same writer, whose number stands in the mail.
    about = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True, related_name="+")
    # Names of what was sent and not kept: {"name", "reason"}.
    left_out = models.JSONField(default=list)
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, related_name="mails", db_index=False
    )
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    forgotten_at = models.DateTimeField(null=True)

    objects = IncomingMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "digest"], name="mail_comes_in_once"),
            models.CheckConstraint(
                condition=~models.Q(state="aside") | ~models.Q(why=""), name="mail_aside_says_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "state", "-received_at", "-id"], name="mail_in_by_state"
            ),
            models.Index(
                fields=["municipality", "sender_digest", "received_at"], name="mail_in_of_sender"
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_new(self) -> bool:
        return self.state == self.State.NEW

    @property
    def was_set_aside_by_itself(self) -> bool:
        return self.state == self.State.ASIDE and self.why not in self.BY_CLERKS

    @property
    def can_be_taken_back(self) -> bool:
        return self.state == self.State.ASIDE and self.forgotten_at is None

    def is_fresh(self, now: datetime) -> bool:
        return now - self.received_at < timedelta(minutes=5)


class IncomingPhoto(TownModel):
    """A photo of a mail, in the mail's order."""

    mail = models.ForeignKey(IncomingMail, on_delete=models.CASCADE, related_name="photos")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mail", "position"], name="mail_photo_has_one_place")
        ]
