# SPDX-License-Identifier: Apache-2.0
"""The phone page, driven as a resident would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from linesim.testing import Line, running
from tests.linesim.bodies import (
    POSTBACK,
    bubble,
    buttons,
    carousel,
    column,
    flex,
    quick,
    say,
    words,
)
from tests.linesim.conftest import as_town, text, user_id
from tests.linesim.test_richmenus import AREA, DEFAULT, MENU, SWITCH, ready

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    Look = Callable[..., Page]

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PICK = {"type": "datetimepicker", "label": "日時", "data": "when", "mode": "date"}
PAGES = ["/", "/phones", "/ledger", "/faults"]


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with running(residents=("花子", "太郎")) as line:
        yield line


@pytest.fixture
def look(chromium: Browser, line: Line) -> Iterator[Look]:
    """``look("/", width=390)``; whatever the browser complains about fails the test."""
    line.reset()
    wrong: list[str] = []
    contexts = []

    def open_page(path: str = "/", width: int = 390) -> Page:
        context = chromium.new_context(
            base_url=line.url, viewport={"width": width, "height": 844}, locale="ja-JP"
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.goto(path)
        page.locator("body[data-ready]").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def show(line: Line, *messages: object) -> None:
    body = {"to": user_id(line), "messages": list(messages)}
    as_town(line).post("/v2/bot/message/push", json=body).raise_for_status()


def last_said(line: Line) -> object:
    return line.ledger(direction="out")[-1]["body"]["events"][-1]


def everything(line: Line) -> None:
    menu = ready(as_town(line), selected=False)
    as_town(line).post(f"{DEFAULT}/{menu}").raise_for_status()
    line.text("花子", "096-328-2111 と https://example.com/ を見て")
    line.photos("花子")
    line.location("花子", 32.8, 130.7, address="中央区手取本町")
    line.act("花子", "sticker")
    (gone,) = line.text("花子", "まちがい")["message_ids"]
    line.act("花子", "unsend", message_id=gone)
    show(line, text(), buttons(title="照明灯"), carousel(column(), column()))
    show(line, flex(bubble(words(), {"type": "button", "action": POSTBACK})), quick(say(), PICK))


def test_text_goes_to_the_town_and_its_answer_appears(line: Line, look: Look) -> None:
    page = look()
    page.get_by_test_id("text-input").fill("通報")
    page.get_by_test_id("send").click()
    page.locator("[data-from=resident]", has_text="通報").wait_for()
    show(line, text("何についてですか"))
    page.locator("[data-from=town]", has_text="何についてですか").wait_for()


def test_a_quick_reply_is_tapped_and_gone(line: Line, look: Look) -> None:
    page = look()
    show(line, quick(say("道路"), say("公園")))
    page.get_by_role("button", name="道路").click()
    page.locator("[data-from=resident]", has_text="道路").wait_for()
    page.get_by_test_id("quick-replies").wait_for(state="hidden")


def test_on_a_pc_there_are_no_quick_replies_and_no_menu(line: Line, look: Look) -> None:
    show(line, quick(say("道路")))
    as_town(line).post(f"{DEFAULT}/{ready(as_town(line))}")
    page = look(width=1440)
    page.get_by_test_id("menu").wait_for()
    page.get_by_test_id("pc-toggle").click()
    page.get_by_test_id("quick-replies").wait_for(state="hidden")
    page.get_by_test_id("menu").wait_for(state="hidden")


def test_the_menu_opens_closes_and_speaks(line: Line, look: Look) -> None:
    as_town(line).post(f"{DEFAULT}/{ready(as_town(line), selected=False)}")
    page = look()
    page.get_by_test_id("menu-bar").click()
    page.get_by_test_id("menu-area-0").click()
    page.locator("[data-from=resident]", has_text="市民レポート").wait_for()
    page.get_by_test_id("menu-bar").click()
    page.get_by_test_id("menu").wait_for(state="hidden")


def test_a_tab_switches_at_once_and_the_menu_stays_open(line: Line, look: Look) -> None:
    town = as_town(line)
    second = ready(town, name="くらし", selected=False)
    town.post(f"{MENU}/alias", json={"richMenuAliasId": "more", "richMenuId": second})
    tabs = [{**AREA, "action": SWITCH}]
    town.post(f"{DEFAULT}/{ready(town, name='通報', selected=False, areas=tabs)}")
    page = look()
    page.get_by_test_id("menu-bar").click()
    page.get_by_test_id("menu-area-0").click()
    page.locator("[data-testid=menu] img[alt='くらし']").wait_for()


def test_made_up_photos_are_sent_together(line: Line, look: Look) -> None:
    show(line, quick({"type": "camera", "label": "カメラ"}))
    page = look()
    page.get_by_test_id("quick-reply").click()
    page.get_by_test_id("scene-pothole").click()
    page.get_by_test_id("scene-park").click()
    page.get_by_test_id("send-photos").click()
    page.locator("[data-type=image]").nth(1).wait_for()
    assert last_said(line)["message"]["imageSet"]["total"] == 2  # type: ignore[index]


def test_a_file_of_one_s_own_is_sent(line: Line, look: Look) -> None:
    page = look()
    page.get_by_test_id("camera").click()
    photo = {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG not really"}
    page.get_by_test_id("photo-files").set_input_files(photo)  # type: ignore[arg-type]
    page.locator("[data-type=image]").wait_for()
    message = last_said(line)["message"]["id"]  # type: ignore[index]
    answer = as_town(line).get(f"/v2/bot/message/{message}/content")
    assert answer.content == b"\x89PNG not really"


def test_a_position_is_sent_from_the_map(line: Line, look: Look) -> None:
    page = look()
    show(line, text("https://line.me/R/nv/location/ を開いてください"))
    page.get_by_role("button", name="https://line.me/R/nv/location/").click()
    page.get_by_test_id("latitude").fill("32.5")
    page.get_by_test_id("longitude").fill("130.6")
    page.get_by_test_id("address").fill("中央区")
    page.get_by_test_id("send-location").click()
    page.locator("[data-type=location]").wait_for()
    sent = last_said(line)["message"]  # type: ignore[index]
    assert (sent["latitude"], sent["longitude"], sent["address"]) == (32.5, 130.6, "中央区")


def test_the_pin_moves_by_keys_and_by_tap(line: Line, look: Look) -> None:
    page = look()
    page.get_by_test_id("plus").click()
    page.get_by_test_id("location").click()
    latitude = page.get_by_test_id("latitude")
    before = float(latitude.input_value())
    page.get_by_test_id("map").press("ArrowUp")
    moved = float(latitude.input_value())
    page.get_by_test_id("map").click(position={"x": 40, "y": 200})
    assert moved > before
    assert float(latitude.input_value()) < before


def test_a_date_is_picked(line: Line, look: Look) -> None:
    show(line, quick(PICK))
    page = look()
    page.get_by_test_id("quick-reply").click()
    page.get_by_test_id("date-input").fill("2026-08-01")
    page.get_by_test_id("date-send").click()
    page.get_by_test_id("quick-replies").wait_for(state="hidden")
    assert last_said(line)["postback"]["params"] == {"date": "2026-08-01"}  # type: ignore[index]


def test_a_message_is_taken_back(line: Line, look: Look) -> None:
    line.text("花子", "まちがい")
    page = look()
    page.get_by_test_id("message-menu").click()
    page.get_by_test_id("unsend").click()
    page.locator("[data-type=unsent]").wait_for()
    assert last_said(line)["type"] == "unsend"  # type: ignore[index]


def test_a_long_press_or_a_right_click_opens_the_message_s_menu(line: Line, look: Look) -> None:
    line.text("花子", "まちがい")
    page = look()
    page.locator("[data-from=resident] .bubble").click(button="right")
    page.get_by_test_id("dialog-message").wait_for()
    page.get_by_test_id("dialog-close").click()
    page.locator("[data-from=resident] .bubble").dispatch_event("pointerdown")
    page.get_by_test_id("dialog-message").wait_for()


def test_blocking_and_coming_back(line: Line, look: Look) -> None:
    page = look(width=1440)
    page.get_by_test_id("block").click()
    page.get_by_test_id("unblock-bar").click()
    page.get_by_test_id("text-input").wait_for()
    assert last_said(line)["follow"] == {"isUnblocked": True}  # type: ignore[index]


def test_a_new_resident_makes_friends_first(line: Line, look: Look) -> None:
    page = look(width=1440)
    page.get_by_test_id("new-resident").fill("次郎")
    page.get_by_test_id("add-resident").click()
    page.get_by_test_id("follow").click()
    page.get_by_test_id("text-input").wait_for()
    assert last_said(line)["follow"] == {"isUnblocked": False}  # type: ignore[index]


def test_a_telephone_number_asks_before_it_calls(line: Line, look: Look) -> None:
    show(line, text("096-328-2111 へ"))
    page = look()
    page.get_by_role("button", name="096-328-2111").click()
    page.get_by_test_id("dialog-call").wait_for()


def test_an_address_opens_elsewhere(line: Line, look: Look) -> None:
    show(line, buttons(actions=[{"type": "uri", "label": "見る", "uri": f"{line.url}/ledger"}]))
    page = look()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="見る").click()
    assert opened.value.url.endswith("/ledger")


def test_a_fault_is_switched_on_and_mended(line: Line, look: Look) -> None:
    page = look("/faults", width=1440)
    page.get_by_test_id("fault-path").select_option("*/message/push")
    page.get_by_test_id("add-fault").click()
    page.locator("[data-testid=faults] li").wait_for()
    body = {"to": user_id(line), "messages": [text()]}
    assert as_town(line).post("/v2/bot/message/push", json=body).status_code == 500
    page.get_by_role("button", name="LINEが止まっている").click()
    page.get_by_role("button", name="LINEが止まっている", pressed=True).wait_for()
    page.get_by_test_id("clear-faults").click()
    page.get_by_role("button", name="LINEが止まっている", pressed=False).wait_for()
    assert as_town(line).post("/v2/bot/message/push", json=body).status_code == 200


def test_the_ledger_shows_what_happened(line: Line, look: Look) -> None:
    show(line, text("断水"))
    page = look("/ledger", width=1440)
    page.get_by_test_id("ledger-lines").get_by_text("/v2/bot/message/push").wait_for()


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(line: Line, look: Look, path: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    everything(line)
    page = look(path, width=width)
    found = Axe().run(page, options={"runOnly": RULES})
    assert [
        (rule["id"], node["html"])
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ] == []


@pytest.mark.parametrize("opener", ["camera", "sticker", "location", "video"])
def test_axe_finds_nothing_in_a_dialog(line: Line, look: Look, opener: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = look(width=320)
    if not page.get_by_test_id(opener).is_visible():
        page.get_by_test_id("plus").click()
    page.get_by_test_id(opener).click()
    page.locator("dialog").wait_for()
    found = Axe().run(page, options={"runOnly": RULES})
    assert [rule["id"] for rule in found.response["violations"]] == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_sticks_out_sideways(line: Line, look: Look, path: str, width: int) -> None:
    everything(line)
    page = look(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
