# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json

from kairan.files.models import StoredFile
from kairan.reports.models import Report
from tests.conversations.telling import deliver, held_back, report, to_the_photos
from tests.conversations.test_webhook import post
from tests.talking import Talk, quick_replies
from tests.working import pass_time


def send(line: Talk) -> Report:
    line.answer("花子", "送る")
    return Report.objects.get()


def test_set_of_photos_gets_one_answer(line: Talk) -> None:
    to_the_photos(line)
    before = len(line.received("花子"))
    line.photos("花子", "street-lamp", "pothole")
    said = line.said()[before:]
    assert len(said) == 1
    assert "2枚受け取りました" in said[0]


def test_photos_of_a_set_may_come_in_any_order(line: Talk) -> None:
    to_the_photos(line)
    line.photos("花子", "street-lamp", "pothole", reverse=True, separately=True)
    line.said()
    line.answer("花子", "これで送る")
    assert send(line).photos.count() == 2


def test_photo_told_twice_is_kept_once(line: Talk) -> None:
    to_the_photos(line)
    photo = held_back(line, "花子", "photos", made_up=["street-lamp"])
    deliver(line, photo, photo)
    line.said()
    line.answer("花子", "これで送る")
    assert send(line).photos.count() == 1
    assert StoredFile.objects.count() == 1


def test_full_number_of_photos_leads_on_at_once(line: Talk) -> None:
    to_the_photos(line)
    line.photos("花子", "street-lamp", "pothole", "street-lamp")
    assert "よろしいですか" in line.said()[-1]


def test_photo_that_is_gone_is_asked_for_again(line: Talk) -> None:
    to_the_photos(line)
    line.conditions(content_gone=True)
    line.photos("花子", "street-lamp")
    words = "\n".join(line.said())
    assert "写真がLINEに残っていませんでした" in words
    line.conditions(content_gone=False)
    line.photos("花子", "street-lamp")
    assert "1枚受け取りました" in line.said()[-1]


def test_line_that_does_not_give_the_photo_yet_is_asked_again(line: Talk) -> None:
    to_the_photos(line)
    line.fault("/v2/bot/message/*/content", status=500)
    line.photos("花子", "street-lamp")
    before = line.said()
    assert "枚受け取りました" not in before[-1]
    pass_time(seconds=6)
    assert "1枚受け取りました" in line.said()[-1]


def test_words_wait_for_the_photo_before_them(line: Talk) -> None:
    to_the_photos(line)
    line.fault("/v2/bot/message/*/content", status=500)
    line.photos("花子", "street-lamp")
    line.text("花子", "これで送る")
    line.said()
    pass_time(seconds=6)
    assert "よろしいですか" in line.said()[-1]
    assert send(line).photos.count() == 1


def test_driver_without_a_photo_is_not_thrown_out(line: Talk) -> None:
    to_the_photos(line)
    assert "よろしいですか" in line.answer("花子", "運転中なので写真は撮れません")


def test_video_is_explained(line: Talk) -> None:
    to_the_photos(line)
    line.act("花子", "video")
    assert "動画は受け取れません" in "\n".join(line.said())


def test_early_photo_is_held_for_its_question(line: Talk) -> None:
    line.answer("花子", "市民レポート")
    line.answer("花子", "照明灯の不具合")
    line.photos("花子", "street-lamp")
    assert "あとの質問で使います" in "\n".join(line.said())


def test_photo_out_of_the_blue_says_how_to_begin(line: Talk) -> None:
    line.photos("花子", "street-lamp")
    assert "「市民レポート」からはじめられます" in line.said()[-1]
    assert "市民レポート" in quick_replies(line.received("花子")[-1])
    assert not StoredFile.objects.exists()


def test_photo_after_a_report_can_be_added_to_it(line: Talk) -> None:
    done = report(line)
    line.photos("花子", "street-lamp")
    line.said()
    answer = line.tap_answer("花子", f"{done.receipt_number}へ伝える")
    assert "伝えました" in answer
    assert done.photos.count() == 1


def test_set_that_never_completes_is_answered_all_the_same(line: Talk) -> None:
    to_the_photos(line)
    webhook = held_back(line, "花子", "photos", made_up=["street-lamp", "pothole"])
    _deliver_first_only(line, webhook)
    before = len(line.said())
    pass_time(seconds=10)
    said = line.said()[before:]
    assert "1枚受け取りました" in said[-1]


def _deliver_first_only(line: Talk, webhook: dict[str, str]) -> None:
    body = json.loads(webhook["body"])
    body["events"] = body["events"][:1]
    assert post(line, json.dumps(body).encode()) == 200
