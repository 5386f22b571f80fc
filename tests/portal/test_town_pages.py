# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_front_page_says_how_to_report(client: Client, cast: Cast) -> None:
    shown = client.get("/").content.decode()
    for words in ("ひのくに市", "市民レポート", "096-000-0000"):
        assert words in shown


def test_each_town_has_its_own_front_page(client: Client, cast: Cast) -> None:
    shown = client.get("/", headers={"host": "tonari.localhost"}).content.decode()
    assert "隣町" in shown
    assert "ひのくに市" not in shown


def test_privacy_page_says_what_is_kept_and_for_how_long(client: Client, cast: Cast) -> None:
    shown = client.get("/privacy/").content.decode()
    for words in ("ユーザーID", "30日", "90日", "送信取消"):
        assert words in shown
