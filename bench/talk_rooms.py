# SPDX-License-Identifier: Apache-2.0
"""Long histories: a room of 100,000 messages opened, a million messages searched, what is unread
counted over 200 rooms."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from bench.report import Report, Target, percentile
from bench.stage import stage
from bench.talk_people import Talker, make_town, open_room, seat_people

LONG, SHORT = 100_000, 100
ROOMS = 200
MESSAGES = 1_000_000
UNREAD = 20
REQUESTS = 60
SEARCHES = 40
MEMBERS = 20
# Often said, sometimes said, said once, never said.
WORDS = ("見回り", "公民館 掃除", "集会所 鍵", "防災倉庫", "第三〇〇〇号", "宇宙人")

_SENTENCES = (
    "夕方の見回りは五時からになりました",
    "公民館の掃除をお願いします。ほうきは倉庫にあります",
    "集会所の鍵は会計の方が持っています",
    "夏祭りの打ち合わせを来週の火曜日にします",
    "了解しました。ありがとうございます",
    "回覧板を今日中に回してください",
    "ごみ置き場のネットが破れています",
    "防災倉庫の点検を行いました。異常ありません",
    "子ども会の人数が決まりましたらお知らせください",
    "雨のため中止です。次の日曜日に延ばします",
)
# ``rooms``: their ids; each gets ``each`` messages by turns, one a minute, the last of them now.
_MESSAGES = """
INSERT INTO talk_message (
    municipality_id, room_id, number, client_id, position_id, person_id, kind, text, stamp,
    mentions, importance, must_confirm, sent_at, search
)
SELECT
    %(town)s, room, number, gen_random_uuid(), (%(positions)s::bigint[])[who],
    (%(persons)s::bigint[])[who], 'text', said, '', '[]', 0, false,
    now() - (%(each)s - number) * interval '1 minute', talk_lexemes(%(town)s, room, said)
FROM (
    SELECT room, number, 1 + number %% %(people)s AS who,
        (%(sentences)s::text[])[1 + (number + room) %% %(kinds)s] || CASE
            WHEN number %% 1000 = 999
            THEN '第' || translate((room * 1000 + number / 1000)::text, '0123456789',
                                   '〇一二三四五六七八九') || '号'
            ELSE '' END AS said
    FROM unnest(%(rooms)s::bigint[]) AS room,
        generate_series(%(first)s::integer, %(last)s::integer) AS number
) AS made
"""
_RECIPIENTS = """
INSERT INTO talk_recipient (
    municipality_id, message_id, room_id, position_id, number, read_at, reminders
)
SELECT %(town)s, message.id, message.room_id, position, message.number,
    CASE WHEN message.number <= %(each)s - %(unread)s THEN message.sent_at END, 0
FROM talk_message AS message, unnest(%(positions)s::bigint[]) AS position
WHERE message.room_id = ANY(%(rooms)s) AND message.number BETWEEN %(first)s AND %(last)s
  AND position <> message.position_id
"""
_ROOMS = """
UPDATE talk_room SET last_number = %(each)s, last_message_at = now() WHERE id = ANY(%(rooms)s)
"""
_BATCH = 100_000


def run() -> Report:
    with stage() as here:
        town = make_town()
        people = seat_people(town, MEMBERS, signed_in=1)
        long, short = (open_room(town, people, name) for name in ("長い", "短い"))
        _fill(town, [long], people, LONG)
        _fill(town, [short], people, SHORT)
        web = httpx.Client(
            base_url=here.web(), cookies={"sessionid": people[0].session}, timeout=60
        )
        opened = _opened(web, long)
        queries = {
            name: _queries(people[0], room) for name, room in (("", long), ("_short", short))
        }
        few = people[:3]
        rooms = [open_room(town, few, f"{number}番") for number in range(ROOMS)]
        _fill(town, rooms, few, MESSAGES // ROOMS)
        _settle()
        listed, counted = _listed(web), _counted(town, people[0])
        searched, found = _searched(town, people[0])
        floor = _floor(town)
    return Report(
        bench="talk_rooms",
        metrics={
            **_figures("open", opened["last"]),
            **_figures("open_middle", opened["middle"]),
            **{f"open_queries{name}": count for name, count in queries.items()},
            **_figures("list_200", listed),
            **_figures("unread", counted),
            **_figures("search", searched),
            "found": found,
        },
        floor=floor,
        targets=[
            Target("open_p95_ms", "<", 100),
            Target("open_middle_p95_ms", "<", 100),
            Target("open_queries", "<=", queries["_short"]),
            Target("search_p95_ms", "<", 300),
            Target("unread_p95_ms", "<", 20),
        ],
        notes={
            "open": f"a room of {LONG:,} messages over HTTP, its end and around any message",
            "unread": f"what is unread in {ROOMS} rooms of one person, {UNREAD} in each",
            "list_200": "the whole list of these rooms over HTTP",
            "search": f"{WORDS} among {MESSAGES:,} messages in {ROOMS} rooms",
        },
    )


def _fill(town_id: int, rooms: Sequence[int], people: Sequence[Talker], each: int) -> None:
    from django.db import connection

    from kairan.municipalities.tenancy import town

    asked: dict[str, Any] = {
        "town": town_id,
        "rooms": list(rooms),
        "positions": [one.position for one in people],
        "persons": [one.person for one in people],
        "people": len(people),
        "sentences": list(_SENTENCES),
        "kinds": len(_SENTENCES),
        "each": each,
        "unread": UNREAD,
    }
    step = max(1, _BATCH // len(rooms))
    with town(town_id), connection.cursor() as cursor:
        for first in range(1, each + 1, step):
            part = {**asked, "first": first, "last": min(first + step - 1, each)}
            cursor.execute(_MESSAGES, part)
            cursor.execute(_RECIPIENTS, part)
        cursor.execute(_ROOMS, asked)


def _settle() -> None:
    """What autovacuum does in quiet hours."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) talk_message, talk_recipient, talk_room, talk_member")


