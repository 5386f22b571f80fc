# SPDX-License-Identifier: Apache-2.0
"""Rich menus as rows: what is being designed, what was sent, and what LINE shows to whom.

A `MenuSet` is what staff call a menu: one or several tabs, for whom, and from when to when. Each
time it is sent to LINE a `MenuEdition` keeps it as it was sent, a `MenuPage` for each tab.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.line.menus.design import Design
from kairan.municipalities.models import Area, TownModel


def new_mark() -> str:
    """Finds our own menu again in LINE's list, should its id never have reached us."""
    return secrets.token_hex(8)


class MenuSetQuerySet(models.QuerySet["MenuSet"]):
    def kept(self) -> MenuSetQuerySet:
        return self.filter(removed_at__isnull=True)

    def offered(self) -> MenuSetQuerySet:
        """Those that LINE may show: sent, and not taken down."""
        return self.kept().filter(is_offered=True, edition__isnull=False)

    def in_order(self) -> MenuSetQuerySet:
        return self.order_by("-mode", "id")  # those of every day first


class MenuSet(TownModel):
    class Mode(models.TextChoices):
        NORMAL = "normal", _("ふだんのメニュー")
        DISASTER = "disaster", _("災害用メニュー")

    channel = models.ForeignKey(
        "line.LineChannel", on_delete=models.CASCADE, related_name="menu_sets"
    )
    name = models.CharField(_("名前"), max_length=60)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.NORMAL)
    # For whom: empty is everybody.
    language = models.CharField(_("ことば"), max_length=20, blank=True)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # From–to: empty is always; the end does not belong to it.
    starts_at = models.DateTimeField(_("いつから"), null=True, blank=True)
    ends_at = models.DateTimeField(_("いつまで"), null=True, blank=True)
    # As `Design.to_json` writes it. The revision is what a saving administrator had read.
    draft = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    is_offered = models.BooleanField(default=False)
    # What LINE has of it.
    edition = models.ForeignKey(
        "line.MenuEdition", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = MenuSetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(starts_at__lt=models.F("ends_at")),
                name="menu_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def design(self) -> Design:
        return Design.from_json(self.draft)

    @property
    def is_for_disasters(self) -> bool:
        return self.mode == self.Mode.DISASTER

    def is_due(self, now: datetime) -> bool:
        """Whether `now` lies between its from and to."""
        begun = self.starts_at is None or self.starts_at <= now
        return begun and (self.ends_at is None or now < self.ends_at)


class MenuEdition(TownModel):
    """What was sent to LINE at one time; never changed afterwards but for its state."""

    class State(models.TextChoices):
        WAITING = "waiting", _("LINEに送っています")
        READY = "ready", _("LINEにあります")
        REFUSED = "refused", _("LINEが受け付けませんでした")
        REPLACED = "replaced", _("以前のもの")

    menu = models.ForeignKey(MenuSet, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    problem = models.TextField(blank=True)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["menu", "number"], name="menu_edition_number_once"),
            models.UniqueConstraint(
                fields=["menu"], condition=Q(state="waiting"), name="one_waiting_menu_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.menu_id} v{self.number}"

    @property
    def design(self) -> Design:
        return Design.from_json(self.definition)


class MenuPage(TownModel):
    """One tab of an edition: one rich menu at LINE."""

    edition = models.ForeignKey(MenuEdition, on_delete=models.CASCADE, related_name="pages")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    alias = models.CharField(max_length=32)
    # LINE's rich menu object, and the picture as it is sent.
    body = models.JSONField()
    image = models.BinaryField()
    content_type = models.CharField(max_length=20)
    spoken = models.TextField(blank=True)
    mark = models.CharField(max_length=20, default=new_mark)
    # How far it has come: asked for, made (its id), and with its picture.
    asked_at = models.DateTimeField(null=True)
    line_id = models.CharField(max_length=100, blank=True)
    has_image = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "position"], name="menu_page_place_once")
        ]

    def __str__(self) -> str:
        return self.name


class MenuPicture(TownModel):
    """An uploaded picture, looked through and written anew by us."""

    channel = models.ForeignKey(
        "line.LineChannel", on_delete=models.CASCADE, related_name="menu_pictures"
    )
    image = models.BinaryField()
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


class MenuDesk(TownModel):
    """What a channel's menus are at: the switch for disasters, and the work under way at LINE."""

    class State(models.TextChoices):
        DONE = "done", _("済み")
        WORKING = "working", _("LINEに伝えています")
        WAITING = "waiting", _("もう一度ためすのを待っています")
        STOPPED = "stopped", _("止まっています")

    channel = models.OneToOneField(
        "line.LineChannel", on_delete=models.CASCADE, related_name="menu_desk"
    )
    disaster_since = models.DateTimeField(null=True)
    disaster_by = models.CharField(max_length=200, blank=True)
    # Which menus LINE shows now, as `rules.key_of` writes it.
    applied = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DONE)
    step = models.CharField(max_length=100, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.channel_id} {self.state}"

    @property
    def is_disaster(self) -> bool:
        return self.disaster_since is not None

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.WORKING, self.State.WAITING)


class FriendMenu(TownModel):
    """What one friend sees, and the areas that their menu follows. No row: nothing known yet."""

    channel = models.ForeignKey(
        "line.LineChannel", on_delete=models.CASCADE, related_name="friend_menus"
    )
    user_id = models.CharField(max_length=64)
    # ids of municipalities.Area, told by the rooms that know residents
    areas = models.JSONField(default=list)
    # The edition whose menu was linked (or, for everybody's menu, the link taken away).
    edition = models.ForeignKey(MenuEdition, on_delete=models.SET_NULL, null=True, related_name="+")
    is_applied = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "channel", "user_id"], name="one_menu_per_friend"
            )
        ]

    def __str__(self) -> str:
        return f"friend menu {self.pk}"
