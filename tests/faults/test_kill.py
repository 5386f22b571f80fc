# SPDX-License-Identifier: Apache-2.0
"""kill -9 of worker and web, fifty times, while residents make reports: nothing is lost, nothing
is said twice, every report is made once."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from linesim.photos import draw
from tests.faults.field import IN_TOWN, RECEIPT, Field, bare, until
from tests.running import RunningDemo

KILLS = {"worker": 28, "web": 22}
RESIDENTS = 12
MARK = "札"  # stands for what tells one report from all others: the number on the lamp's pole

Deed = tuple[str, Any]
SCRIPTS: dict[str, list[Deed]] = {
    "typed": [
        ("text", "市民レポート"),
        ("text", "照明灯の不具合"),
        ("text", "1"),
        ("location", IN_TOWN),
        ("text", MARK),
        ("text", "写真なしで進む"),
        ("text", "この内容で送る"),
    ],
    "tapped": [
        ("text", "通報"),
        ("tap", "照明灯の不具合"),
        ("tap", "点滅している"),
        ("location", IN_TOWN),
        ("text", MARK),
        ("tap", "写真なしで進む"),
        ("tap", "この内容で送る"),
    ],
    "with a photo": [
        ("text", "市民レポート"),
        ("tap", "照明灯の不具合"),
        ("tap", "つかない"),
        ("location", IN_TOWN),
        ("text", MARK),
        ("photo", "street-lamp"),
        ("tap", "写真はこれで送る"),
        ("tap", "この内容で送る"),
    ],
}


@dataclass
class Dialogue:
    """One report as its resident saw it: what was answered, deed by deed."""

    who: str
    script: str
    mark: str
    first_turn: int = 0

    def turns(self, field: Field) -> list[list[str]]:
        """What the town said, deed by deed."""
        whole = field.turns(self.who)[self.first_turn :]
        return whole[: len(SCRIPTS[self.script])]


class Town:
    """The residents, who know from a calm day how many answers each deed brings."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.calm: dict[str, list[list[str]]] = {}
        self.over = threading.Event()

    def learn(self) -> None:
        """Each script once without any fault."""
        photo = draw("street-lamp")
        for script in SCRIPTS.values():
            script[:] = [(kind, [photo] if kind == "photo" else what) for kind, what in script]
        for number, name in enumerate(SCRIPTS):
            who = f"見本{number}"
            self.field.resident(who)
            self._calmly(who, name)

    def _calmly(self, who: str, name: str) -> None:
        for kind, what in SCRIPTS[name]:
            self.field.do(who, kind, "見本" if what == MARK else what)
            self.field.answer(who)
            self.field.settle()
        self.calm[name] = self.field.turns(who)[1:]

    def live(self, number: int) -> list[Dialogue]:
        """Reports, one after another, until the killing is over; two at least."""
        who, script = f"住民{number:02}", list(SCRIPTS)[number % len(SCRIPTS)]
        field = Field(self.field.demo)  # connections are not shared between threads
        field.resident(who)
        made: list[Dialogue] = []
        while not self.over.is_set() or len(made) < 2:
            made.append(self._report(field, Dialogue(who, script, f"{who}の{len(made)}")))
        field.close()
        return made

    def _report(self, field: Field, dialogue: Dialogue) -> Dialogue:
        dialogue.first_turn = len(field.turns(dialogue.who))
        for (kind, what), calm in zip(
            SCRIPTS[dialogue.script], self.calm[dialogue.script], strict=True
        ):
            try:
                field.do(dialogue.who, kind, dialogue.mark if what == MARK else what)
                field.answer(dialogue.who, said=len(calm))
            except AssertionError as error:
                said = field.turns(dialogue.who)[-4:]
                error.add_note(f"{kind} of {field.user_id(dialogue.who)} after {said}")
                raise
        return dialogue


def killer(demo: RunningDemo, part: str, times: int, chance: random.Random) -> int:
    """Kills the part again and again: mostly at work, now and then while it starts."""
    field = Field(demo)
    last, killed = 0, 0
    for _turn in range(times):
        pid = until(f"{part} lives", _another(field, part, last), 60)
        if chance.random() > 0.15:
            until(f"{part} works", _at_work(field, part), 60)
        until("nobody waits for long", lambda: not _long_waits(field), 90, field.complaints)
        threading.Event().wait(chance.uniform(0, 1.2))
        os.kill(pid, signal.SIGKILL)
        last, killed = pid, killed + 1
    field.close()
    return killed


def _long_waits(field: Field) -> int:
    """Events and replies that were hit again and again: a photo takes longer than our patience
    with workers. Whether LINE took a reply can be found out for a minute only; what happens then
    is decided (0006) and tried elsewhere."""
    return field.number(
        "SELECT (SELECT count(*) FROM conversations_inboundevent WHERE processed_at IS NULL"
        " AND received_at < now() - interval '25 seconds')"
        " + (SELECT count(*) FROM deliveries_delivery WHERE state = 'sending'"
        " AND reply_until < now() + interval '30 seconds')"
    )


def _another(field: Field, part: str, last: int) -> Callable[[], int]:
    def find() -> int:
        pid = field.demo.main_pid(part)
        return pid if pid != last else 0

    return find


def _at_work(field: Field, part: str) -> Callable[[], bool]:
    """Web: it answers. Worker: it has done an event since we asked."""
    if part == "web":
        return lambda: _answers(field)
    done = "SELECT count(*) FROM conversations_inboundevent WHERE processed_at IS NOT NULL"
    before = field.number(done)
    return lambda: field.number(done) > before


