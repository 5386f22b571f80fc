# SPDX-License-Identifier: Apache-2.0
"""The office's page of one holder: how to reach them, and the devices they are signed in on."""

from __future__ import annotations

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kairan.people.access import StaffRequest, posted
from kairan.people.models import Person
from kairan.people.positions import actions, queries
from kairan.people.positions.forms import HolderForm
from kairan.people.positions.models import Tenure
from kairan.people.positions.views import manager
from kairan.people.sessions import devices_of


@manager
def holder(request: StaffRequest, person_id: int) -> HttpResponseBase:
    shown = _holder(person_id)
    initial = {field: getattr(shown, field) for field in ("name", "phone", "email")}
    form = HolderForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_holder(acting=request.person, person=shown, **form.cleaned_data)
        except actions.AddressTaken:
            form.add_error("email", _("このアドレスの人は、もういます。"))
        else:
            messages.success(request, _("変更を保存しました。"))
            return redirect("people:holder", person_id)
    context = {
        "shown": shown,
        "form": form,
        "tenures": Tenure.objects.filter(person=shown).select_related("position").order_by("-id"),
        "devices": devices_of(shown),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "people/positions/holder.html", context, status=status)


def _verb(do: Callable[[Person, Person], str]) -> Callable[..., HttpResponseBase]:
    """A button on the page: POST, do it, say what was done, back to the page."""

    @require_POST
    @manager
    def view(request: StaffRequest, person_id: int) -> HttpResponseBase:
        messages.success(request, do(request.person, _holder(person_id)))
        return redirect("people:holder", person_id)

    return view


@_verb
def suspend(acting: Person, shown: Person) -> str:
    actions.suspend_holder(acting=acting, person=shown)
    return _("利用を停止しました。すべての端末からサインアウトしました。")


@_verb
def restore(acting: Person, shown: Person) -> str:
    actions.restore_holder(acting=acting, person=shown)
    return _("利用を再開しました。入るには、新しい番号が要ります。")


@require_POST
@manager
def end_session(request: StaffRequest, person_id: int, session_id: int) -> HttpResponseBase:
    session = get_object_or_404(UserSession, pk=session_id, user=_holder(person_id))
    actions.end_device(acting=request.person, session=session)
    messages.success(request, _("端末をサインアウトしました。"))
    return redirect("people:holder", person_id)


def _holder(person_id: int) -> Person:
    """Members of staff are not changed here, by whoever may only see to seats."""
    return get_object_or_404(queries.holders(), pk=person_id)
