# SPDX-License-Identifier: Apache-2.0
"""Numbers that are ready before anybody asks: cases counted by month, never by person's name."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from kairan.municipalities.models import Area, Department, TownModel
from kairan.reports.models.kinds import ReportKind

HOURS_OF_A_WEEK = 7 * 24


class MonthTally(TownModel):
    """One kind, area and department in one month: what came in, and what became of the cases
    that were opened in it. ``tallying`` makes it; ``durations`` says what the arrays hold."""

    month = models.DateField()
    kind = models.ForeignKey(ReportKind, on_delete=models.CASCADE, related_name="+", db_index=False)
    area = models.ForeignKey(
        Area, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    reports = models.PositiveIntegerField(default=0)
    outside_hours = models.PositiveIntegerField(default=0)
    # Channel → reports.
    channels = models.JSONField(default=dict)
    # Reports by the hour of the week; Monday 0:00 is the first.
    week = ArrayField(models.PositiveIntegerField(), size=HOURS_OF_A_WEEK)
    cases = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    # Of the closed ones: those with a due date, and those of them closed by it.
    promised = models.PositiveIntegerField(default=0)
    kept_promises = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)
    first_answers = ArrayField(models.PositiveIntegerField())
    completions = ArrayField(models.PositiveIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "month", "kind", "area", "department"],
                nulls_distinct=False,
                name="one_tally_per_month_and_cell",
            )
        ]


class ClerkTally(TownModel):
    """The cases of one month that one clerk has, of one kind in one department."""

    month = models.DateField()
    kind = models.ForeignKey(ReportKind, on_delete=models.CASCADE, related_name="+", db_index=False)
    area = models.ForeignKey(
        Area, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    cases = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    first_answers = ArrayField(models.PositiveIntegerField())
    completions = ArrayField(models.PositiveIntegerField())

    class Meta:
        indexes = [models.Index(fields=["municipality", "month"], name="clerk_tally_of_month")]


class PlaceTally(TownModel):
    """How many cases of one month lie in a square of the map (``cases.tile_at``)."""

    month = models.DateField()
    kind = models.ForeignKey(ReportKind, on_delete=models.CASCADE, related_name="+", db_index=False)
    area = models.ForeignKey(
        Area, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    tile = models.BigIntegerField()
    cases = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["municipality", "month"],
                include=["kind", "area", "department", "tile", "cases"],
                name="place_tally_of_month",
            )
        ]


class StaleTally(TownModel):
    """A kind's month whose numbers have changed since they were counted. A trigger adds lines and
    never waits for another; ``tallying`` takes them away."""

    month = models.DateField()
    kind = models.ForeignKey(
        ReportKind, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
