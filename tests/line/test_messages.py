# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.line import flex, messages
from kairan.line.checks import check_action, check_messages
from tests.line.contract import messaging_api
from tests.line.fake_line import USER

YES = messages.say("はい")
NO = messages.postback("いいえ", "answer=no", display_text="いいえ")
LONG = "長い言葉👨‍👩‍👧" * 500

ACTIONS = [
    YES,
    NO,
    messages.postback("書く", "write", opens_keyboard_with="受付番号 "),
    messages.open_page("地図", "https://example.jp/map"),
    messages.open_page("電話", "tel:0960000000"),
    messages.copy("番号をコピー", "R8-000123"),
    messages.pick_date("日時", "when", initial="2026-04-01T10:00", latest="2026-04-30T10:00"),
    messages.pick_date("日", "day", mode="date", earliest="2026-04-01"),
]
QUICK = [
    messages.camera("撮る"),
    messages.camera_roll("選ぶ"),
    messages.send_location("位置"),
    *ACTIONS,
]
RECEIPT = flex.receipt_bubble(
    heading="受け付けました",
    number_name="受付番号",
    number="R8-000123",
    facts=[flex.Fact("場所", "西区島町1丁目"), flex.Fact("内容", "街灯が消えている")],
    note="4月10日ごろまでに確認します。",
    actions=[YES, messages.open_page("地図で見る", "https://example.jp/1")],
)
STATUS = flex.status_bubble(tone="done", heading="対応状況", status="完了", note="球を替えました。")

GOOD: dict[str, list[dict[str, Any]]] = {
    "text": [messages.text("こんにちは")],
    "quotation": [messages.text("これですね", quote_token="q")],
    "quick replies": messages.with_quick_replies([messages.text("写真は？")], QUICK),
    "image": [messages.image("https://example.jp/1.jpg", "https://example.jp/s.jpg")],
    "location": [messages.location("現場", "西区", latitude=32.8, longitude=130.7)],
    "buttons": [messages.buttons("どれですか", ACTIONS[:4])],
    "titled buttons": [messages.buttons("どれ", ACTIONS[4:8], title="題", alt_text="代わり")],
    "confirm": [messages.confirm("よろしいですか", YES, NO)],
    "carousel": [
        messages.carousel(
            [
                messages.column("道路", [YES], image_url="https://example.jp/road.png"),
                messages.column("公園", [NO], image_url="https://example.jp/park.png"),
            ],
            alt_text="種類を選ぶ",
        )
    ],
    "receipt": [messages.flex("受付番号 R8-000123", RECEIPT)],
    "news": [messages.flex("完了しました", flex.carousel([STATUS, RECEIPT]))],
}
CUT = [
    messages.text(LONG),
    messages.location(LONG, LONG, latitude=0, longitude=0),
    messages.buttons(LONG, [messages.say(LONG), messages.postback(LONG, "d", display_text=LONG)]),
    messages.carousel([messages.column(LONG, [YES], title=LONG)], alt_text=LONG),
    messages.flex(LONG, flex.status_bubble(tone="calm", heading="", status="完了", actions=[YES])),
]


@pytest.mark.parametrize("name", GOOD)
def test_what_we_build_keeps_our_limits(name: str) -> None:
    assert check_messages(GOOD[name]) == []


def test_words_that_are_too_long_are_cut_to_what_line_takes() -> None:
    assert check_messages(CUT) == []
    assert CUT[0]["text"].endswith("…")


@pytest.mark.parametrize("name", GOOD)
def test_what_we_build_keeps_lines_contract(name: str) -> None:
    body = {"to": USER, "messages": GOOD[name]}
    assert messaging_api().request_errors("POST", "/v2/bot/message/push", body) == []


@pytest.mark.parametrize("name", GOOD)
def test_the_official_sdk_reads_what_we_build(name: str) -> None:
    from linebot.v3.messaging import PushMessageRequest

    read = PushMessageRequest.from_dict({"to": USER, "messages": GOOD[name]})
    again = [message.to_dict() for message in read.messages]
    for ours, theirs in zip(GOOD[name], again, strict=True):
        assert _without_none(theirs) == ours


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_none(one) for one in value]
    return value


def _buttons(**template: Any) -> dict[str, Any]:
    usual = {"type": "buttons", "text": "どれ", "actions": [YES]}
    return {"type": "template", "altText": "どれ", "template": {**usual, **template}}


