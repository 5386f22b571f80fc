# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairan.lib.sealed_field import SealedTextField
from kairan.line.menus.models import (
    FriendMenu,
    MenuDesk,
    MenuEdition,
    MenuPage,
    MenuPicture,
    MenuSet,
)
from kairan.municipalities.models import TownModel
from kairan.municipalities.tenancy import current_town_id

__all__ = [
    "FriendMenu",
    "LineChannel",
    "MenuDesk",
    "MenuEdition",
    "MenuPage",
    "MenuPicture",
    "MenuSet",
]

MAX_KEY_LENGTH = 60


def new_key() -> str:
    """The unguessable end of the webhook address. It begins with the town: LINE's call belongs to
    no town yet, and no row can be found before one is entered."""
    return f"{current_town_id()}-{secrets.token_urlsafe(24)}"


def town_of_key(key: str) -> int | None:
    """The town that a webhook address names; None when it is no address of ours."""
    found = re.fullmatch(r"([1-9][0-9]{0,17})-[A-Za-z0-9_-]{32}", key)
    return int(found[1]) if found else None


class LineChannelQuerySet(models.QuerySet["LineChannel"]):
    def in_order(self) -> LineChannelQuerySet:
        return self.order_by("is_training", "id")

    def in_trouble(self) -> LineChannelQuerySet:
        return self.filter(state=LineChannel.State.REVOKED)


class LineChannel(TownModel):
    """A Messaging API channel of one LINE official account of the town."""

    class State(models.TextChoices):
        UNCHECKED = "unchecked", _("未確認")
        OK = "ok", _("つながっています")
        REVOKED = "revoked", _("トークンが使えません")

    name = models.CharField(_("名前"), max_length=100)
    key = models.CharField(max_length=MAX_KEY_LENGTH, unique=True, default=new_key, editable=False)
    channel_id = models.CharField(_("チャネルID"), max_length=20)
    secret = SealedTextField(_("チャネルシークレット"))
    token = SealedTextField(_("チャネルアクセストークン"))
    # LINE's answers of the last check: `destination` in webhooks, and the @id that people search.
    bot_user_id = models.CharField(max_length=64, blank=True)
    basic_id = models.CharField(max_length=50, blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.UNCHECKED)
    state_changed_at = models.DateTimeField(default=timezone.now)
    # For exercises: what goes out over it is marked as a drill.
    is_training = models.BooleanField(_("練習用"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = LineChannelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "channel_id"], name="line_channel_once_in_town"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def token_tail(self) -> str:
        """The last four letters: enough to recognise a token, not to use it."""
        return self.token[-4:]

    @property
    def is_usable(self) -> bool:
        return self.state != self.State.REVOKED and bool(self.token)
