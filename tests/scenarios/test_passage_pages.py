# SPDX-License-Identifier: Apache-2.0
"""Where people give up, and the code for a tester's phone, as pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.audit.models import Entry
from kairan.line.models import LineChannel
from kairan.people.models import Person
from kairan.residents.models import Resident
from kairan.scenarios import models, trials
from kairan.scenarios.actions import begin_run, publish, step_run
from kairan.scenarios.context import Context
from kairan.scenarios.inputs import TypedText
from kairan.scenarios.models import Scenario, StepVisit
from kairan.scenarios.passage import record_passage
from kairan.scenarios.passage_views import spoken_seconds
from tests.cast import Cast
from tests.scenarios.talk import CONFIRM, REPORT, define, text

SignIn = Callable[[Person], Client]
NAME = '=HYPERLINK("x")'


@pytest.fixture
def scenario(hinokuni: Cast) -> Scenario:
    made = Scenario.objects.create(key="trial", title="試し")
    asked = define(
        {**text("a"), "heading": NAME}, text("b"), CONFIRM, REPORT, outcome="report", key="trial"
    )
    publish(acting=PROGRAM, scenario=made, definition=asked)
    return made


@pytest.fixture
def admin(hinokuni: Cast, sign_in: SignIn) -> Client:
    return sign_in(hinokuni.administrator)


def walk(scenario: Scenario, *said: str) -> None:
    now = timezone.now()
    run = begin_run(
        acting=PROGRAM, scenario=scenario, resident=None, channel="line", context=Context(), now=now
    ).run
    for place, words in enumerate(said, 1):
        moment = now + timedelta(seconds=8 * place)
        step_run(acting=PROGRAM, run=run, given=TypedText(words), now=moment)


def page(client: Client, scenario: Scenario, query: str = "") -> str:
    answer = client.get(f"/console/scenarios/{scenario.pk}/passage/{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def row_of(html: str, step: str) -> list[str]:
    """The cells of a step's row."""
    row = re.search(rf'<tr id="row-{step}".*?</tr>', html, re.S)
    assert row is not None
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[0], re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def test_each_question_has_its_figures(admin: Client, scenario: Scenario) -> None:
    for _time in range(6):
        walk(scenario, "x", "中止")
    walk(scenario, "x", "y", "送る")
    html = page(admin, scenario)
    assert row_of(html, "a") == ["7", "7", "0", "0 0%", "8秒"]
    assert row_of(html, "b") == ["7", "1", "0", "6 86%", "8秒"]
    assert "いちばん多くやめたところ「b?」" in html
    assert "最後まで進んだ人(14%)" in html


def test_the_figures_stand_in_the_diagram(admin: Client, scenario: Scenario) -> None:
    walk(scenario, "x", "中止")
    html = page(admin, scenario)
    assert '<svg class="flow"' in html
    assert "戻った 0 やめた 1(100%)" in html


def test_it_is_filtered_by_period_channel_and_version(admin: Client, scenario: Scenario) -> None:
    walk(scenario, "x")
    record_passage(scenario.published_id or 0, "web", [("a", 3, "answered")])
    assert row_of(page(admin, scenario), "a")[0] == "2"
    assert row_of(page(admin, scenario, "?channel=web"), "a")[0] == "1"
    assert row_of(page(admin, scenario, f"?version={scenario.published_id}"), "a")[0] == "2"
    assert "答えた人はいません" in page(admin, scenario, "?until=2020-01-31&since=2020-01-01")


@pytest.mark.parametrize(
    "query",
    [
        "?since=x&until=y",
        "?since=2026-02-02&until=2026-01-01",
        "?channel=nowhere",
        "?version=999999",
        "?version=x",
        "?since=0001-01-01&until=9999-12-31",
    ],
)
def test_odd_filters_do_no_harm(admin: Client, scenario: Scenario, query: str) -> None:
    walk(scenario, "x")
    assert "どこでやめたか" in page(admin, scenario, query)


def test_the_page_costs_the_same_for_few_and_for_many(admin: Client, scenario: Scenario) -> None:
    walk(scenario, "x")
    page(admin, scenario)
    with CaptureQueriesContext(connection) as few:
        page(admin, scenario)
    for _time in range(5):
        walk(scenario, "x", "y")
    with CaptureQueriesContext(connection) as many:
        page(admin, scenario)
    assert len(few) == len(many)


