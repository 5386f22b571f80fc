# SPDX-License-Identifier: Apache-2.0
"""The list with its map, counts, saved views and exports."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.audit.actions import record
from kairan.design.toasts import say
from kairan.municipalities.maps import town_map
from kairan.people.access import StaffRequest, departments_with, staff
from kairan.people.permissions import Permission
from kairan.reports import actions, events, exports, maps
from kairan.reports.bulk_forms import BulkForm
from kairan.reports.filter_form import FilterForm, tabs
from kairan.reports.filters import CaseFilter, read_box
from kairan.reports.models import SavedView
from kairan.reports.queries import (
    MAX_POINTS,
    PAGE_SIZE,
    Cursor,
    case_page,
    map_points,
    status_counts,
)


@require_safe
@staff(Permission.SEE_CASES)
def case_list(request: StaffRequest) -> HttpResponse:
    """The page, or for htmx the part of it that filters and news change."""
    chosen = CaseFilter.read(request.GET, request.person)
    after = Cursor.read(request.GET.get("after", ""))
    page = case_page(request.person, chosen, after)
    departments = departments_with(request.person, Permission.SEE_CASES)
    # Words fill a page of the list soon; ten times as many for the map would be a long walk. The
    # map asks for more itself when its window moves.
    pins = page.rows if chosen.words else map_points(request.person, chosen)
    points = maps.points_of(pins, most=PAGE_SIZE if chosen.words else MAX_POINTS)
    context = {
        "page": page,
        "chosen": chosen,
        "form": FilterForm(request.GET, person=request.person),
        "map_data": points if request.htmx else town_map() | points,
        "live": events.topics_of(departments) if after is None else "",
        "here": _address(request.GET, after=None),
        "next_page": _address(request.GET, after=page.next) if page.next else "",
        "is_first": after is None,
        "tabs": tabs(request.GET, request.person),
        "may_handle": request.person.may(Permission.HANDLE_CASES),
        "bulk_form": BulkForm(person=request.person) if not request.htmx else None,
        "may_export": request.person.may(Permission.EXPORT_CASES),
        "saved_views": SavedView.objects.filter(person=request.person).order_by("name"),
        "query": _query(request.GET),
    }
    template = "reports/_list.html" if request.htmx else "reports/list.html"
    return render(request, template, context)


@require_safe
@staff(Permission.SEE_CASES)
def counts(request: StaffRequest) -> HttpResponse:
    """How many of each status under the other filters; asked for once the list stands."""
    chosen = CaseFilter.read(request.GET, request.person)
    shown = [
        (count, _address(request.GET, status=count.status.value, after=None))
        for count in status_counts(request.person, chosen)
    ]
    return render(request, "reports/_counts.html", {"counts": shown, "chosen": chosen})


@require_safe
@staff(Permission.SEE_CASES)
def points(request: StaffRequest) -> HttpResponse:
    """What lies in the window of the map, as the block of data that the map reads."""
    chosen = CaseFilter.read(request.GET, request.person)
    box = read_box(request.GET.get("box", ""))
    data = maps.points_of(map_points(request.person, chosen, box), most=MAX_POINTS)
    return render(request, "reports/_points.html", {"map_data": data})


@require_safe
@staff(Permission.EXPORT_CASES)
def export(request: StaffRequest, form: str) -> HttpResponseBase:
    if form not in exports.CONTENT_TYPES:
        raise Http404
    chosen = CaseFilter.read(request.GET, request.person)
    record(
        acting=request.person,
        verb="cases.exported",
        summary=f"{form} {_query(request.GET)}",
    )
    response = StreamingHttpResponse(
        exports.export(request.person, chosen, form), content_type=exports.CONTENT_TYPES[form]
    )
    response["Content-Disposition"] = f'attachment; filename="{exports.file_name(form)}"'
    response["X-Accel-Buffering"] = "no"
    return response


@require_POST
@staff(Permission.SEE_CASES)
def save_this_view(request: StaffRequest) -> HttpResponseBase:
    query = _query(QueryDict(request.POST.get("query", "")))
    name = request.POST.get("name", "").strip()
    if name:
        actions.save_view(acting=request.person, name=name, query=query)
        say(request, _("「{name}」を保存しました。").format(name=name))
    return redirect(f"{reverse('reports:list')}?{query}")


@require_POST
@staff(Permission.SEE_CASES)
def delete_this_view(request: StaffRequest, view_id: int) -> HttpResponseBase:
    view = get_object_or_404(SavedView, pk=view_id, person=request.person)
    actions.delete_view(acting=request.person, view=view)
    say(request, _("「{name}」を消しました。").format(name=view.name))
    return redirect("reports:list")


def _query(given: QueryDict) -> str:
    """The filters of an address, without what is not one."""
    kept = given.copy()
    for name in [*kept]:
        values = [value for value in kept.getlist(name) if value.strip()]
        if name in {"after", "box"} or not values:
            del kept[name]
        else:
            kept.setlist(name, values)
    return kept.urlencode()


def _address(given: QueryDict, **changes: object) -> str:
    changed = given.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = str(value)
    return f"{reverse('reports:list')}?{changed.urlencode()}"
