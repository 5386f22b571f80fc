# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import secrets
from datetime import date
from math import floor

from django.conf import settings
from django.db import models
from django.db.models.functions import Floor, Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kairan.files.models import StoredFile
from kairan.municipalities.models import Area, Department, TownModel
from kairan.reports.models.kinds import DefectKind, ReportKind
from kairan.reports.workflow import OPEN, Status
from kairan.residents.models import Resident
from kairan.scenarios.wording import SOURCE_LANGUAGE, nearest_languages

MAX_TITLE_LENGTH = 80
MAX_ADDRESS_LENGTH = 200
MAX_TEXT_LENGTH = 10_000


class Channel(models.TextChoices):
    """How a report came in."""

    LINE = "line", _("LINE")
    WEB = "web", _("ウェブ")
    PHONE = "phone", _("電話")
    COUNTER = "counter", _("窓口")
    MAIL = "mail", _("メール")
    OPEN311 = "open311", _("他システム")


class Priority(models.TextChoices):
    """優先度. An urgent gate that was passed on the way makes it high by itself."""

    LOW = "low", _("低")
    NORMAL = "normal", _("通常")
    HIGH = "high", _("高")
    URGENT = "urgent", _("緊急")


def new_token() -> str:
    """Unguessable: 192 bits."""
    return secrets.token_urlsafe(24)


_ON_EARTH = models.Q(longitude__isnull=True, latitude__isnull=True) | models.Q(
    longitude__range=(-180, 180), latitude__range=(-90, 90)
)

_FILTERED = ["status", "kind", "area", "department", "assignee", "channel", "joined_into"]
# In the order of how often they are asked for alone; the others are skipped over (``walking``).
_FACETS = ["department", "kind", "area", "status", "channel"]
# Squares of a hundredth of a degree, numbered row by row from the south-west of the world.
TILES_PER_DEGREE = 100
TILES_PER_ROW = 360 * TILES_PER_DEGREE


def tile_at(longitude: float, latitude: float) -> int:
    """The square that holds the point; the database reckons ``Case.tile`` in the same way."""
    row = floor((latitude + 90) * TILES_PER_DEGREE)
    return row * TILES_PER_ROW + floor((longitude + 180) * TILES_PER_DEGREE)


def _covering(key: str) -> list[str]:
    """The other columns that lists are filtered by, so that the index alone can answer."""
    return [name for name in _FILTERED if name != key]


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        return self.filter(status__in=OPEN)

    def overdue(self, today: date) -> CaseQuerySet:
        return self.open().filter(due_on__lt=today)

    def newest_first(self) -> CaseQuerySet:
        return self.order_by("-opened_at", "-id")

    def standing(self) -> CaseQuerySet:
        """Without those that were joined into another: what lists and figures count."""
        return self.filter(joined_into__isnull=True)


