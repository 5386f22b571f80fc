# SPDX-License-Identifier: Apache-2.0
"""Rooms made and changed from the console; and who may begin a talk with whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.people.access import posted
from kairan.talk.actions import rooms as actions
from kairan.talk.directory import leaders_may
from kairan.talk.models import Room
from kairan.talk.office import queries
from kairan.talk.office.access import OfficeRequest, get_edited, office
from kairan.talk.office.forms import BOUND, RoomForm, RulesForm, chosen, pickable
from kairan.talk.troubles import Refused, Trouble

# What was done, in words, and the address that undoes it.
Done = tuple[str, str]


@office
def new_room(request: OfficeRequest) -> HttpResponseBase:
    form = RoomForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = _make(request, form.cleaned_data)
        except Trouble as trouble:
            form.add_error(None, str(trouble))
        else:
            say(request, _("「%(name)s」を作りました。") % {"name": made.name})
            return redirect("talk_office:room", made.pk)
    own = [seat.position_id for seat in request.desks]
    context = {
        "form": form,
        "positions": pickable(),
        "picked": set(chosen(request.POST.getlist("position"))) if form.is_bound else set(own),
        "managing": set(chosen(request.POST.getlist("manager"))) if form.is_bound else set(own),
    }
    status = 422 if form.errors else 200
    return render(request, "talk/office/new.html", context, status=status)


@require_safe
@office
def edit_room(request: OfficeRequest, room_id: int) -> HttpResponse:
    shown = get_edited(request, room_id)
    members = queries.member_rows(shown)
    by_hand = shown.kind == Room.Kind.GROUP and shown.group_id is None
    desks_only = shown.kind in {Room.Kind.GROUP, Room.Kind.AREA} and not by_hand
    missing = pickable([row.position_id for row in members])
    context = {
        "room": shown,
        "name": str(shown),
        "members": members,
        "by_hand": by_hand,
        "desks_only": desks_only,
        "positions": [one for one in missing if by_hand or one.is_desk],
        "picked": set(),
    }
    return render(request, "talk/office/edit.html", context)


@require_POST
@office
def change_room(request: OfficeRequest, room_id: int, verb: str) -> HttpResponseBase:
    """One of ``VERBS``; positions are named by the form, or by the address of an undo."""
    shown = get_edited(request, room_id)
    if verb not in VERBS:
        raise Http404
    try:
        words, undo = VERBS[verb](request, shown)
    except Trouble as trouble:
        messages.error(request, str(trouble))
    else:
        say(request, words, undo_url=undo)
    return redirect("talk_office:edit", room_id)


@office
def rules(request: OfficeRequest) -> HttpResponseBase:
    """For those who manage talk."""
    if not request.manages_talk:
        raise PermissionDenied
    form = RulesForm(posted(request), initial={"leaders_among_themselves": leaders_may()})
    if request.method == "POST" and form.is_valid():
        actions.save_rules(acting=request.person, **form.cleaned_data)
        say(request, _("決まりを保存しました。"))
        return redirect("talk_office:rules")
    return render(request, "talk/office/rules.html", {"form": form})


def _make(request: OfficeRequest, given: dict[str, Any]) -> Room:
    """The desks of whoever makes it are in it and manage it. Raises ``Trouble``."""
    own = [seat.position_id for seat in request.desks]
    managers = {*own, *chosen(request.POST.getlist("manager"))}
    about = {
        "acting": request.person,
        "name": given["name"],
        "shows_history": given["shows_history"],
    }
    if given["kind"] == BOUND:
        return actions.make_group(positions=own, managers=own, group=given["group"], **about)
    if given["kind"] == Room.Kind.GROUP:
        positions = {*managers, *chosen(request.POST.getlist("position"))}
        return actions.make_group(positions=positions, managers=managers, **about)
    area = given["area"] if given["kind"] == Room.Kind.AREA else None
    return actions.make_following(kind=given["kind"], area=area, desks=own, **about)


def _named(request: OfficeRequest) -> list[int]:
    """Raises ``Refused`` where none is named."""
    positions = chosen(request.POST.getlist("position") or request.GET.getlist("position"))
    if not positions:
        raise Refused(_("役職を選んでください。"))
    return positions


def _undo(room: Room, verb: str, positions: list[int] | None = None) -> str:
    address = reverse("talk_office:change", args=[room.pk, verb])
    return address + (f"?{urlencode({'position': positions}, doseq=True)}" if positions else "")


def _rename(request: OfficeRequest, room: Room) -> Done:
    actions.rename(acting=request.person, room=room, name=request.POST.get("name", ""))
    return _("名前を変えました。"), ""


def _history(request: OfficeRequest, room: Room) -> Done:
    shows = request.POST.get("shows_history") == "on"
    actions.set_history(acting=request.person, room=room, shows_history=shows)
    return _("これから入る人の見え方を変えました。"), ""


def _add(request: OfficeRequest, room: Room) -> Done:
    new = actions.add(acting=request.person, room=room, positions=_named(request))
    words = _("%(count)d件の役職を入れました。") % {"count": len(new)}
    return words, _undo(room, "remove", new) if new else ""


def _remove(request: OfficeRequest, room: Room) -> Done:
    gone = actions.remove(acting=request.person, room=room, positions=_named(request))
    words = _("%(count)d件の役職を外しました。") % {"count": len(gone)}
    return words, _undo(room, "add", gone) if gone else ""


def _manage(request: OfficeRequest, room: Room) -> Done:
    return _set_manager(request, room, manages=True)


def _unmanage(request: OfficeRequest, room: Room) -> Done:
    return _set_manager(request, room, manages=False)


def _set_manager(request: OfficeRequest, room: Room, *, manages: bool) -> Done:
    [position, *_rest] = _named(request)
    actions.set_manager(acting=request.person, room=room, position_id=position, manages=manages)
    words = _("管理する役職に加えました。") if manages else _("管理する役職から外しました。")
    return words, _undo(room, "unmanage" if manages else "manage", [position])


def _close(request: OfficeRequest, room: Room) -> Done:
    actions.close(acting=request.person, room=room)
    return _("トークを終わりにしました。読むことはできます。"), _undo(room, "reopen")


def _reopen(request: OfficeRequest, room: Room) -> Done:
    actions.reopen(acting=request.person, room=room)
    return _("トークを再開しました。"), _undo(room, "close")


VERBS: dict[str, Callable[[OfficeRequest, Room], Done]] = {
    "rename": _rename,
    "history": _history,
    "add": _add,
    "remove": _remove,
    "manage": _manage,
    "unmanage": _unmanage,
    "close": _close,
    "reopen": _reopen,
}
