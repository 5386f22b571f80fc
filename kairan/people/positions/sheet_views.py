# SPDX-License-Identifier: Apache-2.0
"""Printing the sheets by which leaders come in: one, or all in one go."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.people.positions.codes import fresh_code
from kairan.people.positions.models import Position, Tenure
from kairan.people.positions.printing import MOST_SHEETS, Holder, holders, issue_sheets, written


@require_POST
@staff(Permission.MANAGE_POSITIONS)
def position_sheet(request: StaffRequest, position_id: int) -> HttpResponseBase:
    """The sheet of the code that this session has just made; afterwards nobody has it any more."""
    tenures = Tenure.objects.open().select_related("position", "person")
    code = fresh_code(request, position_id)
    tenure = tenures.filter(position=position_id, person=code.person_id).first() if code else None
    if code is None or tenure is None:
        messages.error(request, _("紙は、番号を出した人が30分のあいだ印刷できます。"))
        return redirect("people:position", get_object_or_404(Position, pk=position_id).pk)
    return _pdf(written([(tenure, code)]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.MANAGE_POSITIONS)
def sheets(request: StaffRequest) -> HttpResponseBase:
    """GET offers everybody, those chosen who never came in and have no sheet yet."""
    error = ""
    if request.method == "POST":
        chosen = {int(one) for one in request.POST.getlist("seat") if one.isdecimal()}
        if len(chosen) > MOST_SHEETS:
            error = _("一度に%(most)d枚までです。分けて印刷してください。") % {"most": MOST_SHEETS}
        elif content := issue_sheets(acting=request.person, positions=chosen):
            return _pdf(content)
        else:
            error = _("印刷する人を選んでください。")
    offered = sorted(holders(), key=lambda holder: holder.is_in)
    rows = [(holder, _is_chosen(request, holder)) for holder in offered]
    context = {"rows": rows, "error": error, "most": MOST_SHEETS}
    return render(request, "people/positions/sheets.html", context, status=422 if error else 200)


def _is_chosen(request: StaffRequest, holder: Holder) -> bool:
    """By the address: ``?choose=all``, ``?choose=none``, ``?seat=1&seat=2``."""
    if asked := request.GET.getlist("seat"):
        return str(holder.tenure.position_id) in asked
    choose = request.GET.get("choose", "")
    return choose == "all" or (choose != "none" and holder.needs_one)


def _pdf(content: bytes) -> HttpResponse:
    """Shown in the browser, to be printed from there: no copy lies about in a folder."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="sheets.pdf"'
    response["Cache-Control"] = "no-store"
    return response