class Case(TownModel):
    """案件: what the town handles. Joins one report or several.

    The database keeps a column ``search`` (tsvector) beside these fields, generated from
    ``search_text`` and the columns that lists are filtered by; see ``search``.
    """

    status = models.CharField(
        _("対応状況"), max_length=20, choices=Status.choices, default=Status.RECEIVED
    )
    kind = models.ForeignKey(ReportKind, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Null: no department exists that could take it; administrators see it.
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    due_on = models.DateField(_("期限"), null=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    # Where on the map, as something that an index answers under row-level security.
    tile = models.GeneratedField(
        expression=Floor((models.F("latitude") + 90.0) * float(TILES_PER_DEGREE))
        * float(TILES_PER_ROW)
        + Floor((models.F("longitude") + 180.0) * float(TILES_PER_DEGREE)),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    # The smallest of the town's areas that holds the position.
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    address = models.CharField(_("場所"), max_length=MAX_ADDRESS_LENGTH, blank=True)
    title = models.CharField(_("件名"), max_length=MAX_TITLE_LENGTH)
    # Receipt number and channel of the report that opened it.
    number = models.CharField(_("受付番号"), max_length=20)
    channel = models.CharField(_("受付方法"), max_length=10, choices=Channel.choices)
    opened_at = models.DateTimeField(_("受付日時"))
    closed_at = models.DateTimeField(null=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    first_answered_at = models.DateTimeField(null=True)
    # Null until somebody who may handle it has opened its page: 「新着」.
    viewed_at = models.DateTimeField(null=True)
    # Since when a resident's message waits for an answer.
    waiting_since = models.DateTimeField(null=True)
    search_text = models.TextField(blank=True)
    priority = models.CharField(
        _("優先度"), max_length=10, choices=Priority.choices, default=Priority.NORMAL
    )
    defect_kind = models.ForeignKey(
        DefectKind, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Since when a closing waits for another person's yes: 「確認待ち」; see ``ClosingProposal``.
    confirm_since = models.DateTimeField(null=True)
    # From which department, and since when, until the receiving one takes it or acts: 「引き継ぎ」.
    handed_from = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    handed_at = models.DateTimeField(null=True)
    # Overdue so long that those above were told; 1: the department's managers, 2: the one above.
    escalated_at = models.DateTimeField(null=True)
    escalation = models.PositiveSmallIntegerField(default=0)
    # The case that stands for this one, itself never joined; this one is closed meanwhile and its
    # reports are there. See ``actions.joining``.
    joined_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="joined", db_index=False
    )
    # Moves with every change that another clerk must know of before changing something too.
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "number"], name="case_number_unique"),
            models.CheckConstraint(condition=_ON_EARTH, name="case_position_whole_and_on_earth"),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, status__in=OPEN)
                | (models.Q(closed_at__isnull=False) & ~models.Q(status__in=OPEN)),
                name="case_closed_at_follows_status",
            ),
            models.CheckConstraint(
                condition=models.Q(joined_into__isnull=True)
                | (models.Q(status=Status.NO_ACTION) & ~models.Q(joined_into=models.F("id"))),
                name="case_joined_is_closed_and_elsewhere",
            ),
        ]
        # Lists are read in two steps: the ids by one of these alone, then the rows (``queries``).
        indexes = [
            models.Index(
                fields=["municipality", "joined_into"],
                condition=models.Q(joined_into__isnull=False),
                name="case_joined",
            ),
            models.Index(
                fields=["municipality", "-opened_at", "-id"], include=_FILTERED, name="case_recent"
            ),
            models.Index(
                fields=["municipality", *_FACETS, "-opened_at", "-id"],
                include=["assignee", "joined_into"],
                name="case_facets",
            ),
            models.Index(
                fields=["municipality", "assignee", "-opened_at", "-id"],
                include=_covering("assignee"),
                condition=models.Q(assignee__isnull=False),
                name="case_by_assignee",
            ),
            models.Index(
                fields=["municipality", "-opened_at", "-id"],
                include=[*_FILTERED, "due_on", "tile", "longitude", "latitude"],
                condition=models.Q(status__in=OPEN),
                name="case_open",
            ),
            models.Index(
                fields=["municipality", "-opened_at", "-id"],
                condition=models.Q(waiting_since__isnull=False),
                name="case_waiting",
            ),
            *(
                models.Index(
                    fields=["municipality", "-opened_at", "-id"],
                    include=["department"],
                    condition=models.Q(**{f"{since}__isnull": False}),
                    name=name,
                )
                for since, name in (
                    ("confirm_since", "case_to_confirm"),
                    ("handed_at", "case_handed_over"),
                    ("escalated_at", "case_escalated"),
                )
            ),
            models.Index(
                fields=["municipality", "priority", "-opened_at", "-id"],
                include=_FILTERED,
                condition=~models.Q(priority=Priority.NORMAL),
                name="case_by_priority",
            ),
            models.Index(
                fields=["municipality", "defect_kind", "-opened_at", "-id"],
                include=_FILTERED,
                condition=models.Q(defect_kind__isnull=False),
                name="case_by_defect",
            ),
            models.Index(
                fields=["municipality", "tile", "-opened_at", "-id"],
                include=[*_FILTERED, "longitude", "latitude"],
                condition=models.Q(tile__isnull=False),
                name="case_by_tile",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def standing_id(self) -> int:
        """Of the case that now stands for it: itself, unless it was joined into another."""
        return self.joined_into_id or self.pk

    @property
    def has_position(self) -> bool:
        return self.longitude is not None

    @property
    def place(self) -> str:
        """Area and address, the area's name only once; empty where nobody knows."""
        area = self.area.name if self.area else ""
        return self.address if area and area in self.address else f"{area} {self.address}".strip()

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < today


class Report(TownModel):
    """通報: what one resident said, word for word. The database refuses every rewriting.

    Two things may happen to it later: it may join another case, and what its resident took back
    may be emptied (``erased_at`` moves then).
    """

    class PositionSource(models.TextChoices):
        LINE = "line", _("LINEの位置情報")
        MAP = "map", _("地図で指定")
        TYPED = "typed", _("住所・目印の入力")
        PHOTO = "photo", _("写真の位置情報")
        STAFF = "staff", _("職員が指定")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    receipt_number = models.CharField(_("受付番号"), max_length=20)
    kind = models.ForeignKey(ReportKind, on_delete=models.PROTECT, related_name="+", db_index=False)
    # [{"question", "answer", "source"}]; the source names the message that said it.
    answers = models.JSONField(default=list)
    text = models.TextField(_("内容"), blank=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    accuracy = models.FloatField(_("誤差（m）"), null=True)
    position_source = models.CharField(max_length=10, choices=PositionSource.choices, blank=True)
    address = models.CharField(_("場所"), max_length=MAX_ADDRESS_LENGTH, blank=True)
    # [{"id", "kind", "name"}] as the map of that day had them, smallest first.
    areas = models.JSONField(default=list)
    channel = models.CharField(_("受付方法"), max_length=10, choices=Channel.choices)
    resident = models.ForeignKey(
        Resident, on_delete=models.SET_NULL, null=True, related_name="reports"
    )
    # Opens the resident's own page of this report.
    token = models.CharField(max_length=40, unique=True, default=new_token)
    # The run of questions it came from: one run never makes two reports.
    run_key = models.CharField(max_length=80, null=True)
    # {"text": source, "position": source}: which message said it, for taking it back.
    sources = models.JSONField(default=dict)
    submitted_at = models.DateTimeField(_("受付日時"))
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "receipt_number"], name="receipt_number_unique"
            ),
            models.UniqueConstraint(fields=["municipality", "run_key"], name="one_report_per_run"),
            models.CheckConstraint(condition=_ON_EARTH, name="report_position_whole_and_on_earth"),
        ]
        # Other systems read the reports of a span of time (Open311).
        indexes = [
            models.Index(fields=["municipality", "-submitted_at", "-id"], name="report_recent"),
        ]

    def __str__(self) -> str:
        return self.receipt_number

    @property
    def text_is_an_answer(self) -> bool:
        """Pages need not show it twice."""
        return any(given["answer"].strip() == self.text for given in self.answers)


