# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import date, time

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kairan.lib.workdays import OfficeHours, add_days
from kairan.municipalities.models import Area, Department, TownModel

MAX_NAME_LENGTH = 60
MAX_TARGET_DAYS = 365
MAX_JOIN_METRES = 1_000


class ReportKindQuerySet(models.QuerySet["ReportKind"]):
    def in_order(self) -> ReportKindQuerySet:
        return self.order_by("position", "id")

    def active(self) -> ReportKindQuerySet:
        return self.filter(is_active=True)


class ReportKind(TownModel):
    """What can be reported: 道路の損傷, 照明灯の不具合, … Which department: see ``RoutingRule``."""

    class ClosedHours(models.TextChoices):
        """What a report made outside office hours sets off."""

        WAIT = "wait", _("開庁したら知らせる")
        AT_ONCE = "at_once", _("夜間・休日もすぐ知らせる")
        DUTY = "duty", _("夜間・休日は当直へ知らせる")

    class Closers(models.TextChoices):
        """Who may close a case; others propose it and these confirm."""

        CLERK = "clerk", _("担当者と課長")
        MANAGER = "manager", _("課長だけ")

    # The key of the scenario that asks for it.
    key = models.SlugField(_("キー"), max_length=50)
    name = models.CharField(_("名前"), max_length=MAX_NAME_LENGTH)
    icon = models.CharField(_("アイコン"), max_length=40, blank=True)
    position = models.PositiveIntegerField(_("並び順"), default=0)
    target_days = models.PositiveSmallIntegerField(
        _("対応の目標（日数）"), default=14, validators=[MaxValueValidator(MAX_TARGET_DAYS)]
    )
    counts_working_days = models.BooleanField(_("開庁日で数える"), default=True)
    closed_hours = models.CharField(
        _("閉庁時間の通知"), max_length=10, choices=ClosedHours.choices, default=ClosedHours.WAIT
    )
    duty_email = models.EmailField(_("当直のメール"), blank=True)
    duty_phone = models.CharField(_("当直の電話"), max_length=20, blank=True)
    closers = models.CharField(
        _("終わらせることができる人"),
        max_length=10,
        choices=Closers.choices,
        default=Closers.CLERK,
    )
    four_eyes = models.BooleanField(_("終わらせるには、別の人の確認が要る"), default=False)
    # Working days after the due date; null: nobody is told.
    escalate_days = models.PositiveSmallIntegerField(
        _("期限を過ぎたら課長に知らせる（開庁日）"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_TARGET_DAYS)],
    )
    escalate_more_days = models.PositiveSmallIntegerField(
        _("さらに上の課に知らせる（開庁日）"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_TARGET_DAYS)],
    )
    # Within so many metres and days an open case may be the same thing; 0 metres: never asked.
    join_distance_m = models.PositiveSmallIntegerField(
        _("同じ件とみなす距離（m）"), default=50, validators=[MaxValueValidator(MAX_JOIN_METRES)]
    )
    join_days = models.PositiveSmallIntegerField(
        _("同じ件とみなす日数"), default=30, validators=[MaxValueValidator(MAX_TARGET_DAYS)]
    )
    is_active = models.BooleanField(_("受け付ける"), default=True)
    # Cases that staff have approved are on the public map, and all are open data.
    shows_cases = models.BooleanField(_("案件を公開の地図に載せられる"), default=False)

    objects = ReportKindQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "key"], name="report_kind_key_unique"),
            models.CheckConstraint(
                condition=~models.Q(closed_hours="duty") | ~models.Q(duty_email=""),
                name="duty_rule_needs_an_address",
                violation_error_message=_("当直へ知らせるには、当直のメールが要ります。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def due_on(self, start: date, hours: OfficeHours) -> date:
        """The day by which a case of this kind should be done."""
        return add_days(
            start,
            self.target_days,
            working=self.counts_working_days,
            closed_days=hours.closed_days,
        )


class DefectKind(TownModel):
    """不具合の種類: what is wrong, within a kind (道路: 穴ぼこ, 段差, 側溝)."""

    kind = models.ForeignKey(ReportKind, on_delete=models.CASCADE, related_name="defects")
    name = models.CharField(_("名前"), max_length=MAX_NAME_LENGTH)
    # Answers of residents that mean it, beside its name: one line each.
    words = models.TextField(_("あてはまる回答"), blank=True, max_length=1_000)
    position = models.PositiveIntegerField(_("並び順"), default=0)
    is_active = models.BooleanField(_("使う"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "name"], name="defect_kind_name_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RoutingRule(TownModel):
    """A kind in an area goes to a department; an empty side means «every». See ``routing``."""

    kind = models.ForeignKey(
        ReportKind, on_delete=models.CASCADE, null=True, blank=True, related_name="routes"
    )
    area = models.ForeignKey(
        Area, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "area"],
                name="one_route_per_kind_and_area",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind or '*'} × {self.area or '*'} → {self.department}"


class ReportSettings(TownModel):
    """One row a town: who gets what no rule names, and when the town hall is open."""

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opens_at = models.TimeField(_("開庁"), default=time(8, 30))
    closes_at = models.TimeField(_("閉庁"), default=time(17, 15))
    # ISO dates, beside weekends, national holidays and the turn of the year.
    closed_days = models.JSONField(_("市の休み"), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality"], name="one_report_settings_per_town"),
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="town_hall_opens_before_it_closes",
            ),
        ]

    @property
    def hours(self) -> OfficeHours:
        closed = frozenset(date.fromisoformat(day) for day in self.closed_days)
        return OfficeHours(self.opens_at, self.closes_at, closed)


class Authority(TownModel):
    """Somebody else whose road, lamp or river it is: where «not ours» sends the resident."""

    name = models.CharField(_("名前"), max_length=100)
    phone = models.CharField(_("電話"), max_length=20)
    hours = models.CharField(_("受付時間"), max_length=100, blank=True)
    looks_after = models.CharField(_("担当するもの"), max_length=200, blank=True)
    contact = models.CharField(_("担当者・窓口"), max_length=100, blank=True)
    email = models.EmailField(_("メール"), blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name"], name="authority_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class ReceiptCounter(TownModel):
    """The last receipt number given in a fiscal year; its row lock puts reports in line."""

    fiscal_year = models.CharField(max_length=6)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "fiscal_year"], name="one_counter_per_fiscal_year"
            )
        ]
