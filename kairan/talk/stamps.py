# SPDX-License-Identifier: Apache-2.0
"""Stamps and reactions: a few words that are tapped instead of typed. Their drawings are ours."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

# The key is what is stored, the words are what is read where no drawing is (a push, an export).
STAMPS: Final = {
    "understood": _("了解しました"),
    "thanks": _("ありがとうございます"),
    "checking": _("確認中"),
    "well_done": _("お疲れさまです"),
    "please": _("よろしくお願いします"),
    "sorry": _("すみません"),
    "coming": _("参加します"),
    "absent": _("欠席します"),
    "congratulations": _("おめでとうございます"),
    "helpful": _("助かります"),
    "arrived": _("到着しました"),
    "good": _("いいね"),
}
REACTIONS: Final = {
    "understood": _("了解"),
    "good": _("いいね"),
    "thanks": _("ありがとう"),
    "applause": _("拍手"),
    "surprised": _("びっくり"),
    "sad": _("残念"),
}
