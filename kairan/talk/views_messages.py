# SPDX-License-Identifier: Apache-2.0
"""What is done to a message, and who has read it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from kairan.people.positions.holding import CommunityRequest
from kairan.talk import queries, readers
from kairan.talk.access import Here, find_message, find_room
from kairan.talk.actions import messages, reading, reminding
from kairan.talk.api import api, body_of, number_of, words_of
from kairan.talk.checking import Unfit
from kairan.talk.models import Message
from kairan.talk.stamps import REACTIONS
from kairan.talk.storing import NotSaid
from kairan.talk.troubles import Refused, RoomClosed, Trouble


@api("GET")
def message(request: CommunityRequest, message_id: int) -> dict[str, Any]:
    return _as_it_is(*find_message(request.seats, message_id))


@api("POST")
def recall(request: CommunityRequest, message_id: int) -> dict[str, Any]:
    found, here = find_message(request.seats, message_id)
    messages.recall(acting=request.person, here=here, message=found)
    return _as_it_is(found, here)


@api("POST")
def react(request: CommunityRequest, message_id: int) -> dict[str, Any]:
    """``on`` says what is to be; without it the mark is put on or taken off."""
    found, here = find_message(request.seats, message_id)
    given = body_of(request)
    mark = words_of(given.get("mark"))
    mine = found.reactions.filter(position_id=here.seat.position_id, mark=mark)
    is_on = mark in REACTIONS and mine.exists()
    on = given["on"] is True if "on" in given else not is_on
    messages.react(acting=request.person, here=here, message=found, mark=mark, on=on)
    return _as_it_is(found, here)


@api("POST")
def pin(request: CommunityRequest, message_id: int) -> dict[str, Any]:
    found, here = find_message(request.seats, message_id)
    pinned = body_of(request).get("pinned") is True
    messages.pin(acting=request.person, here=here, message=found, pinned=pinned)
    return _as_it_is(found, here)


@api("POST")
def confirm(request: CommunityRequest, message_id: int) -> dict[str, Any]:
    found, here = find_message(request.seats, message_id)
    reading.confirm(acting=request.person, here=here, message=found)
    return _as_it_is(found, here)


@api("POST")
def forward(request: CommunityRequest, message_id: int) -> dict[str, Any]:
    found, _here = find_message(request.seats, message_id)
    given = body_of(request)
    to = find_room(request.seats, number_of(given.get("room")))
    client_id = _uuid(given.get("client_id"))
    try:
        stored = messages.forward(acting=request.person, message=found, to=to, client_id=client_id)
    except NotSaid as refused:
        raise _trouble(refused.reason) from refused
    return {"room": stored.room, "id": stored.id, "number": stored.number}


@api("POST")
def renotify(request: CommunityRequest, message_id: int) -> dict[str, Any]:
    found, here = find_message(request.seats, message_id)
    return {"told": reminding.renotify(acting=request.person, here=here, message=found)}


@api("GET")
def who_read(request: CommunityRequest, message_id: int) -> dict[str, Any]:
    found, here = find_message(request.seats, message_id)
    names = readers.by_name(found, for_office=here.seat.is_desk)
    return names | {"may_renotify": reminding.may_renotify(here, found)}


def _as_it_is(message: Message, here: Here) -> dict[str, Any]:
    said = queries.shapes([message.pk], here.sees_after)
    if message.pk not in said:
        raise Http404
    return {"message": said[message.pk]}


def _uuid(value: object) -> uuid.UUID:
    try:
        return uuid.UUID(words_of(value))
    except ValueError as error:
        raise Unfit(_("画面を開き直して、もう一度お試しください。")) from error


def _trouble(reason: str) -> Exception:
    if reason == "not_here":
        return Http404()
    if reason == "closed":
        return RoomClosed()
    if reason == "attachment":
        return Refused(_("写真やファイルを付けられませんでした。もう一度お試しください。"))
    return Trouble(_("送れませんでした。画面を開き直して、もう一度お試しください。"))
