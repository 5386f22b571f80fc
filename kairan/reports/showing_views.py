# SPDX-License-Identifier: Apache-2.0
"""What everybody may see of a case: staff write it and go over the photos."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.files.photos import FileRefused
from kairan.files.redaction import Box
from kairan.files.responses import photo_response
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.reports.access import get_case
from kairan.reports.actions import showing
from kairan.reports.actions.errors import Refused
from kairan.reports.models import Case, ReportPhoto, ShownCase, ShownPhoto

MOST_BOXES = 50


class ShownForm(forms.ModelForm[ShownCase]):
    class Meta:
        model = ShownCase
        fields = ("title", "text", "precision")
        widgets = {"text": forms.Textarea(attrs={"rows": 4}), "precision": forms.RadioSelect}
        help_texts = {
            "title": gettext_lazy("だれでも読めます。名前や家の場所は書かないでください。"),
        }


class BoxesForm(forms.Form):
    """Black boxes as JSON: [[left, top, width, height], …], shares of the picture."""

    boxes = forms.CharField(widget=forms.HiddenInput, max_length=10_000)

    def clean_boxes(self) -> list[Box]:
        wrong = forms.ValidationError(_("黒くする場所が読めません。もう一度描いてください。"))
        try:
            given = json.loads(self.cleaned_data["boxes"])
        except ValueError as error:
            raise wrong from error
        if not isinstance(given, list) or len(given) > MOST_BOXES:
            raise wrong
        try:
            return [_box(one) for one in given]
        except (TypeError, ValueError) as error:
            raise wrong from error


def _box(given: Sequence[Any]) -> Box:
    """Raises ``ValueError``, ``TypeError`` for what lies outside the picture or has no size."""
    left, top, width, height = (float(number) for number in given)
    inside = all(0 <= number <= 1 for number in (left, top, width, height))
    if not inside or not (width > 0 and height > 0):
        raise ValueError(given)
    return Box(left, top, width, height)


@staff(Permission.HANDLE_CASES)
def show(request: StaffRequest, case_id: int) -> HttpResponseBase:
    """The page of what everybody sees; showing and hiding."""
    case = get_case(request.person, case_id, permission=Permission.HANDLE_CASES)
    shown = ShownCase.objects.filter(case=case).first()
    first = shown or ShownCase(case=case, title=case.kind.name)
    form = ShownForm(request.POST or None, instance=first)
    if request.method == "POST" and "hide" in request.POST:
        showing.hide_case(acting=request.person, case=case)
        say(request, _("公開をやめました。"))
        return redirect("reports:show", case_id)
    if request.method == "POST" and form.is_valid():
        try:
            showing.show_case(acting=request.person, case=case, **form.cleaned_data)
            say(request, _("公開しました。"))
            return redirect("reports:show", case_id)
        except Refused as refused:
            form.add_error(None, refused.reason)
    context = {"case": case, "shown": shown, "form": form, "photos": _photos(case)}
    return render(request, "reports/show.html", context, status=422 if form.is_bound else 200)


@staff(Permission.HANDLE_CASES)
def redact(request: StaffRequest, case_id: int, photo_id: int) -> HttpResponseBase:
    """Draw black boxes on a photo and show the copy."""
    case = get_case(request.person, case_id, permission=Permission.HANDLE_CASES)
    photo = get_object_or_404(
        ReportPhoto.objects.select_related("stored"), pk=photo_id, report__case=case
    )
    form = BoxesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            boxes = form.cleaned_data["boxes"]
            showing.show_photo(acting=request.person, case=case, photo=photo, boxes=boxes)
            say(request, _("公開用の写真を作りました。"))
            return redirect("reports:show", case_id)
        except FileRefused as refused:
            form.add_error(None, refused.reason)
    context = {"case": case, "photo": photo, "form": form}
    return render(request, "reports/redact.html", context, status=422 if form.is_bound else 200)


@require_POST
@staff(Permission.HANDLE_CASES)
def unshow_photo(request: StaffRequest, case_id: int, photo_id: int) -> HttpResponseBase:
    case = get_case(request.person, case_id, permission=Permission.HANDLE_CASES)
    photo = get_object_or_404(
        ShownPhoto.objects.select_related("shown__case", "stored"), pk=photo_id, shown__case=case
    )
    showing.hide_photo(acting=request.person, photo=photo)
    say(request, _("公開用の写真を消しました。もとの写真は残っています。"))
    return redirect("reports:show", case_id)


@require_safe
@staff(Permission.SEE_CASES)
def shown_photo(request: StaffRequest, case_id: int, photo_id: int) -> HttpResponseBase:
    """The copy, as everybody sees it."""
    case = get_case(request.person, case_id, permission=Permission.SEE_CASES)
    photo = get_object_or_404(
        ShownPhoto.objects.select_related("stored"), pk=photo_id, shown__case=case
    )
    return photo_response(photo.stored, "large", request=request)


def _photos(case: Case) -> list[tuple[ReportPhoto, ShownPhoto | None]]:
    """The case's photos, each with its copy for everybody."""
    copies = {copy.source_id: copy for copy in ShownPhoto.objects.filter(shown__case=case)}
    rows = ReportPhoto.objects.select_related("stored").filter(report__case=case).order_by("id")
    return [(photo, copies.get(photo.pk)) for photo in rows if photo.stored.is_stored]
