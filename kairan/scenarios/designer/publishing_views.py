# SPDX-License-Identifier: Apache-2.0
"""From draft to published, back to an older version, or nothing of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.scenarios.actions import NotPublishable
from kairan.scenarios.designer import actions
from kairan.scenarios.designer.describing import named_step
from kairan.scenarios.designer.pages import Editor, editor_of, history
from kairan.scenarios.designer.views import scenario_of
from kairan.scenarios.models import Scenario, ScenarioVersion


@staff(Permission.MANAGE_SCENARIOS)
def publish(request: StaffRequest, scenario_id: int) -> HttpResponseBase:
    """GET: what the check says and what will change. POST: publish exactly that."""
    scenario = scenario_of(scenario_id)
    if request.method != "POST":
        return _review(request, scenario)
    posted = request.POST.get("seen", "")
    try:
        version = actions.publish_draft(
            acting=request.person, scenario=scenario, seen=int(posted) if posted.isdecimal() else 0
        )
    except actions.NothingThere:
        say(request, _("公開する下書きがありません。ほかの人が公開したか、破棄しました。"))
        return redirect("scenarios:history", scenario.pk)
    except actions.ChangedMeanwhile as changed:
        return _review(request, scenario, status=409, changed=changed)
    except NotPublishable:
        return _review(request, scenario, status=422)
    say(
        request,
        _("「{title}」の第{number}版を公開しました。").format(
            title=scenario.title, number=version.number
        ),
    )
    return redirect("scenarios:history", scenario.pk)


def _review(
    request: StaffRequest, scenario: Scenario, *, status: int = 200, **more: Any
) -> HttpResponse:
    page = _page(scenario)
    findings = [
        (finding, named_step(page.definition, finding.step) if finding.step else "")
        for finding in page.findings
    ]
    context = {"scenario": scenario, "page": page, "findings": findings, **more}
    return render(request, "scenarios/designer/publish.html", context, status=status)


def _page(scenario: Scenario) -> Editor:
    try:
        return editor_of(scenario)
    except ScenarioVersion.DoesNotExist:
        raise Http404 from None


@require_POST
@staff(Permission.MANAGE_SCENARIOS)
def discard(request: StaffRequest, scenario_id: int) -> HttpResponseBase:
    scenario = scenario_of(scenario_id)
    try:
        actions.discard_draft(acting=request.person, scenario=scenario)
    except actions.NothingThere:
        say(request, _("破棄する下書きがありません。"))
    else:
        undo = reverse("scenarios:fetch_back", args=[scenario.pk])
        say(request, _("下書きを破棄しました。公開中の内容に戻りました。"), undo_url=undo)
    return redirect("scenarios:editor", scenario.pk)


@require_POST
@staff(Permission.MANAGE_SCENARIOS)
def fetch_back(request: StaffRequest, scenario_id: int) -> HttpResponseBase:
    scenario = scenario_of(scenario_id)
    try:
        actions.fetch_back(acting=request.person, scenario=scenario)
    except actions.NothingThere:
        say(request, _("戻せる下書きがありません。"))
    else:
        say(request, _("下書きを戻しました。"))
    return redirect("scenarios:editor", scenario.pk)


@require_safe
@staff(Permission.MANAGE_SCENARIOS)
def versions(request: StaffRequest, scenario_id: int) -> HttpResponse:
    scenario = scenario_of(scenario_id)
    context = {"scenario": scenario, "rows": history(scenario), "page": _page(scenario)}
    return render(request, "scenarios/designer/history.html", context)


@require_POST
@staff(Permission.MANAGE_SCENARIOS)
def restore(request: StaffRequest, scenario_id: int, number: int) -> HttpResponseBase:
    scenario = scenario_of(scenario_id)
    version = get_object_or_404(
        ScenarioVersion,
        scenario=scenario,
        number=number,
        state=ScenarioVersion.Status.PUBLISHED,
    )
    actions.restore(acting=request.person, scenario=scenario, version=version)
    say(
        request,
        _("第{number}版を下書きにしました。公開すると住民に出ます。").format(number=number),
    )
    return redirect("scenarios:editor", scenario.pk)
