# SPDX-License-Identifier: Apache-2.0
"""A message in a few words: for lists, pushes and quotations."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kairan.talk.models import Message
from kairan.talk.stamps import STAMPS

MAX_GIST = 100


def gist(*, kind: str, text: str, stamp: str = "", file: str = "", recalled: bool = False) -> str:
    """One line, at most ``MAX_GIST`` characters. ``file``: the name of the first one."""
    if recalled:
        return _("メッセージを取り消しました")
    said = " ".join(text.split())
    if not said:
        said = _without_text(kind, stamp, file)
    return said if len(said) <= MAX_GIST else said[: MAX_GIST - 1] + "…"


def _without_text(kind: str, stamp: str, file: str) -> str:
    if kind == Message.Kind.PHOTOS:
        return _("写真")
    if kind == Message.Kind.FILE:
        return _("ファイル：%(name)s") % {"name": file} if file else _("ファイル")
    if kind == Message.Kind.PLACE:
        return _("地図の場所")
    return str(STAMPS.get(stamp, _("スタンプ"))) if kind == Message.Kind.STAMP else ""
