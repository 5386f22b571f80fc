# SPDX-License-Identifier: Apache-2.0
"""Fields of the step form. `scope` is a `designer.step_form.Scope`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kairan.scenarios.designer.step_form import Choices, Scope

register = template.Library()

PATTERNS: tuple[tuple[str, Promise], ...] = (
    ("[0-9]+", _("数字だけ")),
    ("[0-9]{3}-?[0-9]{4}", _("郵便番号")),
    ("[A-Za-z0-9-]+", _("英数字と-")),
)


@register.inclusion_tag("scenarios/designer/form/_texts.html")
def texts(scope: Scope, part: str, label: str, **options: Any) -> dict[str, object]:
    """One text in every language of the scenario.

    Options: `limit` with `unit` ("utf16" or "grapheme"), `beside` (the part that is counted with
    it), `rows` (lines; 1 is a single-line field), `need`, `hint`, `legend` (hidden: "quiet").
    """
    fields = [
        {
            "language": language,
            "language_name": name,
            "name": scope.name(f"{part}.{language}"),
            "id": scope.id(f"{part}.{language}"),
            "value": scope.value(f"{part}.{language}"),
            "problem": scope.problem(f"{part}.{language}"),
            "beside": scope.id(f"{options['beside']}.{language}") if options.get("beside") else "",
        }
        for language, name in scope.form.languages
    ]
    missing = [one for one in fields if not one["value"]]
    return {
        "fields": fields,
        "label": label,
        "group_id": scope.id(part),
        "is_missing": bool(missing) and len(missing) < len(fields),
        "problem": scope.problem(part),
        "rows": 3,
        "unit": "utf16",
        **options,
    }


@register.inclusion_tag("scenarios/designer/form/_entry.html")
def entry(scope: Scope, part: str, label: str, **options: Any) -> dict[str, object]:
    """A single-line field: `suffix`, `hint`, `css`, `type`, `inputmode`, `hide_label`."""
    return {**_named(scope, part, label), "type": "text", **options}


@register.inclusion_tag("scenarios/designer/form/_pick.html")
def pick(
    scope: Scope, part: str, label: str, choices: Choices, **options: Any
) -> dict[str, object]:
    """A list to choose from: `none` (words for no choice), `more` (a second group), `more_label`,
    `refresh` (the form is drawn anew when it changes). A value that is gone stays chosen."""
    named = _named(scope, part, label)
    known = {key for key, _words in (*choices, *(options.get("more") or ()))}
    gone = named["value"] if named["value"] and named["value"] not in known else ""
    return {**named, "choices": choices, "gone": gone, "form": scope.form, **options}


@register.inclusion_tag("scenarios/designer/form/_tick.html")
def tick(scope: Scope, part: str, label: str, **options: Any) -> dict[str, object]:
    return {**_named(scope, part, label), **options}


@register.inclusion_tag("scenarios/designer/form/_ticks.html")
def ticks(scope: Scope, part: str, label: str, choices: Choices) -> dict[str, object]:
    """Several may be chosen."""
    named = _named(scope, part, label)
    chosen = named["value"] if isinstance(named["value"], list) else []
    boxes = [
        {"id": f"{named['id']}-{i}", "value": key, "words": words, "checked": key in chosen}
        for i, (key, words) in enumerate(choices)
    ]
    return {**named, "boxes": boxes}


@register.inclusion_tag("scenarios/designer/form/_target.html")
def target(scope: Scope, part: str, label: str, **options: Any) -> dict[str, object]:
    """Where a way leads: a step, or one that is made on the spot."""
    return {"scope": scope, "part": part, "label": label, "form": scope.form, **options}


@register.inclusion_tag("scenarios/designer/form/_condition.html")
def condition(scope: Scope, part: str, label: str, optional: bool = False) -> dict[str, object]:
    values = scope.value(part)
    inner = Scope(scope.form, scope.name(part), values if isinstance(values, dict) else {})
    parts = [
        {
            "scope": row,
            "kind": row.value("kind") or "answer",
            "values": scope.form.values_of(str(row.value("step"))),
            "typed": "、".join(row.value("values") or ()),
            "problem": scope.form.problems.get(row.prefix, ""),
        }
        for row in inner.rows("parts")
    ]
    return {
        "scope": inner,
        "form": scope.form,
        "label": label,
        "optional": optional,
        "parts": parts,
        "problem": "" if parts else scope.form.problems.get(f"{inner.prefix}.parts.0", ""),
    }


@register.inclusion_tag("scenarios/designer/form/_row_buttons.html")
def row_buttons(row: Scope, what: str) -> dict[str, object]:
    return {"row": row, "what": what, "where": row.prefix, "index": row.index, "count": row.count}


@register.inclusion_tag("scenarios/designer/form/_pattern.html")
def pattern(scope: Scope) -> dict[str, object]:
    own = str(scope.value("pattern"))
    preset = scope.value("pattern_preset")
    known = {value for value, _words in PATTERNS}
    chosen = str(preset) if preset or "pattern_preset" in scope.values else own
    if chosen and chosen not in known:
        chosen = "own"
    return {
        "scope": scope,
        "presets": PATTERNS,
        "chosen": chosen,
        "own": own if chosen == "own" else "",
        "name": scope.name("pattern_preset"),
        "id": scope.id("pattern_preset"),
    }


@register.inclusion_tag("scenarios/designer/form/_moment.html")
def moment(scope: Scope, part: str, label: str) -> dict[str, object]:
    values = scope.value(part)
    inner = Scope(scope.form, scope.name(part), values if isinstance(values, dict) else {})
    return {"scope": inner, "label": label, "problem": scope.problem(part)}


def _named(scope: Scope, part: str, label: str) -> dict[str, Any]:
    return {
        "name": scope.name(part),
        "id": scope.id(part),
        "value": scope.value(part),
        "problem": scope.problem(part),
        "label": label,
    }
