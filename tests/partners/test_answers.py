# SPDX-License-Identifier: Apache-2.0
"""Other systems answer by signed webhook: refusal beside success."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kairan.partners.webhook import WINDOW, signature
from kairan.reports.models import Authority, Case, CaseEntry, Connection, Handover
from tests.cast import Cast
from tests.partners.test_handing_over import timeline
from tests.portal.factories import a_report

SECRET = "shared-secret"


@pytest.fixture
def handed(lamp: Case, prefecture: Authority) -> Handover:
    return Handover.objects.create(
        case=lamp, authority=prefecture, way="webhook", state="delivered", remote_id="P-9"
    )


def tell(
    handover: Handover,
    said: Any = None,
    *,
    secret: str = SECRET,
    at: float | None = None,
    host: str = "testserver",
    **more: Any,
) -> HttpResponse:
    known = {"id": "e-1", "handover": str(handover.key), "status": "完了", "notes": "直しました"}
    body = json.dumps({**known, **more} if said is None else said).encode()
    now = int(time.time() if at is None else at)
    key = Connection.objects.get(authority=handover.authority).key
    return Client().post(
        reverse("open311:partner", args=[key]),
        body,
        content_type="application/json",
        headers={"Kairan-Timestamp": str(now), "Kairan-Signature": signature(secret, now, body)},
        HTTP_HOST=host,
    )


def test_an_answer_stands_on_the_timeline(handed: Handover) -> None:
    assert tell(handed).json()["ok"]
    entry = CaseEntry.objects.get(case=handed.case, kind="partner")
    assert (entry.text, entry.data["status"]) == ("直しました", "完了")
    assert entry.actor_name == "県 土木事務所"
    handed.refresh_from_db()
    assert handed.remote_status == "完了"


def test_the_same_answer_twice_is_one(handed: Handover) -> None:
    assert tell(handed).json() == tell(handed).json()
    assert timeline(handed.case) == ["answer"]
    tell(handed, id="e-2")
    assert timeline(handed.case) == ["answer", "answer"]


def test_their_own_number_will_do(handed: Handover) -> None:
    assert tell(handed, {"id": "e-1", "remote_id": "P-9", "status": "受付"}).status_code == 200
    assert tell(handed, {"id": "e-2", "remote_id": "P-10"}).status_code == 404


def test_the_answer_to_a_joined_case_stands_with_the_one_that_stands_for_it(
    handed: Handover, hinokuni: Cast
) -> None:
    heir = a_report(hinokuni).case
    Case.objects.filter(pk=handed.case_id).update(
        joined_into=heir, status="no_action", closed_at=timezone.now()
    )
    tell(handed)
    assert timeline(heir) == ["answer"]


def test_a_wrong_signature_says_nothing(handed: Handover) -> None:
    assert tell(handed, secret="guessed").status_code == 401
    unsigned = Client().post(
        reverse("open311:partner", args=[Connection.objects.get().key]),
        b"{}",
        content_type="application/json",
    )
    assert unsigned.status_code == 401
    assert timeline(handed.case) == []


@pytest.mark.parametrize("seconds", [-WINDOW - 5, WINDOW + 5])
def test_old_and_future_messages_are_refused(handed: Handover, seconds: int) -> None:
    assert tell(handed, at=time.time() + seconds).status_code == 401
    assert timeline(handed.case) == []


@pytest.mark.parametrize("said", [[], "x", {"handover": "made-up"}, {"id": "x" * 61}, {"id": True}])
def test_what_is_no_answer_is_refused(handed: Handover, said: Any) -> None:
    assert tell(handed, said).status_code == 400


@pytest.mark.parametrize("broken", ["\x00", "\ud800"])
def test_letters_that_are_none_are_refused(handed: Handover, broken: str) -> None:
    number = {"id": "e-1", "remote_id": broken}
    assert tell(handed, {"id": f"e{broken}", "handover": str(handed.key)}).status_code == 400
    assert tell(handed, number).status_code == 400
    assert tell(handed, notes=f"直しました{broken}").status_code == 200


def test_only_what_was_handed_to_them(handed: Handover, company: Authority) -> None:
    other = Handover.objects.create(case=handed.case, authority=company, way="open311")
    assert tell(handed, {"id": "e-1", "handover": str(other.key)}).status_code == 404


def test_the_neighbour_s_address_does_not_lead_here(handed: Handover, cast: Cast) -> None:
    assert tell(handed, host="tonari.localhost").status_code == 404


def test_too_much_is_refused(handed: Handover) -> None:
    assert tell(handed, notes="x" * 70_000).status_code == 413
