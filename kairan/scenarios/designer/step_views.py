# SPDX-License-Identifier: Apache-2.0
"""The steps of a draft: arranged in the list, changed in a form of their own."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.scenarios.definition import MAX_STEPS, AnyStep, Definition
from kairan.scenarios.designer import actions, editing
from kairan.scenarios.designer.actions import ChangedMeanwhile, digest
from kairan.scenarios.designer.describing import TYPES, step_name, type_name
from kairan.scenarios.designer.pages import editor_of
from kairan.scenarios.designer.posted import Sheet, arrange, sheet_of
from kairan.scenarios.designer.starting import ADDABLE, new_step, wanted_id
from kairan.scenarios.designer.step_form import StepForm
from kairan.scenarios.designer.step_sheet import NEW_ROWS, settle_wanted, to_step, wanted_steps
from kairan.scenarios.designer.views import editor_answer, editor_context, scenario_of
from kairan.scenarios.models import Scenario, ScenarioVersion

ABOUT_TYPES = {
    "choice": gettext_lazy("用意した答えから選んでもらう"),
    "text": gettext_lazy("自由に書いてもらう"),
    "position": gettext_lazy("地図か住所で場所を教えてもらう"),
    "photos": gettext_lazy("写真を送ってもらう"),
    "datetime": gettext_lazy("いつのことか教えてもらう"),
    "number": gettext_lazy("数を書いてもらう"),
    "message": gettext_lazy("知らせるだけで、答えは待たない"),
    "urgent": gettext_lazy("危ないときに、電話番号を見せる"),
    "branch": gettext_lazy("前の答えや時刻によって、進む先を変える"),
    "contact": gettext_lazy("名前や電話番号を、市のページで書いてもらう"),
    "confirm": gettext_lazy("送る前に、答えを見てもらう"),
    "end": gettext_lazy("受け付けて終わる、またはほかの機関を案内する"),
}


# ── arranging ─────────────────────────────────────────────────────────────────────────────────


@require_POST
@staff(Permission.MANAGE_SCENARIOS)
def arrange_steps(  # noqa: PLR0911
    request: StaffRequest, scenario_id: int
) -> HttpResponseBase:
    """`do` is up, down, move, duplicate, delete or add with what it is done to; or undo, redo."""
    scenario = scenario_of(scenario_id)
    verb, _colon, what = request.POST.get("do", "").partition(":")
    try:
        if verb in ("undo", "redo"):
            return _undo_or_redo(request, scenario, verb)
        if verb == "add":
            return _added(request, scenario, what)
        focus = _arranged(request, scenario, verb, what)
    except editing.NoSuchStep:
        return editor_answer(request, scenario, lost=_("その質問は、ほかの人が消しました。"))
    except ChangedMeanwhile as changed:
        return editor_answer(request, scenario, changed=changed)
    except actions.NothingThere:
        return editor_answer(request, scenario)
    except actions.TooManySteps:
        return editor_answer(request, scenario, lost=_too_many())
    return editor_answer(request, scenario, focus=focus)


def _too_many() -> str:
    return _("質問は{n}個までです。").format(n=MAX_STEPS)


def _undo_or_redo(request: StaffRequest, scenario: Scenario, verb: str) -> HttpResponseBase:
    seen = int(request.POST.get("seen") or 0) if request.POST.get("seen", "").isdecimal() else 0
    act = actions.undo if verb == "undo" else actions.redo
    act(acting=request.person, scenario=scenario, seen=seen)
    return editor_answer(request, scenario, focus_on=verb)


def _arranged(request: StaffRequest, scenario: Scenario, verb: str, what: str) -> str:
    """The id of the step that gets the focus."""
    definition = _draft(scenario)
    step = editing.step_of(definition, what)
    name = f"{step_name(step)}({type_name(step.type)})"
    focus = [what]
    match verb:
        case "up" | "down":

            def edit(now: Definition) -> Definition:
                after = editing.neighbour(now, what, verb)
                return now if after is None else editing.move_step(now, what, after=after)

            summary = _("{step}を移動").format(step=name)
        case "move":
            after = request.POST.get("after", "")

            def edit(now: Definition) -> Definition:
                return editing.move_step(now, what, after=after)

            summary = _("{step}を移動").format(step=name)
        case "duplicate":

            def edit(now: Definition) -> Definition:
                new, focus[0] = editing.duplicate_step(now, what)
                return new

            summary = _("{step}の写しを作成").format(step=name)
        case "delete":

            def edit(now: Definition) -> Definition:
                return editing.delete_step(now, what) if len(now.steps) > 1 else now

            summary = _("{step}を削除").format(step=name)
            focus[0] = definition.below.get(what, "")
        case _:
            raise Http404
    actions.change_draft(acting=request.person, scenario=scenario, edit=edit, summary=summary)
    return focus[0]


def _added(request: StaffRequest, scenario: Scenario, step_type: str) -> HttpResponseBase:
    """The new step's form is open at once."""
    if step_type not in ADDABLE:
        raise Http404
    after = request.POST.get("after", "")
    made: list[AnyStep] = []

    def edit(now: Definition) -> Definition:
        step_id = editing.free_id(now, wanted_id(step_type))
        made[:] = [new_step(step_type, step_id, now, kind=_kind_of(now))]
        return editing.add_step(now, made[0], after=after)

    summary = _("{kind}を追加").format(kind=type_name(step_type))
    actions.change_draft(acting=request.person, scenario=scenario, edit=edit, summary=summary)
    if not request.htmx:
        return editor_answer(request, scenario, focus=made[0].id)
    return editor_answer(request, scenario, form=_form(scenario, made[0].id))