class CaseEntry(TownModel):
    """One line of a case's timeline. Written once; only what a resident took back is emptied."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("通報を受け付けました")
        VIEWED = "viewed", _("はじめて開きました")
        STATUS = "status", _("対応状況を変えました")
        REOPENED = "reopened", _("再開しました")
        REFERRED = "referred", _("他機関へ引き継ぎました")
        ASSIGNED = "assigned", _("担当を変えました")
        DEPARTMENT = "department", _("担当課を変えました")
        DUE = "due", _("期限を変えました")
        POSITION = "position", _("場所を直しました")
        PRIORITY = "priority", _("優先度を変えました")
        DEFECT = "defect", _("不具合の種類を変えました")
        TAGS = "tags", _("札を変えました")
        PROPOSED = "proposed", _("完了の確認を頼みました")
        SENT_BACK = "sent_back", _("差し戻しました")
        TAKEN = "taken", _("引き継ぎを受け取りました")
        ESCALATED = "escalated", _("期限を過ぎたので上に知らせました")
        PARTNER = "partner", _("他機関とのやりとり")
        # Seen from the case that went into another, from the one that took it in, and back again.
        JOINED = "joined", _("ほかの案件に統合しました")
        TOOK_IN = "took_in", _("ほかの案件を統合しました")
        SPLIT = "split", _("ほかの案件から分けました")
        GAVE_OFF = "gave_off", _("通報を分けました")
        NOTE = "note", _("メモ")
        MESSAGE_OUT = "message_out", _("通報者へ")
        MESSAGE_IN = "message_in", _("通報者から")
        ERASED = "erased", _("取り消されました")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries", db_index=False)
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now())
    text = models.TextField(blank=True)
    # {"from": …, "to": …} with ids, {"from_name", "to_name"} with the names of that day.
    data = models.JSONField(default=dict)
    # Shown to the residents of the case.
    public = models.BooleanField(default=False)
    # The case's version once this had happened.
    version = models.PositiveIntegerField()
    source = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["municipality", "case", "id"], name="entry_of_case"),
            models.Index(
                fields=["municipality", "source"],
                name="entry_by_source",
                condition=~models.Q(source=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"

    @property
    def said_here(self) -> str:
        """``text`` in the language that is spoken, where the town wrote it in several."""
        texts: dict[str, str] = self.data.get("texts") or {}
        tongues = nearest_languages(get_language() or SOURCE_LANGUAGE)
        found = next((tongue for tongue in tongues if tongue in texts), "")
        return texts[found] if found and SOURCE_LANGUAGE not in tongues[:1] else self.text

    @property
    def became(self) -> str:
        """To what it was changed: a status in the reader's language, else the name of that day."""
        to = self.data.get("to")
        if self.kind in _OF_STATUS and to in Status.values:
            return str(Status(to).label)
        return str(self.data.get("to_name") or "")


_OF_STATUS = {CaseEntry.Kind.STATUS, CaseEntry.Kind.REOPENED, CaseEntry.Kind.REFERRED}


class ReportPhoto(TownModel):
    """A photo that came with a report, or later with a message about it (``entry``)."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="photos")
    entry = models.ForeignKey(
        CaseEntry, on_delete=models.PROTECT, null=True, related_name="photos", db_index=False
    )
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=80, blank=True)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                fields=["municipality", "source"],
                name="photo_by_source",
                condition=~models.Q(source=""),
            )
        ]
