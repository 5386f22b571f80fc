# SPDX-License-Identifier: Apache-2.0
"""Rooms: opened, named, left, closed."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.files.actions import erase
from kairan.files.models import StoredFile
from kairan.lib.language import speaking
from kairan.lib.plain import plain
from kairan.municipalities.models import MAX_NAME_LENGTH, Area
from kairan.people.positions.holding import Seat
from kairan.people.positions.models import Group, Position
from kairan.talk import events, members
from kairan.talk.directory import leaders_may, pair_of
from kairan.talk.following import sync_members
from kairan.talk.models import Member, Room, TalkRules
from kairan.talk.storing import tell_event
from kairan.talk.troubles import FollowsTheTown, Refused, RoomClosed

_FOLLOWING = {Room.Kind.EVERYONE, Room.Kind.ANNOUNCEMENT, Room.Kind.AREA}


def open_direct(*, acting: Actor, seat: Seat, other: Position) -> Room:
    """The one room of the two positions, made when it is first opened.

    The caller has found out whether the seat may begin it (``directory.speaker``).
    """
    pair = pair_of(seat.position_id, other.pk)
    with transaction.atomic():
        # Two at once: the second waits for the first and finds its room.
        Room.objects.bulk_create([Room(kind=Room.Kind.DIRECT, pair=pair)], ignore_conflicts=True)
        room = Room.objects.select_for_update(no_key=True).get(pair=pair)
        members.join(room, [seat.position_id, other.pk], acting=acting, silently=True)
    return room


def make_group(
    *,
    acting: Actor,
    name: str,
    positions: Collection[int],
    managers: Collection[int],
    shows_history: bool = True,
    group: Group | None = None,
) -> Room:
    """A room of these positions, or, with ``group``, of those that the group names at any time.

    Raises ``Refused`` for a room without a name or with positions that do not exist.
    """
    with transaction.atomic():
        room = Room.objects.create(
            kind=Room.Kind.GROUP, name=_fit_name(name), shows_history=shows_history, group=group
        )
        members.join(room, _open({*positions, *managers}), acting=acting, managers=managers)
        sync_members(room, acting=acting)
        record(acting=acting, verb="talk.room_made", target=room, summary=room.name)
    return room


def make_following(
    *,
    acting: Actor,
    kind: str,
    name: str,
    area: Area | None = None,
    desks: Collection[int] = (),
    shows_history: bool = True,
) -> Room:
    """A room for everybody, for announcements, or of an area: its members follow the town.

    Raises ``Refused``.
    """
    if kind not in _FOLLOWING or (kind == Room.Kind.AREA) != (area is not None):
        raise Refused(_("このトークは作れません。種類と地域を確かめてください。"))
    with transaction.atomic():
        room = Room.objects.create(
            kind=kind, name=_fit_name(name), area=area, shows_history=shows_history
        )
        members.join(room, _open(desks), acting=acting, silently=True)
        sync_members(room, acting=acting)
        record(acting=acting, verb="talk.room_made", target=room, summary=room.name)
    return room


def rename(*, acting: Actor, room: Room, name: str) -> None:
    """Raises ``Refused``, ``RoomClosed``, ``FollowsTheTown`` for a room of two."""
    new = _fit_name(name)
    with transaction.atomic():
        locked = _locked(room)
        if locked.kind == Room.Kind.DIRECT:
            raise FollowsTheTown
        if locked.name == new:
            return
        old, locked.name = locked.name, new
        locked.save(update_fields=["name"])
        with speaking():
            tell_event(locked, _("トークの名前が「%(name)s」に変わりました") % {"name": new})
        changes = {"name": (old, new)}
        record(acting=acting, verb="talk.room_renamed", target=locked, changes=changes)
        events.room_changed(locked.pk)


def set_picture(*, acting: Actor, room: Room, picture: StoredFile | None) -> None:
    """None takes it away; the one before is erased. Raises ``RoomClosed``."""
    with transaction.atomic():
        locked = _locked(room)
        old, locked.picture = locked.picture, picture
        locked.save(update_fields=["picture"])
        if old is not None and old != picture:
            erase(acting=acting, stored=old)
        record(acting=acting, verb="talk.room_picture", target=locked, summary=locked.name)
        events.room_changed(locked.pk)


def set_history(*, acting: Actor, room: Room, shows_history: bool) -> None:
    """Whether who joins from now on reads what was said before; nobody's view changes by it."""
    with transaction.atomic():
        locked = _locked(room)
        changes = {"shows_history": (locked.shows_history, shows_history)}
        locked.shows_history = shows_history
        locked.save(update_fields=["shows_history"])
        record(acting=acting, verb="talk.room_history", target=locked, changes=changes)
        events.room_changed(locked.pk)


