# SPDX-License-Identifier: Apache-2.0
"""What the engine itself says to residents, in the languages that every town needs.

Kept as data beside the definitions' own texts (see `wording`): the language is the resident's,
やさしい日本語 included, which no gettext locale knows.
"""

from __future__ import annotations

from kairan.scenarios.wording import Text


def _phrase(ja: str, simple: str, en: str) -> Text:
    return Text({"ja": ja, "ja-simple": simple, "en": en})


# labels of options and controls (20 characters at most)
BACK_LABEL = _phrase("戻る", "もどる", "Back")
LEAVE_LABEL = _phrase("中止", "やめる", "Stop")
SKIP_LABEL = _phrase("とばす", "とばす", "Skip")
UNKNOWN_LABEL = _phrase("わからない・とばす", "わからない", "Not sure / skip")
NEXT_PAGE_LABEL = _phrase("ほかを見る", "ほかを 見る", "More")
PREVIOUS_PAGE_LABEL = _phrase("前のページ", "前の ページ", "Previous page")
RESUME_LABEL = _phrase("続きから", "つづける", "Continue")
PHOTOS_DONE_LABEL = _phrase("写真はこれで送る", "写真は これで いい", "Use these photos")
PHOTOS_CLEAR_LABEL = _phrase("写真を入れ直す", "写真を やりなおす", "Start photos again")
NO_PHOTO_LABEL = _phrase("写真なしで進む", "写真は ない", "No photo")
CANNOT_LABEL = _phrase("今は撮れません", "いま 写真は できない", "Cannot take one now")
KEEP_PLACE_LABEL = _phrase("このままでよい", "このままで いい", "Use it as typed")
OTHER_PLACE_LABEL = _phrase("この中にない", "この中に ない", "None of these")
SEND_LABEL = _phrase("この内容で送る", "これを 送る", "Send this")
CHANGE_LABEL = _phrase("直す", "なおす", "Change something")
SUMMARY_LABEL = _phrase("直さない", "なおさない", "Change nothing")
CALLED_LABEL = _phrase("電話する・電話しました", "電話します", "I call / I called")
NOT_URGENT_LABEL = _phrase("急ぎではない", "いそぎではない", "It is not urgent")
WANTED_LABEL = _phrase("連絡先を入れる", "連絡先を 入れる", "Give contact details")
NO_CONTACT_LABEL = _phrase("入れない", "入れない", "No, thank you")
CONTACT_PAGE_LABEL = _phrase(
    "連絡先を入れるページ", "連絡先を 入れるページ", "Contact details page"
)
REFINE_PAGE_LABEL = _phrase("地図で場所を直す", "地図で なおす", "Adjust on a map")

# around a question
NUMBERED_TAIL = _phrase(
    "番号でも答えられます。", "番号で 答えることが できます。", "You can type the number."
)
LEAVE_TAIL = _phrase(
    "やめるときは「中止」と送ってください。",
    "やめるときは 「やめる」と 書いてください。",
    "To stop, type “stop”.",
)
SKIP_TAIL = _phrase(
    "ないとき、わからないときは「なし」と送ってください。",
    "ないときは 「なし」と 書いてください。",
    "If there is nothing to say, type “skip”.",
)
PHOTO_COUNT = _phrase(
    "写真を{count}枚受け取りました。",
    "写真を {count}まい もらいました。",
    "Photos received: {count}.",
)
PHOTO_MORE = _phrase(
    "続けて送ることもできます(あと{room}枚まで)。",
    "もっと 送ることが できます(あと {room}まい)。",
    "You can send {room} more.",
)
PHOTO_SHORT = _phrase(
    "あと{short}枚お願いします。撮れないときは、そのまま進めます。",
    "あと {short}まい おねがいします。できないときは だいじょうぶです。",
    "Please send {short} more. If you cannot, you can still go on.",
)
PHOTO_TOO_MANY = _phrase(
    "写真は{max}枚までです。はじめの{max}枚を使います。",
    "写真は {max}まいまでです。はじめの {max}まいを つかいます。",
    "Up to {max} photos. The first {max} are used.",
)
PHOTO_ADDED = _phrase(
    "写真を加えました(全部で{count}枚)。",
    "写真を 入れました(ぜんぶで {count}まい)。",
    "Your photo was added ({count} in all).",
)
PHOTO_HELD = _phrase(
    "写真を受け取りました。あとの質問で使います。",
    "写真を もらいました。あとで つかいます。",
    "Photo received. It will be used in a later question.",
)
PHOTO_NOT_USED = _phrase(
    "ここでは写真を使いません。", "ここでは 写真を つかいません。", "Photos are not used here."
)
CHANGING = _phrase("ここを直します。", "ここを なおします。", "Change this answer.")
SUMMARY_HEAD = _phrase(
    "この内容で送ります。よろしいですか。",
    "これを 送ります。いいですか。",
    "Is this right? It is sent as below.",
)
PICK_HEAD = _phrase(
    "どこを直しますか。", "どこを なおしますか。", "Which answer do you want to change?"
)
SKIPPED = _phrase("なし", "なし", "none")
PHOTOS_SHOWN = _phrase("{count}枚", "{count}まい", "{count} photo(s)")
CONTACT_WANTED = _phrase("入れる", "入れる", "yes")
URGENT_CALLED = _phrase("電話する・電話した", "電話する", "called")

