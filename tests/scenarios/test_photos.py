# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from kairan.scenarios.inputs import Back, PhotosDone, Unusable
from tests.scenarios.talk import CONFIRM, Talk, choice, define, text, values


def photos(**more: Any) -> dict[str, Any]:
    return {"type": "photos", "id": "photos", "text": "写真があれば送ってください。", **more}


def talk_of(**more: Any) -> Talk:
    return Talk(define(photos(**more), text("note")))


NO_PHOTO = [
    "なし", "ない", "写真なし", "撮れない", "今は撮れません", "スキップ", "1", "１",
    "運転中なので写真は撮れません", "写真はありません", "無理です", "No photo",
    "I can't take a picture",
]  # fmt: skip


@pytest.mark.parametrize("typed", NO_PHOTO)
@pytest.mark.parametrize("minimum", [0, 1])
def test_who_has_no_photo_goes_on(typed: str, minimum: int) -> None:
    talk = talk_of(min=minimum)
    talk.say(typed)
    assert talk.asked == "note"
    assert talk.answer("photos") is None


def test_cannot_take_one_now_can_be_tapped() -> None:
    talk = talk_of(min=1)
    assert talk.prompt.options[0].label == "今は撮れません"
    talk.tap("!skip")
    assert talk.asked == "note"


def test_camera_and_album_are_wanted() -> None:
    expects = talk_of().prompt.expects
    assert expects is not None
    assert (expects.camera, expects.camera_roll) == (True, True)


def test_photos_come_one_by_one_and_in_sets() -> None:
    talk = talk_of()
    talk.photos("a")
    talk.photos("c", "b")
    assert "3枚" in talk.text
    talk.say("これで送る")
    assert talk.answer("photos") == ("a", "c", "b")


def test_a_photo_told_of_twice_counts_once() -> None:
    talk = talk_of()
    talk.photos("a")
    talk.photos("a")
    talk.give(PhotosDone())
    assert talk.answer("photos") == ("a",)


@pytest.mark.parametrize("typed", ["1", "これで送る", "以上", "完了", "写真はこれで送る"])
def test_done_can_be_typed(typed: str) -> None:
    talk = talk_of()
    talk.photos("a")
    talk.say(typed)
    assert talk.asked == "note"


def test_done_without_any_photo_goes_on() -> None:
    talk = talk_of()
    talk.give(PhotosDone())
    assert (talk.asked, talk.answer("photos")) == ("note", None)


def test_the_full_number_goes_on_by_itself() -> None:
    talk = talk_of(max=2)
    talk.photos("a", "b")
    assert talk.asked == "note"


def test_too_many_are_explained_and_the_first_are_kept() -> None:
    talk = talk_of(max=2)
    talk.photos("a", "b", "c")
    assert "写真は2枚までです" in talk.text
    assert talk.answer("photos") == ("a", "b")


def test_fewer_than_wanted_are_explained_but_nobody_is_held() -> None:
    talk = talk_of(min=2)
    talk.photos("a")
    assert "あと1枚" in talk.text
    talk.say("今は撮れません")
    assert talk.answer("photos") == ("a",)


def test_photos_can_be_started_again() -> None:
    talk = talk_of()
    talk.photos("a")
    talk.tap("!clear")
    talk.photos("b")
    talk.tap("!done")
    assert talk.answer("photos") == ("b",)


def test_a_late_photo_of_a_set_joins_its_answer() -> None:
    talk = talk_of()
    talk.photos("a")
    talk.tap("!done")
    talk.photos("b")
    assert (talk.asked, talk.answer("photos")) == ("note", ("a", "b"))
    assert not talk.prompt.is_problem


def test_a_photo_after_no_photo_is_taken_gladly() -> None:
    talk = talk_of()
    talk.say("なし")
    talk.photos("a")
    assert talk.answer("photos") == ("a",)


def test_a_photo_sent_too_early_waits_for_its_question() -> None:
    talk = Talk(define(choice("kind", "穴", "木"), photos(), text("note")))
    talk.photos("early")
    assert talk.asked == "kind"
    talk.say("1")
    assert "1枚受け取りました" in talk.text
    talk.say("1")
    assert talk.answer("photos") == ("early",)


def test_a_photo_where_none_is_ever_asked_is_explained() -> None:
    talk = Talk(define(text("note")))
    assert "写真を使いません" in talk.photos("a").full_text()
    assert talk.state.photos == ()


def test_photos_survive_going_back() -> None:
    talk = Talk(define(text("first"), photos(), text("note")))
    talk.say("あ")
    talk.photos("a")
    talk.give(Back())
    talk.say("い")
    talk.say("う")
    assert talk.outcome.photos == ("a",)


def test_a_changed_photo_answer_starts_from_what_is_there() -> None:
    talk = Talk(define(photos(), CONFIRM))
    talk.photos("a")
    talk.say("1", "直す", "1")
    assert "1枚受け取りました" in talk.text
    talk.photos("b")
    talk.say("1", "1")
    assert talk.outcome.photos == ("a", "b")


def test_words_about_the_thing_are_not_taken_for_no_photo() -> None:
    talk = talk_of()
    assert talk.say("街灯がつかない").is_problem
    assert talk.give(Unusable("video")).is_problem
    assert values(talk.prompt) == ["!skip"]
