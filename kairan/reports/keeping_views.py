# SPDX-License-Identifier: Apache-2.0
"""How long things are kept, who asked to be forgotten, and erasing a case by hand."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.reports.access import get_case, visible_cases
from kairan.reports.actions import forgetting
from kairan.reports.actions.errors import Refused
from kairan.reports.keeping_forms import EraseForm, KeepingForm, RefusalForm
from kairan.reports.models import Erasure, ErasureRequest, Part, Report

SHOWN = 50


@staff(Permission.MANAGE_KINDS)
def keeping(request: StaffRequest) -> HttpResponseBase:
    """The periods of every kind."""
    form = KeepingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        for row, _fields in form.rows:
            forgetting.set_keeping(acting=request.person, kind=row.kind, **form.days(row))
        say(request, _("保存期間を保存しました。今夜から、この期間で消します。"))
        return redirect("reports:keeping")
    status = 422 if form.is_bound else 200
    return render(request, "reports/keeping.html", {"form": form}, status=status)


@require_safe
@staff(Permission.HANDLE_CASES)
def erasures(request: StaffRequest) -> HttpResponse:
    """Wishes that wait for an answer, and what has been erased lately."""
    cases = visible_cases(request.person)
    mine = ErasureRequest.objects.filter(report__case__in=cases).select_related(
        "report__case__kind", "report__kind", "decided_by"
    )
    done = Erasure.objects.filter(case__in=cases).select_related("case__kind", "report")
    context = {
        "waiting": mine.waiting().order_by("asked_at"),
        "decided": mine.exclude(decided_at=None).order_by("-decided_at")[:SHOWN],
        "done": done.order_by("-at")[:SHOWN],
        "refusal": RefusalForm(),
        "now": timezone.now(),
    }
    return render(request, "reports/erasures.html", context)


@require_POST
@staff(Permission.HANDLE_CASES)
def decide(request: StaffRequest, request_id: int) -> HttpResponseBase:
    """Grant or refuse a wish."""
    cases = visible_cases(request.person, Permission.HANDLE_CASES)
    asked = get_object_or_404(
        ErasureRequest.objects.select_related("report__case"),
        pk=request_id,
        report__case__in=cases,
    )
    number = asked.report.receipt_number
    try:
        if request.POST.get("decision") == "refuse":
            reason = request.POST.get("reason", "")
            forgetting.refuse_erasure(acting=request.person, asked=asked, reason=reason)
            say(request, _("{number} をお断りしました。").format(number=number))
        else:
            forgetting.grant_erasure(acting=request.person, asked=asked)
            say(request, _("{number} を消去しました。").format(number=number))
    except Refused as refused:
        say(request, f"{number}: {refused.reason}")
    return redirect("reports:erasures")


@staff(Permission.HANDLE_CASES)
def erase(request: StaffRequest, case_id: int) -> HttpResponseBase:
    """A part of one case, by hand."""
    case = get_case(request.person, case_id, permission=Permission.HANDLE_CASES)
    form = EraseForm(case, request.POST or None)
    if request.method == "POST" and form.is_valid():
        part = Part(form.cleaned_data["part"])
        reason = form.cleaned_data["reason"]
        try:
            forgetting.erase_case(
                acting=request.person, case=case, part=part, why=Erasure.Why.STAFF, reason=reason
            )
            say(request, _("{part}を消去しました。").format(part=part.label))
            return redirect("reports:case", case_id)
        except Refused as refused:
            form.add_error(None, refused.reason)
    context = {
        "case": case,
        "form": form,
        "reports": Report.objects.filter(case=case).order_by("id"),
        "erasures": Erasure.objects.filter(case=case).order_by("id"),
    }
    return render(request, "reports/erase.html", context, status=422 if form.is_bound else 200)


@require_POST
@staff(Permission.HANDLE_CASES)
def ask(request: StaffRequest, case_id: int, report_id: int) -> HttpResponseBase:
    """Somebody on the phone wants their report to be forgotten: write the wish down."""
    case = get_case(request.person, case_id, permission=Permission.HANDLE_CASES)
    report = get_object_or_404(Report.objects.select_related("case"), pk=report_id, case=case)
    forgetting.ask_erasure(acting=request.person, report=report)
    say(request, _("消去の求めを書きとめました。連絡先は消しました。"))
    return redirect("reports:erasures")
