# SPDX-License-Identifier: Apache-2.0
"""Simple XLSForm sheets (https://xlsform.org/) → a definition, and what of it was not understood.

`relevant` becomes a branch before the question (or the group); where it cannot be said so, the
question is asked of everybody and the report says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kairan.lib.tables import Row, SheetRefused, read_sheets
from kairan.scenarios.definition import MAX_OPTIONS, MAX_STEPS, Definition
from kairan.scenarios.designer.expressions import NotUnderstood, condition, constraint
from kairan.scenarios.languages import language_name
from kairan.scenarios.loader import DefinitionRefused, read_definition
from kairan.scenarios.reading import pattern_check
from kairan.scenarios.wording import LANGUAGE_PATTERN

XLSFormRefused = SheetRefused

_TYPES: dict[str, dict[str, Any]] = {
    "note": {"type": "message"},
    "text": {"type": "text"},
    "integer": {"type": "number"},
    "int": {"type": "number"},
    "decimal": {"type": "number", "decimals": True},
    "date": {"type": "datetime", "mode": "date"},
    "time": {"type": "datetime", "mode": "time"},
    "datetime": {"type": "datetime", "mode": "datetime"},
    "geopoint": {"type": "position"},
    "image": {"type": "photos", "max": 1},
    "photo": {"type": "photos", "max": 1},
}
# What the phone fills in by itself there; a scenario has its own.
_META = {
    "start", "end", "today", "deviceid", "phonenumber", "username", "simserial", "subscriberid",
    "email", "audit", "start-geopoint",
}  # fmt: skip
_KNOWN_COLUMNS = {
    "type", "name", "label", "hint", "required", "relevant", "relevance", "constraint",
    "constraint_message", "required_message", "appearance",
}  # fmt: skip
_LANGUAGE_NAMES = {
    "japanese": "ja", "日本語": "ja", "やさしい日本語": "ja-simple", "easy japanese": "ja-simple",
    "ja-easy": "ja-simple", "english": "en", "英語": "en", "korean": "ko", "vietnamese": "vi",
    "portuguese": "pt", "spanish": "es", "french": "fr", "chinese": "zh-Hans",
}  # fmt: skip
_YES = {"yes", "true", "true()", "1", "はい", "必須"}


@dataclass
class _Form:
    """What has been read so far."""

    default_language: str = "ja"
    steps: list[dict[str, Any]] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=lambda: {"confirm", "end"})
    # Branches whose "otherwise" is the step that comes next, by the group they wait for.
    waiting: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any] | None] = field(default_factory=list)
    choices: dict[str, list[Row]] = field(default_factory=dict)
    report: list[str] = field(default_factory=list)

    def say(self, row: Row | None, text: str) -> None:
        place = _("{n}行目: ").format(n=row.number) if row else ""
        if len(self.report) < 200:
            self.report.append(place + text)


def read_xlsform(content: bytes, name: str = "") -> tuple[Definition, tuple[str, ...]]:
    """The definition and the report. Raises XLSFormRefused."""
    sheets = read_sheets(content, name, ("survey", "choices", "settings"))
    if "survey" not in sheets:
        raise XLSFormRefused(_("「survey」のシートがありません。XLSForm の表を選んでください。"))
    if len(sheets["survey"]) > MAX_STEPS:
        raise XLSFormRefused(
            _("質問が{n}行あります。{most}行までにしてください。").format(
                n=len(sheets["survey"]), most=MAX_STEPS
            )
        )
    settings = next(iter(sheets.get("settings", [])), Row(2, {}))
    form = _Form(default_language=_language(settings["default_language"]) or "ja")
    for row in sheets.get("choices", []):
        form.choices.setdefault(row["list_name"] or row["list name"], []).append(row)
    _columns(form, sheets)
    for row in sheets["survey"]:
        _survey_row(form, row)
    if not any(step["type"] != "branch" for step in form.steps):
        raise XLSFormRefused(_("読み込める質問が1つもありません。"))
    return _finished(form, settings)


def _columns(form: _Form, sheets: dict[str, list[Row]]) -> None:
    for sheet, rows in sheets.items():
        for row in rows:
            for column in row.formulas:
                form.say(
                    row,
                    _("「{sheet}」の「{column}」は数式です。文字として読みました。").format(
                        sheet=sheet, column=column
                    ),
                )
    used = {column for row in sheets["survey"] for column in row.cells}
    for column in sorted(used):
        base, _colons, language = column.partition("::")
        if base.strip().lower() not in _KNOWN_COLUMNS:
            form.say(None, _("「{column}」の列は使いません。").format(column=column))
        elif language and not _language(language):
            form.say(None, _("「{column}」の言語がわかりません。").format(column=column))


# ── rows ──────────────────────────────────────────────────────────────────────────────────────


def _survey_row(form: _Form, row: Row) -> None:
    words = row["type"].split()
    kind = words[0].lower() if words else ""
    kind = (
        {"begin": f"begin_{words[1]}", "end": f"end_{words[1]}"}.get(kind, kind)
        if (len(words) > 1 and words[1].lower() in ("group", "repeat"))
        else kind
    )
    match kind:
        case "begin_group" | "begin_repeat":
            if kind == "begin_repeat":
                form.say(row, _("くり返しはできません。1回だけ聞きます。"))
            form.groups.append(_branch(form, row, "group"))
        case "end_group" | "end_repeat":
            if form.groups and (branch := form.groups.pop()) is not None:
                form.waiting.append(branch)
        case "select_one" | "select_multiple" | "select_one_from_file":
            _question(form, row, _select(form, row, kind, words))
        case _ if kind in _TYPES:
            _question(form, row, dict(_TYPES[kind]))
        case _ if not kind or kind in _META:
            return
        case "geotrace" | "geoshape":
            form.say(row, _("線や面は送れません。1つの場所を聞きます。"))
            _question(form, row, {"type": "position"})
        case _:
            form.say(
                row,
                _("「{type}」は読めない種類です。取り込みませんでした。").format(type=row["type"]),
            )


def _select(form: _Form, row: Row, kind: str, words: list[str]) -> dict[str, Any] | None:
    rows = form.choices.get(words[1] if len(words) > 1 else "", [])
    if not rows:
        form.say(
            row,
            _("選択肢の一覧「{name}」がありません。取り込みませんでした。").format(
                name=words[1] if len(words) > 1 else ""
            ),
        )
        return None
    if kind == "select_multiple":
        form.say(row, _("いくつも選ぶ質問はできません。1つ選ぶ質問にしました。"))
    if "or_other" in words:
        form.say(row, _("「その他」を書く欄はできません。選択肢に「その他」を加えてください。"))
    if len(rows) > MAX_OPTIONS:
        form.say(row, _("選択肢が多すぎます。{n}個までを読みました。").format(n=MAX_OPTIONS))
    options: list[dict[str, Any]] = []
    for one in rows[:MAX_OPTIONS]:
        value = re.sub(r"[\x00-\x1f]", " ", one["name"] or one["value"]).strip().lstrip("!")[:200]
        label = _texts(form, one, "label")
        if value or label:
            value = value or f"o{len(options) + 1}"
            options.append({"value": value, "label": label or {"ja": value}})
    return {"type": "choice", "options": options} if options else None


def _question(form: _Form, row: Row, step: dict[str, Any] | None) -> None:
    if step is None:
        return
    name = row["name"]
    text = _texts(form, row, "label")
    if text is None:
        form.say(row, _("質問の文がありません。名前を文にしました。"))
        text = {"ja": name or _("質問")}
    branch = _branch(form, row, name or step["type"])
    step = {"id": _free_id(form, name or step["type"]), **step, "text": text}
    if step["type"] not in ("message", "photos"):
        step["required"] = row["required"].lower() in _YES
    elif step["type"] == "photos" and row["required"].lower() in _YES:
        step["min"] = 1
    if step["type"] != "message" and (hint := _texts(form, row, "hint")):
        step["hint"] = hint
    _constrain(form, row, step)
    _emit(form, step)
    if branch is not None:
        form.waiting.append(branch)
    if name:
        form.ids[name], form.types[name] = step["id"], step["type"]


def _constrain(form: _Form, row: Row, step: dict[str, Any]) -> None:
    written = row["constraint"]
    if not written:
        return
    try:
        fields = constraint(written, step["type"])
        if "pattern" in fields:
            pattern_check(fields["pattern"])
    except Exception:
        form.say(
            row,
            _("決まり「{text}」は読めません。決まりなしにしました。").format(text=written[:100]),
        )
        return
    step.update(fields)
    message = _texts(form, row, "constraint_message")
    if "pattern" in fields and message and "hint" not in step:
        step["hint"] = message


def _branch(form: _Form, row: Row, name: str) -> dict[str, Any] | None:
    """The branch that stands before what has a condition; it is put there at once."""
    written = row["relevant"] or row["relevance"]
    if not written:
        return None
    try:
        when = condition(written, form.types, form.ids)
    except NotUnderstood:
        form.say(
            row,
            _("条件「{text}」は読めません。いつも聞く質問にしました。").format(text=written[:100]),
        )
        return None
    branch = {
        "type": "branch",
        "id": _free_id(form, f"if_{name}"),
        "ways": [{"when": when, "next": ""}],
    }
    _emit(form, branch)
    return branch


def _emit(form: _Form, step: dict[str, Any]) -> None:
    """Below the others. Branches that wait for what comes next lead here now."""
    if form.steps and form.steps[-1]["type"] == "branch":
        form.steps[-1]["ways"][0]["next"] = step["id"]
    for branch in form.waiting:
        branch["next"] = step["id"]
    form.waiting.clear()
    form.steps.append(step)


def _free_id(form: _Form, name: str) -> str:
    plain = re.sub(r"[^a-z0-9_-]+", "_", name.lower()).strip("_-")[:50] or "q"
    plain = plain if plain[0].isalpha() else f"q_{plain}"
    number, found = 2, plain
    while found in form.taken:
        found, number = f"{plain}_{number}", number + 1
    form.taken.add(found)
    return found


# ── texts ─────────────────────────────────────────────────────────────────────────────────────


def _language(written: str) -> str:
    """「English (en)」, 「en」, 「日本語」 → a language's code; "" when nobody knows it."""
    code = re.search(r"\(([^()]+)\)\s*$", written)
    word = (code[1] if code else written).strip()
    known = _LANGUAGE_NAMES.get(word.lower())
    if known:
        return known
    return word if re.fullmatch(LANGUAGE_PATTERN, word) and len(word) <= 20 else ""


