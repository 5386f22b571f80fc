# SPDX-License-Identifier: Apache-2.0
"""A case's page, its photos, and everything a clerk does there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from kairan.design.toasts import say, toast
from kairan.files.responses import Variant, photo_response
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.reports import actions, maps
from kairan.reports.access import get_case, visible_cases
from kairan.reports.at_work import at_work
from kairan.reports.details import Line, case_details
from kairan.reports.models import Case, ReportPhoto
from kairan.reports.panels import Done, Panel
from kairan.reports.work_panels import PANELS

_VARIANTS: dict[str, Variant] = {
    "large": "large",
    "thumbnail": "thumbnail",
    "original": "original",
}


@require_safe
@staff(Permission.SEE_CASES)
def case(request: StaffRequest, case_id: int) -> HttpResponse:
    """The page; for htmx the parts that others may have changed."""
    shown = get_case(request.person, case_id, permission=Permission.SEE_CASES)
    was_joined, is_joined = "joined" in request.GET, shown.joined_into_id is not None
    if request.htmx and was_joined != is_joined:
        return HttpResponseClientRefresh()  # another page altogether, with other parts
    may_handle = request.person.may(Permission.HANDLE_CASES, shown.department_id or 0)
    is_new = shown.viewed_at is None and not is_joined
    if is_new and may_handle and not request.htmx:
        actions.mark_viewed(acting=request.person, case=shown)
    return _page(request, shown)


@require_POST
@staff(Permission.HANDLE_CASES)
def act(request: StaffRequest, case_id: int, panel: str) -> HttpResponseBase:
    """One of the panels was sent."""
    if panel not in PANELS:
        raise Http404
    shown = get_case(request.person, case_id, permission=Permission.HANDLE_CASES)
    form = PANELS[panel](shown, _staff_of(request, shown), request.POST)
    if not form.is_valid():
        return _page(request, shown, form, status=422)
    try:
        done = form.do(request.person)
    except actions.CaseChanged as changed:
        return _conflict(request, form, changed)
    except actions.Refused as refused:
        form.add_error(refused.field or None, refused.reason)
        return _page(request, shown, form, status=422)
    return _answer(request, done, panel)


@require_POST
@staff(Permission.HANDLE_CASES)
def undo(request: StaffRequest, case_id: int, entry_id: int) -> HttpResponseBase:
    shown = get_case(request.person, case_id, permission=Permission.HANDLE_CASES)
    try:
        actions.undo(acting=request.person, case=shown, entry_id=entry_id, version=shown.version)
        words = _("元に戻しました。")
    except actions.Refused as refused:
        words = refused.reason
    if request.htmx:
        response = _page(request, _case_again(request, shown), undone=True)
        return toast(response, words)
    say(request, words)
    return redirect("reports:case", case_id)


@require_safe
@staff(Permission.SEE_CASES)
def photo(request: StaffRequest, case_id: int, photo_id: int, variant: str) -> HttpResponseBase:
    if variant not in _VARIANTS:
        raise Http404
    shown = get_case(request.person, case_id, permission=Permission.SEE_CASES)
    found = get_object_or_404(
        ReportPhoto.objects.select_related("stored"), pk=photo_id, report__case=shown
    )
    return photo_response(found.stored, _VARIANTS[variant], request=request)


@require_POST
@staff(Permission.HANDLE_CASES)
def erase_photo(request: StaffRequest, case_id: int, photo_id: int) -> HttpResponseBase:
    shown = get_case(request.person, case_id, permission=Permission.HANDLE_CASES)
    photos = ReportPhoto.objects.select_related("stored", "report__case")
    found = get_object_or_404(photos, pk=photo_id, report__case=shown)
    reason = request.POST.get("reason", "")[:500]
    actions.erase_photo(acting=request.person, photo=found, reason=reason)
    say(request, _("写真を消しました。"))
    return redirect("reports:case", case_id)


def _case_again(request: StaffRequest, shown: Case) -> Case:
    return get_case(request.person, shown.pk, permission=Permission.SEE_CASES)


def _staff_of(request: StaffRequest, shown: Case) -> list[Any]:
    details = case_details(request.person, shown)
    return [*details.own_staff, *details.other_staff]


def _answer(request: StaffRequest, done: Done, panel: str) -> HttpResponseBase:
    undo_url = ""
    if done.entry is not None:
        undo_url = reverse("reports:undo", args=[done.case.pk, done.entry.pk])
    if not visible_cases(request.person).filter(pk=done.case.pk).exists():
        say(request, done.words)  # it went to a department whose cases they do not see
        target = reverse("reports:list")
        return HttpResponseClientRedirect(target) if request.htmx else redirect(target)
    if not request.htmx:
        say(request, done.words, undo_url=undo_url)
        return redirect("reports:case", done.case.pk)
    case_now = _case_again(request, done.case)
    form = PANELS[panel](case_now, _staff_of(request, case_now))
    return toast(_page(request, case_now, form), done.words, undo_url=undo_url)


def _conflict(request: StaffRequest, form: Panel, changed: actions.CaseChanged) -> HttpResponseBase:
    """What the other did, and what was typed: sending it once more does it all the same."""
    case_now = _case_again(request, changed.case)
    data = request.POST.copy()
    data["version"] = str(case_now.version)
    again = PANELS[form.name](case_now, _staff_of(request, case_now), data)
    again.is_valid()
    lines = [Line(entry, "", "") for entry in changed.entries]
    return _page(request, case_now, again, changes=lines, status=422)


def _page(
    request: StaffRequest,
    shown: Case,
    form: Panel | None = None,
    *,
    changes: list[Line] | None = None,
    undone: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or for htmx: the panel that was sent, and the parts others may change."""
    details = case_details(request.person, shown)
    people = [*details.own_staff, *details.other_staff]
    panels = {name: panel(shown, people) for name, panel in PANELS.items()}
    if form is not None:
        panels[form.name] = form
    nearby = [near.case for near in details.similar]
    context = {
        "details": details,
        "case": shown,
        "panels": panels,
        "panel": form,
        "changes": changes,
        "undone": undone,
        "work": at_work(request.person, shown),
        "map_data": maps.one_place(shown, nearby),
        "picker_data": {**maps.one_place(shown), "points": []},
    }
    template = "reports/_case.html" if request.htmx else "reports/case.html"
    return render(request, template, context, status=status)
