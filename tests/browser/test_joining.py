# SPDX-License-Identifier: Apache-2.0
"""Two residents have seen the same lamp: a clerk joins them, and thinks better of it."""

from __future__ import annotations

from tests.browser.conftest import OpenPage
from tests.browser.looking import problems
from tests.browser.residents import Residents
from tests.browser.test_desk import open_case


def test_a_clerk_joins_two_cases_and_takes_it_back(
    staff_page: OpenPage, web: str, residents: Residents
) -> None:
    seen_by = [residents.newcomer(), residents.newcomer()]
    first, second = (residents.report(who) for who in seen_by)
    desk = open_case(staff_page("西 さくら"), web, second.number)
    its_page = desk.url
    desk.get_by_text("同じ件を統合する").click()
    join = desk.locator("#case-join")
    join.get_by_label("受付番号").fill(first.number)
    join.get_by_role("button", name="統合する").click()
    desk.locator("#case-head", has_text=first.number).wait_for()
    desk.locator("#case-timeline", has_text=f"{second.number}を統合しました").wait_for()
    assert problems(desk, 390, 1440) == []
    shown = staff_page("道野 健")
    shown.goto(its_page)
    shown.get_by_role("link", name=f"{first.number} を開く").wait_for()
    assert problems(shown, 390, 1440) == []
    desk.get_by_role("button", name="元に戻す").click()
    desk.locator("#case-timeline", has_text="元に戻しました").wait_for()
    desk.goto(its_page)
    desk.locator("#case-work").wait_for()
