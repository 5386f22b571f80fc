# SPDX-License-Identifier: Apache-2.0
"""Committees: named sets of positions, which rooms can follow."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.municipalities.models import MAX_NAME_LENGTH
from kairan.people.access import posted
from kairan.people.positions.actions.groups import change_group, close_group, create_group
from kairan.people.positions.actions.positions import NameTaken
from kairan.people.positions.forms import LineField
from kairan.people.positions.models import Group, GroupMember
from kairan.talk.following import sync_members
from kairan.talk.models import Room
from kairan.talk.office.access import OfficeRequest, office
from kairan.talk.office.forms import chosen, pickable


class GroupForm(forms.Form):
    name = LineField(label=gettext_lazy("委員会の名前"), max_length=MAX_NAME_LENGTH)


@require_safe
@office
def groups(request: OfficeRequest) -> HttpResponse:
    open_rooms = Room.objects.open().order_by("name")
    rows = (
        Group.objects.open()
        .annotate(
            size=Count("positions", filter=Q(positions__closed_at=None), distinct=True),
        )
        .prefetch_related(Prefetch("rooms", queryset=open_rooms, to_attr="open_rooms"))
        .order_by("name")
    )
    context = {"groups": rows, "may_change": _may_change(request)}
    return render(request, "talk/office/groups.html", context)


@office
def group(request: OfficeRequest, group_id: int | None = None) -> HttpResponseBase:
    """A new committee, or one that is there. Rooms that follow it are in step at once."""
    if not _may_change(request):
        raise PermissionDenied
    shown = get_object_or_404(Group.objects.open(), pk=group_id) if group_id else None
    form = GroupForm(posted(request), initial={"name": shown.name if shown else ""})
    if request.method == "POST" and form.is_valid():
        try:
            kept = _keep(request, shown, form.cleaned_data["name"])
        except NameTaken:
            form.add_error("name", _("同じ名前の委員会があります。"))
        else:
            say(request, _("「%(name)s」を保存しました。") % {"name": kept.name})
            return redirect("talk_office:groups")
    there = GroupMember.objects.filter(group=shown).values_list("position", flat=True)
    context = {
        "form": form,
        "shown": shown,
        "positions": pickable(),
        "picked": set(chosen(request.POST.getlist("position")) if form.is_bound else there),
    }
    return render(request, "talk/office/group.html", context, status=422 if form.errors else 200)


@require_POST
@office
def end_group(request: OfficeRequest, group_id: int) -> HttpResponseBase:
    if not _may_change(request):
        raise PermissionDenied
    shown = get_object_or_404(Group.objects.open(), pk=group_id)
    close_group(acting=request.person, group=shown)
    say(request, _("委員会「%(name)s」を閉じました。トークは残ります。") % {"name": shown.name})
    return redirect("talk_office:groups")


@transaction.atomic
def _keep(request: OfficeRequest, shown: Group | None, name: str) -> Group:
    """Raises ``NameTaken``."""
    positions = chosen(request.POST.getlist("position"))
    if shown is None:
        return create_group(acting=request.person, name=name, positions=positions)
    change_group(acting=request.person, group=shown, name=name, positions=positions)
    shown.name = name
    for room in Room.objects.open().filter(group=shown).order_by("id"):
        sync_members(room, acting=request.person)
    return shown


def _may_change(request: OfficeRequest) -> bool:
    """A desk of the office, or who manages talk for the whole town."""
    return request.sees_all or bool(request.desks)
