# SPDX-License-Identifier: Apache-2.0
"""The office's desk in a browser: makes a room, writes, sees who has read, tells the others again,
prints the list to phone, passes a case on; and what was said is found."""

from __future__ import annotations

import itertools
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import problems

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (320, 390, 768, 1440)
_numbers = itertools.count(int(time.time()) % 1_000_000)


@pytest.fixture
def office(staff_page: OpenPage) -> Page:
    return staff_page("administrator")


def make_room(page: Page, web: str) -> str:
    """A group of the desk and all chairs; its name."""
    name = f"試しのトーク{next(_numbers)}"
    page.goto(f"{web}/console/talk/new/")
    page.get_by_label("名前", exact=False).first.wait_for()
    page.locator("[name=name]").fill(name)
    page.get_by_label("役職をさがす").fill("会長")
    page.get_by_role("button", name="見えている役職をすべて選ぶ").click()
    page.get_by_role("button", name="作る", exact=True).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    return name


def write(page: Page, text: str) -> None:
    """As a 必読 in the room whose page is open; leads to who has read it."""
    page.get_by_label("メッセージ", exact=False).first.wait_for()
    page.locator("[name=text]").fill(text)
    page.get_by_label("必読にする").check()
    page.get_by_role("button", name="送る", exact=True).click()
    page.wait_for_url(re.compile(r"/console/talk/\d+/messages/\d+/"))


def test_the_desk_writes_and_sees_who_is_silent(office: Page, web: str) -> None:
    make_room(office, web)
    assert problems(office, *WIDTHS) == []
    write(office, "台風の準備をお願いします")
    expect(office.get_by_text("台風の準備をお願いします")).to_be_visible()
    silent = office.get_by_role("link", name=re.compile("確認がまだ"))
    count = int(re.sub(r"\D", "", silent.inner_text()))
    assert count >= 19
    assert problems(office, *WIDTHS) == []
    office.get_by_role("button", name=re.compile("再通知")).click()
    expect(office.get_by_text(f"{count}人にもう一度知らせます。")).to_be_visible()
    office.get_by_role("link", name=re.compile("電話するリスト")).click()
    expect(office.locator(".talk-phone tbody tr")).to_have_count(count)
    assert problems(office, *WIDTHS) == []


def test_the_desk_changes_members_and_takes_it_back(office: Page, web: str) -> None:
    make_room(office, web)
    office.get_by_role("link", name="名前とメンバー").click()
    rows = office.locator("#members tbody tr")
    before = rows.count()
    office.get_by_role("button", name=re.compile("^外す")).last.click()
    expect(rows).to_have_count(before - 1)
    office.get_by_role("button", name="元に戻す").click()
    expect(rows).to_have_count(before)
    assert problems(office, *WIDTHS) == []


def test_a_case_is_passed_on_after_a_look(office: Page, web: str) -> None:
    room = make_room(office, web)
    office.goto(f"{web}/console/cases/")
    office.locator("[data-key-link]").first.click()
    office.get_by_role("link", name="トークで知らせる").click()
    office.get_by_label(room).check()
    office.get_by_label("ひとこと").fill("来週までに直す予定です。")
    office.get_by_role("button", name="送る前に確かめる").click()
    shown = office.get_by_role("region", name="このように届きます")
    expect(shown).to_contain_text("来週までに直す予定です。")
    assert problems(office, *WIDTHS) == []
    office.get_by_role("button", name="この内容で送る").click()
    expect(office.get_by_role("heading", name="だれが読んだか")).to_be_visible()
    expect(office.locator(".talk-office__text")).to_contain_text("来週までに直す予定です。")


def test_what_was_said_is_found_and_leads_to_the_message(office: Page, web: str) -> None:
    make_room(office, web)
    word = f"さくら広場{next(_numbers)}番"
    write(office, f"花見の場所は{word}です")
    office.goto(f"{web}/community/talk/search/")
    office.get_by_label("さがすことば").fill(word)
    office.get_by_role("button", name="さがす", exact=True).click()
    expect(office.locator("mark")).to_have_text(word)
    assert problems(office, *WIDTHS) == []
    office.get_by_text("くわしくさがす").click()
    assert problems(office, *WIDTHS) == []
    office.locator(".talk-hit").click()
    office.wait_for_url(re.compile(r"/community/talk/\d+/\?message=\d+"))


def test_lists_and_forms_hold_at_every_width(office: Page, web: str) -> None:
    for path in ("", "?show=behind", "?q=zzz", "new/", "rules/", "groups/", "groups/new/", "pass/"):
        office.goto(f"{web}/console/talk/{path}")
        assert problems(office, *WIDTHS) == [], path


def test_the_list_works_from_the_keyboard(office: Page, web: str) -> None:
    room = make_room(office, web)
    office.goto(f"{web}/console/talk/")
    office.locator("body[data-ready]").wait_for()
    office.keyboard.press("/")
    expect(office.locator("[data-search]:focus")).to_be_visible()
    office.locator("#id_q").fill(room)
    expect(office.locator("#rooms tbody tr")).to_have_count(1)
    assert f"q={room[:1]}" in unquote(office.url)
    office.locator("#id_q").blur()
    office.keyboard.press("j")
    office.keyboard.press("Enter")
    expect(office.get_by_role("heading", name=room)).to_be_visible()


def test_photos_and_files_of_a_room_hold_at_every_width(office: Page, web: str) -> None:
    office.goto(f"{web}/community/talk/search/?kind=photos")
    office.locator(".talk-hit").first.click()
    office.wait_for_url(re.compile(r"/community/talk/\d+/"))
    number = re.findall(r"/talk/(\d+)/", office.url)[0]
    for kind in ("photos", "files"):
        office.goto(f"{web}/community/talk/{number}/files/?kind={kind}")
        assert problems(office, *WIDTHS) == []