# problems
NOT_AN_OPTION = _phrase(
    "答えがわかりませんでした。下の中から選ぶか、番号を送ってください。",
    "わかりませんでした。下から えらんでください。番号でも いいです。",
    "Sorry, that was not understood. Choose below or type a number.",
)
TOO_SHORT = _phrase(
    "{min}文字以上で書いてください。",
    "{min}文字より 長く 書いてください。",
    "Please write at least {min} characters.",
)
TOO_LONG = _phrase(
    "{max}文字までです(いま{count}文字)。短くして、もう一度送ってください。",
    "{max}文字までです(いま {count}文字)。短く してください。",
    "Up to {max} characters (yours has {count}). Please shorten it.",
)
WRONG_FORM = _phrase(
    "書き方が違うようです。もう一度お願いします。",
    "書き方が ちがいます。もういちど 書いてください。",
    "That does not have the expected form. Please try again.",
)
NOT_A_NUMBER = _phrase(
    "数字で送ってください(例: 3)。",
    "数字で 書いてください(例: 3)。",
    "Please send a number, such as 3.",
)
NO_DECIMALS = _phrase(
    "小数のない数字で送ってください。",
    "1、2、3の ような 数字を 書いてください。",
    "Please send a whole number.",
)
NUMBER_TOO_SMALL = _phrase(
    "{min}以上の数字で送ってください。",
    "{min}か、もっと 大きい 数字を 書いてください。",
    "Please send {min} or more.",
)
NUMBER_TOO_LARGE = _phrase(
    "{max}以下の数字で送ってください。",
    "{max}か、もっと 小さい 数字を 書いてください。",
    "Please send {max} or less.",
)
NOT_A_DATE = _phrase(
    "日付を「8月1日」や「昨日」のように送ってください。",
    "日を 「8月1日」のように 書いてください。",
    "Please send a date such as 8/1 or “yesterday”.",
)
NOT_A_TIME = _phrase(
    "時刻を「午前2時」や「14:30」のように送ってください。",
    "時間を 「14:30」のように 書いてください。",
    "Please send a time such as 14:30.",
)
NOT_A_MOMENT = _phrase(
    "日時を「8月1日 午前2時」や「今朝6時」のように送ってください。",
    "日と 時間を 「8月1日 14:30」のように 書いてください。",
    "Please send date and time, such as 8/1 14:30.",
)
TOO_EARLY = _phrase(
    "{bound}より後でお願いします。",
    "{bound}より あとに してください。",
    "It must not be before {bound}.",
)
TOO_LATE = _phrase(
    "{bound}より前でお願いします。",
    "{bound}より 前に してください。",
    "It must not be after {bound}.",
)
PHOTO_WANTED = _phrase(
    "写真を送ってください。撮れないときは、「今は撮れません」で進めます。",
    "写真を 送ってください。できないときは 「写真は ない」で いいです。",
    "Please send a photo. If you cannot take one now, just say so and go on.",
)
POSITION_WANTED = _phrase(
    "位置情報を送るか、住所や目印を書いてください。",
    "場所を 送ってください。住所を 書いても いいです。",
    "Send your location, or type an address or landmark.",
)
POSITION_ONLY = _phrase(
    "LINEの「+」から位置情報を送ってください。",
    "LINEの 「+」から 場所(位置情報)を 送ってください。",
    "Please send a location (tap + in LINE).",
)
POSITION_BROKEN = _phrase(
    "位置情報を読めませんでした。もう一度送ってください。",
    "場所が わかりませんでした。もういちど 送ってください。",
    "The location could not be read. Please send it again.",
)
POSITION_OUTSIDE = _phrase(
    "その場所は市の外のようです。場所をもう一度教えてください。",
    "その場所は この市では ありません。もういちど おしえてください。",
    "That place seems to be outside the town. Please give the place again.",
)
PLACE_UNFOUND = _phrase(
    "「{text}」の場所が地図で見つかりませんでした。書き直すことも、このまま使うこともできます。",
    "「{text}」が わかりませんでした。もういちど 書いてください。"
    "「このままで いい」でも だいじょうぶです。",
    "“{text}” was not found on the map. Type it again, or use it as it is.",
)
PLACE_WHICH = _phrase("どの場所ですか。", "どの場所ですか。", "Which of these places is it?")
POSITION_CHANGED = _phrase(
    "場所を直しました。", "場所を なおしました。", "The place has been adjusted."
)
POSITION_IN_AREA = _phrase("{area}（地図の位置）", "{area}（地図の 位置）", "{area} (on the map)")
REFINE_OFFER = _phrase(
    "場所を「{place}」としました。地図で直すこともできます。",
    "場所は 「{place}」です。地図で なおすことが できます。",
    "Place: “{place}”. You can adjust it on a map.",
)
CONTACT_NOT_HERE = _phrase(
    "お名前や電話番号は、ここには書かないでください。専用のページで受け取ります。",
    "名前や 電話番号は ここに 書かないでください。べつの ページに 書きます。",
    "Please do not write names or phone numbers here. There is a page of its own for them.",
)
CONTACT_PAGE = _phrase(
    "連絡先はこちらのページで入れてください。あとでもかまいません。",
    "連絡先は このページに 入れてください。あとでも いいです。",
    "Please give your contact details on this page, now or later.",
)
CANNOT_SKIP = _phrase(
    "この質問には答えが必要です。", "この質問は 答えてください。", "This question needs an answer."
)
NOT_NOW = _phrase(
    "いまの質問には使えませんでした。",
    "いまの質問には つかえません。",
    "That does not answer this question.",
)
UNUSABLE = {
    "sticker": _phrase(
        "スタンプでは答えられません。",
        "スタンプは つかえません。",
        "Stickers cannot be used as answers.",
    ),
    "audio": _phrase(
        "音声は受け取れません。文字でお願いします。",
        "声は つかえません。文字で 書いてください。",
        "Voice messages cannot be used. Please type.",
    ),
    "video": _phrase(
        "動画は受け取れません。写真か文字でお願いします。",
        "動画は つかえません。写真か 文字で おねがいします。",
        "Videos cannot be used. Please send a photo or text.",
    ),
    "file": _phrase(
        "ファイルは受け取れません。写真か文字でお願いします。",
        "ファイルは つかえません。写真か 文字で おねがいします。",
        "Files cannot be used. Please send a photo or text.",
    ),
    "unknown": _phrase(
        "受け取れない種類のメッセージでした。",
        "つかえない メッセージでした。",
        "That kind of message cannot be used.",
    ),
}

