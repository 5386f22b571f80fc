# SPDX-License-Identifier: Apache-2.0
"""折り返し: whom the town has promised to call."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.intake import queries
from kairan.people.access import StaffRequest, departments_with, staff
from kairan.people.permissions import Permission
from kairan.reports.access import get_case
from kairan.reports.actions.callbacks import finish_call_back, renew_call_back
from kairan.reports.events import topics_of
from kairan.reports.models import CallBack


@require_safe
@staff(Permission.HANDLE_CASES)
def calls(request: StaffRequest) -> HttpResponse:
    done = request.GET.get("done") == "1"
    context = {
        "promises": queries.promises(request.person, done=done),
        "done": done,
        "tab": "calls",
        "mail_count": queries.mail_counts().new,
        "call_count": queries.waiting_calls(request.person),
        "topics": topics_of(departments_with(request.person, Permission.HANDLE_CASES)),
    }
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "intake/_calls.html" if fragment else "intake/calls.html", context)


@require_POST
@staff(Permission.HANDLE_CASES)
def finish(request: StaffRequest, call_id: int) -> HttpResponseBase:
    row = _call(request, call_id)
    finish_call_back(acting=request.person, call_back=row)
    say(
        request,
        _("折り返しを済みにしました。"),
        undo_url=reverse("intake:renew_call", args=[row.pk]),
    )
    return redirect("intake:calls")


@require_POST
@staff(Permission.HANDLE_CASES)
def renew(request: StaffRequest, call_id: int) -> HttpResponseBase:
    renew_call_back(acting=request.person, call_back=_call(request, call_id))
    say(request, _("折り返しの一覧に戻しました。"))
    return redirect("intake:calls")


def _call(request: StaffRequest, call_id: int) -> CallBack:
    row = get_object_or_404(CallBack.objects.select_related("report"), pk=call_id)
    get_case(request.person, row.report.case_id, permission=Permission.HANDLE_CASES)
    return row
