# SPDX-License-Identifier: Apache-2.0
"""Greeting, one's own cases, words to a department, and what is taken back."""

from __future__ import annotations

import json

import pytest

from kairan.conversations.models import InboundEvent
from kairan.deliveries.models import Delivery
from kairan.files.models import StoredFile
from kairan.reports.actions import change_status, write_to_resident
from kairan.reports.models import Case, CaseEntry, Report
from kairan.reports.workflow import Status
from kairan.residents.models import Friend
from tests.cast import Cast
from tests.conversations.telling import report, to_the_confirm, to_the_photos
from tests.talking import Talk, quick_replies


def test_new_friend_hears_what_is_kept_and_why(line: Talk) -> None:
    line.act("花子", "follow")
    words = "\n".join(line.said())
    for part in ("友だち追加ありがとうございます", "ユーザーID", "/privacy/", "市民レポート"):
        assert part in words
    assert Friend.objects.get().followed_at is not None


def test_friend_who_comes_back_is_welcomed_back(line: Talk) -> None:
    line.act("花子", "unfollow")
    line.act("花子", "follow", unblocked=True)
    assert "おかえりなさい" in "\n".join(line.said())


def test_who_blocked_hears_nothing_more(line: Talk, hinokuni: Cast) -> None:
    done = report(line)
    line.act("花子", "unfollow")
    line.said()
    before = len(line.requests())
    with pytest.raises(Exception, match="LINE"):
        write_to_resident(acting=hinokuni.roads_clerk, case=done.case, text="こんにちは")
    line.said()
    assert len(line.requests()) == before


def test_just_writing_brings_help(line: Talk) -> None:
    assert "市民レポート" in line.answer("花子", "こんにちは")


def test_status_without_reports_says_so(line: Talk) -> None:
    assert "まだありません" in line.answer("花子", "状況確認")


def test_status_shows_own_reports_and_nobody_elses(line: Talk) -> None:
    mine, other = report(line, "花子"), report(line, "太郎")
    shown = line.answer("花子", "状況確認")
    assert mine.receipt_number in shown
    assert "受付" in shown
    assert other.receipt_number not in shown


def test_status_in_the_middle_of_a_report_leaves_it_standing(line: Talk) -> None:
    to_the_photos(line)
    line.answer("花子", "状況確認")
    assert "入力の続きに戻る" in quick_replies(line.received("花子")[-1])
    assert "よろしいですか" in line.answer("花子", "今は撮れません")


def test_words_about_a_report_reach_its_department(line: Talk) -> None:
    done = report(line)
    line.answer("花子", "状況確認")
    line.tap_answer("花子", "担当に書く・写真を送る")
    assert "伝えました" in line.answer("花子", "電柱の番号は西-12です")
    entry = CaseEntry.objects.get(kind="message_in")
    assert (entry.case_id, entry.text) == (done.case_id, "電柱の番号は西-12です")


def test_words_out_of_the_blue_are_offered_to_the_department(line: Talk) -> None:
    done = report(line)
    assert "どうしますか" in line.answer("花子", "まだ暗いままです")
    line.tap_answer("花子", f"{done.receipt_number}へ伝える")
    assert CaseEntry.objects.get(kind="message_in").text == "まだ暗いままです"


def test_answer_of_staff_can_be_answered_by_its_button(line: Talk, hinokuni: Cast) -> None:
    done = report(line)
    write_to_resident(acting=hinokuni.roads_clerk, case=done.case, text="番号を教えてください")
    assert "番号を教えてください" in line.said()[-1]
    line.tap_answer("花子", "返信する")
    line.answer("花子", "西-12")
    assert CaseEntry.objects.get(kind="message_in").text == "西-12"


def test_not_mended_reopens_the_case_once(line: Talk, hinokuni: Cast) -> None:
    done = report(line)
    change_status(acting=hinokuni.roads_clerk, case=done.case, to=Status.RESOLVED)
    line.said()
    line.tap("花子", "直っていません")
    line.tap("花子", "直っていません")
    assert "もう一度担当に回しました" in "\n".join(line.said())
    case = Case.objects.get()
    assert (case.is_open, case.reopened_count) == (True, 1)


def test_nobody_writes_into_anothers_case(line: Talk) -> None:
    other = report(line, "太郎")
    line.postback("花子", f"do write {other.pk}")
    assert "見つかりませんでした" in line.said()[-1]
    line.postback("花子", f"case:reopen:{other.case_id}")
    assert "見つかりませんでした" in line.said()[-1]


@pytest.mark.parametrize(
    "data", ["", "do", "do write", "do write 9" + "9" * 40, "answer a b", "x" * 300]
)
def test_made_up_taps_do_no_harm(line: Talk, data: str) -> None:
    line.postback("花子", data)
    assert line.said()


def test_message_taken_back_leaves_no_copy(line: Talk) -> None:
    to_the_confirm(line)
    words = "西区春日1丁目"
    sent = next(m for m in line.talk("花子")["messages"] if m["message"].get("text") == words)
    line.act("花子", "unsend", message_id=sent["id"])
    line.said()
    line.answer("花子", "送る")
    done = Report.objects.get()
    assert done.address == ""
    assert not InboundEvent.objects.filter(payload__icontains=words).exists()
    assert not Delivery.objects.filter(payload__icontains=words).exists()


def test_message_taken_back_after_the_report_is_emptied_there(line: Talk) -> None:
    done = report(line)
    words = "西区春日1丁目"
    sent = next(m for m in line.talk("花子")["messages"] if m["message"].get("text") == words)
    line.act("花子", "unsend", message_id=sent["id"])
    line.said()
    done.refresh_from_db()
    assert done.address == ""
    assert words not in json.dumps(done.answers, ensure_ascii=False)


def test_photo_taken_back_is_erased(line: Talk) -> None:
    to_the_photos(line)
    line.photos("花子", "street-lamp")
    line.said()
    line.answer("花子", "これで送る")
    line.answer("花子", "送る")
    sent = next(m for m in line.talk("花子")["messages"] if m["message"]["type"] == "image")
    line.act("花子", "unsend", message_id=sent["id"])
    line.said()
    assert not StoredFile.objects.filter(state=StoredFile.State.STORED).exists()
    assert Report.objects.get().photos.count() == 0
