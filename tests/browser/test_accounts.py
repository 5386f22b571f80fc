# SPDX-License-Identifier: Apache-2.0
"""From an invitation to a passkey, on one's own computer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser import accounts
from tests.browser.accounts import Newcomer
from tests.browser.conftest import OpenPage, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    Arrived = tuple[Newcomer, Page]


@pytest.fixture
def arrive(staff_page: OpenPage, open_page: OpenPage, web: str) -> Callable[[], Arrived]:
    """Somebody new, who has just accepted the invitation."""

    def arrive() -> Arrived:
        someone, page = Newcomer.made_up(), open_page()
        link = accounts.invite(staff_page("administrator"), web, someone)
        accounts.give_authenticator(page)
        accounts.arrive(page, f"{web}{link}", someone)
        return someone, page

    return arrive


def leave(page: Page, web: str) -> None:
    page.goto(f"{web}/accounts/logout/")
    page.locator("main").get_by_role("button", name="サインアウト").click()
    page.wait_for_url(lambda address: "/logout/" not in address)


def test_the_invited_chooses_a_password_and_signs_in_with_it(
    arrive: Callable[[], Arrived], web: str
) -> None:
    someone, page = arrive()
    leave(page, web)
    sign_in(page, web, someone.email, someone.password)
    page.get_by_role("heading", name="ホーム").wait_for()
    page.get_by_text(someone.name).first.wait_for()


def test_an_app_is_asked_for_its_code_from_then_on(arrive: Callable[[], Arrived], web: str) -> None:
    someone, page = arrive()
    secret = accounts.add_app(page, web)
    spare = page.locator("main ul code").first.inner_text()
    leave(page, web)
    accounts.give_password(page, web, someone)
    page.get_by_label("確認コード").fill("000000")
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.get_by_role("alert").first.wait_for()
    assert accounts.code_of(secret)  # the one just used at enrolment: a spare code goes instead
    page.get_by_label("確認コード").fill(spare)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.get_by_role("heading", name="ホーム").wait_for()


def test_a_passkey_lets_in_without_a_password(arrive: Callable[[], Arrived], web: str) -> None:
    someone, page = arrive()
    accounts.add_passkey(page, web)
    leave(page, web)
    page.goto(f"{web}/accounts/login/")
    page.locator("body[data-ready]").wait_for()
    page.get_by_role("button", name="パスキーで入る").click()
    page.get_by_role("heading", name="ホーム").wait_for()
    page.get_by_text(someone.name).first.wait_for()
