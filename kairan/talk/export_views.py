# SPDX-License-Identifier: Apache-2.0
"""A room for the record: which days, on paper or as data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kairan.people.access import StaffRequest, posted, staff
from kairan.people.permissions import Permission
from kairan.talk import exporting
from kairan.talk.exporting import MOST_PRINTED, Export, Period
from kairan.talk.models import Room

PDF, ZIP = "pdf", "zip"
_DAY = forms.DateInput(attrs={"type": "date"})


class ExportForm(forms.Form):
    since = forms.DateField(label=gettext_lazy("はじめの日"), required=False, widget=_DAY)
    until = forms.DateField(label=gettext_lazy("終わりの日"), required=False, widget=_DAY)
    form = forms.ChoiceField(
        label=gettext_lazy("形"),
        initial=PDF,
        widget=forms.RadioSelect,
        choices=[
            (PDF, gettext_lazy("PDF（読む・印刷する）")),
            (ZIP, gettext_lazy("ZIP（JSONと、写真・ファイル）")),
        ],
    )
    names = forms.BooleanField(
        label=gettext_lazy("だれが読んだかも入れる"), required=False, initial=True
    )

    def __init__(self, *args: Any, room: Room, after: int) -> None:
        super().__init__(*args)
        self.room, self.after = room, after
        self.messages = 0

    def period(self) -> Period:
        return Period(self.cleaned_data["since"], self.cleaned_data["until"])

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        if self.errors:
            return kept
        if kept["since"] and kept["until"] and kept["since"] > kept["until"]:
            self.add_error("until", _("はじめの日より後の日にしてください。"))
            return kept
        self.messages = exporting.count(self.room, self.period(), self.after)
        if kept["form"] == PDF and self.messages > MOST_PRINTED:
            self.add_error(
                "since",
                _("%(count)s件あります。PDFは%(most)s件までです。期間を短くしてください。")
                % {"count": f"{self.messages:,}", "most": f"{MOST_PRINTED:,}"},
            )
        return kept


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.MANAGE_TALK)
def export(request: StaffRequest, room_id: int) -> HttpResponseBase:
    """GET asks which days; POST is the file, and a line in the record of the town."""
    room = exporting.exportable(request.person, room_id)
    after = exporting.hidden_upto(request.person, room)
    form = ExportForm(posted(request), room=room, after=after)
    if request.method == "POST" and form.is_valid():
        begun = exporting.begin(
            acting=request.person,
            room=room,
            period=form.period(),
            form=form.cleaned_data["form"],
            with_names=form.cleaned_data["names"],
            messages=form.messages,
            after=after,
        )
        return _file(begun, form.cleaned_data["form"])
    context = {
        "room": room,
        "name": exporting.name_of(room),
        "form": form,
        "count": exporting.count(room, Period(), after),
    }
    return render(request, "talk/export.html", context, status=422 if form.errors else 200)


def _file(begun: Export, form: str) -> HttpResponseBase:
    """The libraries that write are loaded by whoever needs them: they are heavy."""
    response: HttpResponseBase
    if form == PDF:
        from kairan.talk.exporting_pdf import as_pdf

        response = HttpResponse(as_pdf(begun), content_type="application/pdf")
    else:
        from kairan.talk.exporting_zip import as_zip

        response = StreamingHttpResponse(as_zip(begun), content_type="application/zip")
    name = f"talk-{begun.room.pk}-{timezone.localtime():%Y%m%d-%H%M}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
