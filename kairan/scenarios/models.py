# SPDX-License-Identifier: Apache-2.0
"""Scenarios of a town, their versions, and each person's way through one."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.models import TownModel
from kairan.residents.models import Resident
from kairan.scenarios.definition import Definition
from kairan.scenarios.state import State

MAX_KEY = 60
MAX_TITLE = 100


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def offered(self) -> ScenarioQuerySet:
        """Active and published: what residents can begin."""
        return self.filter(is_active=True, published__isnull=False)

    def in_order(self) -> ScenarioQuerySet:
        return self.order_by("position", "id")


class Scenario(TownModel):
    """シナリオ: what is asked for one purpose. Its questions stand in its versions."""

    key = models.SlugField(_("名前(英数字)"), max_length=MAX_KEY, db_index=False)
    title = models.CharField(_("題名"), max_length=MAX_TITLE)
    position = models.PositiveIntegerField(_("並び順"), default=0)
    is_active = models.BooleanField(_("使う"), default=True)
    # The version new runs begin with; runs already begun keep theirs.
    published = models.ForeignKey(
        "ScenarioVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "key"], name="scenario_key_unique")
        ]

    def __str__(self) -> str:
        return self.title


class ScenarioVersion(TownModel):
    """One state of the questions. A published one is never changed: a trigger refuses it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("下書き")
        PUBLISHED = "published", _("公開")
        # A draft as it stood when a tester began: never changed, never in the history.
        TRIAL = "trial", _("試用")

    # What runs may stand on.
    KEPT = (Status.PUBLISHED, Status.TRIAL)

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版"))
    definition = models.JSONField()
    state = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    # Who changed the draft last or published the version, by the name of that time.
    changed_by = models.CharField(_("変更した人"), max_length=200, blank=True, default="")
    changed_at = models.DateTimeField(default=timezone.now)
    # Counts every change of a draft, undoing too: two people never mean the same number.
    revision = models.PositiveIntegerField(default=0)
    # The draft's place in its history (DraftRevision.place).
    place = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "number"],
                condition=~Q(state="trial"),
                name="version_number_unique",
            ),
            models.UniqueConstraint(
                fields=["scenario"], condition=Q(state="draft"), name="one_draft_per_scenario"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "trial"], published_at__isnull=True)
                | Q(state="published", published_at__isnull=False),
                name="published_version_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id} v{self.number}"

    @property
    def parsed(self) -> Definition:
        return Definition.model_validate(self.definition)


class DraftRevision(TownModel):
    """One state of a draft, for 「元に戻す」 and 「やり直す」. The oldest go (MAX_REVISIONS).

    They outlive the draft until the next one begins: a discarded draft can be fetched back.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="revisions")
    place = models.PositiveIntegerField()
    revision = models.PositiveIntegerField()
    definition = models.JSONField()
    summary = models.CharField(max_length=500, blank=True)
    changed_by = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scenario", "place"], name="draft_revision_unique")
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id} draft {self.place}: {self.summary}"


class RunQuerySet(models.QuerySet["Run"]):
    def running(self) -> RunQuerySet:
        return self.filter(status=Run.Status.RUNNING)

    def of(self, resident: Resident, channel: str) -> RunQuerySet:
        return self.filter(resident=resident, channel=channel)

    def overdue(self, now: datetime) -> RunQuerySet:
        """Silent for too long; what was left is given up with it."""
        return self.filter(status__in=Run.OPEN, expires_at__lte=now)


class Run(TownModel):
    """One person's way through one version, kept with it to the end."""

    class Status(models.TextChoices):
        RUNNING = "running", _("回答中")
        FINISHED = "finished", _("完了")
        LEFT = "left", _("中止")
        EXPIRED = "expired", _("期限切れ")

    OPEN = (Status.RUNNING, Status.LEFT)

    # Names the run in links and in the report that comes of it; cannot be guessed.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="runs")
    # Null: somebody without an account (web form, phone call).
    resident = models.ForeignKey(
        Resident, on_delete=models.CASCADE, null=True, blank=True, related_name="runs"
    )
    channel = models.CharField(_("受付方法"), max_length=20)
    # scenarios.state.State; its answers go when the run expires.
    state = models.JSONField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    # scenarios.outcome.Outcome of a finished run.
    outcome = models.JSONField(null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "channel"],
                condition=Q(status="running"),
                name="one_running_run_per_resident",
            ),
            models.CheckConstraint(
                condition=Q(status="finished") | Q(outcome__isnull=True),
                name="only_finished_runs_have_an_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "expires_at"],
                condition=Q(status__in=["running", "left"]),
                name="run_overdue",
            ),
            models.Index(fields=["municipality", "resident", "touched_at"], name="run_of_resident"),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} {self.status}"

    @property
    def parsed_state(self) -> State:
        return State.model_validate(self.state)


class StepVisit(TownModel):
    """One time that one step was put to somebody, for the figures of where people give up.

    Nothing in here is personal: `run` is a random key (Run.key, or one made for a web form) and no
    foreign key, so that the figures outlast the run and its resident.
    """

    class Result(models.TextChoices):
        WAITING = "", _("回答待ち")
        ANSWERED = "answered", _("回答")
        BACK = "back", _("戻った")
        GAVE_UP = "gave_up", _("やめた")

    version = models.ForeignKey(
        ScenarioVersion, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    step = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    run = models.UUIDField()
    reached_at = models.DateTimeField()
    # When it was answered, gone back from or given up.
    answered_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=10, choices=Result.choices, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["municipality", "version", "reached_at"], name="visits_of_version"
            ),
            models.Index(fields=["municipality", "run"], name="visits_of_run"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.result}"


class TrialCode(TownModel):
    """What a member of staff sends from a phone to become a tester of a draft."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="trial_codes")
    code = models.CharField(max_length=6)
    # Who had it shown, by the name of that time: the tester's name in the list.
    made_by = models.CharField(max_length=200)
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "code"], name="trial_code_unique")
        ]

    def __str__(self) -> str:
        return f"trial code of {self.scenario_id}"


class Tester(TownModel):
    """A friend who is given the draft instead of what is published, until a moment."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="testers")
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resident", "scenario"], name="tester_once")]

    def __str__(self) -> str:
        return f"tester {self.pk}"
