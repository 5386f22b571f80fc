# SPDX-License-Identifier: Apache-2.0
"""A telephone rings: the clerk types while the other one talks, and touches no mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from tests.browser.conftest import OpenPage
from tests.browser.looking import problems
from tests.intake.mails import mail

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page

WIDTHS = (320, 1440)


def ring(page: Page, web: str) -> None:
    page.goto(f"{web}/console/intake/")
    page.locator("[data-intake-ready]").wait_for()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.name"))


def begin(page: Page, place: str) -> None:
    """道路の損傷, 穴・段差, and a place among those that come up."""
    page.keyboard.type("1")
    page.locator("#q-place").wait_for()
    page.wait_for_function("document.activeElement.name === 'q-damage'")
    page.keyboard.press("1")
    page.keyboard.type(place)
    page.locator("#q-place-list [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_text("区の中です。").wait_for()


def test_a_call_is_typed_by_keyboard_alone(staff_page: OpenPage, web: str) -> None:
    page = staff_page("道野 健")
    ring(page, web)
    begin(page, "水前寺")
    assert focused(page) == "q-manager"
    page.keyboard.press("1")
    assert focused(page) == "q-note"
    page.keyboard.type("大きな穴です")
    page.keyboard.press("Alt+n")
    for words in ("山田 花", "090-0000-1234", ""):
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    page.keyboard.press("Alt+b")
    page.get_by_label("電話で伝えること").wait_for()
    assert problems(page, *WIDTHS) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/received/**")
    number = page.locator("#receipt-number").inner_text()
    assert problems(page, *WIDTHS) == []
    page.keyboard.press("Enter")
    page.locator("[data-intake-ready]").wait_for()
    page.goto(f"{web}/console/intake/calls/")
    row = page.get_by_role("row").filter(has_text=number)
    assert "山田 花" in row.inner_text()
    row.get_by_role("button", name="電話した").click()
    page.get_by_text("折り返しを済みにしました。").wait_for()


def test_a_second_call_leaves_the_first_half_done(staff_page: OpenPage, web: str) -> None:
    first = staff_page("森 みどり")
    ring(first, web)
    first.keyboard.type("1")
    first.locator("#q-note").fill("まだ途中です")
    first.get_by_text("下書きを保存しました").wait_for()
    second = first.context.new_page()
    ring(second, web)
    half_done = second.get_by_role("region", name="途中の受付")
    half_done.get_by_text("道路の損傷").wait_for()
    second.close()
    first.reload()
    first.locator("[data-intake-ready]").wait_for()
    assert first.locator("#q-note").input_value() == "まだ途中です"
    first.keyboard.press("Control+Enter")
    first.get_by_text("この中から1つ選んでください。").first.wait_for()
    assert focused(first) == "q-damage"


def test_a_mail_is_completed(staff_page: OpenPage, web: str) -> None:
    page = staff_page("縁 結")
    sent = mail(
        "道路に穴があいています。",
        subject="道路の穴",
        sender="佐藤 <sato@example.jp>",
        message_id=f"<{uuid4()}@x.jp>",
    )
    page.goto(f"{web}/console/intake/mails/")
    page.get_by_text("メールのファイルを入れる").click()
    file: FilePayload = {
        "name": "a.eml", "mimeType": "message/rfc822", "buffer": sent.as_bytes()
    }  # fmt: skip
    page.get_by_label("メールのファイル（.eml）").set_input_files(file)
    page.get_by_role("button", name="届いたことにする").click()
    page.locator("[data-intake-ready]").wait_for()
    page.locator("input[name=q-damage]").first.wait_for()
    assert page.get_by_label("お名前").input_value() == "佐藤"
    assert "穴があいています" in page.locator("#q-note").input_value()
    assert problems(page, *WIDTHS) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("input[name=q-damage]").first.focus()
    page.keyboard.press("1")
    page.keyboard.type("国府のバス停")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.get_by_text("この中から1つ選んでください。").wait_for()
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/received/**")
    page.get_by_text("sato@example.jp").wait_for()
