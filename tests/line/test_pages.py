# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from kairan.line.actions import register_default_menu, save_menu
from kairan.line.forms import ICON_WORDS, moved
from kairan.line.menu_icons import ICONS
from kairan.line.models import LineChannel, RichMenu
from kairan.line.richmenu import default_menu
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


def _menu_fields(*tiles: tuple[str, str, str, str], **changed: str) -> dict[str, str]:
    fields = {
        "tiles-TOTAL_FORMS": "6",
        "tiles-INITIAL_FORMS": "0",
        "chat_bar_text": "メニュー",
        "opens_by_itself": "on",
    }
    padded = [*tiles, *[("", "web", "say", "")] * (6 - len(tiles))]
    for place, (words, icon, does, value) in enumerate(padded):
        named = {"words": words, "icon": icon, "does": does, "value": value}
        fields |= {f"tiles-{place}-{name}": entry for name, entry in named.items()}
    return {**fields, **changed}


REPORT = ("市民レポート", "report", "say", "市民レポート")
CALL = ("電話", "phone", "phone", "096-000-0000")


# ── who may come in ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["", "new/", "{id}/", "{id}/edit/", "{id}/menu/"])
def test_only_the_administrator_comes_in(
    channel: LineChannel, cast: Cast, sign_in: SignIn, path: str
) -> None:
    address = "/console/line/" + path.format(id=channel.pk)
    assert Client().get(address).status_code == 302
    assert sign_in(cast.roads_manager).get(address).status_code == 403
    assert sign_in(cast.administrator).get(address, follow=True).status_code == 200


@pytest.mark.parametrize("path", ["", "edit/", "menu/"])
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


# ── the menu ─────────────────────────────────────────────────────────────────────────────────


def test_a_menu_is_made_and_shown(channel: LineChannel, admin: Client, line: Line) -> None:
    fields = _menu_fields(REPORT, CALL, register="1")
    page = admin.post(f"/console/line/{channel.pk}/menu/", fields, follow=True)
    shown = RichMenu.objects.get(state=RichMenu.State.SHOWN)
    assert line.channel.default_menu == shown.line_id
    assert "市民に見えています" in _words(page)
    picture = admin.get(f"/console/line/{channel.pk}/menu/{shown.pk}.png")
    assert picture.content.startswith(b"\x89PNG")


def test_a_draft_is_kept_and_shown_to_nobody(
    channel: LineChannel, admin: Client, line: Line
) -> None:
    admin.post(f"/console/line/{channel.pk}/menu/", _menu_fields(CALL, save="1"))
    assert RichMenu.objects.get().menu.tiles[0].words == "電話"
    assert line.channel.menus == {}


def test_a_failed_registration_says_that_the_old_menu_stays(
    channel: LineChannel, admin: Client, line: Line
) -> None:
    line.fault("*/content", status=500)
    fields = _menu_fields(REPORT, register="1")
    page = _words(admin.post(f"/console/line/{channel.pk}/menu/", fields, follow=True))
    assert "絵を送るところで止まりました" in page
    assert "前のメニューはそのまま使えます" in page


@pytest.mark.parametrize(
    ("tile", "where"),
    [
        (("あ" * 21, "web", "say", "x"), "words"),
        (("一\n二\n三", "web", "say", "x"), "words"),
        (("市", "web", "page", "javascript:alert(1)"), "value"),
        (("市", "web", "page", ""), "value"),
        (("電話", "phone", "phone", "なし"), "value"),
        (("市", "rocket", "say", "x"), "icon"),
    ],
)
def test_a_tile_that_cannot_be_is_said_beside_it(
    channel: LineChannel, admin: Client, tile: tuple[str, str, str, str], where: str
) -> None:
    response = admin.post(f"/console/line/{channel.pk}/menu/", _menu_fields(REPORT, tile))
    assert response.status_code == 422
    assert where in response.context["editor"].tiles.forms[1].errors
    assert not RichMenu.objects.exists()


def test_a_menu_without_tiles_is_refused(channel: LineChannel, admin: Client) -> None:
    response = admin.post(f"/console/line/{channel.pk}/menu/", _menu_fields())
    assert "1つは置いてください" in _words(response)


def test_a_tile_moves_by_button_and_nothing_is_saved(channel: LineChannel, admin: Client) -> None:
    fields = _menu_fields(REPORT, CALL, move="1-up")
    response = admin.post(f"/console/line/{channel.pk}/menu/", fields)
    assert response.status_code == 200
    words = [form["words"].value() for form in response.context["editor"].tiles.forms]
    assert words[:2] == ["電話", "市民レポート"]
    assert not RichMenu.objects.exists()


@pytest.mark.parametrize("order", ["0-up", "5-down", "9-up", "x", "", "-1-up"])
def test_a_move_that_leads_nowhere_changes_nothing(order: str) -> None:
    fields = _menu_fields(REPORT, CALL)
    assert moved(fields, order) == fields


def test_the_preview_follows_what_is_typed(channel: LineChannel, admin: Client) -> None:
    address = f"/console/line/{channel.pk}/menu/preview/"
    words = _words(admin.post(address, _menu_fields(REPORT)))
    assert f"face=report%3A{quote('市民レポート')}" in words
    assert "絵を作れません" in _words(admin.post(address, _menu_fields()))


@pytest.mark.parametrize(
    "query",
    ["", "face=rocket:x", "face=web:", "face=web", "face=web:" + "x" * 99, "face=web:x&" * 7],
)
def test_a_picture_of_nonsense_is_not_found(admin: Client, query: str) -> None:
    assert admin.get(f"/console/line/preview.png?{query}").status_code == 404


def test_a_picture_is_drawn_and_kept_by_the_browser(admin: Client) -> None:
    response = admin.get("/console/line/preview.png?face=web:市のページ&face=phone:電話")
    assert response.content.startswith(b"\x89PNG")
    assert response.headers["Cache-Control"] == "private, max-age=86400"


def test_a_waiting_draft_is_told_on_the_channels_page(
    channel: LineChannel, admin: Client, cast: Cast
) -> None:
    register_default_menu(acting=cast.administrator, channel=channel)
    save_menu(acting=cast.administrator, channel=channel, menu=default_menu("市", phone="110"))
    assert "下書きがあります" in _words(admin.get(f"/console/line/{channel.pk}/"))


def test_every_icon_has_its_words() -> None:
    assert ICON_WORDS.keys() == ICONS.keys()


@pytest.mark.parametrize("path", ["", "edit/", "menu/"])
def test_pages_keep_the_strict_content_policy(
    channel: LineChannel, admin: Client, path: str
) -> None:
    register_default_menu(acting=Person.objects.administrators()[0], channel=channel)
    words = _words(admin.get(f"/console/line/{channel.pk}/{path}"))
    assert " style=" not in words
    assert "<style" not in words
    assert " onclick=" not in words
