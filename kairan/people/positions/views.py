# SPDX-License-Identifier: Apache-2.0
"""The office's pages about seats: who sits where, who comes next, by what they come in."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.people.access import StaffRequest, posted, staff
from kairan.people.permissions import Permission
from kairan.people.positions import actions, guessing, queries
from kairan.people.positions.codes import fresh_code, keep_fresh
from kairan.people.positions.forms import (
    AppointForm,
    ClerkForm,
    HandOverForm,
    PositionFilter,
    PositionForm,
    ReissueForm,
)
from kairan.people.positions.models import Position, Tenure

PAGE = 100

manager = staff(Permission.MANAGE_POSITIONS)


@require_safe
@manager
def positions(request: StaffRequest) -> HttpResponse:
    wanted = PositionFilter(request.GET)
    wanted.is_valid()
    page = Paginator(queries.positions(wanted.cleaned_data), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "filter": wanted,
        "is_empty": not Position.objects.exists(),
        "wrong": guessing.wrong_today() if guessing.is_locked_somewhere() else 0,
    }
    template = "people/positions/_list.html" if request.htmx else "people/positions/list.html"
    return render(request, template, context)


@manager
def new(request: StaffRequest) -> HttpResponseBase:
    form = PositionForm(posted(request), initial={"place": queries.next_place()})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_position(acting=request.person, **form.cleaned_data)
        except actions.NameTaken:
            form.add_error("name", _name_taken())
        else:
            messages.success(request, _("「%(name)s」を作りました。") % {"name": made.name})
            return redirect("people:position", made.pk)
    return _form(request, "people/positions/edit.html", form)


@never_cache
@require_safe
@manager
def position(request: StaffRequest, position_id: int) -> HttpResponse:
    shown = get_object_or_404(Position.objects.select_related("area", "department"), pk=position_id)
    context = {
        "shown": shown,
        "sitting": list(queries.sitting().filter(position=shown)),
        "plan": shown.planned.select_related("successor", "planned_by").first(),
        "readers": queries.readers_of(shown),
        "history": queries.history_of(shown),
        "fresh": fresh_code(request, shown.pk),
        "clerk_form": ClerkForm(position=shown) if shown.is_desk else None,
    }
    return render(request, "people/positions/position.html", context)


@manager
def edit(request: StaffRequest, position_id: int) -> HttpResponseBase:
    shown = _open(position_id)
    initial = {field: getattr(shown, field) for field in actions.FIELDS}
    form = PositionForm(posted(request), initial=initial, changes=True)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_position(acting=request.person, position=shown, **form.cleaned_data)
        except actions.NameTaken:
            form.add_error("name", _name_taken())
        else:
            messages.success(request, _("変更を保存しました。"))
            return redirect("people:position", position_id)
    return _form(request, "people/positions/edit.html", form, shown=shown)


@manager
def close(request: StaffRequest, position_id: int) -> HttpResponseBase:
    shown = _open(position_id)
    if request.method == "POST":
        actions.close_position(acting=request.person, position=shown)
        undo = reverse("people:reopen_position", args=[position_id])
        say(request, _("「%(name)s」を閉じました。") % {"name": shown.name}, undo_url=undo)
        return redirect("people:positions")
    sitting = queries.sitting().filter(position=shown)
    return render(request, "people/positions/close.html", {"shown": shown, "sitting": sitting})


@require_POST
@manager
def reopen(request: StaffRequest, position_id: int) -> HttpResponseBase:
    shown = get_object_or_404(Position, pk=position_id)
    try:
        actions.reopen_position(acting=request.person, position=shown)
    except actions.NameTaken:
        messages.error(request, _("同じ名前の役職がほかにあります。"))
    else:
        messages.success(request, _("空席としてまた使えます。人をつけてください。"))
    return redirect("people:position", position_id)


@manager
def appoint(request: StaffRequest, position_id: int) -> HttpResponseBase:
    """The first holder of a post."""
    shown = _open(position_id)
    form = AppointForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                person = form.person(acting=request.person)
                seated = actions.appoint(
                    acting=request.person,
                    position=shown,
                    person=person,
                    starts_on=form.cleaned_data["starts_on"],
                )
        except actions.AddressTaken:
            form.add_error("email", _address_taken())
        except (actions.AlreadyHeld, actions.NotStaff, actions.Suspended):
            form.add_error(None, _("ほかの人が先に変えたようです。役職のページを見てください。"))
        else:
            if seated.code:
                keep_fresh(request, seated.code)
            messages.success(request, _("%(name)sさんがつきました。") % {"name": person.name})
            return redirect("people:position", position_id)
    return _form(request, "people/positions/appoint.html", form, shown=shown)


@require_POST
@manager
def add_clerk(request: StaffRequest, position_id: int) -> HttpResponseBase:
    shown = _open(position_id)
    form = ClerkForm(request.POST, position=shown)
    if not form.is_valid():
        messages.error(request, _("職員をえらんでください。"))
        return redirect("people:position", position_id)
    clerk = form.cleaned_data["person"]
    try:
        actions.appoint(acting=request.person, position=shown, person=clerk)
    except (actions.AlreadyHeld, actions.AlreadySits, actions.Suspended, actions.NotStaff):
        messages.error(request, _("ほかの人が先に変えたようです。"))
    else:
        messages.success(request, _("%(name)sさんを加えました。") % {"name": clerk.name})
    return redirect("people:position", position_id)


@require_POST
@manager
def release(request: StaffRequest, position_id: int, tenure_id: int) -> HttpResponseBase:
    tenure = get_object_or_404(
        Tenure.objects.open().select_related("position", "person"),
        pk=tenure_id,
        position=position_id,
    )
    actions.release(acting=request.person, tenure=tenure)
    messages.success(request, _("%(name)sさんを外しました。") % {"name": tenure.person.name})
    return redirect("people:position", position_id)


@manager
def hand_over(request: StaffRequest, position_id: int) -> HttpResponseBase:
    shown = _open(position_id)
    tenure = get_object_or_404(queries.sitting().filter(position=shown, is_post=True))
    form = HandOverForm(posted(request), without=tenure.person)
    if request.method == "POST" and form.is_valid():
        handed = _hand_over(request, shown, form, tenure)
        if handed is not None:
            return _handed_over(request, shown, handed)
    return _form(request, "people/positions/hand_over.html", form, shown=shown, tenure=tenure)


def _hand_over(
    request: StaffRequest, shown: Position, form: HandOverForm, tenure: Tenure
) -> actions.HandedOver | None:
    """None where the form says now what is wrong. Of two clerks who hand the same seat over, the
    second must not put out the successor whom the first has seated."""
    try:
        with transaction.atomic():
            return actions.hand_over(
                acting=request.person,
                position=shown,
                successor=form.person(acting=request.person),
                last_day=form.cleaned_data["last_day"],
                reads_on_days=form.cleaned_data["reads_on_days"],
                expected=form.cleaned_data["tenure"] or tenure.pk,
            )
    except actions.AddressTaken:
        form.add_error("email", _address_taken())
    except actions.BadLastDay:
        form.add_error("last_day", _("いまの人の、はじまりの日より前です。"))
    except (actions.NobodyThere, actions.SameHolder, actions.Suspended):
        form.add_error(None, _("ほかの人が先に変えたようです。役職のページを見てください。"))
    return None


def _handed_over(
    request: StaffRequest, shown: Position, handed: actions.HandedOver
) -> HttpResponseBase:
    if handed.code:
        keep_fresh(request, handed.code)
    if handed.planned:
        messages.success(request, _("引き継ぎの予定を入れました。"))
    else:
        messages.success(request, _("引き継ぎました。前の人は、もう書きこめません。"))
    return redirect("people:position", shown.pk)


@require_POST
@manager
def call_off(request: StaffRequest, position_id: int) -> HttpResponseBase:
    actions.call_off(acting=request.person, position=_open(position_id))
    messages.success(request, _("引き継ぎの予定をやめました。"))
    return redirect("people:position", position_id)


@never_cache
@manager
def reissue(request: StaffRequest, position_id: int) -> HttpResponseBase:
    """Another code, after the office made sure who asks."""
    shown = _open(position_id)
    tenure = get_object_or_404(queries.sitting().filter(position=shown, is_post=True))
    form = ReissueForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            code = actions.issue_code(acting=request.person, tenure=tenure, **form.cleaned_data)
        except (actions.NoCodeNeeded, actions.Spent):
            form.add_error(None, _("この人には番号を出せません。"))
        else:
            keep_fresh(request, code)
            messages.success(request, _("新しい番号を出しました。前の紙は使えません。"))
            return redirect("people:position", position_id)
    return _form(request, "people/positions/reissue.html", form, shown=shown, tenure=tenure)


@require_POST
@manager
def withdraw(request: StaffRequest, position_id: int) -> HttpResponseBase:
    tenure = get_object_or_404(Tenure.objects.open(), position=position_id, is_post=True)
    actions.withdraw_code(acting=request.person, tenure=tenure)
    messages.success(request, _("番号を取り消しました。渡した紙では、もう入れません。"))
    return redirect("people:position", position_id)


@require_POST
@manager
def unlock(request: StaffRequest) -> HttpResponseBase:
    guessing.lift(acting=request.person)
    messages.success(request, _("ロックを解除しました。すぐに番号を試せます。"))
    return redirect("people:positions")


def _open(position_id: int) -> Position:
    return get_object_or_404(Position.objects.open(), pk=position_id)


def _form(request: StaffRequest, template: str, form: object, **context: object) -> HttpResponse:
    errors = getattr(form, "errors", None) if getattr(form, "is_bound", False) else None
    return render(request, template, {"form": form, **context}, status=422 if errors else 200)


def _name_taken() -> str:
    return _("同じ名前の役職があります。")


def _address_taken() -> str:
    return _("このアドレスの人は、もういます。「もう登録のある人」からえらんでください。")
