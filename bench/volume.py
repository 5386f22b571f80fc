# SPDX-License-Identifier: Apache-2.0
"""Very many believable cases, made by the database itself: for benchmarks."""

from __future__ import annotations

from django.db import connection

from kairan.lib.folding import fold
from kairan.municipalities.models import Area, Department
from kairan.municipalities.tenancy import current_town_id
from kairan.people.models import Person
from kairan.reports.models import ReportKind

_WHAT = (
    "横断歩道の白線が消えています",
    "道路に大きな穴があいています",
    "街灯が点灯していません",
    "側溝のふたが割れています",
    "公園のブランコの鎖が切れかけています",
    "カーブミラーが曲がっています",
    "歩道のタイルがはがれて段差になっています",
    "用水路に土砂がたまっています",
    "資源物の持ち去りを見ました",
    "街路樹の枝が信号にかかっています",
)
_WHERE = (
    "交差点",
    "小学校の前",
    "郵便局の裏",
    "バス停の横",
    "橋のたもと",
    "公園の入口",
    "駅の北側",
)
_MORE = (
    "夜は暗くて見えません。早めの対応をお願いします。",
    "子どもが通る道なので心配です。",
    "先週の大雨のあとからです。",
    "自転車で転びそうになりました。",
    "前にも連絡しましたがまだ直っていません。",
    "けが人はいません。",
)
_PLACES = ("春日", "横手", "島崎", "帯山", "健軍", "清水", "龍田", "出水", "田崎", "池田", "花園")

# Mostly closed, as after some years; the newest are the open ones.
_INSERT = """
INSERT INTO reports_case (
    municipality_id, status, kind_id, department_id, assignee_id, due_on, longitude, latitude,
    area_id, address, title, number, channel, opened_at, closed_at, reopened_count,
    first_answered_at, viewed_at, search_text, version, priority, escalation
)
SELECT
    %(town)s, status, kind, department,
    CASE WHEN random() < 0.6
        THEN (%(persons)s::bigint[])[1 + floor(random() * %(person_count)s)] END,
    (opened + interval '20 days')::date,
    %(west)s + random() * %(width)s, %(south)s + random() * %(height)s,
    area, address, what, number, channel, opened,
    CASE WHEN status IN ('resolved', 'no_action', 'referred') THEN opened + interval '9 days' END,
    0, opened + interval '1 day', opened + interval '1 hour',
    lower(number) || ' ' || what || ' ' || kind_name || ' ' || address || ' ' || place
        || ' ' || more,
    3, 'normal', 0
FROM (
    SELECT
        i,
        now() - (%(count)s - i) * interval '1 second' * (%(years)s * 31536000.0 / %(count)s)
            AS opened,
        CASE
            WHEN i <= %(count)s * 0.985 THEN
                (ARRAY['resolved','resolved','resolved','resolved','no_action','referred'])
                [1 + floor(random() * 6)]
            ELSE (ARRAY['received','under_review','in_progress','in_progress','resolved'])
                [1 + floor(random() * 5)]
        END AS status,
        (%(kinds)s::bigint[])[k] AS kind, (%(kind_names)s::text[])[k] AS kind_name,
        (%(departments)s::bigint[])[1 + (k + a) %% %(department_count)s] AS department,
        (%(areas)s::bigint[])[a] AS area,
        'B' || %(town)s || '-' || lpad(i::text, 7, '0') AS number,
        (ARRAY['line','line','line','web','phone','counter','mail'])[1 + floor(random() * 7)]
            AS channel,
        (%(places)s::text[])[1 + floor(random() * %(place_count)s)]
            || (1 + floor(random() * 8)) || '丁目' || (1 + floor(random() * 40)) || '-'
            || (1 + floor(random() * 30)) AS address,
        (%(what)s::text[])[1 + floor(random() * %(what_count)s)] AS what,
        (%(wheres)s::text[])[1 + floor(random() * %(where_count)s)] AS place,
        (%(mores)s::text[])[1 + floor(random() * %(more_count)s)] AS more
    FROM (
        SELECT
            i, 1 + (floor(random() * %(kind_count)s))::int AS k,
            1 + (floor(random() * %(area_count)s))::int AS a
        FROM generate_series(%(first)s, %(last)s) AS i
    ) AS picked
) AS made
"""
_BATCH = 50_000


def fill_town(
    count: int,
    *,
    years: float = 6.0,
    box: tuple[float, float, float, float] = (130.55, 32.65, 130.85, 32.90),
) -> None:
    """``count`` cases in the entered town (which has kinds, areas, departments, persons).

    Cases only, without reports: what lists, maps and searches read. ``box``: west, south, east,
    north. About a minute for each million on two slow cores, and as long again for ``settle``.
    """
    kinds = list(ReportKind.objects.in_order())
    lists: dict[str, list[object]] = {
        "kinds": [kind.pk for kind in kinds],
        "kind_names": [fold(kind.name) for kind in kinds],
        "departments": list(Department.objects.in_order().values_list("id", flat=True)),
        "areas": list(Area.objects.in_order().values_list("id", flat=True)),
        "persons": list(Person.objects.order_by("id").values_list("id", flat=True)),
        "what": [fold(text) for text in _WHAT],
        "wheres": [fold(text) for text in _WHERE],
        "mores": [fold(text) for text in _MORE],
        "places": [fold(text) for text in _PLACES],
    }
    counts = {
        "kind_count": len(kinds),
        "department_count": len(lists["departments"]),
        "area_count": len(lists["areas"]),
        "person_count": len(lists["persons"]),
        "what_count": len(_WHAT),
        "where_count": len(_WHERE),
        "more_count": len(_MORE),
        "place_count": len(_PLACES),
    }
    west, south, east, north = box
    with connection.cursor() as cursor:
        for first in range(1, count + 1, _BATCH):
            cursor.execute(
                _INSERT,
                {
                    "town": current_town_id(),
                    "count": count,
                    "years": years,
                    "first": first,
                    "last": min(first + _BATCH - 1, count),
                    "west": west,
                    "width": east - west,
                    "south": south,
                    "height": north - south,
                    **lists,
                    **counts,
                },
            )


def settle() -> None:
    """What autovacuum does in quiet hours: statistics, and the map of pages all may see."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) reports_case")
