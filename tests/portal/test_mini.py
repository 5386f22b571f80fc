# SPDX-License-Identifier: Apache-2.0
"""LINEミニアプリ: LINE vouches for who comes; their report's news come by LINE."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kairan.line.errors import Unreachable
from kairan.people.models import Person
from kairan.portal import mini
from kairan.portal.models import MiniApp
from kairan.reports.models import Report, ReportKind
from kairan.residents.models import Friend, Resident
from kairan.scenarios.models import Scenario
from tests.cast import Cast
from tests.portal.factories import offered_road
from tests.portal.test_web_form import filled, send
from tests.talking import Talk


@pytest.fixture
def app(line: Talk) -> MiniApp:
    """In the stand-in one channel is both: messaging and login."""
    return MiniApp.objects.create(channel=line.ours, login_channel_id=line.ours.channel_id)


@pytest.fixture
def road(hinokuni: Cast) -> Scenario:
    ReportKind.objects.get_or_create(key="road", defaults={"name": "道路の損傷"})
    return offered_road()


def token_of(line: Talk, who: str = "花子") -> str:
    line.text(who, "はじめまして")
    return str(line.call("GET", f"/sim/residents/{who}/id-token")["id_token"])


def enter(client: Client, token: str) -> Any:
    return client.post("/mini/session/", {"id_token": token})


def test_who_comes_from_line_is_known_by_their_id(client: Client, line: Talk, app: MiniApp) -> None:
    assert enter(client, token_of(line)).json() == {"url": "/report/"}
    friend = Friend.objects.get(channel=line.ours)
    assert client.session[mini.SESSION_KEY]["resident"] == friend.resident_id
    assert "LINEに届きます" in client.get("/report/").content.decode()


def test_their_report_is_theirs_and_its_news_come_by_line(
    client: Client, line: Talk, app: MiniApp, road: Scenario
) -> None:
    enter(client, token_of(line))
    send(client, filled(road, run=uuid.uuid4().hex))
    assert Report.objects.get().resident == Friend.objects.get(channel=line.ours).resident


def test_a_token_opens_one_browser_only(client: Client, line: Talk, app: MiniApp) -> None:
    token = token_of(line)
    assert enter(client, token).status_code == 200
    assert enter(client, token).status_code == 200  # the page was loaded again
    assert enter(Client(), token).status_code == 403


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.e30", "." * 3, "x" * 9999])
def test_what_is_no_token_is_refused(client: Client, app: MiniApp, token: str) -> None:
    assert enter(client, token).status_code == 403
    assert mini.SESSION_KEY not in client.session


def test_a_forged_token_is_refused(client: Client, line: Talk, app: MiniApp) -> None:
    token = token_of(line)
    assert enter(client, f"{token[:-4]}AAAA").status_code == 403
    assert not Resident.objects.filter(friends=None).exists()


def test_a_token_that_has_run_out_is_refused(client: Client, line: Talk, app: MiniApp) -> None:
    token = token_of(line)
    line.call("POST", "/sim/clock", {"advance": 2 * 24 * 3600})
    assert enter(client, token).status_code == 403


def test_a_token_of_another_channel_is_refused(client: Client, line: Talk, app: MiniApp) -> None:
    MiniApp.objects.update(login_channel_id="1234567890")
    assert enter(client, token_of(line)).status_code == 403


def test_a_session_counts_in_its_own_town_only(
    client: Client, cast: Cast, line: Talk, app: MiniApp
) -> None:
    enter(client, token_of(line))
    shown = client.get("/report/", headers={"host": "tonari.localhost"}).content.decode()
    assert "LINEに届きます" not in shown


def test_a_line_that_does_not_answer_is_said_plainly(
    client: Client, line: Talk, app: MiniApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_given: object, **_more: object) -> None:
        raise Unreachable("no line")

    token = token_of(line)
    monkeypatch.setattr("kairan.line.client.LineClient.verify_id_token", nobody)
    assert enter(client, token).status_code == 503


def test_the_administrator_names_the_login_channel(
    sign_in: Callable[[Person], Client], cast: Cast, line: Talk
) -> None:
    desk = sign_in(cast.administrator)
    page = f"/console/line/{line.ours.pk}/mini/"
    assert "/mini/" in desk.get(page).content.decode()
    assert desk.post(page, {"login_channel_id": "abc"}).status_code == 422
    desk.post(page, {"login_channel_id": "1234567890", "liff_id": "1234567890-AbcdEfgh"})
    assert MiniApp.objects.get().login_channel_id == "1234567890"
    desk.post(page, {"login_channel_id": "", "liff_id": ""})
    assert not MiniApp.objects.exists()
