# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import TownModel
from kairan.reports.models.cases import Case
from kairan.reports.models.kinds import ReportKind
from kairan.reports.workflow import Status

MAX_QUERY_LENGTH = 1_000


class AnswerTemplate(TownModel):
    """A ready text to residents; an empty kind or status means «every». See ``placeholders``."""

    title = models.CharField(_("名前"), max_length=60)
    kind = models.ForeignKey(
        ReportKind, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    status = models.CharField(_("対応状況"), max_length=20, choices=Status.choices, blank=True)
    text = models.TextField(_("文面"), max_length=2_000)
    # {language: text} beside Japanese; who reads one that is missing gets the nearest.
    texts = models.JSONField(_("ほかの言葉の文面"), default=dict, blank=True)

    def __str__(self) -> str:
        return self.title


class SavedView(TownModel):
    """A person's own name for a set of filters."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(_("名前"), max_length=40)
    query = models.CharField(max_length=MAX_QUERY_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="saved_view_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class NoticePreference(TownModel):
    """How a person wants to hear of new reports by mail; an empty kind means «every other»."""

    class Mode(models.TextChoices):
        AT_ONCE = "at_once", _("そのつど")
        DIGEST = "digest", _("1日1回まとめて")
        NONE = "none", _("受け取らない")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    kind = models.ForeignKey(
        ReportKind, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    mode = models.CharField(max_length=10, choices=Mode.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                name="one_notice_preference_per_kind",
                nulls_distinct=False,
            )
        ]


class WaitingNotice(TownModel):
    """A line of a mail that is still to come: a digest, or what waits until the town hall opens."""

    address = models.EmailField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    # What happened, in the words of the mail.
    summary = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["municipality", "due_at"],
                name="waiting_notice_due",
                condition=models.Q(sent_at__isnull=True),
            )
        ]
