# SPDX-License-Identifier: Apache-2.0
"""Signing in by the town's own OpenID Connect provider, played by a small server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from tests.cast import Cast

Claims = dict[str, Any]


class Provider(HTTPServer):
    """Vouches for whatever ``claims`` say."""

    claims: Claims

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        issuer = self.server.issuer
        self._say(
            self.server.claims
            if self.path == "/userinfo"
            else {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "userinfo_endpoint": f"{issuer}/userinfo",
                "jwks_uri": f"{issuer}/keys",
            }
        )

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say({"access_token": "a", "token_type": "Bearer", "expires_in": 60})

    def _say(self, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def provider(cast: Cast, settings: Settings) -> Iterator[Provider]:
    server = Provider(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    app = {
        "provider_id": "town",
        "name": "庁内アカウント",
        "client_id": "kairan",
        "secret": "s",
        "settings": {"server_url": server.issuer},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }
    yield server
    server.shutdown()
    thread.join()


@pytest.fixture
def come_from(provider: Provider) -> Callable[..., Any]:
    """Go to the provider and come back as the person of these claims."""

    def come(client: Client, *, process: str = "login", **claims: Any) -> Any:
        provider.claims = {"sub": "subject-1", "email_verified": True, **claims}
        away = client.get("/accounts/oidc/town/login/", {"process": process})
        asked = parse_qs(urlsplit(away["Location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        back = {"code": "c", "state": asked["state"][0]}
        return client.get("/accounts/oidc/town/login/callback/", back)

    return come


def test_the_sign_in_page_offers_it_by_name(provider: Provider, client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "庁内アカウントで入る" in page


def test_who_was_invited_comes_in(come_from: Callable[..., Any], client: Client) -> None:
    assert come_from(client, email="Admin@example.jp")["Location"] == "/console/"
    assert client.get("/console/people/").status_code == 200


def test_the_second_time_the_subject_counts_not_the_address(
    cast: Cast, come_from: Callable[..., Any], client: Client
) -> None:
    come_from(client, email="admin@example.jp")
    come_from(Client(), email="other@example.jp")
    with town(cast.hinokuni):
        assert SocialAccount.objects.get().user_id == cast.administrator.pk


def test_the_neighbour_comes_into_the_own_town(
    cast: Cast, come_from: Callable[..., Any], client: Client
) -> None:
    for _ in range(2):
        come_from(client, email="admin@tonari.example.jp")
        assert "隣町 花代" in client.get("/console/people/").content.decode()
        client.post("/accounts/logout/")
    with town(cast.hinokuni):
        assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@example.jp"},
        {"email": "admin@example.jp", "email_verified": False},
        {},
    ],
    ids=["unknown", "not vouched for", "no address"],
)
def test_who_was_not_invited_stays_outside(
    come_from: Callable[..., Any], client: Client, claims: Claims
) -> None:
    answer = come_from(client, **claims)
    assert answer.status_code == 403
    assert "管理者に招待を頼んでください" in answer.content.decode()
    assert client.get("/console/me/").status_code == 302


def test_an_address_not_vouched_for_counts_where_the_town_says_so(
    come_from: Callable[..., Any], client: Client, settings: Settings
) -> None:
    settings.OIDC_TRUST_ADDRESSES = True
    come_from(client, email="admin@example.jp", email_verified=False)
    assert client.get("/console/me/").status_code == 200


def test_a_suspended_person_stays_outside(
    cast: Cast, come_from: Callable[..., Any], client: Client
) -> None:
    come_from(client, email="viewer@example.jp")
    client.post("/accounts/logout/")
    with town(cast.hinokuni):
        Person.objects.filter(pk=cast.viewer.pk).update(is_active=False)
    come_from(client, email="viewer@example.jp")
    assert client.get("/console/me/").status_code == 302


def test_the_provider_sees_to_the_second_factor(
    cast: Cast, come_from: Callable[..., Any], client: Client
) -> None:
    Municipality.objects.filter(pk=cast.hinokuni.pk).update(second_factor_required=True)
    come_from(client, email="admin@example.jp")
    assert client.get("/console/people/").status_code == 200


def test_nobody_joins_another_account_to_their_own(
    cast: Cast, come_from: Callable[..., Any], client: Client
) -> None:
    come_from(client, email="viewer@example.jp")
    answer = come_from(client, process="connect", sub="subject-2", email="x@example.jp")
    assert answer["Location"] == "/console/me/"
    with town(cast.hinokuni):
        assert SocialAccount.objects.count() == 1