def test_a_question_that_is_asked_no_more_stays_in_the_table(
    admin: Client, scenario: Scenario
) -> None:
    walk(scenario, "x", "中止")
    shorter = define(text("a"), CONFIRM, REPORT, outcome="report", key="trial")
    publish(acting=PROGRAM, scenario=scenario, definition=shorter)
    html = page(admin, scenario)
    assert "今はない質問" in html
    assert row_of(html, "b")[0] == "1"


def test_the_file_holds_the_table_and_no_formula(admin: Client, scenario: Scenario) -> None:
    walk(scenario, "x", "中止")
    path = f"/console/scenarios/{scenario.pk}/passage/"
    csv = b"".join(admin.get(f"{path}csv")).decode("utf-8-sig")
    assert "'=HYPERLINK" in csv
    assert "\r\n2,b?,文字の質問,1,0,0,1,100," in csv
    assert b"".join(admin.get(f"{path}sjis")).decode("cp932").startswith("番号,質問")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(admin.get(f"{path}xlsx")))).active
    assert sheet is not None
    assert sheet["B2"].value == NAME
    assert sheet["B2"].data_type == "s"
    assert admin.get(f"{path}exe").status_code == 404
    assert Entry.objects.filter(verb="scenario.passage_exported").count() == 3


def test_nothing_of_anybody_stands_in_the_table_of_visits(
    admin: Client, scenario: Scenario
) -> None:
    walk(scenario, "ひみつ")
    kept: list[dict[str, Any]] = list(StepVisit.objects.values())
    assert "ひみつ" not in str(kept)


@pytest.mark.parametrize(
    ("seconds", "words"), [(7.6, "8秒"), (125, "2分5秒"), (3600 * 5 + 61, "5時間1分")]
)
def test_seconds_are_said_in_words(seconds: float, words: str) -> None:
    assert spoken_seconds(seconds) == words


# ── a tester's phone ──


def trial_page(client: Client, scenario: Scenario, **posted: str) -> str:
    path = f"/console/scenarios/{scenario.pk}/trial/"
    answer = client.post(path, follow=True) if posted else client.get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_the_code_is_shown_with_what_to_do(admin: Client, scenario: Scenario) -> None:
    LineChannel.objects.create(
        name="公式", channel_id="1", secret="s", token="t", basic_id="@hinokuni"
    )
    html = trial_page(admin, scenario, show="1")
    code = models.TrialCode.objects.get().code
    assert f"試用 {code}" in html
    assert "https://line.me/R/oaMessage/%40hinokuni/?%E8%A9%A6%E7%94%A8%20" + code in html
    assert 'role="img"' in html
    assert f"試用 {code}" in trial_page(admin, scenario)


def test_only_who_had_it_shown_sees_the_code(
    admin: Client, scenario: Scenario, hinokuni: Cast
) -> None:
    code = trials.show_code(acting=hinokuni.roads_manager, scenario=scenario).code
    assert code not in trial_page(admin, scenario)


def test_testers_are_listed_and_ended_with_one_tap(
    admin: Client, scenario: Scenario, hinokuni: Cast
) -> None:
    code = trials.show_code(acting=hinokuni.administrator, scenario=scenario).code
    tester = trials.begin_testing(acting=Resident.objects.create(), code=code)
    assert "市長室 あかりさんのコードで試用中" in trial_page(admin, scenario)
    path = f"/console/scenarios/{scenario.pk}/trial/{tester.pk}/end/"
    assert "だれも試していません" in unescape(admin.post(path, follow=True).content.decode())
    assert admin.post(path).status_code == 302


def test_a_draft_that_cannot_be_tried_says_so(admin: Client, scenario: Scenario) -> None:
    broken = define({**text("a"), "next": "nowhere"}, CONFIRM, REPORT, key="trial")
    written = broken.model_dump(mode="json", exclude_none=True)
    scenario.versions.create(number=2, state="draft", definition=written)
    assert "まだ試せません" in trial_page(admin, scenario)
