# SPDX-License-Identifier: Apache-2.0
"""From 「市民レポート」 to the receipt, through the webhook and back to the phone."""

from __future__ import annotations

import pytest

from kairan.mail.models import TrayMail
from kairan.reports.models import Report, ReportKind
from tests.cast import Cast
from tests.talking import Talk, button, quick_replies

IN_THE_WEST = (32.7, 130.2)


def report_a_lamp(line: Talk, who: str = "花子") -> None:
    """Up to the confirmation."""
    line.text(who, "市民レポート")
    line.said(who)
    for label in ("照明灯の不具合", "つかない"):
        line.tap(who, label)
        line.said(who)
    line.location(who, *IN_THE_WEST, address="西区春日1丁目")
    line.said(who)
    line.tap(who, "とばす")
    line.said(who)
    line.photos(who, "street-lamp")
    line.said(who)
    line.tap(who, "写真はこれで送る")
    line.said(who)


def test_tapping_through_makes_a_report_and_brings_a_receipt(line: Talk, hinokuni: Cast) -> None:
    report_a_lamp(line)
    assert "よろしいですか" in line.said()[-1]
    answer = line.tap_answer("花子", "この内容で送る")
    report = Report.objects.get()
    assert report.receipt_number in answer
    assert "受け付けました" in answer
    assert report.kind.key == "street_light"
    assert (report.latitude, report.longitude) == IN_THE_WEST
    assert report.photos.count() == 1
    assert report.case.department == hinokuni.roads
    assert report.resident is not None


def test_every_answer_goes_out_as_a_free_reply(line: Talk) -> None:
    report_a_lamp(line)
    line.tap_answer("花子", "この内容で送る")
    assert {way for way, _status in line.requests()} - {"content"} == {"reply"}


def test_two_taps_on_send_make_one_report(line: Talk) -> None:
    report_a_lamp(line)
    data = button(line.received("花子")[-1], "この内容で送る")
    line.postback("花子", data)
    line.postback("花子", data)
    words = line.said()
    assert Report.objects.count() == 1
    assert "このお知らせは受け取っています" in words[-1]


def test_everything_can_be_typed_as_on_a_pc(line: Talk) -> None:
    for words in (
        "通報",
        "照明灯の不具合",
        "1",
        "西区春日1丁目の公園の前",
        "なし",
        "今は撮れません",
    ):
        line.answer("花子", words)
    answer = line.answer("花子", "送る")
    report = Report.objects.get()
    assert report.receipt_number in answer
    assert report.address == "西区春日1丁目の公園の前"
    assert report.case.area is not None
    assert report.case.area.name == "西区"


def test_keyword_in_the_middle_offers_the_way_back(line: Talk) -> None:
    for words in ("市民レポート", "照明灯の不具合", "1"):
        line.answer("花子", words)
    line.answer("花子", "市民レポート")
    assert "入力の続きに戻る" in quick_replies(line.received("花子")[-1])
    assert "場所" in line.tap_answer("花子", "入力の続きに戻る")


def test_stopping_says_that_nothing_was_sent(line: Talk) -> None:
    line.answer("花子", "市民レポート")
    line.answer("花子", "照明灯の不具合")
    assert "まだ何も送っていません" in line.answer("花子", "中止")
    assert not Report.objects.exists()


def test_stopped_report_can_be_taken_up_again(line: Talk) -> None:
    for words in ("市民レポート", "照明灯の不具合", "1", "中止"):
        line.answer("花子", words)
    assert "場所" in line.answer("花子", "続きから")


def test_department_is_told_by_mail(line: Talk, hinokuni: Cast) -> None:
    ReportKind.objects.update(closed_hours=ReportKind.ClosedHours.AT_ONCE)
    report_a_lamp(line)
    line.tap_answer("花子", "この内容で送る")
    assert TrayMail.objects.filter(to=hinokuni.roads_clerk.email).exists()


@pytest.mark.parametrize("who", ["花子", "太郎"])
def test_residents_do_not_disturb_each_other(line: Talk, who: str) -> None:
    for one in ("花子", "太郎"):
        line.answer(one, "市民レポート")
        line.answer(one, "照明灯の不具合")
    assert "場所" in line.answer(who, "1")
