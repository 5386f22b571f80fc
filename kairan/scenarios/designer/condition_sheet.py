# SPDX-License-Identifier: Apache-2.0
"""Conditions as rows of a form: 「次の[すべて/どれか]に当てはまるとき」, each row one condition.

Deeper ones (from an import) are kept as they are and shown in words.
"""

from __future__ import annotations

import json
from typing import Any

from kairan.scenarios.conditions import (
    AllOf,
    Answered,
    AnswerIs,
    AnyOf,
    AtTime,
    Condition,
    InArea,
    NotSo,
    NumberIs,
    OnWeekday,
)
from kairan.scenarios.designer.posted import Sheet

KINDS = ("answer", "answered", "number", "area", "time", "weekday", "holiday", "office_hours")
NEW_PART: Sheet = {"kind": "answer"}


def to_sheet(condition: Condition | None) -> Sheet:
    if condition is None:
        return {"mode": "all", "parts": []}
    parts = condition.of if isinstance(condition, AllOf | AnyOf) else (condition,)
    mode = "any" if isinstance(condition, AnyOf) else "all"
    sheets = [_part(part) for part in parts]
    if any(sheet is None for sheet in sheets):
        kept = condition.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {"mode": "kept", "parts": [], "kept": json.dumps(kept, ensure_ascii=False)}
    return {"mode": mode, "parts": sheets}


def _part(condition: Condition) -> Sheet | None:
    if isinstance(condition, NotSo):
        inner = _part(condition.of)
        return None if inner is None or inner.get("not") else {**inner, "not": "1"}
    if isinstance(condition, AllOf | AnyOf):
        return None
    sheet: Sheet = {"kind": condition.type}
    match condition:
        case AnswerIs():
            sheet |= {"step": condition.step, "values": list(condition.values)}
        case Answered():
            sheet["step"] = condition.step
        case NumberIs():
            sheet |= {"step": condition.step, "min": _n(condition.min), "max": _n(condition.max)}
        case InArea():
            sheet["codes"] = list(condition.codes)
        case AtTime():
            sheet |= {"from": condition.from_, "to": condition.to}
        case OnWeekday():
            sheet["days"] = list(condition.days)
    return sheet


def _n(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def from_sheet(sheet: Sheet) -> Any:
    """The condition as JSON, for pydantic to judge; None when no row says anything."""
    if sheet.get("mode") == "kept":
        try:
            return json.loads(str(sheet.get("kept", "")))
        except ValueError:
            return None
    rows = sheet.get("parts") if isinstance(sheet.get("parts"), list) else []
    parts = [_condition(row) for row in rows or [] if isinstance(row, dict)]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    return {"type": "any" if sheet.get("mode") == "any" else "all", "of": parts}


def _condition(row: Sheet) -> Any:
    kind = row.get("kind")
    found: dict[str, Any] = {"type": kind}
    match kind:
        case "answer":
            found |= {"step": row.get("step", ""), "values": _values(row)}
        case "answered":
            found["step"] = row.get("step", "")
        case "number":
            found["step"] = row.get("step", "")
            found |= {name: row[name] for name in ("min", "max") if row.get(name)}
        case "area":
            found["codes"] = row.get("codes", [])
        case "time":
            found |= {"from": row.get("from", ""), "to": row.get("to", "")}
        case "weekday":
            found["days"] = row.get("days", [])
    return {"type": "not", "of": found} if row.get("not") else found


def _values(row: Sheet) -> list[str]:
    values = row.get("values")
    chosen = [v for v in values if v] if isinstance(values, list) else []
    typed = str(row.get("typed", ""))
    return chosen or [word.strip() for word in typed.replace(",", "、").split("、") if word.strip()]
