# SPDX-License-Identifier: Apache-2.0
"""Steps, ways and conditions in words for the staff. No jargon: 「質問」「選択肢」「次へ」."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy as named

from kairan.scenarios.conditions import (
    AllOf,
    Answered,
    AnswerIs,
    AnyOf,
    AtTime,
    Condition,
    InArea,
    InOfficeHours,
    NotSo,
    NumberIs,
    OnHoliday,
    OnWeekday,
)
from kairan.scenarios.definition import (
    AnyStep,
    Branch,
    Choice,
    Confirm,
    Definition,
    End,
    Urgent,
)
from kairan.scenarios.designer.outline import Edge
from kairan.scenarios.prompts import CALLED, NOT_URGENT
from kairan.scenarios.wording import Text

TYPES: dict[str, tuple[Promise, str]] = {
    "message": (gettext_lazy("お知らせの文"), "chat"),
    "choice": (gettext_lazy("選択肢の質問"), "question-list"),
    "text": (gettext_lazy("文字の質問"), "edit"),
    "number": (gettext_lazy("数の質問"), "tag"),
    "datetime": (gettext_lazy("日時の質問"), "calendar"),
    "position": (gettext_lazy("場所の質問"), "pin"),
    "photos": (gettext_lazy("写真のお願い"), "camera"),
    "contact": (gettext_lazy("連絡先のお願い"), "person"),
    "urgent": (gettext_lazy("緊急の案内"), "phone"),
    "branch": (gettext_lazy("分かれ道"), "handover"),
    "confirm": (gettext_lazy("確認"), "look"),
    "end": (gettext_lazy("終わり"), "flag"),
}
OUTCOMES: dict[str, Promise] = {
    "report": gettext_lazy("通報として受け付ける"),
    "answers": gettext_lazy("回答を保存する"),
    "handed_over": gettext_lazy("ほかの機関を案内する"),
    "nothing": gettext_lazy("何もしないで終わる"),
}
WEEKDAYS: dict[str, Promise] = {
    "mon": named("曜日", "月"),
    "tue": named("曜日", "火"),
    "wed": named("曜日", "水"),
    "thu": named("曜日", "木"),
    "fri": named("曜日", "金"),
    "sat": named("曜日", "土"),
    "sun": named("曜日", "日"),
}
_LONGEST = 30


def type_name(step_type: str) -> str:
    return str(TYPES[step_type][0])


def icon_of(step_type: str) -> str:
    return TYPES[step_type][1]


def short(text: str, limit: int = _LONGEST) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= limit else line[: limit - 1] + "…"


def step_name(step: AnyStep) -> str:
    """What the staff calls the step: its heading, else the beginning of its text."""
    heading = getattr(step, "heading", None)
    text = heading if isinstance(heading, Text) else getattr(step, "text", None)
    if isinstance(text, Text):
        return short(text.said("ja"))
    if isinstance(step, End):
        return str(OUTCOMES[step.outcome.type])
    if isinstance(step, Confirm):
        return _("答えを見せて、送ってよいか聞く")
    return type_name(step.type)


def named_step(definition: Definition, step_id: str) -> str:
    """「3 場所」, or that it is missing."""
    for number, step in enumerate(definition.steps, 1):
        if step.id == step_id:
            return f"{number} {step_name(step)}"
    return _("ない質問({id})").format(id=step_id)


def edge_words(edge: Edge, definition: Definition) -> str:
    """When one goes this way; "" where there is no other."""
    step = definition.by_id[edge.source]
    match step:
        case Choice() if edge.kind == "option":
            return _("「{label}」のとき").format(label=step.options[edge.index].label.said("ja"))
        case Branch() if edge.kind == "way":
            return condition_words(step.ways[edge.index].when, definition)
        case Urgent() if edge.kind == "called":
            return _("電話したとき")
        case Urgent() if edge.kind == "otherwise":
            return _("急ぎでないとき")
    return _("それ以外のとき") if edge.kind == "otherwise" else ""


def condition_words(condition: Condition, definition: Definition) -> str:
    return _("{condition}とき").format(condition=_said(condition, definition))


def _said(condition: Condition, definition: Definition) -> str:  # noqa: PLR0911
    name: Callable[[str], str] = lambda step_id: _step_in_words(definition, step_id)  # noqa: E731
    match condition:
        case AllOf():
            return _("、").join(_clause(part, definition) for part in condition.of)
        case AnyOf():
            return _("、または").join(_clause(part, definition) for part in condition.of)
        case NotSo():
            return _("「{condition}」に当てはまらない").format(
                condition=_said(condition.of, definition)
            )
        case AnswerIs():
            values = _("か").join(
                f"「{value_label(definition, condition.step, v)}」" for v in condition.values
            )
            return _("{step}が{values}の").format(step=name(condition.step), values=values)
        case Answered():
            return _("{step}に答えた").format(step=name(condition.step))
        case NumberIs():
            return _("{step}が{bounds}の").format(
                step=name(condition.step), bounds=_bounds(condition)
            )
        case InArea():
            return _("場所が区域({codes})の").format(codes=_("、").join(condition.codes))
        case AtTime():
            return _("時刻が{start}から{end}までの").format(start=condition.from_, end=condition.to)
        case OnWeekday():
            days = _("・").join(str(WEEKDAYS[day]) for day in condition.days)
            return _("曜日が{days}の").format(days=days)
        case OnHoliday():
            return _("祝日・休みの日の")
        case InOfficeHours():
            return _("役所が開いている")


def _clause(condition: Condition, definition: Definition) -> str:
    """One part of several: with 「とき」 only at the end of all."""
    words = _said(condition, definition)
    return words.removesuffix("の") if not isinstance(condition, AllOf | AnyOf) else f"({words})"


def _step_in_words(definition: Definition, step_id: str) -> str:
    step = definition.by_id.get(step_id)
    return f"「{step_name(step)}」" if step else _("「ない質問({id})」").format(id=step_id)


def value_label(definition: Definition, step_id: str, value: str) -> str:
    """The words of an answer of that step."""
    step = definition.by_id.get(step_id)
    if isinstance(step, Choice) and (option := step.option(value)):
        return option.label.said("ja")
    if isinstance(step, Urgent):
        return {CALLED: _("電話した"), NOT_URGENT: _("急ぎではない")}.get(value, value)
    return value


def _bounds(condition: NumberIs) -> str:
    low = "" if condition.min is None else _("{n}以上").format(n=f"{condition.min:g}")
    high = "" if condition.max is None else _("{n}以下").format(n=f"{condition.max:g}")
    return low + high or _("数")
