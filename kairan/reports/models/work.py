# SPDX-License-Identifier: Apache-2.0
"""What the town adds to a case: how urgent, which defect, which tags, and who has to say yes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import TownModel
from kairan.reports.models.cases import Case
from kairan.reports.models.kinds import Authority
from kairan.reports.workflow import Status

MAX_BULK = 1_000


class Tag(TownModel):
    """札: the town's own word for cases that belong together (祭り準備, 台風10号)."""

    name = models.CharField(_("名前"), max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class CaseTag(TownModel):
    """A case carries a tag."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tagged", db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="cases", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "case", "tag"], name="tagged_once")
        ]
        indexes = [models.Index(fields=["municipality", "tag", "case"], name="cases_of_tag")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.tag_id}"


class ClosingProposal(TownModel):
    """完了の確認待ち: one person proposes to close, another one says yes or sends it back.

    Nothing is told to the residents before the yes.
    """

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", _("確認しました")
        SENT_BACK = "sent_back", _("差し戻しました")
        # The case went another way meanwhile.
        LAPSED = "lapsed", _("取りやめました")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    to = models.CharField(max_length=20, choices=Status.choices)
    message = models.TextField(blank=True)
    # {language: text} of the ready text that was chosen, for residents who read another language.
    texts = models.JSONField(default=dict)
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField(db_default=Now())
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "case"],
                condition=models.Q(answer=""),
                name="one_open_proposal_per_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.to}"


class BulkJob(TownModel):
    """The same thing done to many cases, each by its own verb; see ``actions.bulk``."""

    class Verb(models.TextChoices):
        STATUS = "status", _("対応状況を変える")
        ASSIGN = "assign", _("担当を決める")
        PRIORITY = "priority", _("優先度を変える")
        TAG = "tag", _("札をつける")
        UNTAG = "untag", _("札を外す")
        DEPARTMENT = "department", _("ほかの課へ引き継ぐ")
        CONFIRM = "confirm", _("完了を確認する")
        UNDO = "undo", _("元に戻す")

    class State(models.TextChoices):
        WAITING = "waiting", _("順番を待っています")
        RUNNING = "running", _("進めています")
        STOPPED = "stopped", _("止めました")
        FINISHED = "finished", _("終わりました")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulk_jobs"
    )
    verb = models.CharField(max_length=12, choices=Verb.choices)
    # What the verb needs: {"to", "message"}, {"assignee"}, {"tag"} …
    given = models.JSONField(default=dict)
    # In words for the page: 「完了」「札 台風10号」.
    summary = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Of a job that takes another one back.
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by"
    )
    made_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.summary}".strip()

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.FINISHED, self.State.STOPPED}


class BulkItem(TownModel):
    """One case of a bulk job, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("これから")
        DONE = "done", _("できました")
        # It was so already.
        UNCHANGED = "unchanged", _("もとから同じ")
        REFUSED = "refused", _("できませんでした")

    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="items", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    # The state of the case that the clerk had on the screen.
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # The timeline's entry that the verb wrote, by which it can be taken back.
    entry_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "job", "case"], name="case_once_per_bulk_job"
            )
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.case_id} {self.state}"
