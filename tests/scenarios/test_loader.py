# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from kairan.scenarios.definition import json_schema
from kairan.scenarios.loader import DefinitionRefused, read_definition, ready_definitions
from tests.scenarios.talk import END, choice, define, text

GOOD: dict[str, Any] = {"key": "trial", "title": "試し", "steps": [text("a"), END]}


def reasons(data: object) -> dict[str, str]:
    with pytest.raises(DefinitionRefused) as refused:
        read_definition(data)
    return dict(refused.value.reasons)


def test_the_published_schema_is_that_of_the_code() -> None:
    """Write it anew with: python -m kairan.scenarios.schema"""
    published = (files("kairan.scenarios") / "definition.schema.json").read_text("utf-8")
    assert json.loads(published) == json_schema()


def test_the_ready_definitions_fit_the_published_schema() -> None:
    for definition in ready_definitions():
        source = (files("kairan.scenarios") / "ready" / f"{definition.key}.json").read_text("utf-8")
        jsonschema.validate(json.loads(source), json_schema())


def test_the_schema_refuses_what_the_code_refuses() -> None:
    bad = GOOD | {"steps": [text("a", text={"en": "no Japanese"}), END]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bad, json_schema())
    assert reasons(bad)


def test_a_good_definition_is_read() -> None:
    assert read_definition(GOOD).first == "a"


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_what_is_no_definition_is_refused(data: object) -> None:
    assert "シナリオのデータではありません" in reasons(data)[""]


def test_a_newer_format_is_refused_with_what_to_do() -> None:
    assert "回覧を更新" in reasons(GOOD | {"format": 2})["format"]


def test_ten_thousand_steps_are_refused() -> None:
    assert "10000個" in reasons(GOOD | {"steps": [text("a")] * 10_000})["steps"]


def test_every_reason_names_its_place() -> None:
    steps = [choice("a") | {"options": []}, {"type": "video", "id": "b"}, END]
    found = reasons(GOOD | {"steps": steps, "colour": "red"})
    assert found["colour"] == "知らない項目です。"
    assert found["steps.0.choice.options"] == "1つ以上必要です。"
    assert found["steps.1"] == "知らない種類(type)です。"


def test_values_of_the_engine_cannot_be_taken() -> None:
    step = choice("a", "東")
    step["options"][0]["value"] = "!leave"
    assert "steps.0.choice.options.0.value" in reasons(GOOD | {"steps": [step, END]})


def test_what_was_written_comes_back_as_it_was() -> None:
    definition = define(choice("a", "東", "西"), text("b"))
    assert read_definition(definition.model_dump(mode="json", by_alias=True)) == definition


@pytest.mark.parametrize("number", ["javascript:alert(1)", "", "096 000 0000<"])
def test_a_phone_number_is_a_phone_number(number: str) -> None:
    contact = {"name": "道路", "number": number}
    gate = {"type": "urgent", "id": "g", "text": "電話を。", "contacts": [contact]}
    assert reasons(GOOD | {"steps": [gate, END]})
