# SPDX-License-Identifier: Apache-2.0
"""A list of seats and holders: shown first, taken in afterwards; and the list as it is now.

Between the two pages nothing is kept here: what was read travels with the form, signed.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kairan.audit.actions import record
from kairan.lib.sheets import Row, as_csv, as_xlsx
from kairan.lib.tables import SheetRefused
from kairan.municipalities.tenancy import current_town_id
from kairan.people.access import StaffRequest, posted, staff
from kairan.people.permissions import Permission
from kairan.people.positions.actions.handing_over import MAX_READS_ON_DAYS
from kairan.people.positions.importing import KINDS, SAME, Plan, Step, plan
from kairan.people.positions.importing_rows import HEADING, MAX_BYTES, Problem, Wanted, read
from kairan.people.positions.importing_work import ChangedMeanwhile, carry_out
from kairan.people.positions.models import Position, Tenure

_SALT = "kairan.people.positions.import"
# Long enough to ask a colleague about the names.
_KEEPS = 60 * 60
_EXAMPLE: list[Row] = [
    HEADING,
    ["中央校区", "会長", "山田 太郎", "090-0000-0000", "yamada@example.jp", "2026-04-01"],
    ["中央校区", "副会長", "佐藤 花子", "", "", ""],
]
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ListFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("名簿のファイル"),
        help_text=gettext_lazy("Excel（.xlsx）かCSV。2MBまで。"),
        error_messages={"required": gettext_lazy("ファイルを選んでください。")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます。2MBまでにしてください。"))
        return file


class ConfirmForm(forms.Form):
    """``wanted`` and ``seal`` are what the page before has shown."""

    wanted = forms.CharField(widget=forms.HiddenInput)
    seal = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reads_on_days = forms.IntegerField(
        label=gettext_lazy("引き継ぐ席で、前の人が読める日数"),
        help_text=gettext_lazy("0にすると、前の人はすぐに入れなくなります。"),
        min_value=0,
        max_value=MAX_READS_ON_DAYS,
        initial=0,
        required=False,
    )

    def clean_wanted(self) -> tuple[Wanted, ...]:
        try:
            kept = signing.loads(self.cleaned_data["wanted"], salt=_SALT, max_age=_KEEPS)
        except signing.BadSignature:
            raise forms.ValidationError(
                _("時間がたちました。もう一度ファイルを選んでください。")
            ) from None
        if kept["town"] != current_town_id():
            raise forms.ValidationError(_("ほかの町の名簿です。"))
        return tuple(Wanted.from_json(one) for one in kept["wanted"])


@staff(Permission.MANAGE_POSITIONS)
def import_positions(request: StaffRequest) -> HttpResponseBase:
    """POST shows what the file would do. Nothing is written."""
    form = ListFileForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            reading = read(file.read(), file.name)
        except SheetRefused as refused:
            form.add_error("file", list(refused.reasons))
        else:
            return _preview(request, reading.wanted, reading.problems, unused=reading.unused)
    context = {"form": form, "example": list(zip(HEADING, _EXAMPLE[1], strict=True))}
    status = 422 if form.errors else 200
    return render(request, "people/positions/import.html", context, status=status)


@require_POST
@staff(Permission.MANAGE_POSITIONS)
def confirm_import(request: StaffRequest) -> HttpResponseBase:
    """Do what was shown; where it would be something else by now, show that instead."""
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        if "wanted" not in form.cleaned_data:
            messages.error(request, _("時間がたちました。もう一度ファイルを選んでください。"))
            return redirect("people:import_positions")
        return _preview(request, form.cleaned_data["wanted"], (), confirm=form)
    wanted = form.cleaned_data["wanted"]
    try:
        done = carry_out(
            acting=request.person,
            wanted=wanted,
            seal=form.cleaned_data["seal"],
            reads_on_days=form.cleaned_data["reads_on_days"] or 0,
        )
    except ChangedMeanwhile:
        return _preview(request, wanted, (), changed=True)
    context = {"done": [s for s in done.plan.steps if s.kind != SAME], "seats": done.seats}
    return render(request, "people/positions/imported.html", context)


@require_safe
@staff(Permission.MANAGE_POSITIONS)
def positions_file(request: StaffRequest, which: str, form: str) -> HttpResponseBase:
    """``which``: example, list. ``form``: csv, xlsx."""
    if which not in ("example", "list") or form not in _TYPES:
        raise Http404
    rows = _EXAMPLE if which == "example" else _present()
    if which == "list":
        record(acting=request.person, verb="positions.exported", summary=form.upper())
    content = (
        as_xlsx(rows, sheet=_("役職名簿")) if form == "xlsx" else as_csv(rows, encoding="utf-8")
    )
    response = StreamingHttpResponse(content, content_type=_TYPES[form])
    name = f"positions-{which}-{timezone.localdate():%Y%m%d}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _preview(
    request: StaffRequest,
    wanted: tuple[Wanted, ...],
    problems: tuple[Problem, ...],
    *,
    unused: tuple[str, ...] = (),
    changed: bool = False,
    confirm: ConfirmForm | None = None,
) -> HttpResponse:
    planned = plan(wanted)
    # What cannot be done is left out of what is asked for: the rest can be.
    rows = {step.wanted.row for step in planned.steps}
    signed = signing.dumps(
        {
            "town": current_town_id(),
            "wanted": [one.as_json() for one in wanted if one.row in rows],
        },
        salt=_SALT,
        compress=True,
    )
    found = sorted([*problems, *planned.problems], key=lambda problem: problem.row)
    context = {
        "plan": planned,
        "tally": {kind: len(planned.of(kind)) for kind in KINDS},
        "steps": _in_order(planned),
        "problems": found,
        "unused": unused,
        "changed": changed,
        "confirm": ConfirmForm(
            initial={"wanted": signed, "seal": planned.seal, "reads_on_days": 0}
        ),
        "wrong": confirm.errors if confirm else {},
    }
    status = 409 if changed else 422 if confirm else 200
    return render(request, "people/positions/import_preview.html", context, status=status)


def _in_order(planned: Plan) -> list[Step]:
    """What changes something first."""
    return sorted(planned.steps, key=lambda step: step.kind == SAME)


def _present() -> list[Row]:
    """Every open post, in the town's order, as ``read`` understands it."""
    tenures = Tenure.objects.open().filter(is_post=True).select_related("person")
    held = {tenure.position_id: tenure for tenure in tenures}
    posts = Position.objects.open().filter(kind=Position.Kind.POST).in_order()
    rows: list[Row] = [HEADING]
    for position in posts:
        tenure = held.get(position.pk)
        area, title = _parts(position)
        person = tenure.person if tenure else None
        rows.append(
            [
                area,
                title,
                person.name if person else "",
                person.phone if person else "",
                person.email if person else "",
                tenure.starts_on if tenure else None,
            ]
        )
    return rows


def _parts(position: Position) -> tuple[str, str]:
    """「槇塚台校区」 and 「会長」, where the name is made of them; else the name whole."""
    area = position.name.removesuffix(position.title).strip()
    if position.title and position.name == f"{area} {position.title}".strip():
        return area, position.title
    return "", position.name
