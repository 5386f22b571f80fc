# SPDX-License-Identifier: Apache-2.0
"""The components in a real browser: what axe finds, and what the modules do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    Look = Callable[..., Page]

pytestmark = pytest.mark.browser
FRAMES = ["/design/", "/design/resident/", "/design/sign-in/", "/design/error/"]


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("path", FRAMES)
def test_axe_finds_nothing(look: Look, path: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = look(path, width=width)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": rules})
    assert [
        (rule["id"], node["html"])
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ] == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
@pytest.mark.parametrize("path", FRAMES)
def test_nothing_sticks_out_sideways(look: Look, path: str, width: int) -> None:
    page = look(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_largest_text_fits_the_smallest_phone(look: Look) -> None:
    page = look("/design/resident/", width=320)
    page.get_by_role("button", name="特大").click()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "28px"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.reload()
    assert page.locator("html").get_attribute("data-text-size") == "largest"


SMALL = """least => [...document.querySelectorAll(
  'button, select, input:not([type=hidden], [type=checkbox], [type=radio]), .tile, summary')]
  .filter(e => e.checkVisibility() && !e.closest('.visually-hidden'))
  .filter(e => Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height) < least)
  .map(e => e.outerHTML.slice(0, 80))"""


def test_residents_can_hit_every_control_with_a_thumb(look: Look) -> None:
    assert look("/design/resident/", width=390).evaluate(SMALL, 48) == []


def test_no_control_of_the_console_is_smaller_than_24_px(look: Look) -> None:
    page = look("/design/")
    links = SMALL.replace("'button,", "'a, button,")
    assert page.evaluate(SMALL, 24) == []
    assert page.evaluate(links, 15) == []


def test_forced_colours_keep_the_chosen_tile_apart(look: Look) -> None:
    page = look("/design/", forced_colors="active")
    border = "e => getComputedStyle(e).borderTopWidth"
    assert page.locator(".tile:has(:checked)").first.evaluate(border) == "3px"


def test_keys_walk_the_list(look: Look) -> None:
    page = look("/design/")
    page.locator("body").press("j")
    page.locator("body").press("j")
    assert page.evaluate("document.activeElement.textContent") == "R8-000124"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "R8-000123"


def test_keys_are_letters_in_a_field(look: Look) -> None:
    page = look("/design/")
    page.keyboard.press("/")
    page.locator("#global-search:focus").wait_for()
    page.keyboard.type("j?")
    assert page.locator("#global-search").input_value() == "j?"
    assert page.locator("#key-help").is_hidden()


def test_keys_can_be_switched_off(look: Look) -> None:
    page = look("/design/")
    page.get_by_text("田上 修").first.click()
    page.get_by_role("button", name="キー操作").click()
    page.get_by_label("この端末でキー操作を使う").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.dataset.keyLink") is None


def test_a_filter_sends_itself_without_empty_fields(look: Look) -> None:
    page = look("/design/")
    page.get_by_label("種類", exact=True).first.select_option("照明灯の不具合")
    page.wait_for_url("**/design/?kind=*")
    assert "area" not in page.url
    assert "q=" not in page.url


def test_a_filter_by_htmx_keeps_the_page_and_changes_its_address(look: Look) -> None:
    page = look("/live/")
    page.evaluate("document.body.dataset.same = 'yes'")
    page.get_by_label("ことば", exact=True).last.press_sequentially("街灯")
    page.wait_for_url("**/live/?word=*")
    assert "empty" not in page.url
    assert page.locator("body").get_attribute("data-same") == "yes"


def test_kana_that_are_not_yet_kanji_are_not_sent(look: Look) -> None:
    page = look("/live/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#word").focus()
    typing = page.context.new_cdp_session(page)
    typing.send("Input.imeSetComposition", {"text": "がい", "selectionStart": 2, "selectionEnd": 2})
    page.locator("#empty").evaluate("e => new Promise(done => setTimeout(done, 600))")
    assert [url for url in asked if "word" in url] == []
    typing.send("Input.insertText", {"text": "街"})
    page.wait_for_url("**/live/?word=*")


def test_a_dialog_returns_to_its_button(look: Look) -> None:
    page = look("/design/")
    opener = page.get_by_role("button", name="窓を開く")
    opener.click()
    assert page.locator("#sample-dialog").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#sample-dialog").is_hidden()
    assert opener.evaluate("e => e === document.activeElement")


def test_a_menu_closes_by_escape(look: Look) -> None:
    page = look("/design/")
    page.get_by_text("ほかの操作").click()
    assert page.get_by_role("link", name="印刷する").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("link", name="印刷する").is_hidden()


def test_photos_turn_zoom_and_close_by_keys(look: Look) -> None:
    page = look("/design/")
    page.locator("a[data-photo]").first.click()
    page.get_by_text("1枚目（1 / 3）").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_text("2枚目（2 / 3）").wait_for()
    image = page.locator(".viewer__image")
    page.locator(".viewer__image[style*=width]").wait_for()
    small = image.evaluate("e => e.clientWidth")
    page.keyboard.press("+")
    assert image.evaluate("e => e.clientWidth") > small
    page.keyboard.press("Escape")
    assert page.locator("dialog.viewer").is_hidden()
    assert page.evaluate("document.activeElement.dataset.photo") == "case"


def test_a_pin_and_its_row_light_up_together(look: Look) -> None:
    page = look("/design/")
    page.locator("#cases-map .pin").first.wait_for()
    page.locator("tr[data-map-id] a").nth(2).focus()
    assert page.locator("#cases-map .is-current").count() == 1
    page.locator("#cases-map .pin:not(.is-current)").first.press("Enter")
    assert page.locator("tr.is-current").count() >= 1
    assert page.locator(".leaflet-popup a").first.is_visible()


def test_what_stands_at_one_place_is_a_number_that_opens_its_list(look: Look) -> None:
    page = look("/design/")
    cell = page.locator("#cases-map .cell")
    assert cell.inner_text() == "3"
    cell.press("Enter")
    assert page.locator(".leaflet-popup li a").count() == 3


def test_a_number_of_near_things_opens_by_going_nearer(look: Look) -> None:
    page = look("/design/", reduced_motion="reduce")  # the map jumps instead of gliding
    for _ in range(4):
        page.locator("#cases-map .leaflet-control-zoom-out").click()
    page.locator("#cases-map .pin").first.wait_for(state="detached")
    assert sum(int(words) for words in page.locator("#cases-map .cell").all_inner_texts()) == 8
    page.locator("#cases-map .cell").first.press("Enter")
    page.locator("#cases-map .pin").first.wait_for()


def test_without_tiles_the_map_says_so_and_keeps_its_areas(look: Look) -> None:
    page = look("/design/")
    page.get_by_text("地図の画像を読み込めません").first.wait_for()
    assert page.locator("#cases-map path.map-area").count() == 2


def test_a_place_is_chosen_by_buttons_and_by_tap(look: Look) -> None:
    page = look("/design/resident/", width=390)
    field = page.locator("#id_latitude")
    page.get_by_text("ピンは中央区にあります。").wait_for()
    before = float(field.input_value())
    page.get_by_role("button", name="上", exact=True).click()
    assert float(field.input_value()) > before
    page.locator("#position-canvas").click(position={"x": 60, "y": 60})
    assert float(page.locator("#id_longitude").input_value()) < 130.72


def test_the_device_says_where_it_is(look: Look) -> None:
    here = {"latitude": 32.8, "longitude": 130.66}
    page = look("/design/resident/", 390, geolocation=here, permissions=["geolocation"])
    page.get_by_role("button", name="今いる場所にする").click()
    page.get_by_text("ピンは西区にあります。").wait_for()
    assert page.locator("#id_latitude").input_value() == "32.800000"


def test_a_refused_device_position_says_what_to_do(look: Look) -> None:
    page = look("/design/resident/", width=390)
    page.get_by_role("button", name="今いる場所にする").click()
    page.get_by_text("今いる場所が分かりませんでした").wait_for()


def test_without_javascript_the_place_is_two_fields(look: Look) -> None:
    page = look("/design/resident/", java_script_enabled=False)
    assert page.get_by_label("緯度").is_visible()
    assert page.locator("#position-canvas").is_hidden()


def test_a_draft_survives_a_reload_and_can_be_thrown_away(look: Look) -> None:
    page = look("/live/")
    page.get_by_text("残り 10 文字").wait_for()
    page.locator("#note").fill("書きかけの文")
    page.get_by_text("残り 4 文字").wait_for()
    page.reload()
    page.get_by_text("書きかけの文を戻しました").wait_for()
    assert page.locator("#note").input_value() == "書きかけの文"
    page.get_by_role("button", name="書きかけを消す").click()
    assert page.locator("#note").input_value() == ""


def test_a_toast_stays_until_its_undo_is_used(look: Look) -> None:
    page = look("/live/")
    page.get_by_role("button", name="担当を変える").click()
    page.get_by_role("button", name="元に戻す").click()
    page.get_by_text("元に戻しました").wait_for()


WATCH = """() => document.addEventListener('live', e => {
  document.body.dataset.told = `${document.body.dataset.told ?? ''} ${e.target.id}`.trim();
}, true)"""


@pytest.fixture
def live(look: Look) -> Page:
    """A page whose stream is open; its body notes which elements were told."""
    page = look("/live/")
    page.evaluate(WATCH)
    page.locator("body[data-stream-state=open]").wait_for()
    return page


@pytest.fixture
def publish(gallery: str) -> Callable[..., None]:
    """``publish("cases")`` sends a notice to every open page; without topics the line breaks."""

    def send(*topics: str) -> None:
        notice = {"topics": topics, "kind": "case.changed"} if topics else None
        httpx.post(f"{gallery}/publish/", content=json.dumps(notice)).raise_for_status()

    return send


def test_a_notice_reaches_the_elements_of_its_topic(
    live: Page, publish: Callable[..., None]
) -> None:
    publish("department:1")
    live.locator("body[data-told]").wait_for()
    assert live.locator("body").get_attribute("data-told") == "cases"


def test_what_is_being_written_is_not_taken_away(live: Page, publish: Callable[..., None]) -> None:
    live.locator("#note").fill("途中")
    publish("case:7")
    live.get_by_role("button", name="新しい動きがあります").wait_for()
    assert live.locator("#note").input_value() == "途中"
    assert live.locator("body[data-told]").count() == 0


def test_after_a_lost_line_everything_is_asked_again(
    live: Page, publish: Callable[..., None]
) -> None:
    publish()
    live.locator("body[data-told*=cases][data-told*=writing]").wait_for()
    live.locator("body[data-stream-state=open]").wait_for()
