# SPDX-License-Identifier: Apache-2.0
"""The running demo from all sides: the residents' phones, the town's pages, its database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable
from itertools import count
from types import SimpleNamespace
from typing import Any, TypeVar

import httpx
import psycopg

from linesim.testing import Line
from tests.running import RunningDemo
from tests.talking import words_of

T = TypeVar("T")
ANSWER_SECONDS = 90.0
# Between two looks. Many look at once, on the same two cores as what they look at.
PAUSE = 0.2
IN_TOWN = {"latitude": 32.79, "longitude": 130.69}
_places = count()


def _another_place() -> dict[str, float]:
    """West of it, on a grid of sixty metres: nobody is asked whether it is the same lamp."""
    row, place = divmod(next(_places), 40)
    return {
        "latitude": IN_TOWN["latitude"] + place * 0.0006,
        "longitude": IN_TOWN["longitude"] - row * 0.0007,
    }


class Field(Line):
    """Everything is done over HTTP; the database is only looked at."""

    def __init__(self, demo: RunningDemo) -> None:
        channel: Any = SimpleNamespace(id=demo.ready["line"]["channel_id"])
        super().__init__(demo.simulator, channel, app=None)  # type: ignore[arg-type]
        self.demo = demo
        self.web = httpx.Client(base_url=demo.web, timeout=30, trust_env=False)
        self.webhook_path = httpx.URL(demo.ready["line"]["webhook_url"]).path
        found = self.rows("SELECT id FROM municipalities_municipality WHERE is_default", town=0)
        self.town = int(found[0][0])

    def close(self) -> None:
        self.http.close()
        self.web.close()

    # ── the database ──────────────────────────────────────────────────────────────────────────

    def rows(self, question: str, *given: Any, town: int | None = None) -> list[tuple[Any, ...]]:
        url, number = self.demo.ready["database_url"], self.town if town is None else town
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT set_config('kairan.municipality', %s, false)", [str(number)])
            return connection.execute(question, given).fetchall()

    def number(self, question: str, *given: Any) -> int:
        return int(self.rows(question, *given)[0][0])

    def user_id(self, who: str) -> str:
        residents = self.call("GET", "/sim/residents")
        return str(next(one["user_id"] for one in residents if one["name"] == who))

    # ── the phone ─────────────────────────────────────────────────────────────────────────────

    def do(self, who: str, kind: str, what: Any) -> Any:
        """One deed: a word, a tap on a label, a position, photos by name or as bytes."""
        if kind == "tap":
            return self.tap(who, what)
        if kind == "location":
            return self.act(who, "location", **(_another_place() if what == IN_TOWN else what))
        if kind == "photo":
            packed = [base64.b64encode(one).decode() for one in what]
            return self.act(who, "photos", base64=packed)
        return self.text(who, what)

    def turns(self, who: str) -> list[list[str]]:
        """What the town said after each deed of the resident; what came unasked stands first."""
        found: list[list[str]] = [[]]
        for entry in self.talk(who)["messages"]:
            if entry["from"] == "resident":
                found.append([])
            else:
                found[-1].append(words_of(entry["message"]))
        return found

    def ask(
        self, who: str, what: Any, kind: str = "text", *, said: int = 1, seconds: float = 0
    ) -> str:
        """Do it and wait until the town has said so many things; all of them in one text."""
        self.do(who, kind, what)
        return "\n".join(self.answer(who, said=said, seconds=seconds))

    def answer(self, who: str, *, said: int = 1, seconds: float = 0) -> list[str]:
        """The town's messages since the resident's last deed, once there are so many."""
        words = f"{who} is answered {said} times"
        return until(
            words,
            lambda: (turn := self.turns(who)[-1]) and len(turn) >= said and turn,
            seconds or ANSWER_SECONDS,
            self.complaints,
        )

    # ── the town's pages ──────────────────────────────────────────────────────────────────────

    def sign_in(self, role: str = "administrator") -> httpx.Client:
        """A browser of a member of staff; its ``post`` needs no thought about the CSRF token."""
        login = self.demo.login(role)
        browser = httpx.Client(
            base_url=self.demo.web, timeout=30, trust_env=False, follow_redirects=True
        )
        browser.get("/accounts/login/")
        form = {"login": login["email"], "password": login["password"]}
        answer = self.submit(browser, "/accounts/login/", form)
        assert answer.url.path.startswith("/console/"), answer.text[:500]
        return browser

    def submit(self, browser: httpx.Client, path: str, form: dict[str, Any]) -> httpx.Response:
        token = browser.cookies.get("csrftoken") or ""
        return browser.post(path, data=form, headers={"x-csrftoken": token})

    # ── the webhook, without the simulator ────────────────────────────────────────────────────

    def post_webhook(self, body: bytes, signature: str | None = None) -> httpx.Response:
        """``signature`` None signs rightly, "" leaves it out."""
        headers = {"content-type": "application/json"}
        if signature is None:
            signature = self.signature(body)
        if signature:
            headers["x-line-signature"] = signature
        return self.web.post(self.webhook_path, content=body, headers=headers)

    def signature(self, body: bytes) -> str:
        secret = self.demo.ready["line"]["channel_secret"].encode()
        return base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()

    def complaints(self) -> str:
        """What is left undone, and the last words of web and worker about errors."""
        lines = [
            line
            for part in ("web", "worker")
            for line in (self.demo.data / f"{part}.log").read_text(errors="replace").splitlines()
            if "[error" in line or "[warning" in line
        ]
        jobs = self.rows(
            "SELECT job.id, task_name, status, lock, args, scheduled_at, worker_id, last_heartbeat"
            " FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker"
            " ON worker.id = worker_id WHERE status IN ('todo', 'doing') ORDER BY job.id LIMIT 20"
        )
        left = [*self.unfinished(), *jobs]
        return "\n".join([*map(str, left), *lines[-10:]])

    # ── the end ───────────────────────────────────────────────────────────────────────────────

    def settle(self, seconds: float = 90) -> None:
        """Wait until every event is done, every message gone and no job is left over."""
        until("everything settles", lambda: not self.unfinished(), seconds, self.unfinished)

    def unfinished(self) -> list[tuple[Any, ...]]:
        return self.rows(
            "SELECT 'event', kind, count(*) FROM conversations_inboundevent"
            " WHERE processed_at IS NULL GROUP BY kind"
            " UNION ALL SELECT 'delivery', state, count(*) FROM deliveries_delivery"
            " WHERE state IN ('planned', 'sending') AND not_before < now() GROUP BY state"
            " UNION ALL SELECT 'job', task_name, count(*) FROM procrastinate_jobs WHERE"
            " status = 'doing' OR (status = 'todo' AND coalesce(scheduled_at, now()) <= now())"
            " GROUP BY task_name"
        )


def until(
    what: str,
    question: Callable[[], T | bool | None],
    seconds: float = 60,
    explain: Callable[[], object] = lambda: "",
) -> T:
    """Ask again and again until the answer is true; it. Fails with ``what`` after the time."""
    deadline = time.monotonic() + seconds
    while not (found := question()):
        assert time.monotonic() < deadline, f"in vain: {what} {explain()}"
        time.sleep(PAUSE)
    return found  # type: ignore[return-value]


def bare(words: str) -> str:
    """Without what differs from report to report: receipt numbers, days, wards."""
    words = re.sub(r"R\d+-\d+", "R-", words)
    words = re.sub(r"\d+月\d+日(（.）|\(.\))?", "何日", words)
    return re.sub(r"(東|西|南|北|中央)区", "区", words)


RECEIPT = re.compile(r"R\d+-\d{6}")