def _texts(form: _Form, row: Row, column: str) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for name, text in row.cells.items():
        base, _colons, language = name.partition("::")
        if base.strip().lower() != column:
            continue
        code = _language(language) if language else form.default_language
        if code:
            found.setdefault(code, re.sub(r"\$\{[^}]*\}", "…", text))
    if found and "ja" not in found:
        first = next(iter(found))
        note = _("日本語の文がないところは、{language}の文を使いました。").format(
            language=language_name(first)
        )
        if note not in form.report:
            form.say(None, note)
        found = {"ja": found[first], **found}
    return found or None


# ── the whole ─────────────────────────────────────────────────────────────────────────────────


def _finished(form: _Form, settings: Row) -> tuple[Definition, tuple[str, ...]]:
    _emit(form, {"type": "confirm", "id": "confirm"})
    title = settings["form_title"] or _("読み込んだシナリオ")
    key = re.sub(r"[^a-z0-9_]+", "_", settings["form_id"].lower()).strip("_")[:50]
    key = key if key and key[0].isalpha() else "imported"
    form.steps.append({"type": "end", "id": "end", "outcome": {"type": "report", "kind": key}})
    data = {
        "key": key,
        "title": {"ja": title},
        "languages": list(dict.fromkeys(["ja", *_languages(form.steps)])),
        "steps": form.steps,
    }
    form.say(None, _("「終わり」の通報の種類を選んでください。"))
    try:
        return read_definition(data), tuple(form.report)
    except DefinitionRefused as refused:
        raise XLSFormRefused(*(f"{place}: {reason}" for place, reason in refused.reasons)) from None


def _languages(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "ja" in value:
            yield from value
        else:
            for inner in value.values():
                yield from _languages(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _languages(inner)
