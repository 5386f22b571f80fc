# SPDX-License-Identifier: Apache-2.0
"""A scenario of 200 steps in the designer: opened, previewed, checked, changed, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import psycopg

from bench.cases import furnish, sign_in
from bench.report import Report, Target, percentile
from bench.stage import Stage, stage

STEPS = 200
REQUESTS = 100
WARM = 10
LIMIT_MS = 200
HTMX = {"HX-Request": "true"}


def run() -> Report:
    with stage() as here:
        scenario, cookie = _fill()
        client = httpx.Client(base_url=here.web(), cookies=cookie, timeout=60)
        base = f"/console/scenarios/{scenario}/"
        opened = _times(lambda _n: client.get(base))
        previewed = _times(lambda _n: client.get(f"{base}preview/", headers=HTMX))
        checked = _times(lambda _n: client.get(f"{base}publish/"))
        formed = _times(lambda _n: client.get(f"{base}steps/s2/", headers=HTMX))
        changed = _times(lambda n: _move(client, base, n))
        bytes_sent = len(client.get(base).content)
        floor, pure = _floor(here), _pure()
    return Report(
        bench="designer",
        metrics={
            "steps": STEPS,
            **_figures("open", opened),
            **_figures("preview", previewed),
            **_figures("check", checked),
            **_figures("form", formed),
            **_figures("change", changed),
            "page_kb": bytes_sent / 1024,
        },
        floor={"read_the_draft_p95_ms": floor, **pure},
        targets=[Target(f"{name}_p95_ms", "<", LIMIT_MS) for name in ("open", "preview", "check")],
        notes={"requests": REQUESTS, "change": "a step moved, and the whole editor drawn anew"},
    )


def _figures(name: str, taken: list[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": percentile(taken, 0.5) * 1000,
        f"{name}_p95_ms": percentile(taken, 0.95) * 1000,
    }


def _times(ask: Callable[[int], httpx.Response]) -> list[float]:
    taken = []
    for number in range(REQUESTS + WARM):
        began = time.perf_counter()
        ask(number).raise_for_status()
        taken.append(time.perf_counter() - began)
    return taken[WARM:]


def _move(client: httpx.Client, base: str, number: int) -> httpx.Response:
    way = "down" if number % 2 == 0 else "up"
    headers = {**HTMX, "X-CSRFToken": client.cookies.get("csrftoken") or ""}
    return client.post(f"{base}arrange/", data={"do": f"{way}:s100"}, headers=headers)


def definition() -> dict[str, Any]:
    """Choices, texts, branches and places in three languages, as long as a real one grows."""

    def say(words: str) -> dict[str, str]:
        return {"ja": words, "ja-simple": f"{words} です", "en": f"{words} (en)"}

    steps: list[dict[str, Any]] = []
    for n in range(STEPS - 2):
        step: dict[str, Any] = {"id": f"s{n}", "text": say(f"{n}番目の質問です。教えてください。")}
        match n % 5:
            case 0 | 2:
                options = [
                    {"value": f"v{i}", "label": say(f"答え{i}"), "words": [f"言葉{i}"]}
                    for i in range(6)
                ]
                if n + 3 < STEPS - 2:
                    options[0]["next"] = f"s{n + 3}"
                steps.append({**step, "type": "choice", "options": options})
            case 1:
                steps.append({**step, "type": "text", "pattern": "[0-9-]+", "heading": say("番号")})
            case 3:
                when = {"type": "answer", "step": f"s{n - 1}", "values": ["v1", "v2"]}
                ways = [{"when": when, "next": f"s{min(n + 2, STEPS - 3)}"}]
                steps.append({"id": f"s{n}", "type": "branch", "ways": ways})
            case _:
                steps.append({**step, "type": "position"})
    end = {"type": "end", "id": "end", "outcome": {"type": "report", "kind": "road"}}
    steps += [{"type": "confirm", "id": "confirm"}, end]
    languages = ["ja", "ja-simple", "en"]
    return {"key": "long", "title": say("長いシナリオ"), "languages": languages, "steps": steps}


def _fill() -> tuple[int, dict[str, str]]:
    from kairan.audit.actors import PROGRAM
    from kairan.municipalities.models import Municipality
    from kairan.municipalities.tenancy import town
    from kairan.scenarios.designer.actions import create_scenario
    from kairan.scenarios.loader import read_definition

    with town(Municipality.objects.create(name="計測市", is_default=True)):
        furnish()
        made = create_scenario(acting=PROGRAM, title="", definition=read_definition(definition()))
        return made.pk, sign_in()


def _floor(here: Stage) -> float:
    """The draft's row by its index, without framework, parsing or page."""
    taken = []
    with psycopg.connect(here.environment["DATABASE_URL"], autocommit=True) as bare:
        bare.execute("SELECT set_config('kairan.municipality', '1', false)")
        for _ in range(REQUESTS + WARM):
            began = time.perf_counter()
            bare.execute(
                "SELECT definition FROM scenarios_scenarioversion WHERE state = 'draft'"
            ).fetchall()
            taken.append(time.perf_counter() - began)
    return percentile(taken[WARM:], 0.95) * 1000


def _pure() -> dict[str, float]:
    """What the program itself must do, without HTTP, database and templates."""
    from kairan.scenarios.check import check
    from kairan.scenarios.designer.diagram import svg
    from kairan.scenarios.loader import read_definition

    data = definition()
    works: dict[str, Callable[[], object]] = {
        "parse": lambda: read_definition(data),
        "check": lambda: check(read_definition(data)),
        "draw": lambda: svg(read_definition(data)),
    }
    found = {}
    for name, work in works.items():
        taken = []
        for _ in range(20):
            began = time.perf_counter()
            work()
            taken.append(time.perf_counter() - began)
        found[f"{name}_p50_ms"] = percentile(taken, 0.5) * 1000
    return found
