# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import TownModel


class TrayMailQuerySet(models.QuerySet["TrayMail"]):
    def newest_first(self) -> TrayMailQuerySet:
        return self.order_by("-id")

    def containing(self, words: str) -> TrayMailQuerySet:
        """All of the words, each anywhere in address, subject or text."""
        found = self
        for word in words.split():
            found = found.filter(
                models.Q(to__icontains=word)
                | models.Q(subject__icontains=word)
                | models.Q(text__icontains=word)
            )
        return found


class TrayMail(TownModel):
    """A mail that the demo kept instead of sending it."""

    to = models.CharField(_("宛先"), max_length=320)
    subject = models.CharField(_("件名"), max_length=998)
    text = models.TextField(_("本文"))
    message_id = models.CharField(max_length=998)
    sent_at = models.DateTimeField(_("送信日時"), auto_now_add=True)

    objects = TrayMailQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["municipality", "-id"], name="traymail_newest")]

    def __str__(self) -> str:
        return self.subject
