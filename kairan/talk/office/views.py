# SPDX-License-Identifier: Apache-2.0
"""The list of rooms, and one room: who is in it, who is behind, what the office wrote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say as toast_later
from kairan.lib.folding import fold, words
from kairan.people.permissions import Permission
from kairan.talk import exporting
from kairan.talk.models import Room
from kairan.talk.office import queries
from kairan.talk.office.access import Desk, OfficeRequest, get_room, office, visible_rooms
from kairan.talk.office.forms import RoomFilter, SayForm
from kairan.talk.office.queries import RoomRow
from kairan.talk.storing import NotSaid, say
from kairan.talk.streams import stream_url

PAGE = 50
MEMBERS_PAGE = 100
MESSAGES_PAGE = 20
WHOSE = ("office", "must", "all")


@require_safe
@office
def room_list(request: OfficeRequest) -> HttpResponse:
    form = RoomFilter(request.GET)
    rows = _rooms(request, form)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    here = [seat.position_id for seat in request.desks]
    context = {
        "page": page,
        "form": form,
        "filtered": any(form.wanted(name) for name in form.fields),
        "behind": sum(1 for row in rows if row.behind),
        "waiting": sum(row.waiting for row in rows),
        "figures": queries.figures_of([row.room.pk for row in rows]),
        "has_desk": bool(here),
        "manages_talk": request.manages_talk,
    }
    template = "talk/office/_list.html" if request.htmx else "talk/office/list.html"
    return render(request, template, context)


@require_safe
@office
def room(request: OfficeRequest, room_id: int) -> HttpResponse:
    """The page, or for htmx the parts that others change."""
    desk = get_room(request, room_id)
    return _page(request, desk)


@require_POST
@office
def say_here(request: OfficeRequest, room_id: int) -> HttpResponseBase:
    desk = get_room(request, room_id)
    form = SayForm(request.POST, desks=request.desks)
    if not form.is_valid():
        return _page(request, desk, form, status=422)
    try:
        said = say(person=request.person, room=desk.room, **form.cleaned_data)
    except NotSaid as refused:
        messages.error(request, refusal(refused))
        return _page(request, desk, form, status=422)
    toast_later(request, _("送りました。読んだ人がここに並びます。"))
    return redirect("talk_office:readers", room_id, said.id)


def refusal(refused: NotSaid) -> str:
    reasons = {
        "closed": _("このトークは終わっています。"),
        "not_here": _("この窓口は、トークから外れています。"),
        "office_only": _("お知らせには、窓口だけが書けます。"),
    }
    return reasons.get(refused.reason, _("送れませんでした。開き直して、もう一度お試しください。"))


def _rooms(request: OfficeRequest, form: RoomFilter) -> list[RoomRow]:
    """Those that the filters leave, the last that was talked in first."""
    rooms = visible_rooms(request).select_related("area", "group")
    state, kind = form.wanted("state"), form.wanted("kind")
    if state != "all":
        rooms = rooms.filter(closed_at__isnull=state != "closed")
    if kind:
        rooms = rooms.filter(kind=kind)
    found = list(rooms.order_by(F("last_message_at").desc(nulls_last=True), "-id"))
    names = queries.names_of(found)
    asked = words(form.wanted("q"))
    named = [one for one in found if _holds(fold(names[one.pk]), asked)]
    rows = queries.room_rows(named, names)
    show = form.wanted("show")
    return [row for row in rows if not show or getattr(row, show)]


def _holds(name: str, asked: Iterable[str]) -> bool:
    return all(word in name for word in asked)


def _page(
    request: OfficeRequest, desk: Desk, form: SayForm | None = None, *, status: int = 200
) -> HttpResponse:
    shown = desk.room
    members = queries.member_rows(shown)
    behind = [row for row in members if row.unread]
    listed = behind if request.GET.get("members") == "behind" else members
    if form is None:
        form = SayForm(desks=_speaking(request, desk))
    context = {
        "room": shown,
        "name": queries.names_of([shown])[shown.pk],
        "desk": desk,
        "members": Paginator(listed, MEMBERS_PAGE).get_page(request.GET.get("page")),
        "count": len(members),
        "behind": len(behind),
        "only_behind": listed is behind and request.GET.get("members") == "behind",
        "form": form,
        "draft_key": f"talk-{shown.pk}",
        "may_say": desk.here is not None and desk.here.may_say,
        "figures": queries.figures_of([shown.pk]),
        # Devices and sessions of whoever sits there are on the position's page.
        "leads_to_positions": request.person.may(Permission.MANAGE_POSITIONS),
        "may_export": request.manages_talk and _may_export(request, shown),
        **_messages(request, desk),
    }
    if desk.here is not None:
        context["stream_url"] = stream_url(request.person, request.session.session_key)
    template = "talk/office/_room.html" if request.htmx else "talk/office/room.html"
    return render(request, template, context, status=status)


def _speaking(request: OfficeRequest, desk: Desk) -> list[Any]:
    """The desks of the person that sit in this room."""
    if desk.here is None:
        return []
    held = set(desk.here.held)
    return [seat for seat in request.desks if seat.position_id in held]


def _messages(request: OfficeRequest, desk: Desk) -> dict[str, Any]:
    whose = request.GET.get("whose", "")
    whose = whose if whose in WHOSE else WHOSE[0]
    if desk.here is None:
        return {"whose": whose, "messages_shown": [], "older": None}
    before = request.GET.get("before", "")
    given = before.isascii() and before.isdecimal() and len(before) < 19
    rows = queries.message_rows(
        desk.room,
        desk.here.sees_after,
        whose=whose,
        before=int(before) if given else None,
        most=MESSAGES_PAGE + 1,
    )
    older = rows[MESSAGES_PAGE - 1].number if len(rows) > MESSAGES_PAGE else None
    return {"whose": whose, "messages_shown": rows[:MESSAGES_PAGE], "older": older}


def _may_export(request: OfficeRequest, shown: Room) -> bool:
    from django.http import Http404

    try:
        exporting.exportable(request.person, shown.pk)
    except Http404:
        return False
    return True
