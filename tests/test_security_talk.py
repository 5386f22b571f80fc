# SPDX-License-Identifier: Apache-2.0
"""What a chair, or their script, sends to talk on purpose: it is refused in words, and breaks
nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from kairan.push.models import Subscription
from tests.cast import Cast
from tests.push.push_host import Browser, PushHost
from tests.talk.ward import JSON, Enter, Phone, Ward, build

HUGE = 10**20


@pytest.fixture
def ward(hinokuni: Cast, sign_in: Enter) -> Ward:
    return build(hinokuni, sign_in)


@pytest.fixture
def hana(ward: Ward) -> Phone:
    return ward.phone(ward.hana)


# ── numbers, marks and days that no page of ours sends ──


def test_a_room_of_an_impossible_number_is_not_there(ward: Ward, hana: Phone) -> None:
    assert hana.status(f"rooms/{HUGE}/") == 404
    assert hana.client.get(f"/community/talk/{HUGE}/").status_code == 404
    assert hana.client.get(f"/community/talk/{ward.council.pk}/").status_code == 200


@pytest.mark.parametrize("mark", ["\0", "\ud800", "<b>", ""])
def test_a_mark_that_is_none_is_refused(ward: Ward, hana: Phone, mark: str) -> None:
    address = f"messages/{ward.said(ward.clerk).pk}/react"
    status, answer = hana.post(address, mark=mark)
    assert (status, "リアクション" in answer["error"]) == (422, True)
    for times in (1, 0):
        assert len(hana.done(address, mark="good")["message"]["reactions"]) == times


def test_the_last_of_all_days_ends_a_search_and_an_export(ward: Ward, hana: Phone) -> None:
    ward.said(ward.clerk, "夏まつりの相談")
    found = hana.client.get("/community/talk/search/?q=夏まつり&until=9999-12-31")
    assert found.status_code == 200
    assert "相談" in found.content.decode()
    office = ward.enter(ward.cast.administrator)
    form = {"until": "9999-12-31", "form": "pdf"}
    paper = office.post(f"/console/talk/{ward.council.pk}/export/", form)
    assert paper.headers["Content-Type"] == "application/pdf"


# ── push ──


def push(client: Client, raw: str, page: str = "", method: str = "post") -> int:
    return int(
        client.generic(
            method.upper(), f"/community/push/{page}", raw, content_type=JSON
        ).status_code
    )


@pytest.mark.parametrize("raw", ["[" * 9_000, r'{"endpoint": "\ud800"}', r'{"endpoint": "\u0000"}'])
def test_a_subscription_that_cannot_be_read_is_none(hana: Phone, raw: str) -> None:
    assert push(hana.client, raw) == 422
    assert push(hana.client, raw, "state/") == 200
    assert push(hana.client, raw, "trial/") == 404
    assert push(hana.client, raw, method="delete") == 404


def test_keys_with_something_between_their_letters_are_refused(hana: Phone) -> None:
    whole = Browser(PushHost(), "https://fcm.googleapis.com/x").as_json
    bad = {**whole, "keys": {**whole["keys"], "p256dh": whole["keys"]["p256dh"] + "!" * 300}}
    for given, status in ((bad, 422), (whole, 200)):
        answer = hana.client.post("/community/push/", given, content_type=JSON)
        assert answer.status_code == status
    assert Subscription.objects.count() == 1
