# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from kairan.line import limits
from kairan.line.checks import check_action
from kairan.line.menu_icons import ICONS, icon_mask
from kairan.line.menu_image import MAIN, WIDTH, Cell, Face, cells, draw, height_for
from kairan.line.menus.design import Design, Known, Tab, default_design, drawn_size
from kairan.line.menus.layouts import LAYOUTS, cells_of
from kairan.line.menus.preview import Drawing
from tests.line.contract import messaging_api

FULL = default_design(
    "full",
    Known(
        waste_page="https://example.jp/waste",
        disaster_page="https://example.jp/bousai",
        phone="096-000-0000",
        web="https://example.jp/",
    ),
)
TWO = default_design("two", Known())


def body(design: Design) -> dict[str, object]:
    return design.body(design.tabs[0], name="x", own_pages="https://town.example")


# ── what it says and does ────────────────────────────────────────────────────────────────────


def test_the_menu_keeps_lines_contract() -> None:
    for menu in (FULL, TWO):
        assert messaging_api().request_errors("POST", "/v2/bot/richmenu", body(menu)) == []


def test_a_tile_says_opens_or_calls() -> None:
    tab = FULL.tabs[0]
    actions = [FULL.action(spot, "") for spot in tab.spots]
    assert [check_action(action, in_rich_menu=True) for action in actions] == [[]] * 6
    assert actions[0] == {"type": "message", "label": "市民レポート", "text": "市民レポート"}
    assert actions[4]["uri"] == "tel:0960000000"
    assert actions[5]["label"] == "市のホームページ"


def test_tiles_without_an_address_are_left_out() -> None:
    assert [spot.icon for spot in TWO.tabs[0].spots] == ["report", "status"]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_covers_the_picture_below_its_tabs(layout: object) -> None:
    placed = cells_of(layout, 1201, 801, 100)  # type: ignore[arg-type]
    assert sum(cell.width * cell.height for cell in placed) == 1201 * 701
    assert len(placed) == layout.count  # type: ignore[attr-defined]


def test_tabs_stand_on_top_of_a_drawn_menu_and_every_other_one_can_be_tapped() -> None:
    tabs = [
        drawn_size(Tab(f"t{n}", f"タブ{n}", f"a{n}", "low-1", FULL.tabs[0].spots)) for n in "123"
    ]
    design = Design(tuple(tabs))
    areas = design.body(tabs[1], name="x", own_pages="")["areas"]
    aliases = [area["action"].get("richMenuAliasId") for area in areas]
    assert aliases == ["a1", "a3", None]
    assert areas[2]["bounds"]["y"] == areas[0]["bounds"]["height"] == 250


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
    image = draw([Face(spot.icon, spot.words) for spot in FULL.tabs[0].spots[:count]])
    assert len(image) <= limits.RICH_MENU_IMAGE_BYTES
    with Image.open(BytesIO(image)) as opened:
        assert opened.format == "PNG"
        assert opened.size == (WIDTH, height_for(count))
        assert opened.width / opened.height >= 1.45


def test_the_first_tile_stands_out_and_words_are_there() -> None:
    with Image.open(BytesIO(Drawing.of(FULL, FULL.tabs[0]).image())) as opened:
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


@pytest.mark.parametrize("size", [(1, 1), (30, 400), (400, 30), (250, 250)])
def test_areas_of_any_size_can_be_drawn(size: tuple[int, int]) -> None:
    image = draw([Face("web", "市のページ")], placed=[Cell(10, 10, *size)], size=(800, 300))
    with Image.open(BytesIO(image)) as opened:
        assert opened.size == (800, 300)
