# SPDX-License-Identifier: Apache-2.0
"""Typed words: cleaned, made comparable, and recognised as an option or a way of speaking."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kairan.lib.folding import fold

MAX_TYPED = 5_000
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_IGNORED = re.compile(r"[\s\-‐―ー〜~・、。,.!?()「」『』\[\]:;'\"“”…]+")
_POLITE_TAIL = re.compile(
    r"(でおねがいします|をおねがいします|おねがいします|でした|です|ます|だよ|だ)$"
)

BACK_WORDS = ("戻る", "もどる", "前に戻る", "ひとつ戻る", "back")
LEAVE_WORDS = ("中止", "やめる", "やめます", "キャンセル", "終了", "cancel", "stop", "quit")
SKIP_WORDS = (
    "なし", "ない", "無し", "無い", "ありません", "特になし", "特にない", "スキップ", "とばす",
    "飛ばす", "わからない", "分からない", "わかりません", "分かりません", "不明", "skip",
    "none", "no", "いいえ",
)  # fmt: skip
RESUME_WORDS = ("続きから", "続ける", "つづける", "再開", "resume", "continue")
NEXT_PAGE_WORDS = ("次", "次へ", "次のページ", "ほか", "その他を見る", "more", "next")
PREVIOUS_PAGE_WORDS = ("前へ", "前のページ", "previous")
YES_WORDS = ("はい", "うん", "ええ", "そうです", "yes", "y", "ok", "オーケー")
NO_WORDS = ("いいえ", "いえ", "いや", "違う", "違います", "no", "n")
SEND_WORDS = (*YES_WORDS, "送る", "送信", "送信する", "これで送る", "send")
CHANGE_WORDS = (*NO_WORDS, "直す", "なおす", "修正", "変更", "change")
DONE_WORDS = (
    "これで送る", "写真はこれで送る", "これでよい", "これでいい", "以上", "完了", "終わり",
    "おわり", "送信", "done", "finish", *YES_WORDS,
)  # fmt: skip
CALLED_WORDS = (
    "電話する",
    "電話しました",
    "電話した",
    "電話",
    "かけた",
    "かけました",
    "called",
    "call",
)
NOT_URGENT_WORDS = ("急ぎではない", "急ぎでない", "急がない", "急ぎません", *NO_WORDS)
NO_PHOTO_WORDS = (
    *SKIP_WORDS, "写真なし", "写真はありません", "撮れない", "撮れません", "とれない",
    "今は撮れません", "あとで", "no photo", "cannot",
)  # fmt: skip
_NO_PHOTO = re.compile(
    r"(写真|撮|と[れりっ]|しゃしん|photo|picture|camera).*"
    r"(ない|なし|無|ません|できず|\bno\b|not|n'?t)"
    r"|no (photo|picture)|\b(can'?t|cannot|couldn'?t)\b"
    r"|運転中|うんてん|無理|むり|できない|できません"
)


def clean(text: str) -> str:
    """Without what no database or message can carry (NUL, lone surrogates), trimmed."""
    return _NOT_TEXT.sub("", text).strip()


def normalised(text: str) -> str:
    """One form for ＡＢＣ/abc, カナ/かな, with or without spaces and punctuation."""
    return _IGNORED.sub("", fold(clean(text)))


def is_one_of(text: str, words: Iterable[str]) -> bool:
    return bool(_forms(text) & {normalised(word) for word in words})


def _forms(text: str) -> set[str]:
    plain = normalised(text)
    return {form for form in (plain, _POLITE_TAIL.sub("", plain)) if form}


def means_no_photo(text: str) -> bool:
    """「いま運転中なので写真は撮れません」 and the like, beside the plain words."""
    if is_one_of(text, NO_PHOTO_WORDS):
        return True
    return bool(_NO_PHOTO.search(unicodedata.normalize("NFKC", text).casefold()))


def typed_number(text: str) -> int | None:
    """3, ３, 3番, (3), ③ → 3; None when it is not just an option's number."""
    folded = unicodedata.normalize("NFKC", clean(text))
    found = re.fullmatch(r"[\s(\[]*([0-9]{1,4})[\s)\].。、番]*", folded)
    return int(found[1]) if found else None


@dataclass(frozen=True)
class Nameable:
    """An option as words see it; `number` 0 when it has none."""

    value: str
    names: tuple[str, ...]
    number: int = 0


def chosen_exactly(options: Sequence[Nameable], text: str) -> str | None:
    """By a name, else by number."""
    forms = _forms(text)
    for option in options:
        if forms & {normalised(name) for name in option.names}:
            return option.value
    number = typed_number(text)
    return next((option.value for option in options if number and option.number == number), None)


def chosen_loosely(options: Sequence[Nameable], text: str) -> str | None:
    """The only option of which the typed words are a part (at least two characters of it)."""
    plain = normalised(text)
    if len(plain) < 2:
        return None
    found = {o.value for o in options if any(plain in normalised(name) for name in o.names)}
    return found.pop() if len(found) == 1 else None
