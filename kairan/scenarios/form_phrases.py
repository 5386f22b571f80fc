# SPDX-License-Identifier: Apache-2.0
"""What a form says around the questions, in the languages that every town needs.

Beside `phrases`, which belongs to the talk: a form is filled in the language of its questions,
やさしい日本語 included.
"""

from __future__ import annotations

from kairan.scenarios import phrases
from kairan.scenarios.wording import Text


def _phrase(ja: str, simple: str, en: str) -> Text:
    return Text({"ja": ja, "ja-simple": simple, "en": en})


TWICE = _phrase(
    "もう一度、ここから答えてください。",
    "もういちど ここから 答えてください。",
    "Please answer from here once more.",
)
_CHOOSE = _phrase(
    "この中から1つ選んでください。",
    "この中から 1つ えらんでください。",
    "Please choose one of these.",
)

# Step type → what stands in place of the talk's own words.
PROBLEMS: dict[str, Text] = {
    "choice": _CHOOSE,
    "urgent": _CHOOSE,
    "contact": _CHOOSE,
    "position": _phrase(
        "地図で場所を選ぶか、住所や目印を書いてください。",
        "地図で 場所を えらんでください。住所を 書いても いいです。",
        "Choose the place on the map, or write an address or a landmark.",
    ),
    "photos": _phrase(
        "写真を読めませんでした。もう一度選んでください。",
        "写真が わかりません。もういちど えらんでください。",
        "The photo could not be read. Please choose it again.",
    ),
    "text": phrases.CANNOT_SKIP,
    "number": phrases.NOT_A_NUMBER,
}

# Name in the form's modules → words; {…} is filled in there.
WORDS: dict[str, Text] = {
    "next": _phrase("次へ", "つぎへ", "Next"),
    "back": phrases.BACK_LABEL,
    "skip": phrases.SKIP_LABEL,
    "unknown": phrases.UNKNOWN_LABEL,
    "noPhoto": phrases.NO_PHOTO_LABEL,
    "cannot": phrases.CANNOT_LABEL,
    "called": phrases.CALLED_LABEL,
    "notUrgent": phrases.NOT_URGENT_LABEL,
    "wanted": phrases.WANTED_LABEL,
    "noContact": phrases.NO_CONTACT_LABEL,
    "send": phrases.SEND_LABEL,
    "change": _phrase("直す", "なおす", "Change"),
    "summary": phrases.SUMMARY_HEAD,
    "skipped": phrases.SKIPPED,
    "photoCount": phrases.PHOTOS_SHOWN,
    "needed": phrases.CANNOT_SKIP,
    "choose": _CHOOSE,
    "twice": TWICE,
    "tooShort": phrases.TOO_SHORT,
    "tooLong": _phrase(
        "{max}文字までです(いま{count}文字)。短くしてください。",
        "{max}文字までです(いま {count}文字)。短く してください。",
        "Up to {max} characters (yours has {count}). Please shorten it.",
    ),
    "wrongForm": phrases.WRONG_FORM,
    "notANumber": _phrase(
        "数字で書いてください(例: 3)。",
        "数字で 書いてください(例: 3)。",
        "Please write a number, such as 3.",
    ),
    "noDecimals": _phrase(
        "小数のない数字で書いてください。",
        "1、2、3の ような 数字を 書いてください。",
        "Please write a whole number.",
    ),
    "numberTooSmall": phrases.NUMBER_TOO_SMALL,
    "numberTooLarge": phrases.NUMBER_TOO_LARGE,
    "notAMoment": _phrase(
        "日時を選んでください。", "日と 時間を えらんでください。", "Please choose date and time."
    ),
    "tooEarly": phrases.TOO_EARLY,
    "tooLate": phrases.TOO_LATE,
    "positionWanted": PROBLEMS["position"],
    "outside": phrases.POSITION_OUTSIDE,
    "handedOver": phrases.HANDED_OVER,
    "thanks": phrases.THANKS,
    "required": _phrase("必須", "かならず", "required"),
    "optional": _phrase("任意", "書かなくても いいです", "optional"),
    "progress": _phrase("{of}のうち{n}", "{of}の うち {n}", "{n} of {of}"),
    "left": _phrase("残り {n} 文字", "あと {n}文字", "{n} characters left"),
    "day": _phrase("日付", "日", "Date"),
    "time": _phrase("時刻", "時間", "Time"),
    "timeUnknown": _phrase(
        "時刻はわからないときは空けてください。",
        "時間が わからないときは 書かなくても いいです。",
        "Leave the time empty if you do not know it.",
    ),
    "takePhoto": _phrase("写真を撮る", "写真を とる", "Take a photo"),
    "choosePhotos": _phrase("写真を選ぶ", "写真を えらぶ", "Choose photos"),
    "photo": _phrase("写真 {n}", "写真 {n}", "Photo {n}"),
    "removePhoto": _phrase("写真 {n} を消す", "写真 {n} を けす", "Remove photo {n}"),
    "photoRoom": _phrase("あと{n}枚まで", "あと {n}まい", "{n} more"),
    "photoShort": phrases.PHOTO_SHORT,
    "photoTooMany": _phrase(
        "写真は{max}枚までです。はじめの{max}枚だけ入れました。",
        "写真は {max}まいまでです。",
        "Up to {max} photos. Only the first ones were added.",
    ),
    "photoUnreadable": _phrase(
        "「{name}」は写真として読めませんでした。別の写真を選んでください。",
        "「{name}」は つかえません。べつの 写真を えらんでください。",
        "“{name}” could not be read as a photo. Please choose another.",
    ),
    "photoPosition": _phrase(
        "写真の位置を使う", "写真の 場所を つかう", "Use the photo's position"
    ),
    "preparing": _phrase("写真を用意しています…", "写真を よういしています…", "Preparing photos…"),
    "remove": _phrase("消す", "けす", "Remove"),
    "locating": _phrase(
        "今いる場所を調べています…", "場所を しらべています…", "Finding where you are…"
    ),
    "locateFailed": _phrase(
        "今いる場所が分かりませんでした。地図を押すか、住所を書いてください。",
        "いまの 場所が わかりません。地図を おすか、住所を 書いてください。",
        "Your position could not be found. Tap the map or write an address.",
    ),
    "locate": _phrase("今いる場所にする", "いま いる場所に する", "Use where I am"),
    "openMap": _phrase("地図で選ぶ", "地図で えらぶ", "Choose on the map"),
    "address": _phrase("住所や目印", "住所や 近くの 店", "Address or landmark"),
    "search": _phrase("探す", "さがす", "Search"),
    "searching": _phrase("探しています…", "さがしています…", "Searching…"),
    "unfound": _phrase(
        "地図では見つかりませんでした。このまま進めることも、地図で選ぶこともできます。",
        "地図で 見つかりません。このままで いいです。地図で えらぶことも できます。",
        "Not found on the map. You can go on with the words, or choose on the map.",
    ),
    "which": phrases.PLACE_WHICH,
    "mapFailed": _phrase(
        "地図を読み込めませんでした。住所や目印を書いて進めてください。",
        "地図が 見えません。住所や 近くの 店を 書いてください。",
        "The map could not be loaded. Please write an address or a landmark.",
    ),
    "onMap": _phrase("地図の位置", "地図の 場所", "On the map"),
    "inArea": phrases.POSITION_IN_AREA,
    "callNow": _phrase("電話する", "電話する", "Call"),
    "problems": _phrase(
        "答えを直してください。", "答えを なおしてください。", "Please correct your answers."
    ),
}
