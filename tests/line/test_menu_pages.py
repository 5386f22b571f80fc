# SPDX-License-Identifier: Apache-2.0
"""The administrator's pages of rich menus."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kairan.audit.actors import PROGRAM
from kairan.line.menu_icons import ICONS
from kairan.line.menus import actions
from kairan.line.menus.design import Design, Does, Spot, Tab, drawn_size
from kairan.line.menus.forms import ICON_WORDS
from kairan.line.menus.models import MenuDesk, MenuPicture, MenuSet
from kairan.line.models import LineChannel
from kairan.people.models import Person
from linesim.testing import Line
from tests.cast import Cast
from tests.working import work_off

pytestmark = pytest.mark.urls("tests.line.urls")

SignIn = Callable[[Person], Client]
REPORT = ("市民レポート", "report", "say", "市民レポート")
CALL = ("電話", "phone", "phone", "096-000-0000")


@pytest.fixture
def admin(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.administrator)


@pytest.fixture
def menu(channel: LineChannel) -> MenuSet:
    return actions.begin_with_default(acting=PROGRAM, channel=channel)


def words_of(response: Any) -> str:
    return str(response.content.decode())


def at(menu: MenuSet, rest: str = "") -> str:
    return f"/console/line/{menu.channel_id}/menus/{menu.pk}/{rest}"


def fields(
    menu: MenuSet, *spots: tuple[str, str, str, str], layout: str = "low-2", **changed: Any
) -> dict[str, Any]:
    """What the editor of the first tab sends."""
    given: dict[str, Any] = {
        "spots-TOTAL_FORMS": str(len(spots)),
        "spots-INITIAL_FORMS": "0",
        "name": "メニュー",
        "alias": f"menu-{menu.pk}-t1",
        "layout": layout,
        "source": "draw",
        "revision": str(menu.revision),
    }
    for place, (said, icon, does, value) in enumerate(spots):
        source = {"start": "start", "switch": "target"}.get(does, "value")
        named = {"words": said, "icon": icon, "does": does, source: value}
        named |= {"x": "0", "y": "0", "width": "500", "height": "500"}
        given |= {f"spots-{place}-{name}": entry for name, entry in named.items()}
    return {**given, **changed}


def picture(size: tuple[int, int] = (1200, 600), kind: str = "PNG") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return SimpleUploadedFile("絵.png", out.getvalue(), "image/png")


# ── making and sending ───────────────────────────────────────────────────────────────────────


def test_from_nothing_to_the_phone(channel: LineChannel, admin: Client, line: Line) -> None:
    page = f"/console/line/{channel.pk}/menus/"
    assert "まだメニューがありません" in words_of(admin.get(page))
    made = {"name": "標準", "mode": "normal", "begin": "default"}
    response = admin.post(f"{page}new/", made, follow=True)
    menu = MenuSet.objects.get()
    assert "まだ送っていません" in words_of(response)
    admin.post(at(menu, "send/"), {"revision": menu.revision})
    assert "LINEに伝えています" in words_of(admin.get(page))
    work_off()
    shown = words_of(admin.get(page))
    assert "ほかに当てはまるものがないから" in shown
    assert line.talk("花子")["menu"]["areas"][0]["action"]["text"] == "市民レポート"


def test_a_tab_is_edited_and_nobody_sees_it_before_it_is_sent(
    menu: MenuSet, admin: Client, line: Line
) -> None:
    response = admin.post(at(menu, "tabs/t1/"), fields(menu, REPORT, CALL), follow=True)
    assert "下書きを保存しました" in words_of(response)
    menu.refresh_from_db()
    assert [spot.words for spot in menu.design.tabs[0].spots] == ["市民レポート", "電話"]
    assert line.channel.menus == {}


def test_an_area_begins_a_scenario_by_a_button_the_talk_understands(
    menu: MenuSet, admin: Client, line: Line
) -> None:
    start = ("様子を見る", "status", "start", "do cases")
    admin.post(at(menu, "tabs/t1/"), fields(menu, start))
    admin.post(at(menu, "send/"))
    work_off()
    action = line.talk("花子")["menu"]["areas"][0]["action"]
    assert (action["type"], action["data"]) == ("postback", "do cases")


@pytest.mark.parametrize(
    ("spot", "where"),
    [
        (("あ" * 21, "web", "say", "x"), "words"),
        (("一\n二\n三", "web", "say", "x"), "words"),
        (("市", "web", "page", "http://example.jp/"), "value"),
        (("市", "web", "page", "javascript:alert(1)"), "value"),
        (("市", "web", "page", "//example.jp/"), "value"),
        (("市", "web", "page", ""), "value"),
        (("市", "web", "page", "https://example.jp/" + "a" * 1000), "value"),
        (("電話", "phone", "phone", "なし"), "value"),
        (("市", "rocket", "say", "x"), "icon"),
        (("受付", "web", "start", "do start gone"), "start"),
        (("次", "web", "switch", "t9"), "target"),
        (("次", "web", "switch", "t1"), "target"),
    ],
)
def test_what_line_would_refuse_is_said_beside_the_field(
    menu: MenuSet, admin: Client, spot: tuple[str, str, str, str], where: str
) -> None:
    response = admin.post(at(menu, "tabs/t1/"), fields(menu, REPORT, spot))
    assert response.status_code == 422
    assert where in response.context["editor"].spots.forms[1].errors
    menu.refresh_from_db()
    assert menu.revision == 1


@pytest.mark.parametrize(
    ("edges", "said"),
    [
        ({"x": "2400"}, "はみ出しています"),
        ({"height": "1700"}, "はみ出しています"),
        ({"x": "-10"}, "はみ出しています"),
        ({"width": "0"}, "枠の横と縦"),
        ({"width": ""}, "枠の横と縦"),
    ],
)
def test_a_free_area_stays_inside_the_picture(
    menu: MenuSet, admin: Client, edges: dict[str, str], said: str
) -> None:
    given = fields(menu, REPORT, layout="free")
    given |= {f"spots-0-{name}": value for name, value in edges.items()}
    response = admin.post(at(menu, "tabs/t1/"), given)
    assert response.status_code == 422
    assert said in str(response.context["editor"].spots.forms[0].errors["x"])


def test_a_menu_without_areas_and_one_with_too_many(menu: MenuSet, admin: Client) -> None:
    nothing = admin.post(at(menu, "tabs/t1/"), fields(menu, ("", "web", "say", "")))
    assert "1つは置いてください" in words_of(nothing)
    many = admin.post(at(menu, "tabs/t1/"), fields(menu, *[REPORT] * 21, layout="free"))
    assert many.status_code == 422


@pytest.mark.parametrize("alias", ["Main", "あ", "a" * 33, "a b"])
def test_an_alias_that_line_would_refuse(menu: MenuSet, admin: Client, alias: str) -> None:
    response = admin.post(at(menu, "tabs/t1/"), fields(menu, REPORT, alias=alias))
    assert "alias" in response.context["editor"].head.errors


def test_an_alias_used_twice_is_said(menu: MenuSet, admin: Client, channel: LineChannel) -> None:
    admin.post(at(menu, "tabs/"), {"revision": menu.revision})
    menu.refresh_from_db()
    twice = admin.post(at(menu, "tabs/t1/"), fields(menu, REPORT, alias=f"menu-{menu.pk}-t2"))
    assert "2回使われています" in words_of(twice)
    other = actions.begin_with_default(acting=PROGRAM, channel=channel)
    given = fields(menu, REPORT, alias=f"menu-{other.pk}-t1")
    assert "ほかのメニューが使っています" in words_of(admin.post(at(menu, "tabs/t1/"), given))


def test_a_switch_to_a_tab_that_went_keeps_the_menu_from_being_sent(
    menu: MenuSet, admin: Client, line: Line
) -> None:
    admin.post(at(menu, "tabs/"), {"revision": menu.revision})
    menu.refresh_from_db()
    admin.post(at(menu, "tabs/t1/"), fields(menu, ("次", "web", "switch", "t2")))
    menu.refresh_from_db()
    admin.post(at(menu, "tabs/t2/do/remove/"), {"revision": menu.revision})
    page = words_of(admin.post(at(menu, "send/"), follow=True))
    assert "切り替え先のタブがありません" in page
    assert "直すところが1件あります" in page
    work_off()
    assert line.channel.menus == {}


# ── pictures ─────────────────────────────────────────────────────────────────────────────────


def test_an_uploaded_picture_is_written_anew_and_sent(
    menu: MenuSet, admin: Client, line: Line
) -> None:
    given = fields(menu, REPORT, CALL, source="upload", upload=picture())
    admin.post(at(menu, "tabs/t1/"), given)
    kept = MenuPicture.objects.get()
    assert bytes(kept.image).startswith(b"\xff\xd8\xff")
    admin.post(at(menu, "send/"))
    work_off()
    shown = line.talk("花子")["menu"]
    assert shown["size"] == {"width": 1200, "height": 600}
    assert shown["areas"][1]["bounds"] == {"x": 600, "y": 0, "width": 600, "height": 600}


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (picture((600, 600)), "横600×縦600です"),
        (picture((2501, 1000)), "横2501×縦1000です"),
        (picture((5000, 3372)), "横5000×縦3372です"),
        (picture((800, 249)), "横800〜2500"),
        (picture((1200, 900), "JPEG"), "1.45倍以上"),
        (picture(kind="GIF"), "JPEGかPNG"),
        (SimpleUploadedFile("x.png", b"<svg/>", "image/png"), "絵として読めません"),
        (SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n" + b"x" * 99), "絵として読めません"),
        (SimpleUploadedFile("x.png", b"\x89PNG" + b"x" * 1_153_434), "このファイルは1.1MBあります"),
        (SimpleUploadedFile("x.png", b""), "絵のファイルを選んでください"),
    ],
)
def test_a_picture_that_line_would_refuse(
    menu: MenuSet, admin: Client, file: SimpleUploadedFile, said: str
) -> None:
    file.seek(0)
    given = fields(menu, REPORT, source="upload", upload=file)
    response = admin.post(at(menu, "tabs/t1/"), given)
    assert response.status_code == 422
    assert said in str(response.context["editor"].head.errors["upload"])
    assert not MenuPicture.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "size=2500,1686&spot=0,0,9,9:rocket:x",
        "size=2500,2500",
        "size=x,y",
        "size=2500,1686&open=9",
    ],
)
def test_a_picture_of_nonsense_is_not_found(admin: Client, query: str) -> None:
    assert admin.get(f"/console/line/menus/drawn.png?{query}").status_code == 404


def test_a_picture_is_drawn_and_kept_by_the_browser(admin: Client) -> None:
    query = "size=2500,843&spot=0,0,2500,843:web:市のページ"
    response = admin.get(f"/console/line/menus/drawn.png?{query}")
    assert response.content.startswith(b"\x89PNG")
    assert response.headers["Cache-Control"] == "private, max-age=86400"


def test_every_icon_has_its_words() -> None:
    assert ICON_WORDS.keys() == ICONS.keys()


# ── rearranging saves nothing ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pressed", "expected"),
    [
        ({"relayout": "1", "layout": "tall-2-3"}, ["市民レポート", "電話", "", "", ""]),
        ({"relayout": "1", "layout": "low-1"}, ["市民レポート"]),
        ({"relayout": "1", "layout": "free"}, ["市民レポート", "電話"]),
        ({"add": "1", "layout": "free"}, ["市民レポート", "電話", ""]),
        ({"drop": "0", "layout": "free"}, ["電話"]),
        ({"move": "1-up"}, ["電話", "市民レポート"]),
        ({"move": "0-up"}, ["市民レポート", "電話"]),
        ({"move": "9-up"}, ["市民レポート", "電話"]),
    ],
)
def test_a_button_of_the_editor_saves_nothing(
    menu: MenuSet, admin: Client, pressed: dict[str, str], expected: list[str]
) -> None:
    response = admin.post(at(menu, "tabs/t1/"), fields(menu, REPORT, CALL, **pressed))
    assert response.status_code == 200
    forms = response.context["editor"].spots.forms
    assert [form["words"].value() for form in forms] == expected
    menu.refresh_from_db()
    assert menu.revision == 1


def test_the_preview_follows_what_is_typed(menu: MenuSet, admin: Client) -> None:
    response = admin.post(
        at(menu, "tabs/t1/preview/"), fields(menu, ("通報する", "web", "say", "x"))
    )
    assert "市民に見える絵：通報する" in words_of(response)


# ── two administrators ───────────────────────────────────────────────────────────────────────


def test_who_saves_second_is_told_and_loses_nothing(
    menu: MenuSet, admin: Client, cast: Cast
) -> None:
    first = fields(menu, REPORT)
    second = fields(menu, CALL)
    admin.post(at(menu, "tabs/t1/"), first)
    response = admin.post(at(menu, "tabs/t1/"), second)
    assert response.status_code == 409
    words = words_of(response)
    assert f"{cast.administrator.name}さんが先に保存しました" in words
    assert "電話" in words
    again = {**second, "revision": response.context["editor"].head["revision"].value()}
    assert admin.post(at(menu, "tabs/t1/"), again).status_code == 302
    menu.refresh_from_db()
    assert menu.design.tabs[0].spots[0].words == "電話"


# ── for whom and when ────────────────────────────────────────────────────────────────────────


def set_fields(menu: MenuSet, **changed: str) -> dict[str, str]:
    usual = {"name": menu.name, "chat_bar_text": "メニュー", "revision": str(menu.revision)}
    return {**usual, **changed}


def test_for_whom_and_when_are_kept_in_the_town_s_time(menu: MenuSet, admin: Client) -> None:
    when = {"starts_at": "2027-04-01T09:00", "ends_at": "2027-04-02T09:00"}
    admin.post(at(menu), set_fields(menu, language="en", **when))
    menu.refresh_from_db()
    assert menu.language == "en"
    assert menu.starts_at is not None
    assert menu.starts_at.isoformat() == "2027-04-01T00:00:00+00:00"
    assert 'value="2027-04-01T09:00"' in words_of(admin.get(at(menu)))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"starts_at": "2027-04-02T09:00", "ends_at": "2027-04-01T09:00"}, "ends_at"),
        ({"chat_bar_text": "あ" * 15}, "chat_bar_text"),
        ({"chat_bar_text": ""}, "chat_bar_text"),
        ({"name": ""}, "name"),
        ({"language": "xx"}, "language"),
        ({"area": "999999"}, "area"),
    ],
)
def test_what_cannot_be_is_said_beside_it(
    menu: MenuSet, admin: Client, given: dict[str, str], field: str
) -> None:
    response = admin.post(at(menu), set_fields(menu, **given))
    assert response.status_code == 422
    assert field in response.context["form"].errors


# ── disaster, history ────────────────────────────────────────────────────────────────────────


def test_one_press_switches_and_one_press_switches_back(
    menu: MenuSet, admin: Client, line: Line, channel: LineChannel, cast: Cast
) -> None:
    page = f"/console/line/{channel.pk}/menus/"
    admin.post(at(menu, "send/"))
    admin.post(f"{page}new/", {"name": "災害用", "mode": "disaster", "begin": "low-1"})
    disaster = MenuSet.objects.get(name="災害用")
    pressed = admin.post(f"{page}disaster/", {"switch": "on"}, follow=True)
    assert "用意した災害用メニューがありません" in words_of(pressed)
    admin.post(
        at(disaster, "tabs/t1/"), fields(disaster, ("避難所", "place", "page", "https://a.jp/"))
    )
    admin.post(at(disaster, "send/"))
    work_off()
    assert "切り替えると、こうなります" in words_of(admin.get(page))
    admin.post(f"{page}disaster/", {"switch": "on"})
    work_off()
    assert line.talk("花子")["menu"]["areas"][0]["action"]["uri"] == "https://a.jp/"
    words = words_of(admin.get(page))
    assert f"{cast.administrator.name}さんが切り替えました" in words
    assert "災害用メニューに切り替えてあるから" in words
    again = words_of(admin.post(f"{page}disaster/", {"switch": "on"}, follow=True))
    assert "先に切り替えていました" in again
    admin.post(f"{page}disaster/", {"switch": "off"})
    work_off()
    assert line.talk("花子")["menu"]["areas"][0]["action"]["text"] == "市民レポート"


def test_history_shows_what_was_sent_and_brings_it_back(
    menu: MenuSet, admin: Client, line: Line
) -> None:
    admin.post(at(menu, "send/"))
    work_off()
    admin.post(at(menu, "tabs/t1/"), fields(menu, CALL))
    admin.post(at(menu, "send/"))
    work_off()
    page = admin.get(at(menu))
    (old,) = [row for row in page.context["history"] if not row["is_current"]]
    assert admin.get(old["pictures"][0].url).content.startswith(b"\x89PNG")
    admin.post(at(menu, f"restore/{old['edition'].pk}/"))
    work_off()
    assert line.talk("花子")["menu"]["areas"][0]["action"]["text"] == "市民レポート"


def test_thrown_away_and_back_by_undo(menu: MenuSet, admin: Client) -> None:
    admin.post(at(menu, "do/throw_away/"))
    assert admin.get(at(menu)).status_code == 404
    admin.post(at(menu, "do/put_back/"))
    assert admin.get(at(menu)).status_code == 200
    assert admin.post(at(menu, "do/explode/")).status_code == 404


def test_trouble_at_line_stands_on_the_page(
    menu: MenuSet, admin: Client, line: Line, channel: LineChannel
) -> None:
    line.fault("*/richmenu", status=500, forever=True)
    admin.post(at(menu, "send/"))
    work_off()
    page = f"/console/line/{channel.pk}/menus/"
    assert "自動でもう一度ためします" in words_of(admin.get(page))
    line.call("DELETE", "/sim/faults")
    admin.post(f"{page}again/")
    work_off()
    assert MenuDesk.objects.get().state == MenuDesk.State.DONE
    assert admin.get(f"{page}progress/").headers["HX-Refresh"] == "true"


def test_the_neighbours_administrator_finds_nothing(
    menu: MenuSet, cast: Cast, sign_in: SignIn
) -> None:
    neighbour = sign_in(cast.neighbour_administrator)
    assert neighbour.get(at(menu)).status_code == 404
    assert neighbour.post(at(menu, "send/")).status_code == 404


def test_a_design_survives_its_storage() -> None:
    spots = (Spot("通\n報", "web", Does.PAGE, "/report/"),)
    design = Design((drawn_size(Tab("t1", "通報", "a", "free", spots)),))
    assert Design.from_json(design.to_json()) == design


def test_a_picture_without_a_way_back_to_the_other_tabs_is_refused(
    menu: MenuSet, admin: Client
) -> None:
    admin.post(at(menu, "tabs/"), {"revision": menu.revision})
    menu.refresh_from_db()
    given = fields(menu, REPORT, source="upload", upload=picture())
    response = admin.post(at(menu, "tabs/t1/"), given)
    assert "ほかのタブに切り替える枠がありません" in words_of(response)
