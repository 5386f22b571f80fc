# SPDX-License-Identifier: Apache-2.0
"""How the app comes onto a phone or a PC: a few pictures for each kind, the asker's own first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Step:
    """``picture``: a drawing of ``community/_picture.html``."""

    picture: str
    words: Words


@dataclass(frozen=True)
class Guide:
    key: str
    name: Words
    steps: tuple[Step, ...]
    note: Words = ""


_IPHONE: Final = Guide(
    "iphone",
    _("iPhone・iPad"),
    (
        Step("ios-share", _("Safariで開き、下の「共有」（四角から矢印が出る印）を押します。")),
        Step("ios-add", _("出てきた一覧を上へ送り、「ホーム画面に追加」を押します。")),
        Step("ios-done", _("右上の「追加」を押します。")),
        Step("home", _("ホーム画面の「回覧」を開きます。はじめの一度だけ、紙の番号で入ります。")),
        Step("bell", _("開いたら「設定」で「通知を入れる」を押し、「許可」を押します。")),
    ),
    _("通知が届くのは、iOS 16.4より新しいiPhoneです。「設定」→「一般」→「情報」で確かめられます。"),
)  # fmt: skip
_ANDROID: Final = Guide(
    "android",
    _("Androidのスマートフォン"),
    (
        Step("android-menu", _("Chromeでこのページを開き、右上の点が3つの印を押します。")),
        Step("android-add", _("「ホーム画面に追加」か「アプリをインストール」を押します。")),
        Step("android-install", _("「インストール」を押します。")),
        Step("home", _("ホーム画面の「回覧」を押して開きます。")),
        Step("bell", _("「設定」で「通知を入れる」を押し、「許可」を押します。")),
    ),
)  # fmt: skip
_PC: Final = Guide(
    "pc",
    _("パソコン（Windows）"),
    (
        Step("pc-install", _("EdgeかChromeでこのページを開き、アドレスの右はしの印を押します。")),
        Step("pc-done", _("「インストール」を押します。")),
        Step("pc-open", _("デスクトップか、スタートの「回覧」から開きます。")),
        Step("bell", _("「設定」で「通知を入れる」を押し、「許可」を押します。")),
    ),
)  # fmt: skip
# An iPad calls itself a Mac.
_OWN: Final = (
    (r"iPhone|iPad|Macintosh", _IPHONE),
    (r"Android", _ANDROID),
    (r"Windows|Linux|CrOS", _PC),
)


def guides_for(user_agent: str) -> list[Guide]:
    """All three; the one for this device first."""
    own = next((guide for pattern, guide in _OWN if re.search(pattern, user_agent)), _IPHONE)
    return [own, *(guide for guide in (_IPHONE, _ANDROID, _PC) if guide is not own)]
