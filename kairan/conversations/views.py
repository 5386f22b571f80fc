# SPDX-License-Identifier: Apache-2.0
"""Pages that belong to a report while it is being made, opened from the talk by a secret link."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kairan.conversations import run_pages
from kairan.conversations.actions import set_position
from kairan.design.toasts import say
from kairan.reports.models import Report
from kairan.residents.actions import keep_contact
from kairan.residents.contacts import masked, merged
from kairan.residents.forms import ContactForm, PositionForm
from kairan.residents.maps import picker_data
from kairan.residents.pages import secret_page
from kairan.residents.queries import contact_about, contact_for
from kairan.scenarios.definition import PositionQuestion
from kairan.scenarios.models import Run
from kairan.scenarios.queries import definition_of
from kairan.scenarios.state import Place
from kairan.scenarios.trials import is_trial


@secret_page
def position(request: HttpRequest, link: str, step: str) -> HttpResponseBase:
    """Where it really is, on a map. After sending, the report's own page does this."""
    run = _run(link)
    if (report := _report_of(run)) is not None:
        return redirect("portal:position", token=report.token)
    if run.status != Run.Status.RUNNING:
        return render(request, "conversations/over.html", status=410)
    anywhere = _may_be_outside(run, step)
    form = PositionForm(request.POST or None, initial=_initial(run, step), anywhere=anywhere)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        set_position(run=run, step=step, **given)
        return render(request, "conversations/position_done.html", {"line": _talk_url(run)})
    status = 422 if form.is_bound else 200
    initial = form.initial
    drawn = picker_data(initial.get("longitude"), initial.get("latitude"))
    context = {"form": form, "map_data": drawn}
    return render(request, "conversations/position.html", context, status=status)


@secret_page
def contact(request: HttpRequest, link: str, step: str) -> HttpResponseBase:  # noqa: ARG001
    """Name and number, asked here and never in the talk."""
    run = _run(link)
    about = contact_about(run_key=str(run.key))
    kept = contact_for(about)
    erasing = "erase" in request.POST
    form = ContactForm(request.POST or None)
    if request.method == "POST" and (erasing or form.is_valid()) and run.resident is not None:
        if is_trial(run.version_id):
            say(request, _("試用なので、連絡先はお預かりしません。"))
        elif erasing:
            keep_contact(acting=run.resident, about=about)
            say(request, _("連絡先を消しました。"))
        else:
            given = {**merged(kept, form.cleaned_data), "news": bool(kept and kept.news)}
            keep_contact(acting=run.resident, about=about, **given)
            say(request, _("連絡先をお預かりしました。"))
        return redirect(request.path)
    status = 422 if form.is_bound else 200
    context = {"form": form, "kept": masked(kept), "line": _talk_url(run)}
    return render(request, "conversations/contact.html", context, status=status)


def _run(link: str) -> Run:
    run = run_pages.run_of(link)
    if run is None:
        raise Http404
    return run


def _report_of(run: Run) -> Report | None:
    return Report.objects.filter(run_key=str(run.key)).first()


def _initial(run: Run, step: str) -> dict[str, Any]:
    answer = run.parsed_state.answers.get(step)
    place = answer.value if answer is not None else None
    if not isinstance(place, Place) or place.lon is None:
        return {}
    return {"latitude": place.lat, "longitude": place.lon}


def _may_be_outside(run: Run, step: str) -> bool:
    asked = definition_of(run.version_id).by_id.get(step)
    return isinstance(asked, PositionQuestion) and asked.accept_outside


def _talk_url(run: Run) -> str:
    """Back into the talk; blank when the account's id is not known."""
    friend = run.resident.friends.select_related("channel").first() if run.resident else None
    basic_id = friend.channel.basic_id if friend else ""
    return f"https://line.me/R/oaMessage/{basic_id}/" if basic_id else ""
