# SPDX-License-Identifier: Apache-2.0
"""The states of a case and the moves between them, as one table."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """対応状況."""

    RECEIVED = "received", _("受付")
    UNDER_REVIEW = "under_review", _("確認中")
    IN_PROGRESS = "in_progress", _("対応中")
    RESOLVED = "resolved", _("完了")
    NO_ACTION = "no_action", _("対応不要")
    REFERRED = "referred", _("他機関へ引継")


OPEN = (Status.RECEIVED, Status.UNDER_REVIEW, Status.IN_PROGRESS)
CLOSED = (Status.RESOLVED, Status.NO_ACTION, Status.REFERRED)


@dataclass(frozen=True)
class Move:
    """One allowed step. ``public``: the residents are told. ``reopens``: counts as a reopening."""

    to: Status
    verb: str | Promise  # on the button
    public: bool = True
    needs_message: bool = False
    reopens: bool = False


_REVIEW = Move(Status.UNDER_REVIEW, _("確認をはじめる"))
_WORK = Move(Status.IN_PROGRESS, _("対応をはじめる"))
_RESOLVE = Move(Status.RESOLVED, _("完了にする"))
_DECLINE = Move(Status.NO_ACTION, _("対応不要にする"), needs_message=True)
_REFER = Move(Status.REFERRED, _("他機関へ引き継ぐ"))
_UNTOUCHED = Move(Status.RECEIVED, _("受付に戻す"), public=False)
_REOPEN = Move(Status.IN_PROGRESS, _("対応を再開する"), reopens=True)
_REOPEN_REVIEW = Move(Status.UNDER_REVIEW, _("確認からやり直す"), reopens=True)

MOVES: dict[Status, tuple[Move, ...]] = {
    Status.RECEIVED: (_REVIEW, _WORK, _RESOLVE, _REFER, _DECLINE),
    Status.UNDER_REVIEW: (_WORK, _RESOLVE, _REFER, _DECLINE, _UNTOUCHED),
    Status.IN_PROGRESS: (_RESOLVE, _REVIEW, _REFER, _DECLINE),
    Status.RESOLVED: (_REOPEN, _REOPEN_REVIEW),
    Status.NO_ACTION: (_REOPEN_REVIEW, _REOPEN),
    Status.REFERRED: (_REOPEN_REVIEW, _REOPEN),
}

# Where a case stands after its resident said 「直っていません」: nobody has looked at that yet.
REOPENED_BY_RESIDENT = Status.RECEIVED


def moves_from(status: str) -> tuple[Move, ...]:
    return MOVES[Status(status)]


def move(status: str, to: str) -> Move | None:
    """The allowed move between two states, or None."""
    return next((move for move in moves_from(status) if move.to == to), None)
