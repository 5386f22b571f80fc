# SPDX-License-Identifier: Apache-2.0
"""A report's own page, opened by the secret link in its receipt: what happens with it, and what
the resident can add."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kairan.audit.actors import Actor, NamedActor
from kairan.design.toasts import say
from kairan.files.actions import FileRefused, store_photo
from kairan.files.responses import Variant, photo_response
from kairan.lib.language import speaking
from kairan.portal.arriving import mail_receipt
from kairan.portal.forms import ReopenForm, WriteForm
from kairan.portal.models import IncomingPhoto
from kairan.portal.queries import shown_report
from kairan.reports.access import report_by_token
from kairan.reports.actions import GivenPhoto, receive_from_resident, refine_position, reopen
from kairan.reports.models import Report
from kairan.residents.actions import keep_contact
from kairan.residents.contacts import masked, merged
from kairan.residents.forms import ContactAndNewsForm, PositionForm
from kairan.residents.maps import picker_data
from kairan.residents.pages import secret_page
from kairan.residents.queries import contact_about, contact_for


@secret_page
def report(request: HttpRequest, token: str) -> HttpResponseBase:
    return _page(request, report_by_token(token))


def _page(
    request: HttpRequest,
    found: Report,
    *,
    writing: WriteForm | None = None,
    reopening: ReopenForm | None = None,
) -> HttpResponse:
    form = writing or reopening
    context = {
        "shown": shown_report(found),
        "just_sent": "sent" in request.GET,
        "link": request.build_absolute_uri(reverse("portal:report", args=[found.token])),
        "arriving": IncomingPhoto.objects.filter(report=found).count(),
        "writing": writing or WriteForm(initial={"once": secrets.token_hex(8)}),
        "reopening": reopening or ReopenForm(),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "portal/report.html", context, status=status)


@secret_page
@require_POST
def write(request: HttpRequest, token: str) -> HttpResponseBase:
    """Words and photos into the report's thread."""
    found = report_by_token(token)
    form = WriteForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, writing=form)
    acting, source = acting_of(found), f"web:{found.pk}:{form.cleaned_data['once']}"
    try:
        photos = _kept(acting, form.cleaned_data["photos"], source)
    except FileRefused as refused:
        form.add_error("photos", refused.reason)
        return _page(request, found, writing=form)
    receive_from_resident(
        acting=acting,
        case=found.case,
        report=found,
        text=form.cleaned_data["text"],
        photos=photos,
        source=source,
    )
    say(request, _("担当に伝えました。"))
    return redirect("portal:report", token=token)


def _kept(acting: Actor, given: Sequence[UploadedFile[bytes]], source: str) -> list[GivenPhoto]:
    return [
        GivenPhoto(
            store_photo(
                acting=acting, content=one.read(), name=one.name or "", once=f"{source}:{place}"
            )
        )
        for place, one in enumerate(given)
    ]


@secret_page
@require_POST
def again(request: HttpRequest, token: str) -> HttpResponseBase:
    """「直っていません」."""
    found = report_by_token(token)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _page(request, found, reopening=form)
    if not found.case.is_open:
        reopen(acting=acting_of(found), case=found.case, reason=form.cleaned_data["reason"])
    say(request, _("もう一度担当に回しました。"))
    return redirect("portal:report", token=token)


@secret_page
def position(request: HttpRequest, token: str) -> HttpResponseBase:
    """Where it really is; the report keeps what was said first."""
    found = report_by_token(token)
    case = found.case
    if found.receipt_number != case.number:  # joined: where it is was said by somebody else
        return redirect("portal:report", token=token)
    initial = {"latitude": case.latitude, "longitude": case.longitude}
    was_outside = case.has_position and case.area_id is None
    form = PositionForm(request.POST or None, initial=initial, anywhere=was_outside)
    if request.method == "POST" and form.is_valid():
        refine_position(acting=acting_of(found), case=case, **form.cleaned_data)
        say(request, _("場所を直しました。"))
        return redirect("portal:report", token=token)
    context = {
        "form": form,
        "report": found,
        "map_data": picker_data(case.longitude, case.latitude),
    }
    return render(request, "portal/position.html", context, status=422 if form.is_bound else 200)


@secret_page
def contact(request: HttpRequest, token: str) -> HttpResponseBase:
    """Name and number, for the department in charge alone: given, changed and taken back here,
    but not shown, since a link may go astray."""
    found = report_by_token(token)
    about = contact_about(run_key=found.run_key, report_id=found.pk)
    kept = contact_for(about)
    if request.method == "POST" and "erase" in request.POST:
        keep_contact(acting=acting_of(found), about=about)
        say(request, _("連絡先を消しました。"))
        return redirect("portal:report", token=token)
    form = ContactAndNewsForm(
        request.POST or None,
        initial={"news": kept.news if kept else False},
        kept_email=bool(kept and kept.email),
    )
    if request.method == "POST" and form.is_valid():
        _keep(found, about, merged(kept, form.cleaned_data))
        say(request, _("連絡先をお預かりしました。"))
        return redirect("portal:report", token=token)
    context = {"form": form, "report": found, "kept": masked(kept)}
    return render(request, "portal/contact.html", context, status=422 if form.is_bound else 200)


def _keep(found: Report, about: str, given: dict[str, Any]) -> None:
    acting, language = acting_of(found), get_language() or "ja"
    with transaction.atomic():
        keep_contact(acting=acting, about=about, language=language, **given)
        if given["news"] and given["email"]:
            mail_receipt(acting=acting, report=found, to=given["email"], language=language)


@secret_page
def photo(request: HttpRequest, token: str, photo_id: int, variant: str) -> HttpResponseBase:
    if variant not in ("large", "thumbnail"):
        raise Http404
    found = report_by_token(token).photos.select_related("stored").filter(pk=photo_id).first()
    if found is None:
        raise Http404
    chosen: Variant = "large" if variant == "large" else "thumbnail"
    return photo_response(found.stored, chosen, request=request)


def acting_of(found: Report) -> Actor:
    """The resident; for a report of nobody we know, whoever holds its link."""
    with speaking():  # the name stands in the record
        return found.resident or NamedActor("resident", _("通報した方"))