def _opened(web: httpx.Client, room: int) -> dict[str, list[float]]:
    _settle()
    chance, path = random.Random(1), f"/community/talk/api/rooms/{room}/"
    return {
        "last": _times(lambda: web.get(path)),
        "middle": _times(lambda: web.get(f"{path}?around={chance.randint(1, LONG)}")),
    }


def _listed(web: httpx.Client) -> list[float]:
    return _times(lambda: web.get("/community/talk/api/rooms/"))


def _queries(talker: Talker, room: int) -> int:
    """SQL statements of one opening."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = talker.session
    path = f"/community/talk/api/rooms/{room}/"
    assert client.get(path, headers={"host": "localhost"}).status_code == httpx.codes.OK
    with CaptureQueriesContext(connection) as asked:
        client.get(path, headers={"host": "localhost"})
    return len(asked)


def _counted(town_id: int, talker: Talker) -> list[float]:
    from kairan.municipalities.tenancy import town
    from kairan.people.models import Person
    from kairan.people.positions.holding import seats_of
    from kairan.talk.queries import unread_of

    with town(town_id):
        seats = seats_of(Person.objects.get(pk=talker.person))
        return _times(lambda: unread_of(seats))


def _searched(town_id: int, talker: Talker) -> tuple[list[float], int]:
    """Every wording in turn; and how many of the wordings were found."""
    from kairan.municipalities.tenancy import town
    from kairan.people.models import Person
    from kairan.people.positions.holding import seats_of
    from kairan.talk.searching import search

    with town(town_id):
        seats = seats_of(Person.objects.get(pk=talker.person))
        found = sum(bool(search(seats, words).hits) for words in WORDS)
        turns = iter(WORDS * SEARCHES)
        return _times(lambda: search(seats, next(turns)), SEARCHES * len(WORDS) // 2), found


def _floor(town_id: int) -> dict[str, float]:
    """Counting a million messages, and fetching the last page of a room by its index, bare."""
    from django.db import connection

    from kairan.municipalities.tenancy import town

    statements = {
        "count_all": "SELECT count(*) FROM talk_message",
        "last_40_rows": "SELECT * FROM talk_message WHERE room_id = (SELECT min(id) FROM talk_room)"
        " ORDER BY number DESC LIMIT 40",
    }
    floor = {}
    with town(town_id), connection.cursor() as cursor:
        for name, statement in statements.items():
            taken = _times(lambda asked=statement: cursor.execute(asked), 5)  # type: ignore[misc]
            floor[f"{name}_p50_ms"] = percentile(taken, 0.5) * 1000
    return floor


def _times(ask: Callable[[], object], count: int = REQUESTS) -> list[float]:
    """Seconds of each, after one that is thrown away."""
    taken = []
    for _ in range(count + 1):
        began = time.perf_counter()
        answer = ask()
        taken.append(time.perf_counter() - began)
        assert not isinstance(answer, httpx.Response) or answer.status_code == httpx.codes.OK
    return taken[1:]


def _figures(name: str, taken: list[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": percentile(taken, 0.50) * 1000,
        f"{name}_p95_ms": percentile(taken, 0.95) * 1000,
    }