def _kind_of(definition: Definition) -> str:
    """The kind of report that other ends have."""
    ends = (getattr(step, "outcome", None) for step in definition.steps)
    return next((end.kind for end in ends if end is not None and end.type == "report"), "")


@require_safe
@staff(Permission.MANAGE_SCENARIOS)
def add(request: StaffRequest, scenario_id: int) -> HttpResponse:
    """What can be added below a step: a fragment, or a page without scripts."""
    scenario = scenario_of(scenario_id)
    definition = _draft(scenario)
    after = request.GET.get("after", "")
    above = definition.by_id.get(after)
    context = {
        "scenario": scenario,
        "after": after,
        "above": step_name(above) if above else "",
        "types": [(key, *TYPES[key], ABOUT_TYPES[key]) for key in ADDABLE],
        "base": reverse("scenarios:editor", args=[scenario.pk]),
    }
    template = "_add" if request.htmx else "add"
    return render(request, f"scenarios/designer/{template}.html", context)


# ── one step ──────────────────────────────────────────────────────────────────────────────────


@staff(Permission.MANAGE_SCENARIOS)
def step(request: StaffRequest, scenario_id: int, step_id: str) -> HttpResponseBase:
    scenario = scenario_of(scenario_id)
    if request.method == "POST":
        return _posted(request, scenario, step_id)
    return _shown(request, scenario, _form(scenario, step_id))


def _draft(scenario: Scenario) -> Definition:
    try:
        return editor_of(scenario).definition
    except ScenarioVersion.DoesNotExist:
        raise Http404 from None


def _form(scenario: Scenario, step_id: str, **more: Any) -> StepForm:
    definition = _draft(scenario)
    found = definition.by_id.get(step_id)
    if found is None:
        raise Http404
    return StepForm(found, definition, seen=digest(found), **more)


def _shown(
    request: StaffRequest, scenario: Scenario, form: StepForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The form in its row, or on a page of its own."""
    if not request.htmx:
        context = {**editor_context(request, scenario), "form": form, **more}
        return render(request, "scenarios/designer/step.html", context, status=status)
    context = {
        "form": form,
        "scenario": scenario,
        "base": reverse("scenarios:editor", args=[scenario.pk]),
        **more,
    }
    response = render(request, "scenarios/designer/_step_form.html", context, status=status)
    return retarget(reswap(response, "innerHTML"), f"#form-place-{form.step.id}")


def _posted(request: StaffRequest, scenario: Scenario, step_id: str) -> HttpResponseBase:
    sheet, do = sheet_of(request.POST), request.POST.get("do", "save")
    definition = _draft(scenario)
    old = definition.by_id.get(step_id)
    seen = request.POST.get("seen", "")
    if old is None:
        lost = _("この質問は、ほかの人が消しました。「元に戻す」で戻せます。")
        return editor_answer(request, scenario, lost=lost)
    form = StepForm(old, definition, seen=seen, sheet=sheet)
    if arrange(sheet, do, NEW_ROWS) or do == "refresh":
        return _shown(request, scenario, form, is_changed=True)
    settled = deepcopy(sheet)
    new_steps = _settled(settled, definition)
    changed, form.problems = to_step(settled, old, definition)
    if changed is None:
        return _shown(request, scenario, form, status=422, is_changed=True)
    return _saved(request, scenario, form, changed, new_steps, move=do == "move")


def _saved(
    request: StaffRequest,
    scenario: Scenario,
    form: StepForm,
    changed: AnyStep,
    new_steps: list[tuple[str, str]],
    *,
    move: bool,
) -> HttpResponseBase:
    """Keep the step and what its form asked for besides."""
    after = request.POST.get("place", "")

    def edit(now: Definition) -> Definition:
        for step_type, step_id in reversed(new_steps):
            made = new_step(step_type, step_id, now, kind=_kind_of(now))
            now = editing.add_branch_step(now, made, under=changed.id)
        return editing.move_step(now, changed.id, after=after) if move else now

    try:
        actions.save_step(
            acting=request.person, scenario=scenario, step=changed, seen=form.seen, edit=edit
        )
    except ChangedMeanwhile as other:
        current = editing.step_of(_draft(scenario), changed.id)
        form.seen = digest(current)
        return _shown(request, scenario, form, status=422, other=other, is_changed=True)
    except editing.NoSuchStep:
        return editor_answer(request, scenario, lost=_("行き先の質問がなくなっています。"))
    except actions.TooManySteps:
        return editor_answer(request, scenario, lost=_too_many())
    if new_steps and request.htmx:
        return editor_answer(request, scenario, form=_form(scenario, new_steps[0][1]))
    return editor_answer(request, scenario, focus=changed.id)


def _settled(sheet: Sheet, definition: Definition) -> list[tuple[str, str]]:
    """(type, id) of the steps that ways of the form ask for; their ids stand in the sheet then."""
    taken = set(definition.by_id)
    ids, made = {}, []
    for where, step_type in wanted_steps(sheet):
        if step_type not in ADDABLE:
            continue
        step_id = editing.free_name(wanted_id(step_type), taken)
        taken.add(step_id)
        ids[where] = step_id
        made.append((step_type, step_id))
    settle_wanted(sheet, ids)
    return made
