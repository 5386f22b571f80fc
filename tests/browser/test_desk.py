# SPDX-License-Identifier: Apache-2.0
"""Forty cases and a telephone that rings: how clerks work with the list, and with one another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from tests.browser.conftest import OpenPage
from tests.browser.residents import Residents, Sent

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


@pytest.fixture
def sent(residents: Residents) -> Sent:
    return residents.report(residents.newcomer())


def open_case(page: Page, web: str, number: str) -> Page:
    page.goto(f"{web}/console/cases/?q={number}")
    page.get_by_role("link", name=number).click()
    page.locator("body[data-ready][data-stream-state=open] #case-work").wait_for()
    return page


def explanation(page: Page) -> Locator:
    return page.locator("#case-work").get_by_role("textbox", name="通報者への説明")


def test_two_clerks_on_one_case_lose_nothing(staff_page: OpenPage, web: str, sent: Sent) -> None:
    first = open_case(staff_page("西 さくら"), web, sent.number)
    second = open_case(staff_page("道野 健"), web, sent.number)
    explanation(second).fill("わたしが見に行きます。")
    first.get_by_role("button", name="対応をはじめる").click()
    first.locator("#case-head", has_text="対応中").wait_for()
    second.locator("#case-head", has_text="対応中").wait_for()  # the other's page follows by itself
    assert explanation(second).input_value() == "わたしが見に行きます。"
    second.get_by_role("button", name="完了にする").click()
    second.get_by_text("ほかの人がこの案件を変えました").wait_for()
    assert explanation(second).input_value() == "わたしが見に行きます。"
    second.get_by_role("button", name="完了にする").click()
    second.locator("#case-head", has_text="完了").wait_for()
    first.locator("#case-thread", has_text="わたしが見に行きます。").wait_for()


def test_a_change_is_taken_back_by_its_toast(staff_page: OpenPage, web: str, sent: Sent) -> None:
    desk = open_case(staff_page("西 さくら"), web, sent.number)
    desk.get_by_role("button", name="自分が担当").click()
    desk.locator("#case-facts", has_text="西 さくら").wait_for()
    desk.get_by_role("button", name="元に戻す").click()
    desk.locator("#case-facts", has_text="未定").wait_for()


def test_the_list_is_worked_by_keys_alone(staff_page: OpenPage, web: str, sent: Sent) -> None:
    desk = staff_page("西 さくら")
    desk.goto(f"{web}/console/cases/")
    desk.locator("body[data-ready]").wait_for()
    number = "document.activeElement.textContent"
    desk.keyboard.press("j")
    first = desk.evaluate(number)
    desk.keyboard.press("j")
    assert desk.evaluate(number) != first
    desk.keyboard.press("k")
    assert desk.evaluate(number) == first
    desk.keyboard.press("/")
    desk.keyboard.type(sent.number)
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/?q={sent.number}")
    desk.locator("body[data-ready]").wait_for()
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.locator("#case-head", has_text=sent.number).wait_for()


def test_filters_are_kept_under_a_name(staff_page: OpenPage, web: str) -> None:
    desk = staff_page("道野 健")
    desk.goto(f"{web}/console/cases/")
    desk.locator("body[data-ready]").wait_for()
    desk.get_by_label("区域", exact=True).select_option(label="南区")
    desk.wait_for_url("**area=*")
    desk.locator("#cases", has_text="絞り込みを外す").wait_for()
    desk.get_by_text("保存", exact=True).click()
    desk.get_by_label("この絞り込みの名前").fill("南区の案件")
    desk.get_by_role("button", name="保存する").click()
    desk.get_by_text("「南区の案件」を保存しました。").wait_for()
    desk.goto(f"{web}/console/cases/")
    desk.get_by_role("link", name="南区の案件").click()
    desk.locator("[aria-current=page]", has_text="南区の案件").wait_for()
    places = desk.locator(".cases-table tbody td:nth-child(2)").all_inner_texts()
    assert places
    assert all("南区" in place for place in places)
    desk.get_by_text("保存", exact=True).click()
    desk.get_by_role("button", name="「南区の案件」を消す").click()
    desk.get_by_text("「南区の案件」を消しました。").wait_for()


def test_what_is_shown_is_what_is_exported(
    staff_page: OpenPage, web: str, sent: Sent, tmp_path: Path
) -> None:
    desk = staff_page("西 さくら")
    desk.goto(f"{web}/console/cases/?q={sent.number}")
    desk.get_by_text("書き出す", exact=True).click()
    with desk.expect_download() as excel:
        desk.get_by_role("link", name="Excel（xlsx）").click()
    excel.value.save_as(tmp_path / "cases.xlsx")
    rows = list(load_workbook(tmp_path / "cases.xlsx").active.values)  # type: ignore[union-attr]
    assert [row[0] for row in rows[1:]] == [sent.number]
    with desk.expect_download() as text:
        desk.get_by_role("link", name="CSV（UTF-8）").click()
    text.value.save_as(tmp_path / "cases.csv")
    assert sent.number in (tmp_path / "cases.csv").read_text("utf-8-sig")


def test_news_take_no_open_menu_away(staff_page: OpenPage, residents: Residents, web: str) -> None:
    desk = staff_page("西 さくら")
    desk.goto(f"{web}/console/cases/")
    desk.locator("body[data-ready][data-stream-state=open]").wait_for()
    desk.get_by_text("書き出す", exact=True).click()
    new = residents.report(residents.newcomer())
    menu = desk.get_by_role("link", name="Excel（xlsx）")
    desk.locator("[data-cases][data-news-waits]").wait_for()
    assert menu.is_visible()
    desk.get_by_text("書き出す", exact=True).click()
    desk.get_by_role("link", name=new.number).wait_for()


def test_on_a_phone_the_map_takes_the_lists_place(staff_page: OpenPage, web: str) -> None:
    desk = staff_page("道野 健", {"width": 390, "height": 844})
    desk.goto(f"{web}/console/cases/")
    desk.locator("body[data-ready]").wait_for()
    desk.get_by_role("button", name="地図").click()
    desk.locator("#cases-map .cell, #cases-map .pin").first.wait_for()
    assert desk.locator("#cases-map path.map-area").count() >= 5
    assert desk.locator(".cases-table").is_hidden()