# on the way
STALE = _phrase(
    "前の質問のボタンのようです。いまの質問はこちらです。"
    "前の答えを直すときは「戻る」を使ってください。",
    "前の質問の ボタンです。いまの質問は これです。前に もどるときは 「もどる」を おしてください。",
    "That button belongs to an earlier question. Here is the current one. "
    "Use “Back” to change an earlier answer.",
)
FIRST_QUESTION = _phrase(
    "ここが最初の質問です。", "これが はじめの 質問です。", "This is the first question."
)
WAY_OUT = _phrase(
    "うまくいかないときは、「中止」でやめられます。電話でもお受けします。",
    "むずかしいときは 「やめる」で やめることが できます。電話でも いいです。",
    "If this does not work, you can stop here, or give us a call.",
)
WAY_OUT_SKIP = _phrase(
    "うまくいかないときは、この質問をとばすか、「中止」でやめられます。電話でもお受けします。",
    "むずかしいときは とばすことが できます。"
    "「やめる」で やめることも できます。電話でも いいです。",
    "If this does not work, you can skip this question, stop here, or give us a call.",
)
WELCOME_BACK = _phrase(
    "続きから始めます。", "つづきから はじめます。", "Let us go on where we stopped."
)
LEFT = _phrase(
    "中止しました。まだ何も送っていません。",
    "やめました。なにも 送っていません。",
    "Stopped. Nothing was sent.",
)
EXPIRED = _phrase(
    "時間がたったので、いったん終わりにしました。まだ何も送っていません。お手数ですが、もう一度はじめからお願いします。",
    "時間が すぎたので おわりました。なにも 送っていません。もういちど はじめから おねがいします。",
    "This was closed because some time has passed. Nothing was sent. Please start again.",
)
ALREADY_FINISHED = _phrase(
    "すでに受け取っています。ありがとうございました。",
    "もう もらいました。ありがとうございました。",
    "We already have it. Thank you.",
)
ALREADY_LEFT = _phrase(
    "中止したままです。続けるときは「続きから」を選んでください。",
    "いまは やめています。つづけるときは 「つづける」を えらんでください。",
    "This was stopped. Choose “Continue” to go on.",
)
THANKS = _phrase("ありがとうございました。", "ありがとうございました。", "Thank you.")
HANDED_OVER = _phrase(
    "ここは{authority}が担当しています。",
    "ここは {authority}の しごとです。",
    "{authority} is in charge of this.",
)
AROUND_THE_CLOCK = _phrase("24時間", "24時間", "24 hours")
OFFICE_HOURS = _phrase("{opens}〜{closes}", "{opens}から {closes}まで", "{opens}–{closes}")
OUTSIDE_HOURS = _phrase("夜間・休日", "夜と 休みの日", "nights and holidays")
AND_MORE = _phrase("ほか{count}件", "ほか {count}", "and {count} more")
