# SPDX-License-Identifier: Apache-2.0
"""A form's field as the page shows it: label, hint, error and control, tied together by ids."""

from dataclasses import dataclass
from typing import Final

from django.forms import BoundField, widgets
from django.utils.safestring import SafeString

GROUPS: Final = (widgets.RadioSelect, widgets.CheckboxSelectMultiple)


@dataclass(frozen=True)
class Choice:
    """One tile: the bare input, its words and the id that ties them."""

    control: SafeString
    words: str
    id: str


@dataclass(frozen=True)
class Shown:
    """What `_field.html` draws. `kind` is "control", "check" (one tile) or "group" (tiles)."""

    bound: BoundField
    kind: str
    control: SafeString
    choices: tuple[Choice, ...]
    label: str
    hint: str
    control_id: str
    hint_id: str
    error_id: str
    need: str


def shown(
    bound: BoundField,
    *,
    label: str,
    hint: str | None,
    css_class: str,
    need: str,
    attrs: dict[str, str],
) -> Shown:
    """Everything about the field; `need` is "required", "optional" or "" for no word."""
    kind = _kind(bound)
    ids = attrs.get("id") or bound.auto_id or bound.html_name
    words = str(bound.help_text) if hint is None else hint
    control_attrs: dict[str, str | bool] = {**attrs, **_described(bound, ids, has_hint=bool(words))}
    if kind == "control":
        control_attrs["class"] = _classes(bound, css_class)
    return Shown(
        bound=bound,
        kind=kind,
        control=SafeString("") if kind == "group" else bound.as_widget(attrs=control_attrs),
        choices=_choices(bound) if kind == "group" else (),
        label=label or str(bound.label),
        hint=words,
        control_id=attrs.get("id") or str(bound.id_for_label),
        hint_id=f"{ids}_helptext",
        error_id=f"{ids}_error",
        need=need,
    )


def need_of(bound: BoundField) -> str:
    """The word beside the label; a single checkbox says itself whether one must tick it."""
    if _kind(bound) == "check":
        return ""
    return "required" if bound.field.required else "optional"


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, GROUPS):
        return "group"
    return "check" if isinstance(widget, widgets.CheckboxInput) else "control"


def _classes(bound: BoundField, css_class: str) -> str:
    own = str(bound.field.widget.attrs.get("class", ""))
    return " ".join(name for name in ("input", own, css_class) if name)


def _described(bound: BoundField, ids: str, *, has_hint: bool) -> dict[str, str]:
    """Names the hint and the error to a screen reader, the error first."""
    parts = [f"{ids}_error"] if bound.errors else []
    parts += [f"{ids}_helptext"] if has_hint else []
    own = bound.field.widget.attrs.get("aria-describedby", "")
    parts += [own] if own else []
    return {"aria-describedby": " ".join(parts)} if parts else {}


def _choices(bound: BoundField) -> tuple[Choice, ...]:
    return tuple(
        Choice(part.tag(wrap_label=False), str(part.choice_label), part.id_for_label or "")
        for part in bound.subwidgets
    )
