# SPDX-License-Identifier: Apache-2.0
"""A step as the form has it, and back: strings on one side, a checked step on the other."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from kairan.scenarios.definition import AnyStep, Definition, End
from kairan.scenarios.designer import condition_sheet
from kairan.scenarios.designer.posted import Sheet

TEXTS = ("text", "heading", "hint", "outside", "unit")
NEEDED_TEXTS = {"message", "choice", "text", "number", "datetime", "photos", "position", "contact",
                "urgent"}  # fmt: skip
FLAGS = ("required", "decimals", "typed", "refine", "accept_outside")
PLAIN = ("min_length", "max_length", "min", "max", "mode", "image")
NEW_ROWS: dict[str, Sheet] = {
    "options": {},
    "contacts": {"hours": "always"},
    "ways": {"when": {"mode": "all", "parts": [dict(condition_sheet.NEW_PART)]}},
    "parts": condition_sheet.NEW_PART,
}
_STEP: TypeAdapter[AnyStep] = TypeAdapter(AnyStep)
_DAYS = re.compile(r"^([+-])([0-9]{1,5})d$")

Problems = dict[str, str]


# ── step → form ───────────────────────────────────────────────────────────────────────────────


def to_sheet(step: AnyStep) -> Sheet:
    data = step.model_dump(mode="json", by_alias=True)
    sheet: Sheet = {}
    for name, value in data.items():
        if name in TEXTS or name == "called_next":
            sheet[name] = _text(value) if name in TEXTS else value or ""
        elif name == "options":
            sheet[name] = [_option(option) for option in value]
        elif isinstance(value, bool):
            sheet[name] = "1" if value else ""
        elif not isinstance(value, list | dict):
            sheet[name] = (
                "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
            )
    if step.type == "branch":
        sheet["ways"] = [
            {"when": condition_sheet.to_sheet(way.when), "next": way.next} for way in step.ways
        ]
    if step.type == "urgent":
        sheet["contacts"] = [
            {
                "name": dict(contact.name.by_language),
                "number": contact.number or "",
                "directory": contact.directory or "",
                "hours": contact.hours,
                "when": condition_sheet.to_sheet(contact.when),
            }
            for contact in step.contacts
        ]
    if step.type == "datetime":
        sheet |= {"min": _bound(step.min), "max": _bound(step.max)}
    if isinstance(step, End):
        sheet["outcome"] = _outcome(data["outcome"])
    return sheet


def _text(value: Any) -> dict[str, str]:
    return {"ja": value} if isinstance(value, str) else dict(value or {})


def _option(option: dict[str, Any]) -> Sheet:
    return {
        "value": option["value"],
        "label": _text(option["label"]),
        "words": "、".join(option["words"]),
        "next": option["next"] or "",
        "image": option["image"] or "",
    }


def _outcome(outcome: dict[str, Any]) -> Sheet:
    return {
        "type": outcome["type"],
        "kind": outcome.get("kind", ""),
        "authority": _text(outcome.get("authority")),
        "number": outcome.get("number") or "",
        "directory": outcome.get("directory") or "",
    }


def _bound(written: str | None) -> Sheet:
    if written in (None, "now", "today"):
        return {"kind": written or ""}
    if found := _DAYS.match(written or ""):
        return {"kind": f"{found[1]}d", "days": found[2]}
    return {"kind": "at", "at": written}


# ── form → step ───────────────────────────────────────────────────────────────────────────────


def to_step(sheet: Sheet, old: AnyStep, definition: Definition) -> tuple[AnyStep | None, Problems]:
    """The step with the form's values, or what is wrong by the names of the fields.

    Ways may lead to 「+choice」 and the like: steps that are still to be made (`wanted_steps`).
    """
    data: dict[str, Any] = {"id": old.id, "type": old.type}
    problems: Problems = {}
    if not isinstance(old, End):
        data["next"] = _target(sheet.get("next"), definition)
    for name in TEXTS:
        if name in type(old).model_fields:
            data[name] = _said(sheet.get(name))
    for name in FLAGS:
        if name in type(old).model_fields:
            data[name] = bool(sheet.get(name))
    for name in PLAIN:
        if name in type(old).model_fields and isinstance(value := sheet.get(name), str):
            data[name] = _typed(value) or None
    _special(data, sheet, old, definition)
    if old.type in NEEDED_TEXTS:
        _needs_japanese(problems, "text", data.get("text"))
    for name in TEXTS:
        if data.get(name) and "ja" not in data[name]:
            problems.setdefault(f"{name}.ja", _("日本語の文も書いてください。"))
    if problems:
        return None, problems
    fields = type(old).model_fields
    kept = {
        name: value
        for name, value in data.items()
        if value is not None or not _has_default(fields.get(name))
    }
    try:
        return _STEP.validate_python(kept), {}
    except ValidationError as error:
        return None, _problems(error, old.type)


def _has_default(info: Any) -> bool:
    return info is not None and not info.is_required()


def _special(data: dict[str, Any], sheet: Sheet, old: AnyStep, definition: Definition) -> None:
    if "pattern" in type(old).model_fields:
        chosen = str(sheet.get("pattern_preset", ""))
        own = str(sheet.get("pattern", "")).strip()
        data["pattern"] = (own if chosen == "own" else chosen) or None
    match old.type:
        case "choice":
            data["options"] = _options(_rows(sheet, "options"), definition)
        case "branch":
            data["ways"] = [
                {
                    "when": condition_sheet.from_sheet(_part(row, "when")) or {},
                    "next": _target(row.get("next"), definition) or "",
                }
                for row in _rows(sheet, "ways")
            ]
        case "urgent":
            data["contacts"] = [
                _contact(row) for row in _rows(sheet, "contacts") if _is_written(row)
            ]
            data["called_next"] = _target(sheet.get("called_next"), definition)
        case "datetime":
            data |= {name: _moment(_part(sheet, name)) for name in ("min", "max")}
        case "end":
            data["outcome"] = _result(_part(sheet, "outcome"))


def _rows(sheet: Sheet, name: str) -> list[Sheet]:
    found = sheet.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _part(sheet: Sheet, name: str) -> Sheet:
    found = sheet.get(name)
    return found if isinstance(found, dict) else {}


def _said(value: Any) -> dict[str, str] | None:
    if not isinstance(value, dict):
        return None
    cleaned = {
        language: text.replace("\r\n", "\n").strip()
        for language, text in value.items()
        if isinstance(text, str)
    }
    return {language: text for language, text in cleaned.items() if text} or None


def _typed(value: str) -> str:
    return unicodedata.normalize("NFKC", value).strip()


def _target(value: Any, definition: Definition) -> str | None:
    """A step that exists or is wanted; what is gone meanwhile stays, for the check to name."""
    del definition
    return str(value).strip() or None if value else None


def _is_written(row: Sheet) -> bool:
    return bool(_said(row.get("label")) or _said(row.get("name")) or row.get("number"))


def _options(written: list[Sheet], definition: Definition) -> list[dict[str, Any]]:
    kept = [row for row in written if _is_written(row) or row.get("words")]
    taken = {str(row.get("value", "")) for row in kept}
    found = []
    for row in kept:
        value = str(row.get("value", "")).strip()
        if not value:
            number = 1
            while f"o{number}" in taken:
                number += 1
            value = f"o{number}"
            taken.add(value)
        words = [w.strip() for w in re.split(r"[、,\n]", str(row.get("words", ""))) if w.strip()]
        found.append(
            {
                "value": value,
                "label": _said(row.get("label")) or {},
                "words": words,
                "next": _target(row.get("next"), definition),
                "image": row.get("image") or None,
            }
        )
    return found


def _contact(row: Sheet) -> dict[str, Any]:
    return {
        "name": _said(row.get("name")) or {},
        "number": _typed(str(row.get("number", ""))) or None,
        "directory": str(row.get("directory", "")).strip() or None,
        "hours": row.get("hours") or "always",
        "when": condition_sheet.from_sheet(_part(row, "when")),
    }


def _moment(row: Sheet) -> str | None:
    match row.get("kind"):
        case "now" | "today" as word:
            return str(word)
        case "+d" | "-d" as sign:
            return f"{str(sign)[0]}{_typed(str(row.get('days', ''))) or '0'}d"
        case "at":
            return _typed(str(row.get("at", ""))) or None
        case _:
            return None


def _result(row: Sheet) -> dict[str, Any]:
    kind = str(row.get("type", ""))
    if kind == "report":
        return {"type": kind, "kind": str(row.get("kind", "")).strip()}
    if kind == "handed_over":
        return {
            "type": kind,
            "authority": _said(row.get("authority")) or {},
            "number": _typed(str(row.get("number", ""))) or None,
            "directory": str(row.get("directory", "")).strip() or None,
        }
    return {"type": kind}


def _needs_japanese(problems: Problems, name: str, said: dict[str, str] | None) -> None:
    if not said or "ja" not in said:
        problems[f"{name}.ja"] = _("日本語の文を書いてください。")


# ── what pydantic says, in the form's words ───────────────────────────────────────────────────


def _problems(error: ValidationError, step_type: str) -> Problems:
    found: Problems = {}
    for one in error.errors(include_url=False, include_context=False):
        path = [str(part) for part in one["loc"]]
        if path and path[0] == step_type:
            path = path[1:]
        path = _without_tags(path)
        name = ".".join(path) or "step"
        found.setdefault(_field(name), _reason(one["type"], name))
    return found


def _without_tags(path: list[str]) -> list[str]:
    """Pydantic puts the names of union members between the names of fields."""
    tags = {
        *condition_sheet.KINDS,
        "all",
        "any",
        "not",
        "report",
        "answers",
        "handed_over",
        "nothing",
    }
    kept = []
    for index, part in enumerate(path):
        before = path[index - 1] if index else ""
        if part.startswith(("dict[", "function-", "constrained-")) or part == "str":
            continue
        if part in tags and before in ("when", "of", "outcome", *tags, *map(str, range(50))):
            continue
        kept.append(part)
    return kept


def _field(name: str) -> str:
    """The field that can show it: texts show at their Japanese, conditions at their row."""
    parts = name.split(".")
    if "when" in parts:
        at = parts.index("when")
        inner = [p for p in parts[at + 1 :] if p != "of"]
        row = inner[0] if inner and inner[0].isdecimal() else "0"
        return ".".join([*parts[: at + 1], "parts", row])
    if parts[-1] in ("label", "name", "authority", *TEXTS):
        return f"{name}.ja"
    if parts[-1] in ("options", "ways", "contacts"):
        return parts[-1]
    return name


def _reason(kind: str, name: str) -> str:  # noqa: PLR0911
    last = name.rsplit(".", 1)[-1]
    if kind in ("too_short", "missing") and last == "options":
        return _("選択肢を1つ以上書いてください。")
    if kind == "too_short" and last == "ways":
        return _("行き先を1つ以上作ってください。")
    if kind == "too_short" and last == "contacts":
        return _("電話先を1つ以上書いてください。")
    if "when" in name:
        return _("条件が足りません。選んでください。")
    if last in ("label", "name", "authority", "text", "heading", "hint", "outside", "unit"):
        return _("日本語の文も書いてください。")
    if last == "number":
        return _("電話番号は、数字と - # だけで書いてください。")
    if last == "next":
        return _("行き先を選んでください。")
    if last == "kind":
        return _("通報の種類を選んでください。")
    if last == "directory":
        return _("電話帳の名前は、英小文字で始め、英数字で書いてください。")
    if kind in ("int_parsing", "float_parsing", "int_from_float", "int_type"):
        return _("数字で書いてください。")
    if kind in ("greater_than_equal", "less_than_equal"):
        return _("この大きさにはできません。")
    if kind == "too_long":
        return _("数が多すぎます。")
    return _("書き方が違います。")


# ── steps that are still to be made ───────────────────────────────────────────────────────────


def wanted_steps(step_data: Sheet) -> list[tuple[str, str]]:
    """(where, type) of every way that leads to 「+type」, in the order of the form."""
    found = []
    for name in ("options", "ways"):
        for index, row in enumerate(_rows(step_data, name)):
            if str(row.get("next", "")).startswith("+"):
                found.append((f"{name}.{index}.next", str(row["next"])[1:]))
    if str(step_data.get("called_next", "")).startswith("+"):
        found.append(("called_next", str(step_data["called_next"])[1:]))
    return found


def settle_wanted(sheet: Sheet, ids: dict[str, str]) -> None:
    """Write the names of the new steps where 「+type」 stands."""
    for where, step_id in ids.items():
        at: Any = sheet
        *path, last = where.split(".")
        for part in path:
            at = at[int(part)] if isinstance(at, list) else at[part]
        at[last] = step_id
