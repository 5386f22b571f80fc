# SPDX-License-Identifier: Apache-2.0
"""Definitions from outside: the shipped ones, and foreign JSON read with clear refusals."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

from pydantic import ValidationError

from kairan.scenarios.definition import FORMAT, MAX_STEPS, Definition

READY_KEYS = ("road", "street_light", "park", "river", "recyclables_theft", "other")


class DefinitionRefused(Exception):
    """`reasons`: (place in the data, reason in Japanese); the place is "" for the whole."""

    def __init__(self, *reasons: tuple[str, str]) -> None:
        super().__init__("; ".join(f"{place}: {reason}" for place, reason in reasons))
        self.reasons = reasons


@lru_cache(maxsize=1)
def ready_definitions() -> tuple[Definition, ...]:
    """The shipped definitions, in the order residents see them."""
    return tuple(ready_definition(key) for key in READY_KEYS)


def ready_definition(key: str) -> Definition:
    source = files("kairan.scenarios") / "ready" / f"{key}.json"
    return Definition.model_validate_json(source.read_text(encoding="utf-8"))


def read_definition(data: object) -> Definition:
    """Parsed JSON → Definition. Raises DefinitionRefused; too large a one before any work.

    That the form is right does not mean that it makes sense: ask `check.check` for that.
    """
    if not isinstance(data, dict):
        raise DefinitionRefused(("", "シナリオのデータではありません。"))
    version = data.get("format", FORMAT)
    if isinstance(version, int) and version > FORMAT:
        raise DefinitionRefused(
            ("format", f"新しい形式({version})のデータです。回覧を更新してから読み込んでください。")
        )
    steps = data.get("steps")
    if isinstance(steps, list) and len(steps) > MAX_STEPS:
        reason = f"ステップが{len(steps)}個あります。{MAX_STEPS}個までにしてください。"
        raise DefinitionRefused(("steps", reason))
    try:
        return Definition.model_validate_json(json.dumps(data))
    except ValidationError as error:
        raise DefinitionRefused(*_reasons(error)) from None


_REASONS = {
    "missing": "必要な項目がありません。",
    "extra_forbidden": "知らない項目です。",
    "string_pattern_mismatch": "書き方が違います。",
    "union_tag_invalid": "知らない種類(type)です。",
    "union_tag_not_found": "種類(type)がありません。",
    "literal_error": "決められた値ではありません。",
    "string_too_short": "空にできません。",
    "string_too_long": "長すぎます。",
    "too_short": "1つ以上必要です。",
    "too_long": "数が多すぎます。",
    "value_error": "日本語(ja)の文がありません。",
}


def _reasons(error: ValidationError) -> list[tuple[str, str]]:
    return [
        (
            ".".join(str(part) for part in found["loc"]),
            _REASONS.get(found["type"], "値が正しくありません。"),
        )
        for found in error.errors(include_url=False, include_context=False)[:50]
    ]
