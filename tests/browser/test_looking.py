# SPDX-License-Identifier: Apache-2.0
"""Those who look at pages see what is wrong with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.looking import problems

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GOOD = "<p>読める</p>" * 9
PAGE = """<!doctype html><html lang=ja><title>頁</title><style>
  .pale {{ color: #bbb }} .dark {{ background: #444 }}
  @media (min-width: 1000px) {{ .wide {{ color: #bbb }} }}
</style><main><h1>頁</h1>{}</main></html>"""


def rules(browser: Browser, body: str) -> set[tuple[int, str]]:
    page = browser.new_page()
    page.set_content(PAGE.format(body))
    found = {(width, rule) for width, rule, _what in problems(page, 320, 1440)}
    page.close()
    return found


def test_a_good_page_has_nothing(browser: Browser) -> None:
    assert rules(browser, GOOD) == set()


@pytest.mark.parametrize(
    "last",
    [
        "<p class=pale>読めない</p>",
        "<p><b class=pale>読めない</b></p>",
        "<div class=dark><p>読めない</p></div>",
        "<div style='opacity: .4'><p>読めない</p></div>",
    ],
)
def test_the_one_pale_line_among_many_is_seen(browser: Browser, last: str) -> None:
    assert (320, "color-contrast") in rules(browser, GOOD + last)


def test_what_is_pale_on_a_wide_screen_alone_is_seen(browser: Browser) -> None:
    assert rules(browser, "<p class=wide>読める</p>" * 9) == {(1440, "color-contrast")}