def add(*, acting: Actor, room: Room, positions: Collection[int]) -> list[int]:
    """Raises ``FollowsTheTown``, ``RoomClosed``, ``Refused``."""
    with transaction.atomic():
        locked = _by_hand(room, positions)
        return members.join(locked, _open(positions), acting=acting)


def remove(*, acting: Actor, room: Room, positions: Collection[int]) -> list[int]:
    """Raises ``FollowsTheTown``, ``RoomClosed``."""
    with transaction.atomic():
        return members.leave(_by_hand(room, positions), positions, acting=acting)


def set_manager(*, acting: Actor, room: Room, position_id: int, manages: bool) -> None:
    """Hand management on, or take it back; somebody always has it. Raises ``Refused``."""
    with transaction.atomic():
        locked = _locked(room)
        present = Member.objects.present().filter(room=locked)
        member = present.filter(position=position_id).select_related("position").first()
        if member is None:
            raise Refused(_("その役職は、このトークのメンバーではありません。"))
        if not manages and not present.filter(manages=True).exclude(pk=member.pk).exists():
            raise Refused(_("管理をする人がいなくなります。先に、ほかの人に頼んでください。"))
        member.manages = manages
        member.save(update_fields=["manages"])
        changes = {"manages": (not manages, manages)}
        record(
            acting=acting,
            verb="talk.manager",
            target=locked,
            summary=member.position.name,
            changes=changes,
        )
        events.room_changed(locked.pk)


def close(*, acting: Actor, room: Room) -> None:
    """Nothing more is said; everything stays to be read. Closing twice does nothing."""
    with transaction.atomic():
        locked = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        if locked.closed_at is not None:
            return
        with speaking():
            tell_event(locked, _("このトークは終わりました"))
        locked.closed_at = timezone.now()
        locked.save(update_fields=["closed_at"])
        record(acting=acting, verb="talk.room_closed", target=locked, summary=locked.name)
        events.room_changed(locked.pk)


def reopen(*, acting: Actor, room: Room) -> None:
    with transaction.atomic():
        locked = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        if locked.closed_at is None:
            return
        locked.closed_at = None
        locked.save(update_fields=["closed_at"])
        sync_members(locked, acting=acting)
        record(acting=acting, verb="talk.room_reopened", target=locked, summary=locked.name)
        events.room_changed(locked.pk)


def save_rules(*, acting: Actor, leaders_among_themselves: bool) -> None:
    """Who may begin a talk with whom. Talks that have begun go on."""
    with transaction.atomic():
        changes = {"leaders_among_themselves": (leaders_may(), leaders_among_themselves)}
        rules, _made = TalkRules.objects.update_or_create(
            defaults={"leaders_among_themselves": leaders_among_themselves}
        )
        record(acting=acting, verb="talk.rules", target=rules, changes=changes)


def _locked(room: Room) -> Room:
    """Raises ``RoomClosed``."""
    locked = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    if locked.closed_at is not None:
        raise RoomClosed
    return locked


def _by_hand(room: Room, positions: Collection[int]) -> Room:
    """A room whose members are chosen; of an area and of a group the desks are. Raises
    ``FollowsTheTown``, ``RoomClosed``."""
    locked = _locked(room)
    if locked.kind == Room.Kind.GROUP and locked.group_id is None:
        return locked
    named = Position.objects.filter(pk__in=positions)
    chosen = locked.kind in {Room.Kind.AREA, Room.Kind.GROUP}
    if not chosen or named.exclude(kind=Position.Kind.DESK).exists():
        raise FollowsTheTown
    return locked


def _open(positions: Collection[int]) -> list[int]:
    """Raises ``Refused`` where one of them is not there, or closed."""
    found = list(Position.objects.open().filter(pk__in=positions).values_list("pk", flat=True))
    if len(found) < len(set(positions)):
        raise Refused(_("選んだ役職の中に、いまは無いものがあります。選び直してください。"))
    return found


def _fit_name(name: str) -> str:
    fit = " ".join(plain(name, MAX_NAME_LENGTH).split())
    if not fit:
        raise Refused(_("トークの名前を書いてください。"))
    return fit
