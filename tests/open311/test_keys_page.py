# SPDX-License-Identifier: Apache-2.0
"""The page where keys are made and taken back."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from kairan.audit.models import Entry
from kairan.open311.models import ApiKey
from kairan.people.models import Person
from tests.cast import Cast
from tests.open311.other_system import OtherSystem, refused

SignIn = Callable[[Person], Client]


def make(client: Client, name: str = "まちレポ") -> str:
    page = client.post(reverse("open311:keys"), {"name": name, "access": "write"})
    found = re.search(r'id="made-key" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def test_a_key_is_shown_once_and_works(town: Cast, sign_in: SignIn) -> None:
    client = sign_in(town.administrator)
    key = make(client)
    assert OtherSystem(key).report()
    assert key not in client.get(reverse("open311:keys")).content.decode()
    row = ApiKey.objects.get()
    assert key not in (row.digest, row.beginning)
    assert row.last_used_at
    assert Entry.objects.filter(verb="api_key.made").exists()


def test_a_key_that_was_stopped_can_be_given_back(town: Cast, sign_in: SignIn) -> None:
    client = sign_in(town.administrator)
    app = OtherSystem(make(client))
    row = ApiKey.objects.get()
    client.post(reverse("open311:revoke", args=[row.pk]))
    refused(app.post(), 403)
    client.post(reverse("open311:restore", args=[row.pk]))
    assert app.report()


def test_a_key_needs_a_name(town: Cast, sign_in: SignIn) -> None:
    client = sign_in(town.administrator)
    assert client.post(reverse("open311:keys"), {"access": "write"}).status_code == 422
    assert not ApiKey.objects.exists()


def test_the_channel_is_shown_and_filtered_by_staff(
    app: OtherSystem, town: Cast, sign_in: SignIn
) -> None:
    number = app.report(description="街灯がついていません")
    client = sign_in(town.administrator)
    page = client.get(reverse("reports:list"), {"channel": "open311"}).content.decode()
    assert number in page
    assert "他システム" in page
    assert number not in client.get(reverse("reports:list"), {"channel": "line"}).content.decode()
