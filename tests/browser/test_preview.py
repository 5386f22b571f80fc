# SPDX-License-Identifier: Apache-2.0
"""Staff edit a question and see it on the phone beside it; then they try it on their own."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from tests.browser.conftest import OpenPage
from tests.browser.looking import problems
from tests.browser.residents import Residents

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

WIDE = {"width": 1600, "height": 1000}


def editor(page: Page, web: str, title: str) -> Page:
    page.goto(f"{web}/console/scenarios/")
    page.get_by_role("link", name=title, exact=True).first.click()
    page.locator(".talk-phone").wait_for()
    return page


def bubble(page: Page, words: str) -> Locator:
    return page.locator(".talk__turn:last-child .talk__text", has_text=words)


def test_an_edit_shows_on_the_phone_where_one_stands(
    staff_page: OpenPage, residents: Residents, web: str
) -> None:
    asked = f"写真は{secrets.token_hex(3)}枚ありますか"
    page = editor(staff_page("administrator", WIDE), web, "公園施設")
    phone = page.locator(".talk-phone")
    page.locator("#preview-from").select_option(label=photos_of(page))
    bubble(page, "写真").wait_for()
    phone.get_by_role("button", name="写真を送る").click()
    phone.get_by_text("写真の見本").wait_for()

    page.locator("#edit-photos").click()
    form = page.locator("form[data-step-form]")
    form.get_by_label("日本語").first.fill(asked)
    form.get_by_role("button", name="保存する").last.click()
    bubble(page, asked).wait_for()
    phone.get_by_text("写真の見本").wait_for()  # what was answered is still there
    assert problems(page, 390, 1600) == []

    page.get_by_role("link", name="スマホで試す").click()
    page.get_by_role("button", name="コードを出す").or_(
        page.get_by_role("button", name="新しいコードにする")
    ).click()
    code = page.locator("#trial-words")
    code.wait_for()
    who = residents.newcomer()
    residents.does(who, "text", text=code.inner_text())
    page.locator("#testers").get_by_text("試用中").first.wait_for()
    page.locator("#testers").get_by_role("button", name="試用を終える").first.click()
    page.get_by_text("試用を終えました").wait_for()


def photos_of(page: Page) -> str:
    """The name under which the photos stand in 「この質問から」."""
    names = page.locator("#preview-from option").all_inner_texts()
    return next(name for name in names if "写真" in name)


def test_the_web_form_keeps_its_answers_and_sends_nothing(staff_page: OpenPage, web: str) -> None:
    page = editor(staff_page("administrator", WIDE), web, "その他")
    page.get_by_role("button", name="ウェブの質問").click()
    form = page.locator("#preview-web[data-form-ready]")
    form.wait_for()
    before = form.inner_text()
    page.evaluate("document.body.dispatchEvent(new Event('draft-changed'))")
    page.wait_for_load_state("networkidle")
    assert page.locator("#preview-web[data-form-ready]").inner_text() == before
