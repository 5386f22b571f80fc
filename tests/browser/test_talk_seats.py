# SPDX-License-Identifier: Apache-2.0
"""Who manages a room from its own page, and who sits in one twice."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.leaders import come_in, seated
from tests.browser.looking import problems
from tests.browser.test_talk import ask, room_id, said, write

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


@pytest.fixture
def office(staff_page: OpenPage) -> Page:
    return staff_page("administrator")


@pytest.fixture
def chair(open_page: OpenPage, office: Page, web: str) -> Page:
    """A new leader's phone, in a group with the desk."""
    page = come_in(open_page(PHONE, has_touch=True), web, seated(office, web))
    name = f"打ち合わせ {uuid.uuid4().hex[:8]}"
    office.goto(f"{web}/community/")
    position = ask(page, "api/rooms/")["me"]["seats"][0]["id"]
    ask(office, "api/rooms/", {"name": name, "positions": [position]})
    for one in (office, page):
        one.get_by_role("link", name=name).click()
        one.locator("[data-shows=open]").wait_for()
    return page


def of_the_room(page: Page, word: str) -> None:
    page.locator("[data-room-menu]").click()
    page.locator("dialog").get_by_role("button", name=word).click()


def ways_to_send(page: Page) -> Locator:
    page.locator("[data-more]").click()
    page.locator("dialog").get_by_role("button", name="送り方").click()
    return page.get_by_role("dialog", name="送り方")


def test_who_is_made_a_manager_may_press_and_sets_what_newcomers_see(
    chair: Page, office: Page
) -> None:
    name = ask(chair, "api/rooms/")["me"]["seats"][0]["name"]
    ways = ways_to_send(chair)
    ways.get_by_role("radio").first.wait_for()
    assert (ways.get_by_label("緊急").count(), ways.get_by_label("必読").count()) == (0, 0)
    ways.get_by_role("button", name="決める").click()
    of_the_room(office, "管理する人を決める")
    office.get_by_role("button", name=f"まかせる {name}").click()
    office.get_by_role("button", name=f"やめてもらう {name}").wait_for()
    assert problems(office, 320, 1440) == []
    chair.locator("[data-room-menu]").click()
    chair.get_by_role("button", name="前のやりとりの見せ方").click()
    chair.get_by_text("加わったあとのやりとりだけ見せる").click()
    chair.get_by_role("dialog").get_by_role("button", name="決める").click()
    chair.get_by_text("前のやりとりの見せ方を変えました。").wait_for()
    ways_to_send(chair).get_by_label("必読").wait_for()
    assert ask(office, f"api/rooms/{room_id(office)}/")["room"]["shows_history"] is False


def test_who_sits_there_twice_chooses_the_seat_and_keeps_it(
    chair: Page, office: Page, web: str
) -> None:
    me = ask(chair, "api/rooms/")["me"]
    first, second = me["seats"][0]["name"], f"委員長 {uuid.uuid4().hex[:8]}"
    here = office.url
    _seat(office, web, second, me["person"]["name"])
    office.goto(here)
    everybody = ask(office, "api/positions/")["positions"]
    position = next(one["id"] for one in everybody if one["name"] == second)
    ask(office, f"api/rooms/{room_id(office)}/members/", {"add": [position]})
    seat = chair.get_by_label("書く役職")
    seat.select_option(label=second)
    write(chair, "委員長として書きます")
    for page in (chair, office):
        said(page, "委員長として書きます").get_by_text(second).wait_for()
    chair.reload()
    chair.locator("[data-shows=open]").wait_for()
    assert seat.evaluate("field => field.selectedOptions[0].text") == second
    seat.select_option(label=first)
    write(chair, "会長として書きます")
    said(office, "会長として書きます").get_by_text(first).wait_for()
    assert problems(chair, 320, 390) == []


def _seat(office: Page, web: str, post: str, name: str) -> None:
    """A new post, for somebody who holds one already."""
    office.goto(f"{web}/console/positions/new/")
    office.get_by_label("みんなに見える名前").fill(post)
    office.get_by_role("button", name="保存する").click()
    office.get_by_role("link", name="人をつける").click()
    choice = office.get_by_label("もう登録のある人")
    choice.select_option(choice.locator("option", has_text=name).get_attribute("value"))
    office.get_by_role("button", name="この人をつける").click()
    office.get_by_text("これまでについた人").wait_for()
