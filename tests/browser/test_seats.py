# SPDX-License-Identifier: Apache-2.0
"""Seats in real browsers: a chair, the office, the next chair, their tablets and passkeys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.accounts import AUTHENTICATOR
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.leaders import come_in, seated
from tests.browser.looking import problems

if TYPE_CHECKING:
    from playwright.sync_api import Page

TABLET = {"width": 768, "height": 1024}
WIDTHS = (320, 390, 768, 1440)
# What an open page hears that is signed out from elsewhere.
OUT = ("status of 401",)
Staff = Callable[..., "Page"]


def open_list(office: Page, web: str, post: str) -> None:
    office.goto(f"{web}/console/positions/?q={post}")
    office.get_by_role("link", name=post, exact=True).click()


def test_a_handover_puts_one_phone_out_and_lets_the_next_one_in(
    open_page: OpenPage, staff_page: Staff, web: str
) -> None:
    office = staff_page("manager")
    leader = seated(office, web)
    before = come_in(open_page(PHONE, expected=OUT), web, leader)
    open_list(office, web, leader.post)
    office.get_by_role("link", name="次の人に引き継ぐ").click()
    assert problems(office, *WIDTHS) == []
    office.get_by_label("氏名").fill("新田 花")
    office.get_by_role("button", name="引き継ぐ", exact=True).click()
    digits = office.locator("[data-digits]").inner_text()
    assert problems(office, *WIDTHS) == []
    after = come_in(open_page(PHONE), web, leader.__class__(leader.post, "新田 花", digits))
    assert after.url.endswith("/community/")
    before.goto(f"{web}/community/devices/")
    assert "/community/sign-in/" in before.url
    open_list(office, web, leader.post)
    assert "使いました" in office.locator("main").inner_text()


def test_a_tablet_is_let_in_by_the_phone(open_page: OpenPage, staff_page: Staff, web: str) -> None:
    phone = come_in(open_page(PHONE), web, seated(staff_page("manager"), web))
    tablet = open_page(TABLET, expected=OUT)
    tablet.goto(f"{web}/community/sign-in/")
    tablet.get_by_role("link", name="もう入っている電話を使って入る").click()
    tablet.get_by_role("button", name="QRコードを出す").click()
    digits = tablet.locator(".code-digits").inner_text()
    assert problems(tablet, *WIDTHS) == []
    phone.goto(tablet.locator(".join-qr").get_attribute("data-link") or "")
    assert phone.locator(".code-digits").inner_text() == digits
    assert problems(phone, *WIDTHS) == []
    phone.get_by_role("button", name="同じです。入れる").click()
    tablet.wait_for_url(f"{web}/community/")
    phone.goto(f"{web}/community/devices/")
    assert phone.locator(".devices__one").count() == 2
    phone.locator(".devices__one", has_not_text="この端末").get_by_role("button").click()
    tablet.goto(f"{web}/community/devices/")
    assert "/community/sign-in/" in tablet.url


def test_a_passkey_lets_in_without_paper(open_page: OpenPage, staff_page: Staff, web: str) -> None:
    phone = open_page(PHONE)
    device = phone.context.new_cdp_session(phone)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    come_in(phone, web, seated(staff_page("manager"), web))
    phone.goto(f"{web}/community/devices/")
    phone.get_by_role("link", name="パスキーを登録する").click()
    phone.wait_for_load_state("load")
    phone.get_by_role("button", name="登録する").click()
    phone.get_by_text("パスキーを登録しました").wait_for()
    assert problems(phone, *WIDTHS) == []
    phone.locator(".devices__one", has_text="この端末").get_by_role("button").click()
    phone.wait_for_url("**/community/sign-in/")
    phone.wait_for_load_state("load")
    phone.get_by_role("button", name="登録したパスキーで入る").click()
    phone.wait_for_url(f"{web}/community/")


def test_coming_in_holds_at_every_width(open_page: OpenPage, staff_page: Staff, web: str) -> None:
    office = staff_page("manager")
    leader = seated(office, web)
    phone = open_page(PHONE, expected=("status of 404", "status of 429", "status of 410"))
    phone.goto(f"{web}/community/s/made-up/")
    assert problems(phone, *WIDTHS) == []
    phone.goto(f"{web}/community/sign-in/")
    phone.get_by_label("紙に書いてある8けたの数字").fill("12")
    phone.get_by_role("button", name="入る", exact=True).click()
    phone.get_by_text("8けたの数字ではありません").first.wait_for()
    assert problems(phone, *WIDTHS) == []
    come_in(phone, web, leader)
    for page in ("devices", "passkey"):
        phone.goto(f"{web}/community/{page}/")
        assert problems(phone, *WIDTHS) == []
    phone.goto(f"{web}/community/devices/")
    phone.get_by_role("button", name="入るための番号を出す").click()
    assert problems(phone, *WIDTHS) == []
