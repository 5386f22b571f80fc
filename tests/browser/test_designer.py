# SPDX-License-Identifier: Apache-2.0
"""A clerk without training builds questions out of nothing; a resident is asked them on LINE."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.looking import problems
from tests.browser.phone import Phone
from tests.browser.residents import Residents
from tests.running import RunningDemo

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def form_of(page: Page) -> Locator:
    form = page.locator("form[data-step-form]")
    form.wait_for()
    return form


def saved(page: Page) -> None:
    form_of(page).get_by_role("button", name="保存する", exact=True).last.click()
    page.locator("form[data-step-form]").wait_for(state="detached")


def adds_below(page: Page, step: str, kind: str) -> Locator:
    row = page.locator(f"#step-{step}")
    row.locator("summary").click()
    row.get_by_role("link", name="この下に追加").click()
    page.locator("form[data-add]").get_by_role("button", name=kind).click()
    return form_of(page)


def test_questions_built_out_of_nothing_are_asked_on_line(
    staff_page: OpenPage, open_page: OpenPage, demo: RunningDemo, residents: Residents, web: str
) -> None:
    title = f"カラス{secrets.token_hex(3)}"
    desk = staff_page("administrator")
    desk.goto(f"{web}/console/scenarios/new/")
    desk.get_by_label("題名").fill(title)
    desk.get_by_label("通報の種類").select_option(label="その他")
    desk.get_by_role("button", name="下書きを作る").click()
    desk.locator("body[data-ready]").wait_for()
    try:
        the_questions_are_written(desk)
        the_draft_is_arranged_by_keys_and_undone(desk)
        it_is_published(desk)
        a_resident_is_asked(Phone(open_page(PHONE), demo.simulator, residents.newcomer()), title)
    finally:
        desk.goto(f"{web}/console/scenarios/")
        row = desk.get_by_role("row", name=title)
        row.get_by_role("button", name="止める").or_(row.get_by_role("button", name="消す")).click()


def the_questions_are_written(desk: Page) -> None:
    desk.get_by_text("直すところ 1か所").wait_for()
    desk.locator("#edit-question").click()
    form = form_of(desk)
    form.get_by_label("日本語", exact=True).first.fill("カラスは何をしていますか。" + "あ" * 4_000)
    form.get_by_text("13 文字多すぎます").first.wait_for()
    form.get_by_label("日本語", exact=True).first.fill("カラスは何をしていますか。")
    saved(desk)
    form = adds_below(desk, "question", "選択肢の質問")
    form.get_by_label("日本語", exact=True).first.fill("巣はありますか。")
    form.get_by_role("button", name="選択肢を増やす").click()
    third = form.locator("[data-option-row]").nth(2)
    third.wait_for()
    third.get_by_label("日本語", exact=True).fill("わからない")
    form.get_by_text("LINEのボタン: 3 / 11 個").wait_for()
    form.locator("[data-option-row]").first.get_by_label("選んだときに進む先").select_option(
        "+text"
    )
    form.get_by_role("button", name="保存する", exact=True).last.click()
    asked = desk.locator("form[action$='/steps/question_2/']")
    asked.wait_for()
    asked.get_by_label("日本語", exact=True).first.fill("巣は何の上にありますか。")
    saved(desk)
    desk.locator("#step-question_2", has_text="「はい」のとき").wait_for()
    assert problems(desk, 320, 1440) == []


def the_draft_is_arranged_by_keys_and_undone(desk: Page) -> None:
    first = desk.locator("[data-step]").first
    desk.locator("#edit-question").focus()
    desk.keyboard.press("Alt+ArrowDown")
    desk.locator("[data-step]").first.and_(desk.locator("#step-choice")).wait_for()
    assert desk.evaluate("document.activeElement.id") == "edit-question"
    desk.get_by_role("button", name="元に戻す").click()
    desk.locator("[data-step]").first.and_(desk.locator("#step-question")).wait_for()
    grip = desk.locator("#step-choice [data-grip]")
    grip.hover()
    desk.mouse.down()
    top = first.bounding_box()
    assert top is not None
    desk.mouse.move(top["x"] + 20, top["y"] + 4, steps=4)
    desk.mouse.up()
    desk.locator("[data-step]").first.and_(desk.locator("#step-choice")).wait_for()
    desk.get_by_role("button", name="元に戻す").click()
    desk.locator("[data-step]").first.and_(desk.locator("#step-question")).wait_for()


def it_is_published(desk: Page) -> None:
    desk.get_by_role("link", name="確かめて公開する").click()
    desk.get_by_text("はじめての公開です。").wait_for()
    desk.get_by_role("button", name="公開する").click()
    desk.get_by_role("heading", name="第1版").wait_for()


def a_resident_is_asked(phone: Phone, title: str) -> None:
    phone.taps_tile("市民レポート")
    phone.hears("何についてのお知らせですか")
    phone.says(title)
    phone.hears("カラスは何をしていますか。")
    phone.says("ごみを荒らしています")
    phone.hears("巣はありますか。")
    phone.taps("はい")
    phone.hears("巣は何の上にありますか。")
    phone.says("電柱の上")
    phone.taps("この内容で送る")
    phone.hears("受付番号")
