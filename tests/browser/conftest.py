# SPDX-License-Identifier: Apache-2.0
"""Real browsers against a whole demo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.running import RunningDemo, running_demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture(scope="session")
def demo(browser: Browser) -> Iterator[RunningDemo]:
    with running_demo() as demo:
        yield demo


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``open_page(width=…)``: a page in a context of its own, with nobody signed in."""
    contexts: list[BrowserContext] = []

    def open_page(size: dict[str, int] = DESK) -> Page:
        context = browser.new_context(viewport=size, locale="ja-JP", timezone_id="Asia/Tokyo")  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def staff_page(open_page: Callable[..., Page], demo: RunningDemo) -> Callable[..., Page]:
    """``staff_page("clerk")``: a page where this member of staff has signed in."""

    def sign_in(role: str, size: dict[str, int] = DESK) -> Page:
        page = open_page(size)
        login = demo.login(role)
        page.goto(f"{demo.web}/console/")
        page.get_by_label("メールアドレス").fill(login["email"])
        page.get_by_label("パスワード", exact=True).fill(login["password"])
        page.get_by_role("button", name="サインイン", exact=True).click()
        page.wait_for_url("**/console/**")
        return page

    return sign_in
