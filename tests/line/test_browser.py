# SPDX-License-Identifier: Apache-2.0
"""The administrator's pages in a real browser, answered by Django's test client: no server, and
the test's own transaction."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import expect

from kairan.line.actions import set_webhook
from kairan.line.menus.actions import begin_with_default, register_default_menu
from kairan.line.models import LineChannel
from kairan.people.models import Person
from linesim.testing import Line
from tests.browser.looking import STILL
from tests.cast import Cast

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.line.urls")]

SCREENSHOTS = os.environ.get("KAIRAN_SCREENSHOTS")
PAGES = [
    "{id}/",
    "{id}/edit/",
    "{id}/menus/",
    "{id}/menus/new/",
    "{menu}",
    "{menu}tabs/t1/",
    "new/",
]
HOST = "http://localhost"
Look = Callable[..., Any]


@pytest.fixture
def look(
    chromium: Browser, cast: Cast, sign_in: Callable[[Person], Client]
) -> Iterator[Callable[..., Page]]:
    """``look("/console/line/")``: the page as the administrator sees it; the browser's own
    complaints (scripts, content policy) fail the test."""
    client = sign_in(cast.administrator)
    contexts, wrong = [], list[str]()

    transaction = connections["default"]

    def answer(route: Route) -> None:
        # Within Playwright's event loop Django would open a connection of its own.
        connections["default"] = transaction
        asked = route.request
        path = asked.url.removeprefix(HOST)
        if path.startswith("/streams/"):  # not Django's: an open stream without news
            route.fulfill(status=200, content_type="text/event-stream", body="")
            return
        kind = asked.headers.get("content-type", "application/octet-stream")
        headers = {name: value for name, value in asked.headers.items() if name != "cookie"}
        body = asked.post_data_buffer or b""
        said = client.generic(asked.method, path, body, content_type=kind, headers=headers)
        content = b"".join(said) if said.streaming else said.content
        route.fulfill(status=said.status_code, headers=dict(said.headers), body=content)

    def note(line: ConsoleMessage) -> None:
        if line.type == "error" and "status of 422" not in line.text:  # a form to mend
            wrong.append(line.text)

    def open_page(path: str, width: int = 1280) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="ja-JP")
        contexts.append(context)
        context.route("**/*", answer)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", note)
        page.goto(f"{HOST}{path}", wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def _shot(page: Page, name: str) -> None:
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / f"line-{name}.png", full_page=True)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_sticks_out(
    look: Look, channel: LineChannel, cast: Cast, path: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    menu = register_default_menu(acting=cast.administrator, channel=channel)
    where = {"id": channel.pk, "menu": f"{channel.pk}/menus/{menu.pk}/"}
    page = look("/console/line/" + path.format(**where), width)
    _shot(page, f"{path.format(id='', menu='set').replace('/', '') or 'channel'}-{width}")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    # The frame around it is looked at where it is filled in.
    found = Axe().run(page, context="#main", options={"runOnly": rules})
    wrong = [
        (rule["id"], node["html"])
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
    assert wrong == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_check_shows_its_list_without_leaving_the_page(
    look: Look, channel: LineChannel, cast: Cast, line: Line
) -> None:
    set_webhook(acting=cast.administrator, channel=channel)
    page = look(f"/console/line/{channel.pk}/")
    page.get_by_role("button", name="接続を確かめる").click()
    page.get_by_text("LINEが受け付けました").wait_for()
    assert page.locator("#line-state").inner_text().strip() == "つながっています"
    _shot(page, "checked-1280")


@pytest.mark.parametrize("width", [390, 1440])
def test_the_editor_is_worked_by_keyboard(
    look: Look, channel: LineChannel, cast: Cast, width: int
) -> None:
    menu = begin_with_default(acting=cast.administrator, channel=channel)
    page = look(f"/console/line/{channel.pk}/menus/{menu.pk}/tabs/t1/", width)
    assert page.get_by_label("はじめる受付").first.is_hidden()
    page.get_by_label("ことば", exact=True).first.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("通報する")
    page.keyboard.press("Tab")
    page.locator("#preview svg[aria-label*='通報する']").wait_for()
    page.get_by_label("枠の形").focus()
    page.keyboard.press("End")  # 自由に置く
    page.get_by_role("button", name="枠を足す").wait_for()
    left = page.get_by_label("左から").first
    left.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("3000")
    save = page.locator("button[name=save]").last
    save.focus()
    page.keyboard.press("Enter")
    page.get_by_text("枠が絵からはみ出しています").wait_for()
    page.get_by_label("左から").first.fill("20")
    page.locator("button[name=save]").last.press("Enter")
    page.get_by_text("下書きを保存しました").wait_for()
    menu.refresh_from_db()
    spot = menu.design.tabs[0].spots[0]
    assert (spot.words, spot.cell.x, menu.design.tabs[0].layout) == ("通報する", 20, "free")
    _shot(page, f"menu-{width}")


def test_an_area_is_moved_by_hand(look: Look, channel: LineChannel, cast: Cast) -> None:
    menu = begin_with_default(acting=cast.administrator, channel=channel)
    page = look(f"/console/line/{channel.pk}/menus/{menu.pk}/tabs/t1/", 1280)
    page.get_by_label("枠の形").select_option("free")
    page.get_by_role("button", name="枠を足す").wait_for()
    page.wait_for_function(STILL)
    area = page.locator("[data-spot='1'] rect")
    area.hover(position={"x": 30, "y": 30})
    box = area.bounding_box()
    assert box
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 60, steps=3)
    page.mouse.up()
    left = page.get_by_label("左から").first
    expect(left).not_to_have_value("0")
    assert int(left.input_value()) > 100
