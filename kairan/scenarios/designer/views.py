# SPDX-License-Identifier: Apache-2.0
"""シナリオ: the list, a new one, and the editor's page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from kairan.design.toasts import say
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.people.streams import stream_url
from kairan.scenarios.definition import Definition
from kairan.scenarios.designer import actions, editing
from kairan.scenarios.designer.forms import EMPTY, AboutForm, NewScenarioForm
from kairan.scenarios.designer.pages import Editor, StepRow, editor_of, list_rows
from kairan.scenarios.designer.starting import empty_definition
from kairan.scenarios.loader import ready_definition
from kairan.scenarios.models import Scenario, ScenarioVersion
from kairan.scenarios.queries import draft_of

REMOVED = "removed_scenario"
_ROW = "scenarios/designer/_row.html"


@require_safe
@staff(Permission.MANAGE_SCENARIOS)
def scenarios(request: StaffRequest) -> HttpResponse:
    return render(request, "scenarios/designer/list.html", {"rows": list_rows()})


@staff(Permission.MANAGE_SCENARIOS)
def new(request: StaffRequest) -> HttpResponseBase:
    form = NewScenarioForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        definition = _beginning(form.cleaned_data)
        made = actions.create_scenario(
            acting=request.person, title=form.cleaned_data["title"], definition=definition
        )
        say(request, _("「{title}」の下書きを作りました。").format(title=made.title))
        return redirect("scenarios:editor", made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "scenarios/designer/new.html", {"form": form}, status=status)


def _beginning(given: dict[str, Any]) -> Definition:
    what, _colon, name = given["begin"].partition(":")
    if what == EMPTY:
        return empty_definition(key="scenario", title=given["title"], kind=given["kind"])
    definition = (
        ready_definition(name)
        if what == "ready"
        else draft_of(get_object_or_404(Scenario, pk=int(name)))
    )
    return editing.with_kind(definition, given["kind"]) if given["kind"] else definition


@require_safe
@staff(Permission.MANAGE_SCENARIOS)
def editor(request: StaffRequest, scenario_id: int) -> HttpResponse:
    scenario = scenario_of(scenario_id)
    if "report" in request.GET:
        request.session.pop(report_key(scenario), None)
    context = editor_context(request, scenario)
    if not request.htmx:
        return render(request, "scenarios/designer/editor.html", context)
    if request.GET.get("seen") == str(context["page"].revision):
        return HttpResponse(status=204)  # news of what this page did itself
    return _with_news(render(request, "scenarios/designer/_editor.html", context), context)


def scenario_of(scenario_id: int) -> Scenario:
    return get_object_or_404(Scenario, pk=scenario_id)


def report_key(scenario: Scenario) -> str:
    return f"scenario_report_{scenario.pk}"


def editor_context(request: StaffRequest, scenario: Scenario, **more: Any) -> dict[str, Any]:
    """What `_editor.html` reads. `focus`: the step that gets the focus; `form`: one that is open;
    `changed`: a ChangedMeanwhile to tell of; `lost`: a sentence."""
    try:
        page = editor_of(scenario)
    except ScenarioVersion.DoesNotExist:
        raise Http404 from None
    base = reverse("scenarios:editor", args=[scenario.pk])
    open_now = {"form": more.get("form"), "focus": more.get("focus"), "scenario": scenario}
    return {
        "page": page,
        "rows_html": rows_html(request, page, base, open_now),
        "scenario": scenario,
        "base": base,
        "preview_url": _preview_url(scenario),
        "stream_url": stream_url(request.person, f"scenario:{scenario.pk}"),
        "report": request.session.get(report_key(scenario)),
        **more,
    }


def rows_html(
    request: StaffRequest, page: Editor, base: str, open_now: dict[str, Any]
) -> SafeString:
    """The list of steps. Two hundred rows are a tenth of a second of drawing: each is drawn once
    and kept until something in it changes; the one that is open or has the focus always anew."""
    form, focus = open_now["form"], open_now["focus"]
    alone = {focus, form.step.id if form else None}
    language = get_language() or ""
    drawn = [
        render_to_string(_ROW, {**open_now, "row": row, "base": base}, request)
        if row.id in alone
        else _row_html(row, base, language)
        for row in page.rows
    ]
    return format_html_join("", "{}", ((row,) for row in drawn))


@lru_cache(maxsize=3_000)
def _row_html(row: StepRow, base: str, language: str) -> str:
    del language  # what it is drawn in; part of the key
    return render_to_string(_ROW, {"row": row, "base": base})


def editor_answer(request: StaffRequest, scenario: Scenario, **more: Any) -> HttpResponseBase:
    """After a change: the editor anew for htmx, else back to its page."""
    if not request.htmx:
        return redirect(reverse("scenarios:editor", args=[scenario.pk]) + _anchor(more))
    context = editor_context(request, scenario, **more)
    return _with_news(render(request, "scenarios/designer/_editor.html", context), context)


def _with_news(response: HttpResponse, context: dict[str, Any]) -> HttpResponse:
    """The preview beside the editor asks anew."""
    page: Editor = context["page"]
    news = {"revision": page.revision}
    return trigger_client_event(response, "draft-changed", news, after="settle")


def _anchor(more: dict[str, Any]) -> str:
    return f"#step-{more['focus']}" if more.get("focus") else ""


def _preview_url(scenario: Scenario) -> str:
    """The preview belongs to a room above; a house without it has none."""
    try:
        return reverse("conversations:preview", args=[scenario.pk])
    except NoReverseMatch:
        return ""


@staff(Permission.MANAGE_SCENARIOS)
def about(request: StaffRequest, scenario_id: int) -> HttpResponseBase:
    """Title and languages."""
    scenario = scenario_of(scenario_id)
    definition = _draft(scenario)
    form = AboutForm(definition, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        titles, languages = form.titles(), form.cleaned_data["languages"]
        actions.change_draft(
            acting=request.person,
            scenario=scenario,
            edit=lambda now: editing.with_languages(now, titles, languages),
            summary=_("題名と言語を変更"),
        )
        say(request, _("題名と言語を保存しました。"))
        return redirect("scenarios:editor", scenario.pk)
    context = {"form": form, "scenario": scenario}
    status = 422 if form.is_bound else 200
    return render(request, "scenarios/designer/about.html", context, status=status)


def _draft(scenario: Scenario) -> Definition:
    try:
        return draft_of(scenario)
    except ScenarioVersion.DoesNotExist:
        raise Http404 from None


@require_POST
@staff(Permission.MANAGE_SCENARIOS)
def switch(request: StaffRequest, scenario_id: int) -> HttpResponseBase:
    scenario = scenario_of(scenario_id)
    on = request.POST.get("on") == "1" if "on" in request.POST else not scenario.is_active
    actions.set_active(acting=request.person, scenario=scenario, is_active=on)
    text = _("「{title}」を使います。") if on else _("「{title}」を止めました。")
    undo = reverse("scenarios:switch", args=[scenario.pk])
    say(request, text.format(title=scenario.title), undo_url=undo)
    return redirect("scenarios:list")


@require_POST
@staff(Permission.MANAGE_SCENARIOS)
def order(request: StaffRequest, scenario_id: int) -> HttpResponseBase:
    up = request.POST.get("do") == "up"
    actions.move_scenario(acting=request.person, scenario=scenario_of(scenario_id), up=up)
    return redirect(f"{reverse('scenarios:list')}#scenario-{scenario_id}")


@require_POST
@staff(Permission.MANAGE_SCENARIOS)
def remove(request: StaffRequest, scenario_id: int) -> HttpResponseBase:
    """Only a scenario that was never published; it can be brought back in this session."""
    scenario = scenario_of(scenario_id)
    try:
        definition = actions.remove_unpublished(acting=request.person, scenario=scenario)
    except actions.NothingThere:
        say(request, _("公開したことのあるシナリオは消せません。「止める」を使ってください。"))
        return redirect("scenarios:list")
    request.session[REMOVED] = actions.as_json(definition)
    text = _("「{title}」を消しました。").format(title=scenario.title)
    say(request, text, undo_url=reverse("scenarios:bring_back"))
    return redirect("scenarios:list")


@require_POST
@staff(Permission.MANAGE_SCENARIOS)
def bring_back(request: StaffRequest) -> HttpResponseBase:
    kept = request.session.pop(REMOVED, None)
    if kept is None:
        return redirect("scenarios:list")
    definition = Definition.model_validate(kept)
    made = actions.create_scenario(acting=request.person, title="", definition=definition)
    say(request, _("「{title}」を戻しました。").format(title=made.title))
    return redirect("scenarios:list")


def leave_for(request: StaffRequest, url: str) -> HttpResponseBase:
    """To another page, also out of an htmx request."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