BAD: dict[str, tuple[list[dict[str, Any]], str]] = {
    "no message": ([], "messages"),
    "six messages": ([messages.text("1")] * 6, "messages"),
    "empty text": ([{"type": "text", "text": ""}], "messages[0].text"),
    "5,001 units of emoji": ([{"type": "text", "text": "🍎" * 2501}], "messages[0].text"),
    "unknown kind": ([{"type": "hologram"}], "messages[0]"),
    "label of 21": ([_buttons(actions=[{**YES, "label": "あ" * 21}])], "actions[0].label"),
    "61 beside a title": ([_buttons(title="題", text="あ" * 61)], "template.text"),
    "five buttons": ([_buttons(actions=[YES] * 5)], "template.actions"),
    "camera on a button": ([_buttons(actions=[messages.camera("撮る")])], "actions[0]"),
    "postback of 301": ([_buttons(actions=[messages.postback("x", "a" * 301)])], "actions[0].data"),
    "script link": ([_buttons(actions=[messages.open_page("x", "data:1")])], "actions[0].uri"),
    "http picture": ([messages.image("http://example.jp/1.jpg")], "messages[0].originalContentUrl"),
    "place beyond the pole": (
        [messages.location("x", "y", latitude=91, longitude=0)],
        "messages[0].latitude",
    ),
    "uneven carousel": (
        [
            messages.carousel(
                [messages.column("1", [YES]), messages.column("2", [YES, NO])], alt_text="x"
            )
        ],
        "template.columns",
    ),
    "carousel half titled": (
        [
            messages.carousel(
                [messages.column("1", [YES], title="題"), messages.column("2", [YES])], alt_text="x"
            )
        ],
        "template.columns",
    ),
    "fourteen quick replies": (
        [{**messages.text("x"), "quickReply": {"items": [messages.quick_reply(YES)] * 14}}],
        "quickReply.items",
    ),
    "fat bubble": (
        [messages.flex("x", flex.status_bubble(tone="calm", heading="x", status="あ" * 11_000))],
        "contents[0]",
    ),
    "empty flex text": (
        [messages.flex("x", {"type": "bubble", "body": {"type": "box", "layout": "vertical",
                             "contents": [{"type": "text", "text": ""}]}})],
        "body.contents[0].text",
    ),
    "richmenu switch in a talk": (
        [_buttons(actions=[{"type": "richmenuswitch", "label": "x", "data": "x"}])],
        "actions[0]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_line_would_refuse_is_said_with_its_place(name: str) -> None:
    bad, where = BAD[name]
    found = check_messages(bad)
    assert found
    assert where in found[0]


def test_quick_replies_hang_on_the_last_message_only() -> None:
    first, last = messages.with_quick_replies([messages.text("1"), messages.text("2")], [YES] * 20)
    assert "quickReply" not in first
    assert len(last["quickReply"]["items"]) == 13


def test_without_choices_messages_stay_as_they_were() -> None:
    assert messages.with_quick_replies([messages.text("1")], []) == [messages.text("1")]


def test_a_long_text_becomes_several_messages() -> None:
    parts = messages.texts("あ" * 5000 + "い")
    assert [part["text"][0] for part in parts] == ["あ", "い"]


def test_a_rich_menu_action_needs_no_label_and_may_switch() -> None:
    switch = {"type": "richmenuswitch", "data": "x", "richMenuAliasId": "a"}
    assert check_action(switch, in_rich_menu=True) == []
    assert check_action(messages.camera("撮る"), in_rich_menu=True)


def test_the_first_button_of_a_bubble_is_the_main_one() -> None:
    styles = [button["style"] for button in RECEIPT["footer"]["contents"]]
    assert styles == ["primary", "secondary"]


WORDS = st.text(max_size=400)


@given(WORDS, WORDS)
def test_whatever_the_words_line_gets_what_it_takes(words: str, label: str) -> None:
    said = words or "x"
    action = messages.say(label or "x")
    built = [
        messages.text(said),
        messages.buttons(said, [action], title=label),
        messages.confirm(said, action, action),
        messages.flex(
            said,
            flex.receipt_bubble(heading=said, number_name="番号", number="1", actions=[action]),
        ),
    ]
    assert check_messages(built) == []
