# SPDX-License-Identifier: Apache-2.0
"""Each shipped definition is walked as residents walk it."""

from __future__ import annotations

import json

import pytest

from kairan.scenarios.check import check
from kairan.scenarios.context import Context, PhoneEntry
from kairan.scenarios.definition import Confirm, Definition, Photos, Urgent
from kairan.scenarios.flow import exits
from kairan.scenarios.loader import READY_KEYS, ready_definition, ready_definitions
from tests.scenarios.talk import NIGHT, OFFICE, Talk

TOWN = Context(
    directory={
        "town": PhoneEntry(name="ひのくに市役所", number="096-000-0000"),
        "night": PhoneEntry(name="宿直", number="096-000-9999"),
        "roads": PhoneEntry(name="土木総務課", number="096-000-0001"),
        "roads@101": PhoneEntry(name="西区土木センター", number="096-000-0101"),
        "prefecture_river": PhoneEntry(name="県河川課", number="096-111-0000"),
    }
)

HAPPY = {
    "road": ["穴・段差", "@", "いいえ", "#a", "写真はこれで送る", "歩道です", "送信"],
    "street_light": ["点滅", "@", "西-1234", "#a", "これで送る", "送信"],
    "park": ["遊具", "@", "#a", "以上", "ブランコです", "送信"],
    "river": ["ごみ", "@", "水路", "#a", "完了", "なし", "送信"],
    "recyclables_theft": [
        "今日の1時半ごろ", "@", "空き缶", "軽トラ", "東へ、白い車", "#a", "これで送る", "送信",
    ],
    "other": ["道にカラスが多い", "@", "#a", "これで送る", "送信"],
}  # fmt: skip

NO_PHOTO = {
    "road": ["穴", "@", "わからない", "写真はありません", "なし", "はい"],
    "street_light": ["つかない", "@", "なし", "運転中なので撮れません", "はい"],
    "park": ["ベンチ", "@", "なし", "なし", "はい"],
    "river": ["草", "@", "わからない", "撮れない", "なし", "はい"],
    "recyclables_theft": ["さっき", "@", "新聞", "わからない", "なし", "なし", "はい"],
    "other": ["相談です", "わからない", "なし", "はい"],
}

# Only numbers where there is something to number; the rest is what cannot be a number.
ON_A_PC = {
    "road": ["１", "中央公園の前", "1", "1", "なし", "1"],
    "street_light": ["1", "中央公園の前", "なし", "1", "1"],
    "park": ["1", "中央公園", "1", "なし", "1"],
    "river": ["4", "新川橋の下", "1", "1", "なし", "1"],
    "recyclables_theft": ["8/1 1:30", "新川公民館", "2", "1", "なし", "1", "1"],
    "other": ["相談です", "1", "1", "1"],
}


def walk(key: str, inputs: list[str], *, language: str = "ja") -> Talk:
    context = TOWN.model_copy(update={"language": language})
    talk = Talk(ready_definition(key), context=context)
    for given in inputs:
        assert talk.state.status == "running", (key, given)
        if given == "@":
            talk.at(130.7, 32.8, address="西区1-1", areas=("101",))
        elif given.startswith("#"):
            talk.photos(given[1:])
        else:
            talk.say(given)
        assert not talk.prompt.is_problem, (key, given, talk.text)
    return talk


@pytest.mark.parametrize("key", READY_KEYS)
def test_the_happy_way(key: str) -> None:
    outcome = walk(key, HAPPY[key]).outcome
    assert (outcome.kind, outcome.report_kind, outcome.photos) == ("report", key, ("a",))
    assert outcome.position is not None
    assert outcome.position.areas == ("101",)


@pytest.mark.parametrize("key", READY_KEYS)
def test_the_way_without_a_photo(key: str) -> None:
    outcome = walk(key, NO_PHOTO[key]).outcome
    assert (outcome.kind, outcome.report_kind, outcome.photos) == ("report", key, ())


