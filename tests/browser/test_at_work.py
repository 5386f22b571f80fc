# SPDX-License-Identifier: Apache-2.0
"""Many cases by keyboard alone, and a closing that takes two people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.browser.conftest import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page


def ready(page: Page, address: str) -> Page:
    page.goto(address)
    page.locator("body[data-ready]").wait_for()
    return page


def test_three_cases_change_by_keyboard_and_change_back(staff_page: OpenPage, web: str) -> None:
    desk = ready(staff_page("administrator"), f"{web}/console/cases/?channel=phone")
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("Shift+X")
    desk.get_by_text("3件をえらんでいます").wait_for()
    numbers = desk.locator("tr.is-picked [data-key-link]").all_inner_texts()
    desk.keyboard.press("b")
    desk.get_by_label("すること").select_option("priority")
    desk.keyboard.press("Tab")
    desk.get_by_label("優先度", exact=True).last.select_option("urgent")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.get_by_text(re.compile("3件: 優先度を変える 緊急")).wait_for()
    for number in numbers:
        desk.get_by_role("row", name=number).get_by_text("緊急").wait_for()
    desk.get_by_role("button", name="元に戻す").focus()
    desk.keyboard.press("Enter")
    desk.get_by_text(re.compile("3件: 元に戻す")).wait_for()
    ready(desk, f"{web}/console/cases/?channel=phone&priority=urgent")
    shown = desk.locator("[data-key-link]").all_inner_texts()
    assert not set(numbers) & set(shown)


def test_a_closing_takes_two_people(staff_page: OpenPage, web: str) -> None:
    clerk = ready(staff_page("道野 健"), f"{web}/console/cases/?kind=&confirm=1")
    manager = ready(staff_page("manager"), f"{web}/console/")
    manager.get_by_role("link", name=re.compile("確認待ち")).click()
    manager.wait_for_url("**/cases/?confirm=1")
    ready(manager, web + str(manager.locator("[data-key-link]").first.get_attribute("href")))
    manager.get_by_role("button", name="見え方", exact=True).click()
    manager.locator("#preview-dialog[open]").get_by_text("受付番号のページ").first.wait_for()
    manager.keyboard.press("Escape")
    manager.get_by_text("理由を書いて差し戻す").click()
    manager.get_by_label("差し戻す理由").fill("写真を足してください")
    manager.get_by_role("button", name="差し戻す", exact=True).click()
    manager.locator("#case-waiting").get_by_text("写真を足してください").wait_for()
    ready(clerk, manager.url)
    clerk.locator("#case-waiting").get_by_text("写真を足してください").wait_for()
    clerk.get_by_role("button", name="完了にする").click()
    clerk.get_by_text("頼んだ人とは別の人が確認します").wait_for()
    manager.get_by_role("button", name="確認して終わらせる").click()
    manager.locator("#case-head", has_text="完了").wait_for()
