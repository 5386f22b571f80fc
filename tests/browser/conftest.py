# SPDX-License-Identifier: Apache-2.0
"""Real browsers against a whole demo. ``KAIRAN_BROWSER_DEMO=FILE`` names the ready file of a demo
that runs already: tests make what they need and can be run on it again and again."""

from __future__ import annotations

import json
import os
import signal
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.browser.looking import watch
from tests.browser.residents import Residents
from tests.running import RunningDemo, running_demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.push.push_host import PushHost

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
CLOSE_SECONDS = 30
OpenPage = Callable[..., "Page"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture(scope="session")
def push_host() -> Iterator[PushHost]:
    """Where the demo's pushes go; for one that runs already, named as it was for that."""
    from tests.push.push_host import running

    named = os.environ.get("KAIRAN_PUSH_STAND_INS", ":0")
    with running(int(named.rpartition(":")[2])) as host:
        yield host


@pytest.fixture(scope="session")
def demo(browser: Browser, push_host: PushHost) -> Iterator[RunningDemo]:
    running = os.environ.get("KAIRAN_BROWSER_DEMO")
    if running:
        ready = json.loads(Path(running).read_text())
        yield RunningDemo(ready, Path(running).parent, psutil.Process())  # type: ignore[arg-type]
        return
    with running_demo(KAIRAN_PUSH_STAND_INS=push_host.netloc) as demo:
        yield demo


@pytest.fixture(scope="session")
def web(demo: RunningDemo) -> str:
    """The address people use: passkeys want a name, and links in mails have this one."""
    return demo.web.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="session")
def residents(demo: RunningDemo) -> Residents:
    return Residents(demo.simulator)


def new_context(browser: Browser, size: dict[str, int] = DESK, **given: Any) -> BrowserContext:
    """Nobody is signed in; map tiles do not come; nothing moves by itself."""
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",
        **given,
    )
    context.set_default_timeout(20_000)
    return context


def close(context: BrowserContext) -> None:
    """Chromium has been seen not to answer to this, once in many thousand times. What such a
    context holds goes with the browser; the tests that are left need not wait for it."""

    def give_up(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(CLOSE_SECONDS)
    try:
        context.close()
    except TimeoutError:
        warnings.warn(f"a browser context did not close in {CLOSE_SECONDS} s", stacklevel=2)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """``open_page(PHONE)``: a page in a context of its own. What the browser complains of (its
    console, scripts, content policy) fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []
    ends: list[Callable[[], None]] = []

    def open_page(
        size: dict[str, int] = DESK, *, expected: tuple[str, ...] = (), **given: Any
    ) -> Page:
        context = new_context(browser, size, **given)
        contexts.append(context)
        page = context.new_page()
        ends.append(watch(page, wrong, *expected))
        return page

    yield open_page
    for end in ends:
        end()  # a page that is being closed complains of what has just gone
    for context in contexts:
        close(context)
    assert wrong == []


@pytest.fixture(scope="session")
def signed_in(browser: Browser, demo: RunningDemo, web: str) -> Callable[[str], Any]:
    """``signed_in("clerk")`` or by name: the cookies of somebody who has signed in."""
    states: dict[str, Any] = {}

    def state(who: str) -> Any:
        if who not in states:
            context = new_context(browser)
            page = context.new_page()
            login = next(one for one in demo.ready["logins"] if who in (one["role"], one["name"]))
            sign_in(page, web, login["email"], login["password"])
            states[who] = context.storage_state()
            context.close()
        return states[who]

    return state


@pytest.fixture
def staff_page(open_page: OpenPage, signed_in: Callable[[str], Any]) -> OpenPage:
    """``staff_page("clerk")``, ``staff_page("西 さくら")``: a page of a member of staff."""

    def staff_page(
        who: str, size: dict[str, int] = DESK, *, expected: tuple[str, ...] = ()
    ) -> Page:
        return open_page(size, expected=expected, storage_state=signed_in(who))

    return staff_page


def sign_in(page: Page, web: str, email: str, password: str) -> None:
    page.goto(f"{web}/accounts/login/?next=/console/")
    page.get_by_label("メールアドレス").fill(email)
    page.get_by_label("パスワード", exact=True).fill(password)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_url("**/console/**")
