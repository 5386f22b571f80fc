# SPDX-License-Identifier: Apache-2.0
"""A phone out of doors: taken along, written on without a line, home again by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.residents import Residents

if TYPE_CHECKING:
    from playwright.sync_api import Page


NO_LINE = ("net::ERR_FAILED", "net::ERR_INTERNET_DISCONNECTED")


def take_along(page: Page, web: str) -> Page:
    page.goto(f"{web}/console/field/")
    page.locator("[data-field-ready]").wait_for()
    page.get_by_label("だれの案件").select_option("all")
    page.locator("[data-case]").first.wait_for()
    return page


def test_what_is_written_without_a_line_comes_home_by_itself(
    staff_page: OpenPage, residents: Residents, web: str
) -> None:
    sent = residents.report(residents.newcomer())
    page = take_along(staff_page("西 さくら", PHONE, expected=NO_LINE), web)
    page.context.set_offline(True)
    card = page.locator("[data-case]", has_text=sent.number)
    card.locator("summary").click()
    card.get_by_label("メモ（職員だけが見ます）").fill("カバーが割れている")
    card.get_by_role("button", name="メモを残す").click()
    card.get_by_role("button", name="対応をはじめる").click()
    expect(card.get_by_text("送信待ち", exact=False).first).to_be_visible()
    expect(page.locator("[data-field-state]")).to_contain_text("送信待ち 2件")
    page.context.set_offline(False)
    expect(page.locator("[data-field-state]")).not_to_contain_text("送信待ち")
    desk = staff_page("道野 健")
    desk.goto(f"{web}/console/cases/?q={sent.number}&status=all")
    desk.get_by_role("link", name=sent.number).click()
    desk.locator("#case-thread", has_text="カバーが割れている").wait_for()
    desk.locator("#case-head", has_text="対応中").wait_for()


def test_a_change_of_others_is_shown_and_decided(
    staff_page: OpenPage, residents: Residents, web: str
) -> None:
    sent = residents.report(residents.newcomer())
    page = take_along(staff_page("西 さくら", PHONE, expected=NO_LINE), web)
    page.context.set_offline(True)
    card = page.locator("[data-case]", has_text=sent.number)
    card.locator("summary").click()
    card.get_by_role("button", name="対応をはじめる").click()
    desk = staff_page("道野 健")
    desk.goto(f"{web}/console/cases/?q={sent.number}&status=all")
    desk.get_by_role("link", name=sent.number).click()
    desk.locator("body[data-ready]").wait_for()
    desk.get_by_role("button", name="確認をはじめる").click()
    desk.locator("#case-head", has_text="確認中").wait_for()
    page.context.set_offline(False)
    card.get_by_text("道野 健さんが「確認中」にしました", exact=False).wait_for()
    card.get_by_role("button", name="いまの状態から、もう一度行う").click()
    desk.locator("#case-head", has_text="対応中").wait_for()


def test_a_photo_of_the_work_is_on_the_case(
    staff_page: OpenPage, residents: Residents, web: str
) -> None:
    from linesim.photos import draw

    sent = residents.report(residents.newcomer())
    page = take_along(staff_page("西 さくら", PHONE), web)
    card = page.locator("[data-case]", has_text=sent.number)
    card.locator("summary").click()
    photo = {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": draw("street-lamp")}
    card.get_by_label("作業後の写真").set_input_files(photo)  # type: ignore[arg-type]
    desk = staff_page("道野 健")
    desk.goto(f"{web}/console/cases/?q={sent.number}&status=all")
    desk.get_by_role("link", name=sent.number).click()
    desk.locator("#case-thread", has_text="作業後の写真").wait_for()
    desk.locator("#case-thread img").first.wait_for()
