# SPDX-License-Identifier: Apache-2.0
"""What new scenarios and new steps begin with: good sentences, so that nobody faces a void."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from kairan.scenarios.definition import AnyStep, Definition
from kairan.scenarios.wording import UNWRITTEN

ADDABLE = (
    "choice", "text", "position", "photos", "datetime", "number", "message", "urgent", "branch",
    "contact", "confirm", "end",
)  # fmt: skip
_ID = {"position": "place", "datetime": "when", "text": "question", "choice": "choice"}
_STEP: TypeAdapter[AnyStep] = TypeAdapter(AnyStep)
_LABELS = {"yes": ("はい", "はい", "Yes"), "no": ("いいえ", "いいえ", "No")}


def text(ja: str, easy: str, en: str, languages: Iterable[str]) -> dict[str, str]:
    known = {"ja": ja, "ja-simple": easy, "en": en}
    return {language: known[language] for language in known if language in {"ja", *languages}}


def new_step(step_type: str, step_id: str, definition: Definition, *, kind: str = "") -> AnyStep:
    """`kind`: the report kind of an end. Raises KeyError for an unknown type."""
    fields = _fields(step_type, definition, kind)
    return _STEP.validate_python({"type": step_type, "id": step_id, **fields})


def wanted_id(step_type: str) -> str:
    return _ID.get(step_type, step_type)


def _fields(step_type: str, definition: Definition, kind: str) -> dict[str, Any]:  # noqa: PLR0911
    def say(ja: str, easy: str, en: str) -> dict[str, str]:
        return text(ja, easy, en, definition.languages)

    match step_type:
        case "message" | "text" | "number":
            return {"text": {"ja": UNWRITTEN}}
        case "choice":
            options = [{"value": v, "label": say(*words)} for v, words in _LABELS.items()]
            return {"text": {"ja": UNWRITTEN}, "options": options}
        case "datetime":
            return {
                "heading": say("日時", "いつ", "When"),
                "text": say("いつのことですか。", "いつですか。", "When did it happen?"),
                "max": "now",
            }
        case "position":
            return {
                "heading": say("場所", "場所", "Place"),
                "text": say(
                    "場所を教えてください。位置情報を送るか、住所や近くの目印を書いてください。",
                    "どこですか。地図の 場所を 送るか、住所や 近くの 店の 名前を 書いてください。",
                    "Where is it? Send the location, or type an address or a landmark nearby.",
                ),
            }
        case "photos":
            return {
                "heading": say("写真", "写真", "Photos"),
                "max": 3,
                "text": say(
                    "写真があれば送ってください。なくてもかまいません。",
                    "写真が あれば 送ってください。なくても いいです。",
                    "Send a photo if you have one. It is fine without.",
                ),
            }
        case "contact":
            return {
                "heading": say("連絡先", "れんらくさき", "Contact"),
                "text": say(
                    "市から連絡してもよいときは、連絡先を教えてください。",
                    "市から 電話しても いいですか。いいときは 教えてください。",
                    "May we contact you? If so, please leave your contact details.",
                ),
            }
        case "urgent":
            return {
                "heading": say("緊急", "きんきゅう", "Urgent"),
                "text": say(
                    "危ないので、近づかないでください。すぐ電話でお知らせください。",
                    "あぶないです。近くに 行かないでください。すぐ 電話してください。",
                    "Please keep away and call right now.",
                ),
                "contacts": [
                    {"name": say("消防・救急", "消防・救急", "Fire and rescue"), "number": "119"}
                ],
            }
        case "branch":
            return _branch(definition)
        case "confirm":
            return {}
        case "end":
            return _end(
                definition,
                kind,
                say("ありがとうございました。", "ありがとうございました。", "Thank you."),
            )
    raise KeyError(step_type)


def _branch(definition: Definition) -> dict[str, Any]:
    """Asks for the first choice there is; the last step is where it leads until somebody says."""
    asked = next((s for s in definition.steps if s.type == "choice"), None)
    when: dict[str, Any] = {"type": "office_hours"}
    if asked is not None and asked.type == "choice":
        when = {"type": "answer", "step": asked.id, "values": [asked.options[0].value]}
    return {"ways": [{"when": when, "next": definition.steps[-1].id}]}


def _end(definition: Definition, kind: str, thanks: dict[str, str]) -> dict[str, Any]:
    if definition.outcome != "report":
        return {"text": thanks, "outcome": {"type": "answers"}}
    return {"text": thanks, "outcome": {"type": "report", "kind": kind or definition.key}}


def empty_definition(*, key: str, title: str, kind: str) -> Definition:
    """One question, the confirmation and the end: a whole that only wants its words."""
    languages = ["ja", "ja-simple", "en"]
    begin = Definition.model_validate(
        {
            "key": key,
            "title": title,
            "languages": languages,
            "steps": [
                {"type": "text", "id": "question", "text": {"ja": UNWRITTEN}},
                {"type": "confirm", "id": "confirm"},
                {"type": "end", "id": "end", "outcome": {"type": "report", "kind": kind or key}},
            ],
        }
    )
    end = new_step("end", "end", begin, kind=kind)
    return Definition.model_validate(
        begin.model_dump(mode="json", by_alias=True, exclude_none=True)
        | {
            "steps": [
                *(s.model_dump(mode="json", exclude_none=True) for s in begin.steps[:-1]),
                end.model_dump(mode="json", exclude_none=True),
            ]
        }
    )
