# SPDX-License-Identifier: Apache-2.0
"""Finding messages by Japanese words, in the rooms that somebody may see and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Min, Prefetch
from django.utils import timezone

from kairan.lib.bigrams import either, word_terms
from kairan.lib.folding import fold
from kairan.lib.folding import words as words_of
from kairan.lib.marking import Part, marked
from kairan.municipalities.tenancy import current_town_id
from kairan.people.positions.holding import Seat
from kairan.talk.models import Attachment, Member, Message

PAGE = 30
# Ids are asked for in batches, each twice the one before; after the last one the page says how far
# it has looked, and goes on from there when asked.
FIRST_BATCH = 400
BATCHES = 3
AROUND = 40
# Rooms named one by one in the query; whoever sees more is answered by their ids alone.
MOST_ROOM_TERMS = 50
SAID = [kind for kind in Message.Kind.values if kind != Message.Kind.EVENT]
KINDS = {
    "attached": [Message.Kind.PHOTOS, Message.Kind.FILE],
    "photos": [Message.Kind.PHOTOS],
    "files": [Message.Kind.FILE],
}


@dataclass(frozen=True)
class Hit:
    """A message that holds all words; ``parts``: what to show of its text."""

    message: Message
    parts: list[Part]


@dataclass(frozen=True)
class Found:
    """Newest first. ``older``: go on with messages before this id; None: there are no more."""

    hits: list[Hit]
    older: int | None = None


def search(
    seats: Iterable[Seat],
    words: str,
    *,
    room: int | None = None,
    position: int | None = None,
    person: int | None = None,
    since: date | None = None,
    until: date | None = None,
    kind: str | None = None,
    before: int | None = None,
) -> Found:
    """Messages with all words, in the rooms of these seats; without words all that the filters let
    through. ``kind``: a key of ``KINDS``; ``since`` and ``until``: days, both included."""
    rooms = seen_rooms(seats, room)
    folded = words_of(words)
    asked: list[Any] = [
        _query(folded, rooms),
        list(rooms),
        list(rooms.values()),
        position,
        person,
        KINDS.get(kind or "", SAID),
        _begin(since),
        _begin(until + timedelta(days=1)) if until and until < date.max else None,
    ]
    ids = _ids([*asked, None, FIRST_BATCH]) if rooms else []
    if len(ids) < FIRST_BATCH:
        return _few(ids, folded, before)
    return _many(asked, folded, before)


def _few(ids: list[int], words: tuple[str, ...], before: int | None) -> Found:
    """All at once, by time: what was taken over from elsewhere has ids in another order."""
    exact = _exact(ids, words, by_time=True)
    if before in exact:
        exact = exact[exact.index(before) + 1 :]
    older = exact[PAGE - 1] if len(exact) > PAGE else None
    return Found(_hits(exact[:PAGE], words), older)


def _many(asked: list[Any], words: tuple[str, ...], before: int | None) -> Found:
    """Down the ids, which grow with time."""
    exact: list[int] = []
    most = FIRST_BATCH
    for _batch in range(BATCHES):
        ids = _ids([*asked, before, most])
        exact += _exact(ids, words)
        if len(exact) > PAGE:
            return Found(_hits(exact[:PAGE], words), older=exact[PAGE - 1])
        if len(ids) < most:
            return Found(_hits(exact, words))
        before, most = ids[-1], most * 2
    return Found(_hits(exact, words), older=before)


def seen_rooms(seats: Iterable[Seat], room: int | None = None) -> dict[int, int]:
    """The rooms of these seats, each with the number after which messages are shown."""
    rows = Member.objects.present().filter(position__in=[seat.position_id for seat in seats])
    if room is not None:
        rows = rows.filter(room=room)
    return dict(rows.values_list("room").annotate(Min("sees_after")).order_by())


def _query(words: tuple[str, ...], rooms: dict[int, int]) -> str | None:
    """The words' terms and the rooms' marks as a ``tsquery``; None without words."""
    if not words:
        return None
    terms = word_terms(current_town_id(), words)
    if len(rooms) <= MOST_ROOM_TERMS:
        terms.append(either(current_town_id(), [("r", room) for room in rooms]))
    return " & ".join(terms)


def _ids(asked: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT talk_search(%s::tsquery, %s, %s, %s, %s, %s, %s, %s, %s, %s)", asked)
        return [row[0] for row in cursor.fetchall()]


def _exact(ids: list[int], words: tuple[str, ...], *, by_time: bool = False) -> list[int]:
    """Those that hold the words themselves, newest first; none that was recalled."""
    said = Message.objects.filter(pk__in=ids, recalled_at=None)
    said = said.order_by("-sent_at", "-id") if by_time else said.order_by("-id")
    rows = list(said.values_list("pk", "text", "kind"))
    names = _names([pk for pk, _text, kind in rows if kind == Message.Kind.FILE])
    return [pk for pk, text, _kind in rows if _holds(words, text, names[pk])]


def _names(ids: list[int]) -> defaultdict[int, list[str]]:
    """Of each message the names of its files."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    if ids:
        files = Attachment.objects.filter(message__in=ids, document__isnull=False)
        for message, name in files.order_by("place").values_list("message", "document__name"):
            names[message].append(name)
    return names


def _holds(words: tuple[str, ...], text: str, names: list[str]) -> bool:
    folded = fold(" ".join([text, *names]))
    return all(word in folded for word in words)


def _hits(ids: list[int], words: tuple[str, ...]) -> list[Hit]:
    """What is shown of these messages."""
    attached = Attachment.objects.select_related("stored", "document").order_by("place")
    said = (
        Message.objects.select_related("room", "position", "person")
        .prefetch_related(Prefetch("attachments", queryset=attached))
        .in_bulk(ids)
    )
    return [Hit(said[key], marked(said[key].text, words, around=AROUND)) for key in ids]


def _begin(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
