# SPDX-License-Identifier: Apache-2.0
"""Pages of sign-in and of administrators in a real browser, answered by Django's test client: no
server, and the test's own transaction."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connections
from django.test import Client

from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from tests.addresses import a_draft_of_areas, an_invitation
from tests.cast import PASSWORD, Cast

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

SCREENSHOTS = os.environ.get("KAIRAN_SCREENSHOTS")
HOST = "http://localhost"
Look = Callable[..., Any]

ENTRANCE = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/1-x/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/oidc/error/",
    "/accounts/invitation/x/",
]
OWN = [
    "/accounts/reauthenticate/",
    "/accounts/second-factor/",
    "/accounts/second-factor/needed/",
    "/accounts/second-factor/app/activate/",
    "/accounts/second-factor/codes/",
    "/accounts/second-factor/codes/generate/",
    "/accounts/passkeys/",
    "/accounts/passkeys/add/",
    "/accounts/password/change/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/console/me/",
]
ADMINISTRATORS = [
    "/console/people/",
    "/console/people/invite/",
    "/console/people/{person}/",
    "/console/departments/",
    "/console/departments/new/",
    "/console/departments/{department}/",
    "/console/departments/{department}/close/",
    "/console/areas/",
    "/console/areas/upload/",
    "/console/areas/import/",
    "/console/audit/",
    "/console/audit/verdict/",
]


@pytest.fixture
def look(chromium: Browser, cast: Cast) -> Iterator[Look]:
    """``look(client, "/accounts/login/")``: the page; the browser's own complaints (scripts,
    content policy) fail the test. A redirect is followed without the browser's seeing it."""
    contexts, wrong = [], list[str]()
    transaction = connections["default"]

    def answering(client: Client) -> Callable[[Route], None]:
        def answer(route: Route) -> None:
            # Within Playwright's event loop Django would open a connection of its own.
            connections["default"] = transaction
            asked = route.request
            if not asked.url.startswith(HOST):
                return route.abort()  # map tiles
            kind = asked.headers.get("content-type", "application/octet-stream")
            headers = {name: value for name, value in asked.headers.items() if name != "cookie"}
            body = asked.post_data_buffer or b""
            path = asked.url.removeprefix(HOST)
            said = client.generic(asked.method, path, body, content_type=kind, headers=headers)
            while said.status_code in {301, 302, 303}:
                said = client.get(said["Location"])
            content = b"".join(said) if said.streaming else said.content
            return route.fulfill(status=said.status_code, headers=dict(said.headers), body=content)

        return answer

    def open_page(client: Client, path: str, width: int = 1440) -> Page:
        client.defaults["SERVER_NAME"] = "localhost"
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale="ja-JP", has_touch=width < 500
        )
        contexts.append(context)
        context.route("**/*", answering(client))
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: _note(line.type, line.text, wrong))
        page.goto(f"{HOST}{path}", wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def _note(kind: str, text: str, wrong: list[str]) -> None:
    # Refused answers (422, 410) and map tiles are no complaint about the page.
    if kind == "error" and "Failed to load resource" not in text:
        wrong.append(text)


def _hold(page: Page, name: str, width: int) -> None:
    """Axe finds nothing, and nothing sticks out sideways."""
    from axe_playwright_python.sync_playwright import Axe

    for drawn in page.locator("[data-map]").all():
        drawn.locator(".leaflet-pane").first.wait_for(state="attached")
    if SCREENSHOTS:
        shown = name.strip("/").replace("/", "-")
        page.screenshot(path=Path(SCREENSHOTS) / f"{shown}-{width}.png", full_page=True)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": rules})
    wrong = [
        (rule["id"], node["html"])
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
    assert wrong == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def come_in(client: Client, email: str = "admin@example.jp") -> Client:
    client.defaults["SERVER_NAME"] = "localhost"
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return client


@pytest.mark.parametrize("width", [320, 1440])
def test_pages_before_sign_in(look: Look, width: int) -> None:
    for path in ENTRANCE:
        _hold(look(Client(), path, width), path, width)


@pytest.mark.parametrize("width", [320, 1440])
def test_the_invitation_and_a_wrong_password(look: Look, hinokuni: Cast, width: int) -> None:
    token = an_invitation(hinokuni)["token"]
    page = look(Client(), f"/accounts/invitation/{token}/", width)
    page.get_by_label("新しいパスワード").fill("short")
    page.get_by_role("button", name="決めて始める").click()
    page.get_by_role("alert").wait_for()
    _hold(page, "invitation", width)


@pytest.mark.parametrize("width", [320, 1440])
def test_ones_own_pages(look: Look, hinokuni: Cast, width: int) -> None:
    client = come_in(Client())
    RecoveryCodes.activate(hinokuni.administrator)
    Authenticator.objects.create(
        user=hinokuni.administrator, type="webauthn", data={"name": "机のパソコン"}
    )
    for path in OWN:
        if path.endswith("passkeys/add/"):
            Authenticator.objects.filter(type="webauthn").delete()
        _hold(look(client, path, width), path, width)


@pytest.mark.parametrize("width", [320, 1440])
def test_pages_of_administrators(look: Look, hinokuni: Cast, width: int) -> None:
    client = come_in(Client())
    a_draft_of_areas(hinokuni)
    ids = {"person": hinokuni.viewer.pk, "department": hinokuni.roads.pk}
    for path in ADMINISTRATORS:
        _hold(look(client, path.format(**ids), width), path, width)


def test_the_refused_page_and_the_locked_one(look: Look, hinokuni: Cast) -> None:
    clerk = come_in(Client(), "roads@example.jp")
    _hold(look(clerk, "/console/people/", 320), "refused", 320)
    TOTP.activate(hinokuni.viewer, "A" * 32)
    viewer = come_in(Client(), "viewer@example.jp")
    _hold(look(viewer, "/accounts/second-factor/authenticate/", 320), "authenticate", 320)


def test_the_administrator_invites_with_the_keyboard(look: Look, hinokuni: Cast) -> None:
    page = look(come_in(Client()), "/console/people/invite/")
    page.get_by_label("メールアドレス").focus()
    page.keyboard.type("new@example.jp")
    page.keyboard.press("Tab")
    page.keyboard.type("新人 さくら")
    page.get_by_label("役割", exact=True).select_option("clerk")
    page.get_by_role("button", name="招待メールを送る").focus()
    page.keyboard.press("Enter")
    page.get_by_text("新人 さくらさんに招待メールを送りました").wait_for()
    assert Person.objects.filter(email="new@example.jp").exists()


def test_a_passkey_is_made_and_then_lets_in_without_a_password(look: Look, cast: Cast) -> None:
    client = come_in(Client(), "admin@tonari.example.jp")
    page = look(client, "/accounts/passkeys/add/")
    key = page.context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    key.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.get_by_label("パスワードなしで入れるようにする").check()
    page.get_by_role("button", name="加える").click()
    page.get_by_role("heading", name="予備のコード").wait_for()
    with town(cast.neighbour):
        assert Authenticator.objects.filter(type="webauthn").count() == 1
    client.post("/accounts/logout/")
    client.cookies.clear()
    page.goto(f"{HOST}/accounts/login/")
    page.get_by_role("button", name="パスキーで入る").click()
    page.get_by_role("heading", name="ホーム").wait_for()
    assert "隣町 花代" in client.get("/console/me/").content.decode()


def test_without_a_passkey_the_page_says_so(look: Look) -> None:
    page = look(Client(), "/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(Error('no')) }")
    page.get_by_role("button", name="パスキーで入る").click()
    page.get_by_text("パスキーを使えませんでした").wait_for()
