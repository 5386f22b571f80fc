# SPDX-License-Identifier: Apache-2.0
"""New members of staff, from their invitation to a second factor."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from allauth.mfa.totp.internal import auth as totp

if TYPE_CHECKING:
    from playwright.sync_api import Page

_numbers = count(1)
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(frozen=True)
class Newcomer:
    name: str
    email: str
    password: str = "Kasuga-no-mizube-27"

    @classmethod
    def made_up(cls) -> Newcomer:
        mark = f"{next(_numbers)}-{time.time_ns() % 10**9}"
        return cls(f"新人 {mark}", f"new-{mark}@hinokuni.example.jp")


def invite(page: Page, web: str, newcomer: Newcomer) -> str:
    """An administrator's page: invites a clerk; the path in the mail that went out."""
    page.goto(f"{web}/console/people/invite/")
    page.get_by_label("メールアドレス").fill(newcomer.email)
    page.get_by_label("氏名").fill(newcomer.name)
    page.get_by_label("役割", exact=True).first.select_option("clerk")
    page.get_by_role("button", name="招待メールを送る").click()
    page.get_by_text("招待メールを送りました").wait_for()
    return link_in_mail(page, web, newcomer.email)


def link_in_mail(page: Page, web: str, words: str) -> str:
    """The path of the link in the newest mail of the tray with these words."""
    open_mail(page, web, words)
    address = page.locator("main .card a").first.get_attribute("href") or ""
    return urlsplit(address).path


def open_mail(page: Page, web: str, words: str) -> None:
    """The newest mail with these words, as soon as it is in the tray."""
    deadline = time.monotonic() + 30
    found = page.locator("main table a").first
    page.goto(f"{web}/console/mail/?q={words}")
    while not found.count():
        assert time.monotonic() < deadline, f"no mail about {words}"
        page.reload()
    found.click()
    page.locator("main .card").wait_for()


def arrive(page: Page, address: str, newcomer: Newcomer) -> None:
    """Accept the invitation: the newcomer has signed in then."""
    page.goto(address)
    page.get_by_label("新しいパスワード").fill(newcomer.password)
    page.get_by_label(re.compile("もう一度")).fill(newcomer.password)
    page.get_by_role("button", name="決めて始める").click()
    page.wait_for_url("**/console/**")


def add_app(page: Page, web: str) -> str:
    """The secret key of the app that was enrolled."""
    page.goto(f"{web}/accounts/second-factor/app/activate/")
    secret = page.locator("main code").inner_text()
    page.get_by_label("アプリに出た数字").fill(code_of(secret))
    page.get_by_role("button", name="登録する").click()
    page.get_by_role("heading", name="予備のコード").wait_for()
    return secret


def code_of(secret: str) -> str:
    counter = next(totp.yield_hotp_counters_from_time())
    code: str = totp.format_hotp_value(totp.hotp_value(secret, counter))
    return code


def give_authenticator(page: Page) -> None:
    """The device gets a fingerprint reader that always says yes."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def add_passkey(page: Page, web: str) -> None:
    page.goto(f"{web}/accounts/passkeys/add/")
    page.get_by_label("名前").fill("机のパソコン")
    page.get_by_role("button", name="加える").click()
    page.wait_for_url(lambda address: not address.endswith("/add/"))


def give_password(page: Page, web: str, someone: Newcomer) -> None:
    """Half of the sign-in of somebody with a second factor."""
    page.goto(f"{web}/accounts/login/")
    page.get_by_label("メールアドレス").fill(someone.email)
    page.get_by_label("パスワード", exact=True).fill(someone.password)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_url("**/second-factor/authenticate/**")
