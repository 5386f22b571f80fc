# SPDX-License-Identifier: Apache-2.0
"""Where people give up: the flow with its figures, the same as a table, and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kairan.audit.actions import record
from kairan.lib.sheets import Row, as_csv, as_xlsx
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.scenarios.definition import Branch, Definition, End, Message
from kairan.scenarios.designer.describing import step_name, type_name
from kairan.scenarios.designer.diagram import svg
from kairan.scenarios.designer.outline import Outline
from kairan.scenarios.models import Scenario, ScenarioVersion
from kairan.scenarios.passage import Passage, channels_of, passage_of
from kairan.scenarios.queries import definition_of, draft_of

DAYS = 90
# Fewer people than that say nothing about a question.
FEWEST = 5
CHANNELS = {
    "line": gettext_lazy("LINE"),
    "web": gettext_lazy("ウェブ"),
    "phone": gettext_lazy("電話"),
    "counter": gettext_lazy("窓口"),
}
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "sjis": "text/csv; charset=shift_jis",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class PassageForm(forms.Form):
    """Of which days, by which way in, on which version."""

    since = forms.DateField(
        label=gettext_lazy("はじめの日"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("おわりの日"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, scenario: Scenario, given: Mapping[str, Any]) -> None:
        today = timezone.localdate()
        usual = {"since": f"{today - timedelta(days=DAYS)}", "until": f"{today}"}
        super().__init__({**usual, **{name: value for name, value in given.items() if value}})
        channels = [(name, CHANNELS.get(name, name)) for name in channels_of(scenario)]
        published = scenario.versions.filter(state=ScenarioVersion.Status.PUBLISHED)
        numbers = published.order_by("-number").values_list("pk", "number")
        versions = [(str(pk), _("第{n}版").format(n=number)) for pk, number in numbers]
        self.fields["channel"] = forms.ChoiceField(
            label=_("受付方法"), required=False, choices=[("", _("すべて")), *channels]
        )
        self.fields["version"] = forms.ChoiceField(
            label=_("版"), required=False, choices=[("", _("すべての版")), *versions]
        )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("はじめの日より後の日にしてください。"))
        return given


@dataclass(frozen=True)
class PassageRow:
    """One step. `number` 0: it stands in older versions only. `is_said`: nothing is answered."""

    step: str
    number: int
    name: str
    kind: str
    figures: Passage
    is_end: bool = False
    is_said: bool = False
    is_worst: bool = False

    @property
    def percent(self) -> int:
        return round(self.figures.lost_share * 100)

    @property
    def seconds(self) -> str:
        median = self.figures.median_seconds
        return "" if median is None or self.is_said else spoken_seconds(median)


@dataclass(frozen=True)
class PassagePage:
    """`began`: people at the first question; `ended`: people at any end."""

    rows: list[PassageRow]
    began: int
    ended: int

    @property
    def percent(self) -> int:
        return round(100 * self.ended / self.began) if self.began else 0

    @property
    def end(self) -> str:
        """The end that most people came to."""
        ends = [row for row in self.rows if row.is_end]
        return max(ends, key=lambda row: row.figures.reached).step if ends else ""

    @property
    def worst(self) -> PassageRow | None:
        return next((row for row in self.rows if row.is_worst), None)


@require_safe
@staff(Permission.MANAGE_SCENARIOS)
def passage(request: StaffRequest, scenario_id: int) -> HttpResponse:
    scenario = get_object_or_404(Scenario, pk=scenario_id)
    form = PassageForm(scenario, request.GET.dict())
    definition = _definition(scenario, form)
    figures = _figures(scenario, form)
    outline = Outline(definition)
    context = {
        "scenario": scenario,
        "form": form,
        "page": page_of(outline, figures),
        "diagram": svg(definition, notes=notes_of(definition, figures), link=_row_link),
        "query": request.GET.urlencode(),
    }
    return render(request, "scenarios/passage.html", context)


@require_safe
@staff(Permission.MANAGE_SCENARIOS)
def export(request: StaffRequest, scenario_id: int, form: str) -> HttpResponseBase:
    """`form`: csv, sjis or xlsx."""
    if form not in CONTENT_TYPES:
        raise Http404
    scenario = get_object_or_404(Scenario, pk=scenario_id)
    chosen = PassageForm(scenario, request.GET.dict())
    page = page_of(Outline(_definition(scenario, chosen)), _figures(scenario, chosen))
    record(acting=request.person, verb="scenario.passage_exported", target=scenario)
    rows = [heading(), *(_cells(row) for row in page.rows)]
    content = _written(rows, form)
    response = StreamingHttpResponse(content, content_type=CONTENT_TYPES[form])
    ending = "xlsx" if form == "xlsx" else "csv"
    name = f"passage-{scenario.key}-{timezone.localtime():%Y%m%d}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _written(rows: list[Row], form: str) -> Iterator[bytes]:
    if form == "xlsx":
        return as_xlsx(rows, sheet=_("どこでやめたか"))
    return as_csv(rows, encoding="cp932" if form == "sjis" else "utf-8")


def heading() -> list[str]:
    return [
        _("番号"), _("質問"), _("種類"), _("来た人"), _("答えた人"), _("戻った人"), _("やめた人"),
        _("やめた割合(%)"), _("答えるまでの秒数(中央値)"), _("名前(英数字)"),
    ]  # fmt: skip


def _cells(row: PassageRow) -> Row:
    seen = row.figures
    return [
        row.number or "", row.name, row.kind, seen.reached, seen.answered, seen.went_back,
        seen.gave_up, row.percent, seen.median_seconds, row.step,
    ]  # fmt: skip


# ── what is shown ─────────────────────────────────────────────────────────────────────────────


def _definition(scenario: Scenario, form: PassageForm) -> Definition:
    """That of the version asked for, else what residents are asked now. 404 where nothing is."""
    version = form.cleaned_data.get("version") if form.is_valid() else ""
    if version or scenario.published_id:
        return definition_of(int(version) if version else scenario.published_id or 0)
    try:
        return draft_of(scenario)
    except ScenarioVersion.DoesNotExist:
        raise Http404 from None


def _figures(scenario: Scenario, form: PassageForm) -> dict[str, Passage]:
    if not form.is_valid():
        return {}
    given, today = form.cleaned_data, timezone.localdate()
    return passage_of(
        scenario,
        version=int(given["version"]) if given["version"] else None,
        since=_midnight(given["since"] or today - timedelta(days=DAYS)),
        until=_midnight(min(given["until"] or today, today) + timedelta(days=1)),
        channel=given["channel"] or None,
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def page_of(outline: Outline, figures: Mapping[str, Passage]) -> PassagePage:
    """In the definition's order; what only older versions ask comes last."""
    definition = outline.definition
    asked = [step for step in definition.steps if not isinstance(step, Branch)]
    lost = {
        step: seen.gave_up
        for step, seen in figures.items()
        if seen.reached >= FEWEST and seen.gave_up
    }
    worst = max(lost, key=lambda step: lost[step], default="")
    rows = [
        PassageRow(
            step.id,
            outline.numbers[step.id],
            step_name(step),
            type_name(step.type),
            figures.get(step.id, Passage()),
            isinstance(step, End),
            isinstance(step, End | Message),
            step.id == worst,
        )
        for step in asked
    ]
    gone = [
        PassageRow(step, 0, step, _("今はない質問"), seen, is_worst=step == worst)
        for step, seen in figures.items()
        if step not in definition.by_id
    ]
    began = max((seen.reached for seen in figures.values()), default=0)
    ended = sum(row.figures.reached for row in rows if row.is_end)
    return PassagePage([*rows, *gone], began, min(ended, began))


