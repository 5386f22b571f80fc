# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from kairan.people.models import Person
from tests.cast import Cast

SignIn = Callable[[Person], Client]


@pytest.fixture
def page(hinokuni: Cast) -> HttpResponse:
    response = Client().get("/accounts/login/")
    assert response.status_code == 200
    return response  # type: ignore[return-value]


def policy(response: HttpResponse) -> dict[str, list[str]]:
    parts = (
        part.split() for part in response["Content-Security-Policy"].split(";") if part.strip()
    )
    return {part[0]: part[1:] for part in parts}


def test_nothing_runs_that_we_did_not_serve(page: HttpResponse) -> None:
    found = policy(page)
    assert found["default-src"] == ["'none'"]
    assert found["script-src"] == found["style-src"] == ["'self'"]
    assert found["base-uri"] == found["frame-ancestors"] == ["'none'"]
    assert found["form-action"] == ["'self'"]


def test_no_exception_for_inline_code_anywhere(page: HttpResponse) -> None:
    header = page["Content-Security-Policy"]
    for loose in ("unsafe-inline", "unsafe-eval", "unsafe-hashes", "nonce-", " * ", "http:"):
        assert loose not in header


def test_a_page_that_is_not_found_is_as_strict(hinokuni: Cast) -> None:
    response = Client().get("/nowhere/")
    assert response.status_code == 404
    assert policy(response)["script-src"] == ["'self'"]  # type: ignore[arg-type]


def test_browsers_are_told_to_be_careful(page: HttpResponse) -> None:
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["X-Frame-Options"] == "DENY"
    assert page["Referrer-Policy"] == "same-origin"
    assert page["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in page["Permissions-Policy"]
    assert "geolocation=(self)" in page["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/accounts/login/", "/console/people/", "/console/nowhere/"])
def test_a_persons_pages_stay_on_no_computer(hinokuni: Cast, sign_in: SignIn, path: str) -> None:
    response = sign_in(hinokuni.administrator).get(path)
    assert "no-store" in response["Cache-Control"]


_SETTINGS = """
import json, django
from django.conf import settings
django.setup()
print(json.dumps({name: getattr(settings, name) for name in (
    "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_SSL_REDIRECT", "DEBUG", "ALLOWED_HOSTS", "MAIL_TRAY")}))
"""


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    """Settings as a fresh process reads them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIRAN_")}
    return subprocess.run(
        [sys.executable, "-c", _SETTINGS],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_outside_the_demo_all_is_https_and_shut() -> None:
    done = started(KAIRAN_SECRET_KEY="x" * 50)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["CSRF_COOKIE_SECURE"] is True
    assert found["SESSION_COOKIE_HTTPONLY"] is True
    assert found["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == []
    assert found["MAIL_TRAY"] is False


def test_outside_the_demo_nothing_starts_without_a_secret() -> None:
    done = started()
    assert done.returncode != 0
    assert "KAIRAN_SECRET_KEY" in done.stderr


def test_outside_the_demo_a_secret_that_can_be_guessed_is_none() -> None:
    done = started(KAIRAN_SECRET_KEY="changeme")
    assert done.returncode != 0
    assert "KAIRAN_SECRET_KEY has 8 characters" in done.stderr
    assert "changeme" not in done.stderr.split("WrongSetting")[-1]


def test_the_command_says_what_is_missing_in_one_line() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIRAN_")}
    done = subprocess.run(
        [sys.executable, "-m", "kairan", "web", "--port", "1"],
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "KAIRAN_SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path: object) -> None:
    path = f"{tmp_path}/key"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("y" * 50)
    assert started(KAIRAN_SECRET_KEY_FILE=path).returncode == 0


@pytest.mark.parametrize("path", ["/r/%00/", "/r/x/?a=%00", "/map/?kind=%00"])
def test_an_address_with_nul_is_a_wrong_one(hinokuni: Cast, path: str) -> None:
    assert Client().get(path).status_code == 400


def test_staff_read_so_too(hinokuni: Cast, sign_in: Callable[[Person], Client]) -> None:
    client = sign_in(hinokuni.administrator)
    assert client.get("/console/intake/questions/%00/").status_code == 400
    assert client.get("/console/cases/?q=%00").status_code == 400
