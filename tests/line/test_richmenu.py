# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from io import BytesIO

import httpx
import pytest
from PIL import Image

from kairan.line import limits
from kairan.line.checks import check_action
from kairan.line.menu_icons import ICONS, icon_mask
from kairan.line.menu_image import MAIN, WIDTH, Face, cells, draw, height_for
from kairan.line.richmenu import (
    ALIAS,
    MARK,
    Does,
    Menu,
    MenuNotRegistered,
    Step,
    Tile,
    default_menu,
    register,
)
from tests.line.contract import messaging_api
from tests.line.fake_line import FakeLine, answer

FULL = default_menu(
    "ひのくに市",
    waste_page="https://example.jp/waste",
    disaster_page="https://example.jp/bousai",
    phone="096-000-0000",
    web="https://example.jp/",
)
TWO = default_menu("ひのくに市")


# ── what it says and does ────────────────────────────────────────────────────────────────────


def test_the_menu_keeps_lines_contract() -> None:
    for menu in (FULL, TWO):
        assert messaging_api().request_errors("POST", "/v2/bot/richmenu", menu.definition()) == []


def test_a_tile_says_opens_or_calls() -> None:
    actions = [area["action"] for area in FULL.definition()["areas"]]
    assert [check_action(action, in_rich_menu=True) for action in actions] == [[]] * 6
    assert actions[0] == {"type": "message", "label": "市民レポート", "text": "市民レポート"}
    assert actions[4]["uri"] == "tel:0960000000"
    assert actions[5]["label"] == "市のホームページ"


def test_tiles_without_an_address_are_left_out() -> None:
    assert [tile.icon for tile in TWO.tiles] == ["report", "status"]


def test_a_menu_is_stored_and_read_again() -> None:
    assert Menu.from_json(FULL.to_json()) == FULL


@pytest.mark.parametrize("tiles", [[], [FULL.to_json()["tiles"][0]] * 7])
def test_a_menu_has_one_to_six_tiles(tiles: list[object]) -> None:
    with pytest.raises(ValueError, match="1 to 6"):
        Menu.from_json({"name": "x", "tiles": tiles})


def test_an_unknown_icon_is_refused() -> None:
    tile = {"icon": "rocket", "words": "x", "does": "say", "value": "x"}
    with pytest.raises(ValueError, match="icons"):
        Menu.from_json({"name": "x", "tiles": [tile]})


# ── the picture ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("count", range(1, 7))
def test_the_tiles_cover_the_picture_without_gap_or_overlap(count: int) -> None:
    area = sum(cell.width * cell.height for cell in cells(count))
    assert area == WIDTH * height_for(count)
    for cell in cells(count):
        assert 0 <= cell.x <= cell.x + cell.width <= WIDTH
        assert 0 <= cell.y <= cell.y + cell.height <= height_for(count)


@pytest.mark.parametrize("count", range(1, 7))
def test_the_picture_is_one_that_line_takes(count: int) -> None:
    image = Menu("x", FULL.tiles[:count]).image()
    assert len(image) <= limits.RICH_MENU_IMAGE_BYTES
    with Image.open(BytesIO(image)) as opened:
        assert opened.format == "PNG"
        assert opened.size == (WIDTH, height_for(count))
        assert opened.width / opened.height >= 1.45


def test_the_first_tile_stands_out_and_words_are_there() -> None:
    with Image.open(BytesIO(FULL.image())) as opened:
        picture = opened.convert("RGB")
    assert picture.getpixel((200, 100)) == tuple(bytes.fromhex(MAIN[1:]))
    first = cells(6)[0]
    words = picture.crop((first.x + 60, first.y + 540, first.width - 60, first.y + 760))
    colours = words.convert("L").getextrema()
    assert colours[1] > 240  # white words on the dark tile


@pytest.mark.parametrize(
    "words", ["ごみ収集日カレンダーのページをひらく", "あ" * 40, "一\n二", "A"]
)
def test_any_words_fit_their_tile(words: str) -> None:
    edge = 36
    with Image.open(
        BytesIO(draw([Face("help", words), Face("web", words), Face("web", "x")]))
    ) as o:
        second = o.convert("RGB").crop((833 + 18, edge, 1667 - 18, 843 - edge))
    margin = second.crop((0, 100, 30, second.height - 100))
    assert (26, 26, 26) not in {colour for _, colour in margin.getcolors(100_000) or []}


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_shows_something_and_has_air_around_it(name: str) -> None:
    mask = icon_mask(name, 200)
    box = mask.getbbox()
    assert box is not None
    assert box[0] >= 2
    assert box[1] >= 2
    assert 90 < max(box[2] - box[0], box[3] - box[1]) <= 196


# ── its way into LINE ────────────────────────────────────────────────────────────────────────

OK = answer()
CREATED = answer(body={"richMenuId": "richmenu-new"})
NEW, OLD = "/v2/bot/richmenu/richmenu-new", "/v2/bot/richmenu/richmenu-old"
SWITCH = "POST /v2/bot/user/all/richmenu/richmenu-new"


def test_a_new_menu_is_shown_before_the_old_one_goes() -> None:
    line = FakeLine(CREATED, OK)
    done = register(line.client(), TWO, "richmenu-old")
    assert (done.line_id, done.old_left) == ("richmenu-new", None)
    assert line.asked == [
        "POST /v2/bot/richmenu",
        f"POST {NEW}/content",
        f"POST /v2/bot/richmenu/alias/{ALIAS}",
        SWITCH,
        f"DELETE {OLD}",
        "GET /v2/bot/richmenu/list",
    ]
    upload = line.requests[1]
    assert (upload.url.host, upload.headers["content-type"]) == ("data.example", "image/png")