def _answers(field: Field) -> bool:
    try:
        return field.web.get("/healthz").is_success
    except httpx.HTTPError:
        return False


@dataclass
class Aftermath:
    """What the campaign left: ``calm`` is how each script goes without faults."""

    field: Field
    calm: dict[str, list[list[str]]]
    since: int
    dialogues: list[Dialogue]
    killed: int
    photos: int

    def reports(self) -> Counter[str]:
        """How many reports there are for each mark of our residents."""
        rows = self.field.rows(
            "SELECT answers FROM reports_report WHERE answers::text LIKE '%%住民%%'"
        )
        return Counter(a["answer"] for (answers,) in rows for a in answers if "住民" in a["answer"])

    def webhooks(self) -> list[tuple[int | None, str]]:
        """(answer, event) of everything that LINE has told the town."""
        lines = self.field.ledger(direction="out", after=self.since, limit=5000)
        return [
            (line["status"], e["webhookEventId"]) for line in lines for e in line["body"]["events"]
        ]


@pytest.fixture(scope="module")
def aftermath(demo: RunningDemo) -> Iterator[Aftermath]:
    """The campaign itself, once; the tests below look at what it left."""
    field = Field(demo)
    field.change_channel(redelivery=True, redelivery_delays=[1] * 20 + [5] * 20)
    town = Town(field)
    photos = photos_kept(field)  # other tests' residents sent some before
    town.learn()
    since = int(field.ledger(limit=1)[-1]["n"])
    with ThreadPoolExecutor(RESIDENTS + len(KILLS)) as pool:
        lives = [pool.submit(town.live, number) for number in range(RESIDENTS)]
        deaths = [
            pool.submit(killer, demo, part, times, random.Random(part))
            for part, times in KILLS.items()
        ]
        try:
            killed = sum(death.result() for death in deaths)
        finally:
            town.over.set()
    dialogues = [one for life in lives for one in life.result()]
    field.settle()
    photos = photos_kept(field) - photos
    yield Aftermath(field, town.calm, since, dialogues, killed, photos)
    field.close()


def photos_kept(field: Field) -> int:
    """How many photos from LINE the town holds."""
    return field.number(
        "SELECT count(*) FROM files_storedfile WHERE once LIKE 'line:%%' AND state = 'stored'"
    )


def test_fifty_processes_were_killed(aftermath: Aftermath) -> None:
    assert aftermath.killed == 50


def test_every_event_that_line_told_is_done(aftermath: Aftermath) -> None:
    """Those that the town answered with 200, and those that LINE had to tell again."""
    rows = aftermath.field.rows(
        "SELECT event_id FROM conversations_inboundevent WHERE outcome IN ('answered', 'silent')"
    )
    told = {event for _status, event in aftermath.webhooks()}
    assert told <= {event for (event,) in rows}
    assert any(status != 200 for status, _event in aftermath.webhooks())


def test_every_dialogue_became_one_report(aftermath: Aftermath) -> None:
    assert aftermath.reports() == Counter(one.mark for one in aftermath.dialogues)


def test_every_resident_got_each_answer_once(aftermath: Aftermath) -> None:
    """Deed by deed as on a calm day: nothing missing, nothing repeated, nothing out of place."""
    for one in aftermath.dialogues:
        said = [
            [bare(words).replace(one.mark, "見本") for words in turn]
            for turn in one.turns(aftermath.field)
        ]
        calm = [[bare(words) for words in turn] for turn in aftermath.calm[one.script]]
        assert said == calm, one


def test_no_receipt_number_was_shown_to_two(aftermath: Aftermath) -> None:
    shown = [
        RECEIPT.search("\n".join(one.turns(aftermath.field)[-1])) for one in aftermath.dialogues
    ]
    numbers = [found.group() for found in shown if found]
    assert len(set(numbers)) == len(aftermath.dialogues)
    known = aftermath.field.rows(
        "SELECT receipt_number FROM reports_report WHERE receipt_number = ANY(%s)", numbers
    )
    assert len(known) == len(numbers)


def test_line_took_nothing_twice(aftermath: Aftermath) -> None:
    """No reply token and no retry key was accepted twice, no push follows an accepted reply."""
    lines = aftermath.field.ledger(
        direction="in", method="POST", status=200, after=aftermath.since, limit=5000
    )
    sent = [line["body"] for line in lines if line["path"].endswith(("/reply", "/push"))]
    contents = Counter(
        json.dumps([body.get("to"), body.get("replyToken"), body["messages"]]) for body in sent
    )
    assert [content for content, times in contents.items() if times > 1] == []
    once = aftermath.field.rows(
        "SELECT delivery_id FROM deliveries_attempt WHERE status_code = 200"
        " GROUP BY delivery_id HAVING count(*) > 1"
    )
    assert once == []


def test_no_job_has_failed(aftermath: Aftermath) -> None:
    failed = "SELECT task_name FROM procrastinate_jobs WHERE status NOT IN ('todo', 'succeeded')"
    assert aftermath.field.rows(failed) == []


def test_each_photo_is_kept_once(aftermath: Aftermath) -> None:
    photos = [one for one in aftermath.dialogues if one.script == "with a photo"]
    assert aftermath.photos == len(photos) + 1  # the calm day's
