# SPDX-License-Identifier: Apache-2.0
"""Scenarios as files: written out as JSON, read in from JSON and XLSForm."""

from __future__ import annotations

import json

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from kairan.design.toasts import say
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.scenarios.definition import Definition
from kairan.scenarios.designer import actions, editing
from kairan.scenarios.designer.files import FileRefused, Imported, read_file
from kairan.scenarios.designer.forms import FileForm
from kairan.scenarios.designer.views import report_key, scenario_of
from kairan.scenarios.models import Scenario, ScenarioVersion
from kairan.scenarios.queries import draft_of


@require_safe
@staff(Permission.MANAGE_SCENARIOS)
def export(request: StaffRequest, scenario_id: int) -> HttpResponse:
    """The draft, or the published version `?version=` names."""
    scenario = scenario_of(scenario_id)
    number = request.GET.get("version", "")
    definition = _definition(scenario, number)
    text = json.dumps(actions.as_json(definition), ensure_ascii=False, indent=2)
    tail = f"-v{number}" if number else ""
    response = HttpResponse(text + "\n", content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{scenario.key}{tail}.json")
    return response


def _definition(scenario: Scenario, number: str) -> Definition:
    if number:
        version = get_object_or_404(
            ScenarioVersion,
            scenario=scenario,
            number=int(number) if number.isdecimal() and len(number) < 9 else 0,
            state=ScenarioVersion.Status.PUBLISHED,
        )
        return version.parsed
    try:
        return draft_of(scenario)
    except ScenarioVersion.DoesNotExist:
        raise Http404 from None


@staff(Permission.MANAGE_SCENARIOS)
def import_new(request: StaffRequest) -> HttpResponseBase:
    return _import(request, None)


@staff(Permission.MANAGE_SCENARIOS)
def import_into(request: StaffRequest, scenario_id: int) -> HttpResponseBase:
    """In place of the draft; what it was stands one 「元に戻す」 away."""
    return _import(request, scenario_of(scenario_id))


def _import(request: StaffRequest, scenario: Scenario | None) -> HttpResponseBase:
    posted = request.method == "POST"
    form = FileForm(request.POST if posted else None, request.FILES if posted else None)
    refused: FileRefused | None = None
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            imported = read_file(file.name or "", file.read())
        except FileRefused as error:
            refused = error
        else:
            return _kept(request, scenario, imported)
    context = {"form": form, "scenario": scenario, "refused": refused}
    status = 422 if form.is_bound else 200
    return render(request, "scenarios/designer/import.html", context, status=status)


def _kept(request: StaffRequest, scenario: Scenario | None, imported: Imported) -> HttpResponseBase:
    definition = imported.definition
    if scenario is None:
        scenario = actions.create_scenario(
            acting=request.person,
            title="",
            definition=definition,
            summary=_("ファイルを読み込んだ"),
        )
    else:
        renamed = editing.with_fields(definition, key=scenario.key)
        actions.change_draft(
            acting=request.person,
            scenario=scenario,
            edit=lambda _now: renamed,
            summary=_("ファイルを読み込んだ"),
        )
    count = len(definition.steps)
    say(
        request,
        ngettext("%d個の質問を読み込みました。", "%d個の質問を読み込みました。", count) % count,
    )
    request.session[report_key(scenario)] = list(imported.not_understood)
    return redirect(reverse("scenarios:editor", args=[scenario.pk]))
