# SPDX-License-Identifier: Apache-2.0
"""The languages a town may write in, by the names the staff knows."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LANGUAGES: dict[str, Promise] = {
    "ja": _("日本語"),
    "ja-simple": _("やさしい日本語"),
    "en": _("英語"),
    "zh-Hans": _("中国語(簡体字)"),
    "zh-Hant": _("中国語(繁体字)"),
    "ko": _("韓国語"),
    "vi": _("ベトナム語"),
    "tl": _("タガログ語"),
    "pt": _("ポルトガル語"),
    "es": _("スペイン語"),
    "ne": _("ネパール語"),
    "id": _("インドネシア語"),
    "my": _("ミャンマー語"),
    "th": _("タイ語"),
    "ru": _("ロシア語"),
    "uk": _("ウクライナ語"),
    "fr": _("フランス語"),
}


# As their own readers call them.
OWN_NAMES = {
    "ja": "日本語",
    "ja-simple": "やさしい日本語",
    "en": "English",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
    "tl": "Tagalog",
    "pt": "Português",
    "es": "Español",
    "ne": "नेपाली",
    "id": "Bahasa Indonesia",
    "my": "မြန်မာဘာသာ",
    "th": "ไทย",
    "ru": "Русский",
    "uk": "Українська",
    "fr": "Français",
}


def language_name(code: str) -> str:
    return str(LANGUAGES.get(code, code))
