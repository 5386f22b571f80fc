# SPDX-License-Identifier: Apache-2.0
"""Where administrators say how an authority's system is reached."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection as database
from django.test import Client
from django.urls import reverse

from kairan.people.models import Person
from kairan.reports.models import Authority, Connection
from tests.cast import Cast
from tests.partners.partner import Answer, Partner

SignIn = Callable[[Person], Client]
FILLED = {
    "way": "open311",
    "url": "https://example.com/open311/v2/",
    "secret": "their-key",
    "service_code": "001",
    "poll_minutes": "30",
}


@pytest.fixture
def page(hinokuni: Cast) -> str:
    authority = Authority.objects.create(name="県", phone="096-000-7100")
    return reverse("reports:connection", args=[authority.pk])


def test_a_connection_is_kept_with_its_key_sealed(
    hinokuni: Cast, page: str, sign_in: SignIn
) -> None:
    client = sign_in(hinokuni.administrator)
    client.post(page, FILLED)
    row = Connection.objects.get()
    assert (row.way, row.secret, row.is_on) == ("open311", "their-key", True)
    with database.cursor() as cursor:
        cursor.execute("SELECT secret FROM reports_connection")
        assert "their-key" not in cursor.fetchone()[0]
    assert "their-key" not in client.get(page).content.decode()


def test_an_empty_key_leaves_the_old_one(hinokuni: Cast, page: str, sign_in: SignIn) -> None:
    client = sign_in(hinokuni.administrator)
    client.post(page, FILLED)
    client.post(page, {**FILLED, "secret": "", "service_code": "002"})
    row = Connection.objects.get()
    assert (row.secret, row.service_code) == ("their-key", "002")


def test_a_webhook_gets_a_key_to_be_told_to_the_other_side(
    hinokuni: Cast, page: str, sign_in: SignIn
) -> None:
    client = sign_in(hinokuni.administrator)
    client.post(page, {"way": "webhook", "url": "https://example.com/in", "poll_minutes": "30"})
    row = Connection.objects.get()
    shown = client.get(page).content.decode()
    assert row.secret in shown
    assert f"/partners/{row.key}/" in shown


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"url": ""}, "送り先のアドレスを書いてください"),
        ({"url": "ftp://example.com/"}, "https://"),
        ({"secret": ""}, "APIキーを書いてください"),
        ({"service_code": ""}, "コードを書いてください"),
        ({"poll_minutes": "0"}, "1"),
        ({"answers": "state other"}, "service_code 項目=値"),
    ],
)
def test_what_is_missing_is_said(
    hinokuni: Cast, page: str, sign_in: SignIn, wrong: dict[str, str], words: str
) -> None:
    response = sign_in(hinokuni.administrator).post(page, {**FILLED, **wrong})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Connection.objects.exists()


def test_the_check_shows_what_the_other_side_takes(
    hinokuni: Cast, company: Authority, partner: Partner, sign_in: SignIn
) -> None:
    listed = "<services><service><service_code>L1</service_code><service_name>電柱</service_name>"
    partner.will(Answer(body=f"{listed}</service></services>"), Answer(500))
    client = sign_in(hinokuni.administrator)
    address = reverse("reports:check_connection", args=[company.pk])
    assert "電柱" in client.post(address).content.decode()
    assert "つながりませんでした" in client.post(address).content.decode()
