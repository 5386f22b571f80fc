# SPDX-License-Identifier: Apache-2.0
"""Cases given to other systems: what failed, what waits, what has arrived."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.municipalities.links import public_link
from kairan.partners import open311
from kairan.partners.errors import PartnerError
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.reports import actions, handovers
from kairan.reports.connection_forms import ConnectionForm
from kairan.reports.models import Authority, Connection, Handover


@require_safe
@staff(Permission.HANDLE_CASES)
def handover_list(request: StaffRequest) -> HttpResponse:
    """What failed first: somebody must look at it."""
    tabs = {
        handovers.FAILED: _("送れない"),
        handovers.WAITING: _("送信待ち"),
        handovers.DELIVERED: _("届いた"),
    }
    which = request.GET.get("which", "")
    which = which if which in tabs else handovers.FAILED
    counts = handovers.counted(request.person)
    context = {
        "tabs": [(name, words, counts[name], name == which) for name, words in tabs.items()],
        "which": which,
        "handovers": handovers.listed(request.person, which),
        "may_manage": request.person.may(Permission.MANAGE_KINDS),
    }
    return render(request, "reports/handovers.html", context)


@require_POST
@staff(Permission.HANDLE_CASES)
def send_again(request: StaffRequest, handover_id: int) -> HttpResponseBase:
    """「もう一度送る」, from the list and from the case's page."""
    visible = handovers.visible_handovers(request.person).select_related("case__kind", "authority")
    row: Handover = get_object_or_404(visible, pk=handover_id)
    try:
        actions.send_again(acting=request.person, handover=row)
        say(request, _("{authority}へもう一度送ります。").format(authority=row.authority.name))
    except actions.Refused as refused:
        say(request, refused.reason)
    if request.POST.get("back") == "list":
        return redirect("reports:handovers")
    return redirect("reports:case", row.case_id)


@staff(Permission.MANAGE_KINDS)
def connection(request: StaffRequest, authority_id: int) -> HttpResponseBase:
    """How an authority's system is reached."""
    row = _connection_of(authority_id)
    form = ConnectionForm(request.POST if request.method == "POST" else None, instance=row)
    if form.is_bound and form.is_valid():
        actions.save_connection(acting=request.person, connection=form.filled())
        say(request, _("{authority}とのつなぎ方を保存しました。").format(authority=row.authority))
        return redirect("reports:connection", authority_id)
    return _connection_page(request, form, status=422 if form.is_bound else 200)


@require_POST
@staff(Permission.MANAGE_KINDS)
def check_connection(request: StaffRequest, authority_id: int) -> HttpResponse:
    """Asks an Open311 server what it takes: the codes to choose from. Waits for its answer."""
    row = _connection_of(authority_id)
    form = ConnectionForm(instance=row)
    if row.way != Connection.Way.OPEN311 or not row.url:
        problem = _("Open311のつなぎ方を保存してから、確かめてください。")
        return _connection_page(request, form, problem=problem)
    client = open311.Client(row.url, row.secret, row.jurisdiction_id)
    try:
        return _connection_page(request, form, codes=client.service_codes())
    except PartnerError as error:
        return _connection_page(request, form, problem=error.reason)


def _connection_of(authority_id: int) -> Connection:
    authority = get_object_or_404(Authority, pk=authority_id)
    known = Connection.objects.filter(authority=authority).select_related("authority").first()
    return known or Connection(authority=authority)


def _connection_page(
    request: StaffRequest,
    form: ConnectionForm,
    *,
    codes: list[tuple[str, str]] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    row = form.instance
    context = {
        "form": form,
        "connection": row,
        "authority": row.authority,
        "answer_address": public_link(reverse("open311:partner", args=[row.key])),
        "shown_secret": row.secret if row.pk and row.way == Connection.Way.WEBHOOK else "",
        "codes": codes,
        "problem": problem,
    }
    return render(request, "reports/connection.html", context, status=status)
