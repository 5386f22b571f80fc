# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from kairan.scenarios.check import errors
from kairan.scenarios.definition import Choice, Definition, TextQuestion
from kairan.scenarios.designer.expressions import NotUnderstood, condition, constraint
from kairan.scenarios.designer.files import FileRefused, read_file
from tests.scenarios.sheets import survey, with_part, workbook
from tests.scenarios.talk import Talk

LAMPS = survey(
    ["note", "hello", "街灯の調査です。", "", "", "", "Street lights"],
    ["select_one state", "state", "どうなっていますか。", "yes", "", "", "What is wrong?"],
    ["text", "plate", "番号は?", "", "selected(${state}, 'dark')", "regex(., '^[0-9]{4}$')", ""],
    ["begin_group", "g", "けが", "", "${state} = 'fallen'", "", ""],
    ["integer", "hurt", "何人?", "yes", "", ". >= 0 and . <= 20", ""],
    ["date", "day", "いつ?", "", "${hurt} > 0", ". <= today()", ""],
    ["end_group", "", "", "", "", "", ""],
    ["geopoint", "place", "どこ?", "yes", "", "", "Where?"],
    ["image", "photo", "写真", "", "", "", ""],
    columns=["required", "relevant", "constraint", "label::English (en)"],
    choices=[
        ["list_name", "name", "label", "label::English (en)"],
        ["state", "dark", "つかない", "Dark"],
        ["state", "fallen", "倒れている", "Fallen"],
    ],
    settings=[["form_title", "form_id"], ["街灯の点検", "Lamp Check"]],
)


def read(content: bytes, name: str = "form.xlsx") -> tuple[Definition, list[str]]:
    imported = read_file(name, content)
    return imported.definition, list(imported.not_understood)


def refused(content: bytes, name: str = "form.xlsx") -> str:
    with pytest.raises(FileRefused) as error:
        read_file(name, content)
    return "".join(error.value.reasons)


# ── what is understood ──


def test_a_form_becomes_questions_in_both_languages() -> None:
    definition, _report = read(LAMPS)
    assert (definition.key, definition.title.said("ja")) == ("lamp_check", "街灯の点検")
    assert definition.languages == ("ja", "en")
    state = definition.by_id["state"]
    assert isinstance(state, Choice)
    assert state.required
    assert [o.label.said("en") for o in state.options] == ["Dark", "Fallen"]
    assert errors(definition) == []


def test_a_condition_skips_its_question_and_its_group() -> None:
    definition, _report = read(LAMPS)
    dark = Talk(definition)
    dark.say("つかない")
    assert dark.asked == "plate"
    dark.say("1234")
    assert dark.asked == "place"
    fallen = Talk(definition)
    fallen.say("倒れている")
    assert fallen.asked == "hurt"
    fallen.say("0")
    assert fallen.asked == "place"
    fallen.say("戻る", "2")
    assert fallen.asked == "day"


def test_constraints_become_limits() -> None:
    definition, _report = read(LAMPS)
    plate, hurt, day = (definition.by_id[key] for key in ("plate", "hurt", "day"))
    assert isinstance(plate, TextQuestion)
    assert plate.pattern == "[0-9]{4}"
    assert (hurt.min, hurt.max, day.max) == (0, 20, "today")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("${a} = 'x'", {"type": "answer", "step": "a1", "values": ["x"]}),
        ("'x' = ${a}", {"type": "answer", "step": "a1", "values": ["x"]}),
        ("${a} != ''", {"type": "answered", "step": "a1"}),
        ("not(selected(${a}, 'x'))", {"type": "not", "of": {"type": "answer", "step": "a1",
                                                            "values": ["x"]}}),
        ("${n} >= 3", {"type": "number", "step": "n1", "min": 3.0}),
        ("5 > ${n}", {"type": "all", "of": [
            {"type": "number", "step": "n1"},
            {"type": "not", "of": {"type": "number", "step": "n1", "min": 5.0}}]}),
        ("${a} = 'x' or (${a} = 'y' and ${n} = 1)", {"type": "any", "of": [
            {"type": "answer", "step": "a1", "values": ["x"]},
            {"type": "all", "of": [{"type": "answer", "step": "a1", "values": ["y"]},
                                   {"type": "number", "step": "n1", "min": 1.0, "max": 1.0}]}]}),
    ],
)  # fmt: skip
def test_conditions_are_read(written: str, read_as: dict[str, object]) -> None:
    assert condition(written, {"a": "choice", "n": "number"}, {"a": "a1", "n": "n1"}) == read_as


