# SPDX-License-Identifier: Apache-2.0
"""Cases on a phone out of doors: with a line and without."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.design import workers
from kairan.files.actions import FileRefused, store_photo
from kairan.files.models import StoredFile
from kairan.municipalities.maps import town_map
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.reports.access import get_case
from kairan.reports.actions.in_the_field import Edit, take_edit
from kairan.reports.field import take_along
from kairan.reports.models import Case
from kairan.reports.models.cases import MAX_TEXT_LENGTH
from kairan.reports.models.field import FieldEdit

WORKER = workers.Worker(
    "field-1",
    ("reports/field/field.js", "reports/field/field.css"),
    kept=("/console/field/",),
    pages="^/console/field/$",
    things=r"^/console/cases/\d+/photos/\d+/thumbnail/$",
)


class EditForm(forms.Form):
    """What a phone sends: one thing done."""

    key = forms.UUIDField()
    case = forms.IntegerField(min_value=1, max_value=2**62)
    kind = forms.ChoiceField(choices=FieldEdit.Kind.choices)
    made_at = forms.CharField(max_length=40)
    seen = forms.IntegerField(min_value=0, max_value=2**31)
    text = forms.CharField(required=False, max_length=MAX_TEXT_LENGTH)
    to = forms.CharField(required=False, max_length=20)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    side = forms.ChoiceField(required=False, choices=[("before", "before"), ("after", "after")])

    def clean_made_at(self) -> datetime:
        try:
            found = datetime.fromisoformat(self.cleaned_data["made_at"])
        except ValueError as error:
            raise forms.ValidationError(_("日時が読めません。")) from error
        if timezone.is_naive(found):
            raise forms.ValidationError(_("日時に時差がありません。"))
        return found


@require_safe
@staff(Permission.HANDLE_CASES)
def field(request: StaffRequest) -> HttpResponse:
    """The page; what it shows it asks for itself, so that it opens without a line."""
    context = {
        "map_data": town_map(),
        "field_data": {"person": request.person.pk},
    }
    return render(request, "reports/field.html", context)


@require_safe
@staff(Permission.HANDLE_CASES)
def cases(request: StaffRequest) -> JsonResponse:
    """What the phone keeps."""
    everybody = request.GET.get("who") == "all"
    found = take_along(request.person, everybody=everybody)
    told = {"person": request.person.pk, "at": timezone.now().isoformat(), "cases": found}
    response = JsonResponse(told)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@staff(Permission.HANDLE_CASES)
def edit(request: StaffRequest) -> JsonResponse:
    """One thing done: what became of it. 404 and 403 as on the case's own page."""
    form = EditForm(request.POST)
    if not form.is_valid():
        wrong = next(iter(form.errors.values()))[0]
        return JsonResponse({"result": "refused", "reason": str(wrong)}, status=422)
    given = form.cleaned_data
    try:
        case = _case(request, given["case"])
    except (Http404, PermissionDenied):
        words = _("この案件は、いまのあなたの担当課にありません。")
        return JsonResponse({"result": "refused", "reason": words}, status=404)
    try:
        photo = _photo(request, given)
    except FileRefused as refused:
        return JsonResponse({"result": "refused", "reason": str(refused.reason)}, status=422)
    taken = take_edit(acting=request.person, case=case, edit=_edit(given, photo))
    case.refresh_from_db()
    return JsonResponse(
        {
            "result": taken.result,
            "reason": taken.reason,
            "version": case.version,
            "status": case.status,
            "statusWords": str(case.get_status_display()),
        }
    )


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Looks after /console/field/ alone. Cases are not kept here."""
    return workers.answer(request, WORKER)


def _case(request: StaffRequest, case_id: int) -> Case:
    """A case that was joined into another stands for that one."""
    found = get_case(request.person, case_id, permission=Permission.HANDLE_CASES)
    if found.joined_into_id is not None:
        return get_case(request.person, found.joined_into_id, permission=Permission.HANDLE_CASES)
    return found


def _photo(request: StaffRequest, given: dict[str, Any]) -> StoredFile | None:
    """Kept before the case is locked; the same key again finds the same file."""
    uploaded = request.FILES.get("photo")
    if given["kind"] != FieldEdit.Kind.PHOTO or uploaded is None or isinstance(uploaded, list):
        return None
    once = f"field:{given['key']}"
    return store_photo(
        acting=request.person, content=uploaded.read(), name=uploaded.name or "", once=once
    )


def _edit(given: dict[str, Any], photo: StoredFile | None) -> Edit:
    key: uuid.UUID = given["key"]
    return Edit(
        key=key,
        kind=FieldEdit.Kind(given["kind"]),
        made_at=given["made_at"],
        seen=given["seen"],
        text=given["text"],
        to=given["to"],
        longitude=given["longitude"],
        latitude=given["latitude"],
        side=given["side"],
        photo=photo,
    )