def test_the_first_menu_makes_its_alias() -> None:
    line = FakeLine(CREATED, OK, answer(404), OK)
    register(line.client(), TWO)
    assert line.asked[2:] == [
        f"POST /v2/bot/richmenu/alias/{ALIAS}",
        "POST /v2/bot/richmenu/alias",
        SWITCH,
        "GET /v2/bot/richmenu/list",
    ]


def test_an_old_menu_that_stays_is_told() -> None:
    line = FakeLine(CREATED, OK, OK, OK, answer(500))
    assert register(line.client(), TWO, "richmenu-old").old_left == "richmenu-old"


def test_a_menu_that_is_refused_changes_nothing() -> None:
    line = FakeLine(answer(400))
    with pytest.raises(MenuNotRegistered) as caught:
        register(line.client(), TWO, "richmenu-old")
    assert caught.value.step == Step.CREATE
    assert line.asked == ["POST /v2/bot/richmenu"]


@pytest.mark.parametrize(
    ("answers", "step"),
    [
        ((CREATED, answer(413), OK), Step.IMAGE),
        ((CREATED, httpx.ReadTimeout("x"), OK), Step.IMAGE),
        ((CREATED, OK, answer(500), OK), Step.ALIAS),
        ((CREATED, OK, OK, answer(400), OK), Step.DEFAULT),
        ((CREATED, OK, OK, httpx.ConnectError("x"), OK), Step.DEFAULT),
    ],
)
def test_a_failure_on_the_way_keeps_the_old_menu_and_removes_the_new(
    answers: tuple[httpx.Response | Exception, ...], step: Step
) -> None:
    line = FakeLine(*answers)
    with pytest.raises(MenuNotRegistered) as caught:
        register(line.client(), TWO, "richmenu-old")
    assert caught.value.step == step
    assert caught.value.left_over is None
    assert line.asked[-1] == f"DELETE {NEW}"
    assert f"DELETE {OLD}" not in line.asked


def test_a_new_menu_that_cannot_be_removed_is_told() -> None:
    line = FakeLine(CREATED, answer(500))
    with pytest.raises(MenuNotRegistered) as caught:
        register(line.client(), TWO, "richmenu-old")
    assert caught.value.left_over == "richmenu-new"


def test_the_alias_goes_back_to_the_old_menu() -> None:
    line = FakeLine(CREATED, OK, OK, answer(403), OK)
    with pytest.raises(MenuNotRegistered):
        register(line.client(), TWO, "richmenu-old")
    assert line.asked[4] == f"POST /v2/bot/richmenu/alias/{ALIAS}"
    assert b"richmenu-old" in line.requests[4].content


def test_a_menu_made_without_an_answer_is_found_by_name_and_removed() -> None:
    names: list[str] = []

    def listed(_request: httpx.Request) -> httpx.Response:
        menus = [{"richMenuId": "other", "name": "他"}, {"richMenuId": "lost", "name": names[0]}]
        return answer(body={"richmenus": menus})

    def silent(request: httpx.Request) -> httpx.Response:
        names.append(httpx.Response(200, content=request.content).json()["name"])
        raise httpx.ReadTimeout("x")

    line = FakeLine(silent, listed, OK)
    with pytest.raises(MenuNotRegistered):
        register(line.client(), TWO)
    assert line.asked[1:] == ["GET /v2/bot/richmenu/list", "DELETE /v2/bot/richmenu/lost"]


def test_a_silent_switch_that_happened_is_a_success() -> None:
    shown = answer(body={"richMenuId": "richmenu-new"})
    line = FakeLine(CREATED, OK, OK, httpx.ReadTimeout("x"), shown, OK)
    assert register(line.client(), TWO, "richmenu-old").line_id == "richmenu-new"
    assert f"DELETE {OLD}" in line.asked


def test_what_killed_attempts_left_is_swept_away() -> None:
    names = {"left": f"市 {MARK}0]", "richmenu-new": f"市 {MARK}1]", "theirs": "別のシステム"}
    menus = [{"richMenuId": line_id, "name": name} for line_id, name in names.items()]
    line = FakeLine(CREATED, OK, OK, OK, answer(body={"richmenus": menus}), OK)
    register(line.client(), TWO)
    assert [one for one in line.asked if "DELETE" in one] == ["DELETE /v2/bot/richmenu/left"]


def test_a_silent_switch_that_did_not_happen_is_taken_back() -> None:
    shown = answer(body={"richMenuId": "richmenu-old"})
    line = FakeLine(CREATED, OK, OK, answer(500), shown, OK)
    with pytest.raises(MenuNotRegistered) as caught:
        register(line.client(), TWO, "richmenu-old")
    assert not caught.value.is_uncertain
    assert line.asked[-1] == f"DELETE {NEW}"


def test_when_nobody_knows_which_is_shown_neither_is_removed() -> None:
    line = FakeLine(CREATED, OK, OK, httpx.ReadTimeout("x"))
    with pytest.raises(MenuNotRegistered) as caught:
        register(line.client(), TWO, "richmenu-old")
    assert caught.value.is_uncertain
    assert not [asked for asked in line.asked if asked.startswith("DELETE")]


def test_a_number_in_wide_digits_can_be_called() -> None:
    tile = Tile("phone", "代表", Does.PHONE, "０９６-000-0001（代表）")
    assert tile.action()["uri"] == "tel:0960000001"
