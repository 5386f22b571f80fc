# SPDX-License-Identifier: Apache-2.0
"""「消してほしい」: a resident asks that a report, or all of theirs, be forgotten."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kairan.design.toasts import say
from kairan.portal.reports import acting_of
from kairan.reports.access import report_by_token
from kairan.reports.actions.forgetting import ask_erasure
from kairan.reports.keeping_forms import AskForm
from kairan.reports.models import ErasureRequest, Report
from kairan.residents.actions import ask_for_erasure
from kairan.residents.pages import secret_page


@secret_page
def erase(request: HttpRequest, token: str) -> HttpResponseBase:
    """The wish; a person of the town decides. Contact details go at once."""
    found = report_by_token(token)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        acting = acting_of(found)
        for report in _meant(found, every=form.cleaned_data["every"]):
            ask_erasure(acting=acting, report=report, words=form.cleaned_data["words"])
        if form.cleaned_data["every"] and found.resident is not None:
            ask_for_erasure(acting=acting, resident=found.resident)
        say(request, _("消去の求めを受け付けました。連絡先は、いま消しました。"))
        return redirect("portal:report", token=token)
    asked = ErasureRequest.objects.filter(report=found).order_by("-id").first()
    context = {"form": form, "report": found, "asked": asked}
    return render(request, "portal/erase.html", context, status=422 if form.is_bound else 200)


def _meant(found: Report, *, every: bool) -> list[Report]:
    """Those that are still there to be erased."""
    if not every or found.resident is None:
        return [found]
    return list(Report.objects.filter(resident=found.resident).select_related("case"))
