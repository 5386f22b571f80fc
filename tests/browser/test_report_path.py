# SPDX-License-Identifier: Apache-2.0
"""From a dark street to the desk in charge and back: two browsers at once."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

import pytest

from tests.browser.accounts import open_mail
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.phone import Phone
from tests.browser.residents import NUMBER, Residents
from tests.running import RunningDemo

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def phone(open_page: OpenPage, demo: RunningDemo, residents: Residents) -> Phone:
    return Phone(open_page(PHONE), demo.simulator, residents.newcomer())


def reports(phone: Phone) -> str:
    """照明灯の不具合 in 西区; the receipt number."""
    phone.taps_tile("市民レポート")
    phone.hears("何についてのお知らせですか")
    phone.taps("照明灯の不具合")
    phone.hears("どうなっていますか")
    phone.taps("つかない")
    phone.hears("場所を教えてください")
    phone.taps("位置情報を送る")
    phone.sets_pin(32.79 + secrets.randbelow(100) / 10_000, 130.68)  # where nobody has been
    phone.hears("番号の札")
    phone.says("西-1234")
    phone.hears("写真があれば")
    phone.taps("カメラで撮る")
    phone.takes_photo("street-lamp")
    phone.hears("写真を1枚受け取りました")
    phone.taps("写真はこれで送る")
    phone.hears("西区（地図の位置）")
    phone.says("この内容で送る")  # a button alone where nobody has told of the same near by
    return NUMBER.findall(phone.hears("受付番号").inner_text())[0]


def watched(page: Page, address: str) -> Page:
    """Open with its line of news; the mark is gone when the page is loaded again."""
    page.goto(address)
    page.locator("body[data-ready][data-stream-state=open]").wait_for()
    page.evaluate("document.body.dataset.same = 'yes'")
    return page


def not_reloaded(page: Page) -> bool:
    return page.locator("body").get_attribute("data-same") == "yes"


def test_a_report_gets_its_answer_and_is_opened_again(
    phone: Phone, staff_page: OpenPage, web: str
) -> None:
    desk = watched(staff_page("西 さくら"), f"{web}/console/cases/")
    number = reports(phone)
    desk.get_by_role("link", name=number).wait_for()
    assert not_reloaded(desk)
    the_department_has_mail(staff_page("administrator"), web, number)
    desk.get_by_role("link", name=number).click()
    the_clerk_sees_everything(desk)
    it_is_assigned_and_answered(desk, phone)
    the_resident_writes_back(phone, desk)
    it_is_closed_and_opened_again(desk, phone)
    desk.goto(f"{web}/console/cases/?q={number}")
    desk.get_by_role("row", name=number).get_by_text("再開").wait_for()


def the_department_has_mail(tray: Page, web: str, number: str) -> None:
    open_mail(tray, web, number)
    tray.get_by_role("heading", name=re.compile(f"新しい通報.*{number}")).wait_for()
    assert "@hinokuni.example.jp" in tray.locator("main").inner_text()


def the_clerk_sees_everything(desk: Page) -> None:
    desk.locator("body[data-ready][data-stream-state=open]").wait_for()
    desk.get_by_role("definition").filter(has_text="西-1234").wait_for()
    desk.locator("#case-map .pin--here").wait_for()
    desk.locator("#case-reports a[data-photo]").click()
    image = desk.locator(".viewer__image[style*=width]")
    image.wait_for()
    small = image.evaluate("image => image.clientWidth")
    desk.keyboard.press("+")
    wider = "before => document.querySelector('.viewer__image').clientWidth > before"
    desk.wait_for_function(wider, arg=small)
    desk.keyboard.press("Escape")
    desk.locator("dialog.viewer").wait_for(state="hidden")


def it_is_assigned_and_answered(desk: Page, phone: Phone) -> None:
    desk.evaluate("document.body.dataset.same = 'yes'")
    desk.get_by_role("button", name="自分が担当").click()
    desk.locator("#case-facts", has_text="西 さくら").wait_for()
    desk.get_by_label("通報者へ送る文").fill("今夜のうちに見に行きます。")
    desk.get_by_role("button", name="通報者へ送る").click()
    phone.hears("今夜のうちに見に行きます。")
    desk.locator("#case-thread", has_text="送信済み").wait_for()
    desk.get_by_role("button", name="対応をはじめる").click()
    desk.locator("#case-head", has_text="対応中").wait_for()
    phone.hears("対応中")
    assert not_reloaded(desk)


def the_resident_writes_back(phone: Phone, desk: Page) -> None:
    phone.taps("返信する")
    phone.hears("文か写真を送ってください")
    phone.says("となりの柱も消えています。")
    desk.locator("#case-thread", has_text="となりの柱も消えています。").wait_for()
    phone.hears("担当に伝えました")
    phone.page.get_by_test_id("camera").click()
    phone.takes_photo("pothole")
    desk.locator("#case-thread a[data-photo] img").wait_for()
    assert not_reloaded(desk)


def it_is_closed_and_opened_again(desk: Page, phone: Phone) -> None:
    desk.locator("#case-work").get_by_role("textbox", name="通報者への説明").fill(
        "電球を替えました。"
    )
    desk.get_by_role("button", name="完了にする").click()
    desk.locator("#case-work [role=alert]", has_text="となりの柱も消えています。").wait_for()
    desk.get_by_role("button", name="完了にする").click()  # having been told what came meanwhile
    phone.hears("電球を替えました。")
    desk.locator("#case-head", has_text="完了").wait_for()
    phone.taps("直っていません")
    phone.hears("もう一度担当に回しました")
    desk.locator("#case-head", has_text="再開").wait_for()
    assert not_reloaded(desk)


def test_line_on_a_pc_needs_neither_tile_nor_button(
    phone: Phone, staff_page: OpenPage, web: str
) -> None:
    phone.page.set_viewport_size({"width": 1440, "height": 900})
    phone.page.get_by_test_id("pc-toggle").click()
    phone.page.get_by_test_id("menu").wait_for(state="hidden")
    for words, answer in [
        ("通報", "何についてのお知らせですか"),
        ("2", "どうなっていますか"),
        ("1", "場所を教えてください"),
        ("西区春日1丁目 郵便局の前", "番号の札"),
        ("なし", "写真があれば"),
        ("1", "この内容で送ります"),
        ("1", "受付番号"),
    ]:
        phone.says(words)
        phone.hears(answer)
    number = NUMBER.findall(phone.hears("受付番号").inner_text())[0]
    desk = staff_page("西 さくら")
    desk.goto(f"{web}/console/cases/?q={number}")
    desk.get_by_role("row", name=number).get_by_text("西区春日1丁目").wait_for()


def test_the_resident_s_own_page_adds_who_and_where(
    phone: Phone, open_page: OpenPage, staff_page: OpenPage, web: str
) -> None:
    number = reports(phone)
    page = open_page(PHONE)
    page.goto(web + phone.link("経過を見る"))
    page.get_by_text("担当が内容を確かめます").wait_for()
    page.get_by_role("link", name="連絡先を入れる").click()
    page.get_by_label("お名前").fill("肥後 花子")
    page.get_by_label("電話番号").fill("096-000-1234")
    page.get_by_role("button", name="預ける").click()
    page.get_by_text("連絡先をお預かりしました。").wait_for()
    page.get_by_role("link", name="場所を地図で直す").click()
    before = page.locator("#id_latitude").input_value()
    page.get_by_role("button", name="上", exact=True).click()
    assert page.locator("#id_latitude").input_value() != before
    page.get_by_role("button", name="この場所にする").click()
    page.get_by_text("場所を直しました。").wait_for()
    desk = staff_page("西 さくら")
    desk.goto(f"{web}/console/cases/?q={number}")
    desk.get_by_role("link", name=number).click()
    desk.locator("#case-timeline", has_text="場所").wait_for()


def test_a_place_that_was_only_typed_is_set_on_the_map_while_the_talk_goes_on(
    phone: Phone, residents: Residents, open_page: OpenPage, web: str
) -> None:
    here = {"latitude": 32.79, "longitude": 130.69}
    page = open_page(PHONE, geolocation=here, permissions=["geolocation"])
    page.goto(web + residents.map_page(phone.who))
    page.locator("body[data-ready]").wait_for()
    page.locator("#position-canvas").click(position={"x": 4, "y": 4})
    page.get_by_text("区域の外").wait_for()
    page.get_by_role("button", name="この場所にする").click()
    page.get_by_role("alert").get_by_text("ピンを市の中に動かしてください").wait_for()
    page.locator("body[data-ready]").wait_for()
    page.get_by_role("button", name="今いる場所にする").click()
    page.get_by_text("西区にあります").wait_for()
    page.get_by_role("button", name="この場所にする").click()
    page.get_by_role("heading", name="場所を直しました").wait_for()
    phone.hears("場所を直しました")


def test_the_neighbour_sees_none_of_it(
    residents: Residents, staff_page: OpenPage, web: str
) -> None:
    sent = residents.report(residents.newcomer())
    ours, theirs = staff_page("西 さくら"), staff_page("neighbour_clerk")
    ours.goto(f"{web}/console/cases/?q={sent.number}")
    ours.get_by_role("link", name=sent.number).click()
    ours.get_by_role("heading", level=1).wait_for()
    theirs.goto(f"{web}/console/cases/?q={sent.number}")
    theirs.get_by_text("当てはまる案件はありません").wait_for()
    assert theirs.context.request.get(ours.url).status == 404
    photo = ours.locator("#case-reports a[data-photo]").get_attribute("href")
    assert ours.context.request.get(f"{web}{photo}").status == 200
    assert theirs.context.request.get(f"{web}{photo}").status == 404
