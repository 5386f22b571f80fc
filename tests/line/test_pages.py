# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kairan.line.menus.actions import register_default_menu
from kairan.line.models import LineChannel
from kairan.people.models import Person
from linesim.testing import Line
from tests.cast import Cast

pytestmark = pytest.mark.urls("tests.line.urls")

SignIn = Callable[[Person], Client]


@pytest.fixture
def admin(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.administrator)


def _words(response: Any) -> str:
    return str(response.content.decode())


def _channel_fields(**changed: str) -> dict[str, str]:
    usual = {
        "name": "市 公式LINE",
        "channel_id": "1650000000",
        "secret": "s" * 32,
        "token": "t" * 99,
    }
    return {**usual, **changed}


# ── who may come in ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path", ["", "new/", "{id}/", "{id}/edit/", "{id}/menus/", "{id}/menus/new/"]
)
def test_only_the_administrator_comes_in(
    channel: LineChannel, cast: Cast, sign_in: SignIn, path: str
) -> None:
    address = "/console/line/" + path.format(id=channel.pk)
    assert Client().get(address).status_code == 302
    assert sign_in(cast.roads_manager).get(address).status_code == 403
    assert sign_in(cast.administrator).get(address, follow=True).status_code == 200


@pytest.mark.parametrize("path", ["", "edit/", "menus/"])
def test_the_neighbours_administrator_finds_nothing(
    channel: LineChannel, cast: Cast, sign_in: SignIn, path: str
) -> None:
    neighbour = sign_in(cast.neighbour_administrator)
    assert neighbour.get(f"/console/line/{channel.pk}/{path}").status_code == 404
    assert neighbour.post(f"/console/line/{channel.pk}/check/").status_code == 404


# ── the channel ──────────────────────────────────────────────────────────────────────────────


def test_the_first_visit_says_how_to_begin(hinokuni: Cast, admin: Client) -> None:
    assert "LINEアカウントをつなぐ" in _words(admin.get("/console/line/"))


def test_a_channel_is_entered_and_its_secrets_are_never_shown(
    hinokuni: Cast, admin: Client
) -> None:
    page = admin.post("/console/line/new/", _channel_fields(token="t" * 95 + "Zz9!"), follow=True)
    made = LineChannel.objects.get()
    assert page.redirect_chain == [(f"/console/line/{made.pk}/", 302)]
    assert f"/line/webhook/{made.key}" in _words(page)
    assert "••••Zz9!" in _words(page)
    for address in ("", "edit/"):
        words = _words(admin.get(f"/console/line/{made.pk}/{address}"))
        assert "s" * 32 not in words
        assert "t" * 20 not in words


@pytest.mark.parametrize(
    ("field", "value"), [("channel_id", "@abc"), ("secret", "a b"), ("token", ""), ("name", "")]
)
def test_what_cannot_be_is_said_beside_the_field(
    hinokuni: Cast, admin: Client, field: str, value: str
) -> None:
    response = admin.post("/console/line/new/", _channel_fields(**{field: value}))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not LineChannel.objects.exists()


def test_the_same_channel_again_is_said(channel: LineChannel, admin: Client) -> None:
    fields = _channel_fields(channel_id=channel.channel_id)
    assert "もう登録されています" in _words(admin.post("/console/line/new/", fields))


def test_the_token_alone_can_be_renewed(channel: LineChannel, admin: Client, line: Line) -> None:
    fields = _channel_fields(channel_id=channel.channel_id, secret="", token="renewed")
    admin.post(f"/console/line/{channel.pk}/edit/", fields)
    changed = LineChannel.objects.get()
    assert (changed.token, changed.secret) == ("renewed", line.channel.secret)


def test_with_several_channels_there_is_a_list(channel: LineChannel, admin: Client) -> None:
    admin.post("/console/line/new/", _channel_fields(name="練習", is_training="on"))
    words = _words(admin.get("/console/line/"))
    assert channel.name in words
    assert "練習用" in words


def test_the_check_lists_what_to_do(channel: LineChannel, admin: Client) -> None:
    page = _words(admin.post(f"/console/line/{channel.pk}/check/"))
    assert "まだLINEに登録されていません" in page
    fragment = admin.post(f"/console/line/{channel.pk}/check/", headers={"HX-Request": "true"})
    assert "<html" not in _words(fragment)
    assert "つながっています" in _words(fragment)


def test_the_webhook_is_registered_by_one_button(
    channel: LineChannel, admin: Client, line: Line
) -> None:
    page = admin.post(f"/console/line/{channel.pk}/webhook/", follow=True)
    assert "Webhookの住所をLINEに登録しました" in _words(page)
    assert str(line.channel.webhook_url).endswith(channel.key)


def test_line_being_down_is_said_at_the_webhook(
    channel: LineChannel, admin: Client, line: Line
) -> None:
    line.conditions(down=True)
    page = admin.post(f"/console/line/{channel.pk}/webhook/", follow=True)
    assert "LINEの側で問題が起きています" in _words(page)


def test_a_revoked_token_stands_at_the_top(channel: LineChannel, admin: Client, line: Line) -> None:
    line.change_channel(revoked=True)
    admin.post(f"/console/line/{channel.pk}/check/")
    assert "市民への返事が止まっています" in _words(admin.get(f"/console/line/{channel.pk}/"))


@pytest.mark.parametrize("path", ["", "edit/", "menus/"])
def test_pages_keep_the_strict_content_policy(
    channel: LineChannel, admin: Client, path: str
) -> None:
    register_default_menu(acting=Person.objects.administrators()[0], channel=channel)
    words = _words(admin.get(f"/console/line/{channel.pk}/{path}"))
    assert " style=" not in words
    assert "<style" not in words
    assert " onclick=" not in words
