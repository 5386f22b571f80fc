# SPDX-License-Identifier: Apache-2.0
"""A million cases in one town among ten: list, map, search and export, over HTTP as a clerk."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
import psutil
import psycopg

from bench.report import Report, Target, percentile
from bench.stage import Stage, stage

CASES = 1_000_000
OTHER_TOWNS = 9
CASES_ELSEWHERE = 20_000
REQUESTS = 150
WARM = 20
EXPORTED = 100_000
BOXES = ["130.60,32.70,130.80,32.85", "130.70,32.78,130.74,32.82", "130.712,32.801,130.718,32.806"]
SEARCHES = [
    "街灯", "横断歩道", "春日3丁目", "ブランコの鎖", "用水路 土砂", "カーブミラー 小学校", "穴",
    "春日3丁目7-12", "側溝のふた 郵便局の裏", "B1-0999", "資源物 けが人", "存在しない言葉",
    "白線 交差点 大雨", "健軍", "転びそう 帯山",
]  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """A signed-in clerk of the big town: address, cookie, and what can be filtered by."""

    web: str
    cookie: dict[str, str]
    filters: dict[str, list[str]]


def run() -> Report:
    with stage() as here:
        desk = _fill(here)
        client = httpx.Client(base_url=desk.web, cookies=desk.cookie, timeout=120)
        chance = random.Random(1)
        lists = _times(client, (f"/console/cases/?{_filters(chance, desk)}" for _ in _many()))
        maps = _times(client, (f"/console/cases/points/?{_window(chance, desk)}" for _ in _many()))
        words = (urlencode({"q": chance.choice(SEARCHES), "status": "all"}) for _ in _many())
        searches = _times(client, (f"/console/cases/?{word}" for word in words))
        counts = _times(
            client, (f"/console/cases/counts/?{_filters(chance, desk)}" for _ in _many())
        )
        exported = _export(here, client)
        floor = _floor(here)
    return Report(
        bench="cases",
        metrics={
            "cases": CASES,
            "list_p50_ms": percentile(lists, 0.5) * 1000,
            "list_p95_ms": percentile(lists, 0.95) * 1000,
            "map_p50_ms": percentile(maps, 0.5) * 1000,
            "map_p95_ms": percentile(maps, 0.95) * 1000,
            "search_p50_ms": percentile(searches, 0.5) * 1000,
            "search_p95_ms": percentile(searches, 0.95) * 1000,
            "counts_p95_ms": percentile(counts, 0.95) * 1000,
            **exported,
        },
        floor={"newest_50_rows_p95_ms": floor},
        targets=[
            Target("list_p95_ms", "<", 100),
            Target("map_p95_ms", "<", 100),
            Target("search_p95_ms", "<", 300),
            Target("export_rows", ">=", EXPORTED),
            Target("export_memory_growth_mb", "<", 30),
        ],
        notes={"towns": OTHER_TOWNS + 1, "requests": REQUESTS, "searches": SEARCHES},
    )


def _many() -> range:
    return range(REQUESTS + WARM)


def _times(client: httpx.Client, addresses: Iterable[str]) -> list[float]:
    """Seconds of each request, the first ones left out."""
    taken = []
    for address in addresses:
        began = time.perf_counter()
        client.get(address, headers={"HX-Request": "true"}).raise_for_status()
        taken.append(time.perf_counter() - began)
    return taken[WARM:]


def _filters(chance: random.Random, desk: Desk) -> str:
    """One to three filters, as a clerk combines them."""
    chosen = chance.sample(sorted(desk.filters), chance.randint(1, 3))
    return urlencode({name: chance.choice(desk.filters[name]) for name in chosen})


def _window(chance: random.Random, desk: Desk) -> str:
    return f"{_filters(chance, desk)}&box={chance.choice(BOXES)}"


def _export(here: Stage, client: httpx.Client) -> dict[str, float]:
    """100,000 rows and more as CSV; how far the web process grows meanwhile."""
    web = psutil.Process(here.processes[0].pid)
    before, peak, done = web.memory_info().rss, [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            peak[0] = max(peak[0], web.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    began, rows = time.perf_counter(), -1
    with client.stream("GET", "/console/cases/export/csv/?status=all") as answer:
        answer.raise_for_status()
        for chunk in answer.iter_bytes():
            rows += chunk.count(b"\r\n")
            if rows >= EXPORTED:
                break
    seconds = time.perf_counter() - began
    done.set()
    watcher.join()
    return {
        "export_rows": rows,
        "export_rows_per_second": rows / seconds,
        "export_memory_growth_mb": (peak[0] - before) / 2**20,
    }


def _floor(here: Stage) -> float:
    """The newest fifty rows by their index, without framework, filters or joins."""
    taken = []
    with psycopg.connect(here.environment["DATABASE_URL"], autocommit=True) as bare:
        bare.execute("SELECT set_config('kairan.municipality', '1', false)")
        for _ in _many():
            began = time.perf_counter()
            bare.execute(
                "SELECT id, number, title, status, opened_at FROM reports_case "
                "WHERE municipality_id = 1 ORDER BY opened_at DESC, id DESC LIMIT 50"
            ).fetchall()
            taken.append(time.perf_counter() - began)
    return percentile(taken[WARM:], 0.95) * 1000


def _fill(here: Stage) -> Desk:
    from bench.volume import fill_town, settle
    from kairan.municipalities.models import Area, Department, Municipality
    from kairan.municipalities.tenancy import town
    from kairan.reports.models import ReportKind

    for number in range(OTHER_TOWNS + 1):
        made = Municipality.objects.create(
            name=f"計測市{number}",
            is_default=number == 0,
            host=None if number == 0 else f"t{number}",
        )
        with town(made):
            furnish()
            fill_town(CASES if number == 0 else CASES_ELSEWHERE)
    settle()
    with town(Municipality.objects.get(is_default=True)):
        filters = {
            "status": ["open", "received", "in_progress", "resolved", "all"],
            "kind": _ids(ReportKind),
            "area": _ids(Area),
            "department": _ids(Department),
            "assignee": ["me", "none"],
            "channel": ["line", "phone", "web"],
            "due": ["overdue"],
            "since": ["2024-04-01", "2026-01-01"],
            "until": ["2025-03-31", "2026-06-30"],
        }
        cookie = sign_in()
    return Desk(here.web(), cookie, filters)


def _ids(model: object) -> list[str]:
    rows = model.objects.values_list("pk", flat=True)  # type: ignore[attr-defined]
    return [str(key) for key in rows]


def furnish() -> None:
    from kairan.audit.actors import PROGRAM
    from kairan.municipalities.models import Area, Department
    from kairan.people.models import Membership, Person, Role
    from kairan.reports.actions import install_kinds

    install_kinds(acting=PROGRAM)
    for number in range(6):
        Department.objects.create(name=f"土木センター{number}")
        Area.objects.create(kind=Area.Kind.WARD, code=str(number), name=f"{number}区")
    for number in range(8):
        person = Person.objects.create(email=f"clerk{number}@example.jp", name=f"職員{number}")
        Membership.objects.create(person=person, role=Role.ADMINISTRATOR)


def sign_in() -> dict[str, str]:
    """A session as the sign-in would have made it."""
    from django.conf import settings
    from django.test import Client

    from kairan.municipalities.middleware import SESSION_KEY
    from kairan.people.models import Person

    client, person = Client(), Person.objects.get(email="clerk0@example.jp")
    client.force_login(person)
    session = client.session
    session[SESSION_KEY] = person.municipality_id
    session.save()
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