@pytest.mark.parametrize(
    "written",
    ["${b} = 'x'", "count-selected(${a}) > 1", "${a} = ", "${a} < 'x'", "(" * 50, "${a} = 'x" * 900,
     "${a} = 'x' and", "pulldata('a', 'b')", "'x' = 'x'"],
)  # fmt: skip
def test_other_conditions_are_not_guessed(written: str) -> None:
    with pytest.raises(NotUnderstood):
        condition(written, {"a": "choice"}, {"a": "a1"})


def test_a_constraint_that_says_two_things_of_one_field_is_not_guessed() -> None:
    with pytest.raises(NotUnderstood):
        constraint(". > 1 and . > 2", "number")


# ── what is not, is told ──


def test_what_is_not_understood_is_told_with_its_row() -> None:
    form = survey(
        ["text", "a", "あ", "pulldata('x')", ""],
        ["select_multiple c", "b", "い", "", ""],
        ["calculate", "c", "", "", "1 + 1"],
        ["text", "d", "う", "", "regex(., '(?=x)')"],
        columns=["relevant", "constraint"],
        choices=[["list_name", "name", "label"], ["c", "1", "いち"]],
    )
    definition, report = read(form)
    assert [step.id for step in definition.steps] == ["a", "b", "d", "confirm", "end"]
    told = "\n".join(report)
    for row in (
        "2行目: 条件「pulldata('x')」",
        "3行目: いくつも選ぶ",
        "4行目: 「calculate」",
        "5行目: 決まり",
    ):
        assert row in told


def test_a_formula_is_only_text_and_told() -> None:
    link = '=HYPERLINK("https://evil.example/","押す")'
    definition, report = read(survey(["text", "a", link]))
    assert definition.by_id["a"].text.said("ja") == link  # type: ignore[union-attr]
    assert any("数式" in line for line in report)


def test_names_that_are_no_names_get_one() -> None:
    rows = [["text", "質問 1", "あ"], ["text", "質問1", "い"], ["text", "9x", "う"]]
    definition, _report = read(survey(*rows))
    assert [step.id for step in definition.steps][:3] == ["q_1", "q_1_2", "q_9x"]


# ── what is refused ──


def test_macros_are_refused() -> None:
    assert "マクロ" in refused(LAMPS, "form.xlsm")
    assert "マクロ" in refused(with_part(LAMPS, "xl/vbaProject.bin", b"macro"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    assert "大きすぎ" in refused(with_part(LAMPS, "xl/media/bomb.xml", b"0" * 30_000_000))


def test_entities_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert "読めません" in refused(with_part(LAMPS, "xl/workbook.xml", bomb))


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 broken", b"PK" + b"\x00" * 100, LAMPS[: len(LAMPS) // 2]]
)
def test_broken_files_are_refused(content: bytes) -> None:
    assert "読めません" in refused(content)


def test_an_old_xls_says_what_to_do() -> None:
    assert ".xlsx" in refused(b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "form.xls")


def test_a_workbook_without_a_survey_is_refused() -> None:
    assert "survey" in refused(workbook({"Sheet1": [["a"], ["b"]]}))


def test_a_survey_without_a_question_is_refused() -> None:
    assert "1つも" in refused(survey(["start", "start", ""]))


def test_more_rows_than_a_scenario_may_have_are_refused() -> None:
    assert "1001行" in refused(survey(*(["text", f"q{n}", "あ"] for n in range(1_001))))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "シナリオのファイルではありません"),
        (b"not json", "シナリオのファイルではありません"),
        (b"[" * 100_000, "シナリオのファイルではありません"),
        (b"{}", "必要な項目"),
        (b'{"format": 2}', "回覧を更新"),
        (b'{"steps": ' + b"[" * 80 + b"]" * 80 + b"}", "入れ子が深すぎ"),
        (b'{"steps": [' + b",".join([b"{}"] * 10_000) + b"]}", "10000個"),
    ],
)
def test_foreign_json_is_refused_in_plain_words(content: bytes, said: str) -> None:
    assert said in refused(content, "x.json")
