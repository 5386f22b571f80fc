# SPDX-License-Identifier: Apache-2.0
"""The form of one step, as its templates read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from kairan.line import limits
from kairan.municipalities.models import Area
from kairan.scenarios.check import ROOM_FOR_OPTIONS, ROOM_FOR_THE_ENGINE
from kairan.scenarios.definition import AnyStep, Asking, Choice, Definition, Urgent
from kairan.scenarios.designer.condition_sheet import KINDS
from kairan.scenarios.designer.describing import (
    OUTCOMES,
    WEEKDAYS,
    icon_of,
    step_name,
    type_name,
)
from kairan.scenarios.designer.kinds import KindOffered, kinds_offered
from kairan.scenarios.designer.posted import Sheet
from kairan.scenarios.designer.step_sheet import NEEDED_TEXTS, Problems, to_sheet
from kairan.scenarios.languages import language_name
from kairan.scenarios.prompts import CALLED, NOT_URGENT

Choices = Sequence[tuple[str, str]]
# Steps that a way can make on the spot.
MADE_BY_A_WAY = ("choice", "text", "message", "urgent", "end")


@dataclass(frozen=True)
class Scope:
    """A part of the form: the whole, or one row of a list (`prefix` "options.0")."""

    form: StepForm
    prefix: str
    values: Mapping[str, Any]
    index: int = 0
    count: int = 0

    def name(self, part: str) -> str:
        return f"{self.prefix}.{part}" if self.prefix else part

    def id(self, part: str) -> str:
        return f"f-{self.form.step.id}-{self.name(part)}".replace(".", "-")

    def value(self, part: str) -> Any:
        found: Any = self.values
        for one in part.split("."):
            found = found.get(one, "") if isinstance(found, Mapping) else ""
        return found

    def problem(self, part: str) -> str:
        return self.form.problems.get(self.name(part), "")

    def rows(self, part: str) -> list[Scope]:
        found = self.value(part)
        rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
        return [
            Scope(self.form, f"{self.name(part)}.{i}", row, i, len(rows))
            for i, row in enumerate(rows)
        ]


@dataclass
class StepForm:
    """`sheet` is what is typed, `problems` what is wrong with it (by field name)."""

    step: AnyStep
    definition: Definition
    seen: str
    sheet: Sheet = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sheet = self.sheet or to_sheet(self.step)

    @property
    def title(self) -> str:
        return step_name(self.step)

    @property
    def type(self) -> str:
        return self.step.type

    @property
    def type_name(self) -> str:
        return type_name(self.step.type)

    @property
    def icon(self) -> str:
        return icon_of(self.step.type)

    @property
    def whole(self) -> Scope:
        return Scope(self, "", self.sheet)

    @property
    def template(self) -> str:
        return f"scenarios/designer/form/_{self.step.type}.html"

    @property
    def needs_text(self) -> bool:
        return self.step.type in NEEDED_TEXTS

    @property
    def text_limit(self) -> int:
        return limits.TEXT - (0 if self.step.type == "message" else ROOM_FOR_THE_ENGINE)

    @property
    def label_limit(self) -> int:
        return limits.LABEL

    @property
    def room_for_options(self) -> int:
        """Beside 「わからない」, which an optional question has too."""
        return ROOM_FOR_OPTIONS - (0 if self.sheet.get("required") else 1)

    @property
    def general_problem(self) -> str:
        return self.problems.get("step", "")

    @cached_property
    def languages(self) -> tuple[tuple[str, str], ...]:
        """Japanese first, then those of the scenario."""
        codes = dict.fromkeys(["ja", *self.definition.languages])
        return tuple((code, language_name(code)) for code in codes)

    @cached_property
    def targets(self) -> Choices:
        """Steps that a way may lead to."""
        return [
            (step.id, f"{number} {step_name(step)}")
            for number, step in enumerate(self.definition.steps, 1)
            if step.id != self.step.id
        ]

    @cached_property
    def new_targets(self) -> Choices:
        return [
            (f"+{name}", _("新しい「{kind}」を作る").format(kind=type_name(name)))
            for name in MADE_BY_A_WAY
        ]

    @property
    def below(self) -> str:
        """What comes when nothing else is chosen."""
        below = self.definition.below.get(self.step.id)
        return (
            _("すぐ下の「{step}」").format(step=step_name(self.definition.by_id[below]))
            if below
            else _("なし(いちばん下です)")
        )

    @cached_property
    def places(self) -> Choices:
        """Where the step may be moved: below which other."""
        return [
            ("", _("いちばん上")),
            *((key, _("「{step}」の下").format(step=name)) for key, name in self.targets),
        ]

    @cached_property
    def kinds(self) -> tuple[KindOffered, ...]:
        return kinds_offered()

    @property
    def kind_note(self) -> KindOffered | None:
        chosen = self.whole.value("outcome.kind")
        return next((kind for kind in self.kinds if kind.key == chosen), None)

    @property
    def outcomes(self) -> Choices:
        wanted = ("report", "handed_over", "nothing")
        if self.definition.outcome != "report":
            wanted = ("answers", "handed_over", "nothing")
        now = self.whole.value("outcome.type")
        return [(key, str(OUTCOMES[key])) for key in dict.fromkeys([*wanted, now]) if key]

    @property
    def option_rows(self) -> list[Scope]:
        return self.whole.rows("options")

    @property
    def way_rows(self) -> list[Scope]:
        return self.whole.rows("ways")

    @property
    def contact_rows(self) -> list[Scope]:
        return self.whole.rows("contacts")

    @property
    def outcome_type(self) -> str:
        return str(self.whole.value("outcome.type"))

    @property
    def kind_choices(self) -> Choices:
        return [(kind.key, kind.name) for kind in self.kinds]

    # ── conditions ──

    @property
    def condition_kinds(self) -> Choices:
        words = {
            "answer": _("答えが…のとき"),
            "answered": _("答えたとき"),
            "number": _("数が…のとき"),
            "area": _("場所の区域が…のとき"),
            "time": _("時刻が…のとき"),
            "weekday": _("曜日が…のとき"),
            "holiday": _("祝日・休みの日のとき"),
            "office_hours": _("役所が開いているとき"),
        }
        return [(kind, words[kind]) for kind in KINDS]

    @cached_property
    def asked(self) -> Choices:
        """Steps with an answer."""
        return [
            (step.id, f"{number} {step_name(step)}")
            for number, step in enumerate(self.definition.steps, 1)
            if isinstance(step, Asking) and step.type != "confirm" and step.id != self.step.id
        ]

    @cached_property
    def numbers_asked(self) -> Choices:
        by_id = self.definition.by_id
        return [(key, name) for key, name in self.asked if by_id[key].type == "number"]

    def values_of(self, step_id: str) -> Choices:
        """The answers that can be chosen there; () where one writes."""
        step = self.definition.by_id.get(step_id)
        if isinstance(step, Choice):
            return [(option.value, option.label.said("ja")) for option in step.options]
        if isinstance(step, Urgent):
            return [(CALLED, _("電話した")), (NOT_URGENT, _("急ぎではない"))]
        return []

    @cached_property
    def areas(self) -> Choices:
        rows = Area.objects.exclude(code="").order_by("kind", "code")
        return [(area.code, area.name) for area in rows[:300]]

    @property
    def weekdays(self) -> Choices:
        return [(key, str(words)) for key, words in WEEKDAYS.items()]

    def all_problems(self) -> Iterator[tuple[str, str]]:
        """(id of the field, what is wrong)."""
        for name, problem in self.problems.items():
            yield self.whole.id(name), problem
