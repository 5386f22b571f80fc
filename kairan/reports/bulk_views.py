# SPDX-License-Identifier: Apache-2.0
"""Many cases at once: start, watch, stop, take back."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.reports import actions
from kairan.reports.access import get_case
from kairan.reports.actions import bulk
from kairan.reports.bulk_forms import BulkForm
from kairan.reports.models import BulkItem, BulkJob, Case
from kairan.reports.models.work import MAX_BULK
from kairan.reports.selection import all_matching, count_matching, picked
from kairan.reports.work_views import preview_of

Item = BulkItem.State
_LISTED = 30


@dataclass(frozen=True)
class Progress:
    total: int
    by_state: dict[str, int]
    per_minute: int

    @property
    def done(self) -> int:
        return self.total - self.by_state.get(Item.WAITING, 0)

    @property
    def changed(self) -> int:
        return self.by_state.get(Item.DONE, 0)

    @property
    def unchanged(self) -> int:
        return self.by_state.get(Item.UNCHANGED, 0)

    @property
    def refused(self) -> int:
        return self.by_state.get(Item.REFUSED, 0)


@require_safe
@staff(Permission.HANDLE_CASES)
def jobs(request: StaffRequest) -> HttpResponse:
    """What this person did to many cases lately."""
    mine = BulkJob.objects.filter(person=request.person).annotate(count=Count("items"))
    return render(request, "reports/bulk_jobs.html", {"jobs": mine.order_by("-id")[:_LISTED]})


@require_POST
@staff(Permission.HANDLE_CASES)
def start(request: StaffRequest) -> HttpResponseBase:
    query = QueryDict(request.POST.get("query", "")).urlencode()
    form = BulkForm(request.POST, person=request.person)
    cases = _chosen(request, query)
    if not form.is_valid() or not cases:
        context = {"form": form, "count": len(cases), "cases": _shown(cases), "query": query}
        context |= {"keys": [key for key, _version in cases]}
        return render(request, "reports/bulk.html", context, status=422)
    job = bulk.start(
        acting=request.person,
        verb=form.cleaned_data["verb"],
        given=form.given(),
        cases=cases,
        summary=form.summary(),
    )
    return _after(request, job, query)


@require_POST
@staff(Permission.HANDLE_CASES)
def preview(request: StaffRequest) -> HttpResponse:
    """The text as the residents of the first of the cases would get it; nothing is sent."""
    cases = _chosen(request, request.POST.get("query", ""))
    if not cases:
        raise Http404
    case = get_case(request.person, cases[0][0], permission=Permission.HANDLE_CASES)
    return preview_of(request, case)


@require_safe
@staff(Permission.HANDLE_CASES)
def count(request: StaffRequest) -> HttpResponse:
    """How many fit the filters of the list; asked for when somebody wants them all."""
    query = QueryDict(request.META.get("QUERY_STRING", "")).urlencode()
    matching = count_matching(request.person, query)
    return render(request, "reports/_bulk_all.html", {"matching": matching, "most": MAX_BULK})


@require_safe
@staff(Permission.HANDLE_CASES)
def job(request: StaffRequest, job_id: int) -> HttpResponse:
    shown = _own(request, job_id)
    refused = BulkItem.objects.filter(job=shown, state=Item.REFUSED).select_related("case__kind")
    context = {
        "job": shown,
        "progress": progress_of(shown),
        "refused": refused.order_by("id")[:MAX_BULK],
        "may_undo": bulk.may_undo(request.person, shown),
        "undone_by": BulkJob.objects.filter(undoes=shown).first(),
    }
    template = "reports/_bulk_job.html" if request.htmx else "reports/bulk_job.html"
    return render(request, template, context)


@require_POST
@staff(Permission.HANDLE_CASES)
def stop(request: StaffRequest, job_id: int) -> HttpResponseBase:
    shown = _own(request, job_id)
    bulk.stop(acting=request.person, job=shown)
    say(request, _("止めました。もう変えた案件は、そのままです。"))
    return redirect("reports:bulk_job", shown.pk)


@require_POST
@staff(Permission.HANDLE_CASES)
def undo(request: StaffRequest, job_id: int) -> HttpResponseBase:
    shown = _own(request, job_id)
    try:
        back = bulk.undo(acting=request.person, job=shown)
    except actions.Refused as refused:
        say(request, refused.reason)
        return redirect("reports:bulk_job", shown.pk)
    return _after(request, back, request.POST.get("query", ""))


def progress_of(job: BulkJob) -> Progress:
    rows = BulkItem.objects.filter(job=job).order_by().values_list("state")
    by_state = dict(rows.annotate(count=Count("id")))
    total = sum(by_state.values())
    done = total - by_state.get(Item.WAITING, 0)
    end = job.finished_at or timezone.now()
    seconds = (end - job.started_at).total_seconds() if job.started_at else 0
    return Progress(total, by_state, round(60 * done / seconds) if seconds >= 1 else 0)


def _after(request: StaffRequest, job: BulkJob, query: str) -> HttpResponseBase:
    """Back to the list when all went well at once; else to the job's page."""
    progress = progress_of(job)
    if not job.is_over or progress.refused:
        return redirect("reports:bulk_job", job.pk)
    words = _("{count}件: {what}").format(count=progress.changed, what=job)
    undo_url = reverse("reports:undo_bulk", args=[job.pk])
    say(request, words, undo_url=undo_url if bulk.may_undo(request.person, job) else "")
    kept = QueryDict(query).urlencode()
    return redirect(f"{reverse('reports:list')}?{kept}" if kept else reverse("reports:list"))


def _own(request: StaffRequest, job_id: int) -> BulkJob:
    jobs = BulkJob.objects.select_related("person", "undoes")
    return get_object_or_404(jobs, pk=job_id, person=request.person)


def _chosen(request: StaffRequest, query: str) -> list[tuple[int, int]]:
    if request.POST.get("all"):
        return all_matching(request.person, query)
    return picked(request.person, request.POST.getlist("ids"))


def _shown(cases: list[tuple[int, int]]) -> list[Case]:
    keys = [key for key, _version in cases[:20]]
    return list(Case.objects.filter(pk__in=keys).only("id", "number", "title").newest_first())
