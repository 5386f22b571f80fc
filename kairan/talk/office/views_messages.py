# SPDX-License-Identifier: Apache-2.0
"""One message of a room: who has read it, telling the others again, and whom to phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.talk.actions.reminding import may_renotify, renotify
from kairan.talk.models import Message
from kairan.talk.office import queries
from kairan.talk.office.access import OfficeRequest, get_message, office
from kairan.talk.readers import Reader, recipients, silent
from kairan.talk.streams import stream_url
from kairan.talk.troubles import Trouble
from kairan.talk.wording import gist

STATES = ("all", "silent", "done")


@require_safe
@office
def readers(request: OfficeRequest, room_id: int, message_id: int) -> HttpResponse:
    """The page, or for htmx the table that fills as people read."""
    message, here = get_message(request, room_id, message_id)
    everybody = recipients(message)
    state = request.GET.get("state", "")
    waiting = [one for one in everybody if _waits(message, one)]
    rows = {"silent": waiting, "done": [one for one in everybody if one not in waiting]}
    context = {
        **_about(message),
        "state": state if state in STATES else STATES[0],
        "rows": rows.get(state, everybody),
        "everybody": len(everybody),
        "read": sum(1 for one in everybody if one.read_at),
        "confirmed": sum(1 for one in everybody if one.confirmed_at),
        "silent": len(waiting),
        "may_renotify": may_renotify(here, message),
        "stream_url": stream_url(request.person, request.session.session_key),
    }
    template = "talk/office/_readers.html" if request.htmx else "talk/office/readers.html"
    return render(request, template, context)


@require_POST
@office
def remind(request: OfficeRequest, room_id: int, message_id: int) -> HttpResponseBase:
    message, here = get_message(request, room_id, message_id)
    try:
        told = renotify(acting=request.person, here=here, message=message)
    except Trouble as trouble:
        messages.error(request, str(trouble))
    else:
        words = ngettext("%(n)d人にもう一度知らせます。", "%(n)d人にもう一度知らせます。", told)
        say(request, words % {"n": told})
    return redirect("talk_office:readers", room_id, message_id)


@require_safe
@office
def phone_list(request: OfficeRequest, room_id: int, message_id: int) -> HttpResponse:
    """For paper: who stays silent, with telephone numbers and boxes to tick."""
    message, _here = get_message(request, room_id, message_id)
    context = {**_about(message), "rows": silent(message), "now": timezone.now()}
    return render(request, "talk/office/phone.html", context)


def _waits(message: Message, one: Reader) -> bool:
    done = one.confirmed_at if message.must_confirm else one.read_at
    return done is None and one.is_here


def _about(message: Message) -> dict[str, Any]:
    return {
        "message": message,
        "room": message.room,
        "name": queries.names_of([message.room])[message.room_id],
        "gist": gist(kind=message.kind, text=message.text, stamp=message.stamp),
    }