def notes_of(definition: Definition, figures: Mapping[str, Passage]) -> dict[str, list[str]]:
    """Lines for the boxes of the diagram."""
    found = {}
    for step_id, seen in figures.items():
        step = definition.by_id.get(step_id)
        if step is None:
            continue
        lines = [_("来た人 {n}").format(n=f"{seen.reached:,}")]
        if not isinstance(step, End | Message):
            lines = [_("来た {n} 答えた {m}").format(n=f"{seen.reached:,}", m=f"{seen.answered:,}")]
            back = {"n": f"{seen.went_back:,}", "m": f"{seen.gave_up:,}", "p": _percent(seen)}
            lines.append(_("戻った {n} やめた {m}({p}%)").format(**back))
            if seen.median_seconds:
                lines.append(_("ふつう {time}").format(time=spoken_seconds(seen.median_seconds)))
        found[step_id] = lines
    return found


def _percent(seen: Passage) -> int:
    return round(seen.lost_share * 100)


def spoken_seconds(seconds: float) -> str:
    """「8秒」「2分5秒」「3時間」."""
    whole = round(seconds)
    if whole < 60:
        return _("{s}秒").format(s=whole)
    if whole < 3600:
        return _("{m}分{s}秒").format(m=whole // 60, s=whole % 60)
    return _("{h}時間{m}分").format(h=whole // 3600, m=whole % 3600 // 60)


def _row_link(step_id: str) -> str:
    return f"#row-{step_id}"
