# SPDX-License-Identifier: Apache-2.0
"""The numbers page over a million cases, over HTTP as an administrator; how soon a change shows."""

from __future__ import annotations

import random
import time
from urllib.parse import urlencode

import httpx
import psycopg

from bench.cases import furnish, sign_in
from bench.report import Report, Target, percentile
from bench.stage import Stage, stage

CASES = 1_000_000
REQUESTS = 120
WARM = 10
CHANGES = 5
PERIODS = ["12", "month", "last", "year", "lastyear"]
_REPORTS = """
INSERT INTO reports_report (
    municipality_id, case_id, receipt_number, kind_id, answers, text, areas, channel, token,
    sources, submitted_at, address, position_source
)
SELECT municipality_id, id, number, kind_id, '[]', '', '[]', channel, 't' || id, '{}', opened_at,
    '', ''
FROM reports_case
"""


def run() -> Report:
    with stage() as here:
        counted, changing, cookie = _fill()
        client = httpx.Client(base_url=here.web(), cookies=cookie, timeout=120)
        chance = random.Random(1)
        pages = [_address(chance) for _ in range(REQUESTS + WARM)]
        taken = [_seconds(client, page) for page in pages][WARM:]
        everything = [_seconds(client, "since=2015-01") for _ in range(20)]
        fresh = [_until_it_shows(changing) for _ in range(CHANGES)]
        floor = _floor(here)
    return Report(
        bench="statistics",
        metrics={
            "cases": CASES,
            "page_p50_ms": percentile(taken, 0.5) * 1000,
            "page_p95_ms": percentile(taken, 0.95) * 1000,
            "all_years_p95_ms": percentile(everything, 0.95) * 1000,
            "fresh_after_s": max(fresh) + CLOCK_SECONDS,
            "first_count_s": counted,
        },
        floor={"group_a_million_by_kind_ms": floor},
        targets=[
            Target("page_p95_ms", "<", 500),
            Target("all_years_p95_ms", "<", 500),
            Target("fresh_after_s", "<", 60),
        ],
        notes={
            "requests": REQUESTS,
            "fresh_after_s": "the longest count after a change, and the clock's whole step",
        },
    )


# ``reports.periodic.tally`` comes so often.
CLOCK_SECONDS = 20


def _address(chance: random.Random) -> str:
    """As people ask: a ready span, now and then a kind, an area or a department."""
    chosen = {"period": chance.choice(PERIODS)}
    for name in chance.sample(["kind", "area", "department"], chance.randint(0, 2)):
        chosen[name] = str(chance.randint(1, 6))
    return urlencode(chosen)


def _seconds(client: httpx.Client, query: str) -> float:
    began = time.perf_counter()
    client.get(f"/console/statistics/?{query}").raise_for_status()
    return time.perf_counter() - began


def _fill() -> tuple[float, list[int], dict[str, str]]:
    from django.db import connection

    from bench.volume import fill_town, settle
    from kairan.municipalities.models import Municipality
    from kairan.municipalities.tenancy import town
    from kairan.reports.models import Case
    from kairan.reports.tallying import tally_what_changed

    with town(Municipality.objects.create(name="計測市", is_default=True)):
        furnish()
        fill_town(CASES)
        with connection.cursor() as cursor:
            cursor.execute(_REPORTS)
            for table in ("report", "staletally"):
                cursor.execute(f"VACUUM (ANALYZE) reports_{table}")
        settle()
        began = time.perf_counter()
        tally_what_changed(most=100_000)
        counted = time.perf_counter() - began
        with connection.cursor() as cursor:
            for table in ("monthtally", "clerktally", "placetally", "staletally"):
                cursor.execute(f"VACUUM (ANALYZE) reports_{table}")
        changing = list(Case.objects.open().values_list("pk", flat=True)[:100])
        return counted, changing, sign_in()


def _until_it_shows(changing: list[int]) -> float:
    """A hundred cases of all kinds change; seconds of the turn of the clock that counts them."""
    from django.utils import timezone

    from kairan.municipalities.models import Municipality
    from kairan.municipalities.tenancy import town
    from kairan.reports.models import Case
    from kairan.reports.tallying import tally_what_changed

    with town(Municipality.objects.get(is_default=True)):
        Case.objects.filter(pk__in=changing).update(first_answered_at=timezone.now())
        began = time.perf_counter()
        tally_what_changed()
        return time.perf_counter() - began


def _floor(here: Stage) -> float:
    """The cheapest question of the page asked of the cases themselves, without the tallies."""
    taken = []
    with psycopg.connect(here.environment["DATABASE_URL"], autocommit=True) as bare:
        bare.execute("SELECT set_config('kairan.municipality', '1', false)")
        for _ in range(10):
            began = time.perf_counter()
            bare.execute("SELECT kind_id, count(*) FROM reports_case GROUP BY 1").fetchall()
            taken.append(time.perf_counter() - began)
    return percentile(taken, 0.5) * 1000