@pytest.mark.parametrize("key", READY_KEYS)
def test_the_way_on_a_pc(key: str) -> None:
    assert walk(key, ON_A_PC[key]).outcome.report_kind == key


@pytest.mark.parametrize("language", ["ja-simple", "en"])
@pytest.mark.parametrize("key", READY_KEYS)
def test_the_way_in_other_languages_by_number(key: str, language: str) -> None:
    assert walk(key, ON_A_PC[key], language=language).outcome.language == language


@pytest.mark.parametrize("definition", ready_definitions(), ids=lambda d: d.key)
def test_nothing_is_found_wrong(definition: Definition) -> None:
    assert check(definition) == []


@pytest.mark.parametrize("key", READY_KEYS)
def test_nobody_is_asked_more_than_six_questions(key: str) -> None:
    answers = walk(key, HAPPY[key]).outcome.answers
    assert len(answers) <= 6


@pytest.mark.parametrize("definition", ready_definitions(), ids=lambda d: d.key)
def test_a_photo_is_never_demanded(definition: Definition) -> None:
    photos = [step for step in definition.steps if isinstance(step, Photos)]
    assert [step.min for step in photos] == [0]


@pytest.mark.parametrize("definition", ready_definitions(), ids=lambda d: d.key)
def test_who_has_called_goes_straight_to_the_summary(definition: Definition) -> None:
    for gate in (step for step in definition.steps if isinstance(step, Urgent)):
        confirms = [
            s for s in exits(gate, definition) if s and isinstance(definition.by_id[s], Confirm)
        ]
        assert confirms


@pytest.mark.parametrize("key", ["road", "street_light"])
def test_drivers_are_told_to_stop_first(key: str) -> None:
    first = Talk(ready_definition(key)).step.prompts[0]
    assert "安全な場所に車を止めて" in first.full_text()


def test_nobody_is_sent_near_a_thief() -> None:
    talk = Talk(ready_definition("recyclables_theft"))
    assert "近づかないでください" in talk.text
    assert "追いかけないでください" in talk.text
    assert "110番" in talk.text
    source = json.dumps(talk.definition.model_dump(mode="json"), ensure_ascii=False)
    assert "これから撮りに行かないでください" in source


@pytest.mark.parametrize(
    ("now", "number"), [(OFFICE, "096-000-0101"), (NIGHT, "096-000-9999")], ids=["day", "night"]
)
@pytest.mark.parametrize(
    "typed", ["道が陥没している", "木が倒れている", "電線", "水が噴き出している"]
)
def test_danger_on_the_road_shows_the_number_of_the_place_and_the_hour(
    typed: str, now: object, number: str
) -> None:
    talk = Talk(ready_definition("road"), context=TOWN, now=now)  # type: ignore[arg-type]
    talk.say(typed)
    talk.at(130.7, 32.8, areas=("101",))
    numbers = [phone.number for phone in talk.prompt.phones]
    assert numbers[0] == number
    assert {"#9910", "119"} <= set(numbers)


def test_danger_on_the_road_is_still_reported_after_the_call() -> None:
    talk = walk("road", ["陥没", "@", "電話しました", "送信"])
    assert talk.outcome.urgent[0].called


def test_a_national_highway_is_handed_over_with_its_number() -> None:
    talk = walk("road", ["穴", "@", "国道"])
    assert talk.outcome.kind == "handed_over"
    assert talk.prompt.phones[0].number == "#9910"


def test_the_prefecture_s_river_is_handed_over_with_the_town_s_entry_for_it() -> None:
    talk = walk("river", ["ごみ", "@", "県"])
    assert talk.outcome.authority is not None
    assert (talk.outcome.authority.name, talk.outcome.authority.number) == (
        "県河川課",
        "096-111-0000",
    )


def test_an_authority_without_a_known_number_is_given_with_the_switchboard() -> None:
    talk = walk("river", ["ごみ", "@", "国"])
    assert "国土交通省の河川事務所が担当しています" in talk.text
    assert talk.prompt.phones[0].number == "096-000-0000"
