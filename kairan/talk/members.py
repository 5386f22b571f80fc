# SPDX-License-Identifier: Apache-2.0
"""Coming into a room and going out of it: rows, the line that says so, and what streams follow.

The caller has authorised it, and holds the room's lock in an open transaction: nothing that is said
at the same moment reaches somebody who has just left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.lib.language import speaking
from kairan.people.positions.models import Position, Tenure
from kairan.talk import events
from kairan.talk.models import Member, Room
from kairan.talk.storing import tell_event

_NAMED = 5
_OFFICE_ROOMS = {Room.Kind.EVERYONE, Room.Kind.ANNOUNCEMENT, Room.Kind.AREA}


def join(
    room: Room,
    positions: Collection[int],
    *,
    acting: Actor,
    managers: Collection[int] = (),
    silently: bool = False,
) -> list[int]:
    """Who was not there yet; ``silently`` where the room has just been made.

    In rooms of the office every desk manages. Where the room does not show its history, they see
    what is said from now on.
    """
    present = Member.objects.present().filter(room=room, position__in=positions)
    there = set(present.values_list("position_id", flat=True))
    seats = _in_order(set(positions) - there)
    room.refresh_from_db(fields=["last_number"])
    Member.objects.bulk_create(
        Member(
            room=room,
            position=seat,
            manages=seat.pk in managers or (seat.is_desk and room.kind in _OFFICE_ROOMS),
            sees_after=0 if room.shows_history else room.last_number,
        )
        for seat in seats
    )
    new = [seat.pk for seat in seats]
    events.joined(room.pk, new)
    if seats and not silently:
        _say(room, seats, joined=True)
        record(acting=acting, verb="talk.joined", target=room, summary=_listed(seats))
    return new


def leave(room: Room, positions: Collection[int], *, acting: Actor) -> list[int]:
    """Who was there. Where the last one who managed goes, another takes over."""
    rows = Member.objects.present().filter(room=room, position__in=positions)
    gone = list(rows.values_list("position_id", flat=True))
    rows.update(left_at=timezone.now(), manages=False)
    seats = _in_order(gone)
    if seats:
        _say(room, seats, joined=False)
        record(acting=acting, verb="talk.left", target=room, summary=_listed(seats))
        _keep_managed(room)
    events.left(room.pk, gone)
    _follow_again(room, gone)
    return gone


def _keep_managed(room: Room) -> None:
    """The office's desk first, else whoever has been here longest."""
    present = Member.objects.present().filter(room=room)
    if room.kind == Room.Kind.DIRECT or present.filter(manages=True).exists():
        return
    heir = present.annotate(kind=F("position__kind")).order_by("kind", "joined_at", "pk").first()
    if heir is not None:
        heir.manages = True
        heir.save(update_fields=["manages"])


def _follow_again(room: Room, gone: Iterable[int]) -> None:
    """Somebody who sits in the room in another seat too goes on hearing it."""
    people = Tenure.objects.reading().filter(position__in=list(gone)).values("person")
    still = Member.objects.present().filter(
        room=room, position__tenures__in=Tenure.objects.reading().filter(person__in=people)
    )
    events.goes_on(room.pk, still.values_list("position_id", flat=True).distinct())


def _in_order(positions: Iterable[int]) -> list[Position]:
    return list(Position.objects.filter(pk__in=list(positions)).in_order())


def _say(room: Room, seats: list[Position], *, joined: bool) -> None:
    """In the town's language: it is kept."""
    with speaking():
        words = _("%(names)sが参加しました") if joined else _("%(names)sが退出しました")
        tell_event(room, words % {"names": _listed(seats)})


def _listed(seats: list[Position]) -> str:
    names = "、".join(seat.name for seat in seats[:_NAMED])
    more = len(seats) - _NAMED
    if more <= 0:
        return names
    rest = ngettext("ほか%(count)s件", "ほか%(count)s件", more) % {"count": more}
    return f"{names} {rest}"
