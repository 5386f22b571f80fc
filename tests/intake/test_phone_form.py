# SPDX-License-Identifier: Apache-2.0
"""A clerk takes a report in: answers, caller, call back, an open case to join."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from kairan.audit.actors import CLOCK
from kairan.deliveries.models import Delivery
from kairan.files.models import StoredFile
from kairan.intake import actions
from kairan.reports.models import CallBack, Case, Report
from kairan.residents.queries import contact_about, contact_for
from tests.cast import Cast
from tests.files.pictures import jpeg
from tests.reports.factories import SignIn

FORM = "11111111-1111-4111-8111-111111111111"
ANSWERS: dict[str, Any] = {
    "damage": "pothole",
    "place": {"lon": 130.2, "lat": 32.7, "typed": "西区春日1丁目"},
    "manager": "town",
    "photos": None,
    "note": "大きな穴です",
}


@pytest.fixture
def clerk(town: Cast, sign_in: SignIn) -> Client:
    return sign_in(town.roads_clerk)


def save(client: Client, *, caller: dict[str, str] | None = None, **given: Any) -> HttpResponse:
    payload = {
        "form": FORM,
        "kind": "road",
        "answers": ANSWERS,
        "caller": {"channel": "phone", **(caller or {})},
        **given,
    }
    answer = client.post(
        "/console/intake/save/", json.dumps(payload), content_type="application/json"
    )
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_call_becomes_a_case(clerk: Client, town: Cast) -> None:
    answer = save(clerk)
    report = Report.objects.get()
    assert json.loads(answer.content) == {"url": f"/console/intake/received/{report.pk}/"}
    assert (report.channel, report.text, report.position_source) == (
        "phone",
        "大きな穴です",
        "staff",
    )
    page = clerk.get(f"/console/intake/received/{report.pk}/").content.decode()
    assert report.receipt_number in page


def test_sent_twice_it_is_one_report(clerk: Client) -> None:
    first, second = save(clerk), save(clerk)
    assert first.content == second.content
    assert Report.objects.count() == 1


def test_two_calls_at_once_are_two(clerk: Client) -> None:
    save(clerk)
    save(clerk, form=str(UUID(int=2)))
    assert Report.objects.count() == 2


def test_who_called_is_kept_sealed_and_called_back(clerk: Client) -> None:
    save(
        clerk,
        caller={
            "name": "山田",
            "phone": "090-0000-0000",
            "call_back": "on",
            "call_back_at": "2026-11-22T17:00",
            "call_back_note": "結果を伝える",
            "memo": "急いでいた",
        },
    )
    report = Report.objects.get()
    contact = contact_for(contact_about(run_key=report.run_key, report_id=report.pk))
    assert contact is not None
    assert (contact.name, contact.phone) == ("山田", "090-0000-0000")
    call = CallBack.objects.get()
    assert call.due_at is not None
    assert (call.report, call.due_at.isoformat()) == (report, "2026-11-22T08:00:00+00:00")
    assert report.case.entries.filter(kind="note", text="急いでいた").exists()


def test_without_a_number_nobody_is_called_back(clerk: Client) -> None:
    answer = save(clerk, caller={"call_back": "on"})
    assert answer.status_code == 422
    assert "phone" in json.loads(answer.content)["fields"]
    assert not Report.objects.exists()


def test_who_gives_an_address_gets_the_receipt(clerk: Client) -> None:
    save(clerk, caller={"email": "yamada@example.jp"})
    report, told = Report.objects.get(), Delivery.objects.get(purpose="receipt")
    assert told.recipient == "mail:yamada@example.jp"
    assert report.receipt_number in told.payload["subject"]
    assert f"/r/{report.token}/" in told.payload["text"]


@pytest.mark.parametrize(
    ("wrong", "step"),
    [({"damage": "dragon"}, "damage"), ({"place": None}, "place"), ({"place": [1]}, "place")],
)
def test_answers_are_checked_by_the_engine(clerk: Client, wrong: Any, step: str) -> None:
    answer = save(clerk, answers={**ANSWERS, **wrong})
    assert answer.status_code == 422
    assert list(json.loads(answer.content)["problems"]) == [step]


def test_another_bodys_road_makes_no_report(clerk: Client) -> None:
    answer = save(clerk, answers={**ANSWERS, "manager": "national"})
    assert "ご案内ください" in json.loads(answer.content)["fields"]["form"]
    assert not Report.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{", '{"form": 1}', '{"kind": "road", "form": "x"}'])
def test_nonsense_is_refused(clerk: Client, body: str) -> None:
    sent = clerk.post("/console/intake/save/", body, content_type="application/json")
    assert sent.status_code == 422


def test_a_like_case_is_shown_and_joined(clerk: Client) -> None:
    save(clerk)
    case = Case.objects.get()
    shown = clerk.get("/console/intake/similar/", {"kind": "road", "lon": "130.2", "lat": "32.7"})
    assert f'data-join="{case.pk}"' in shown.content.decode()
    save(clerk, form=str(UUID(int=2)), join=case.pk)
    assert Case.objects.count() == 1
    assert case.reports.count() == 2


def test_without_a_pin_the_words_of_the_place_find_it(clerk: Client) -> None:
    save(clerk)
    found = clerk.get("/console/intake/similar/", {"kind": "road", "q": "春日"})
    assert "data-join" in found.content.decode()
    none = clerk.get("/console/intake/similar/", {"kind": "park", "q": "春日"})
    assert "data-join" not in none.content.decode()


def test_others_cases_are_joined_without_being_read(town: Cast, sign_in: SignIn) -> None:
    save(sign_in(town.roads_clerk))
    case = Case.objects.get()
    client = sign_in(town.waste_clerk)
    near = {"kind": "road", "lon": "130.2", "lat": "32.7"}
    shown = client.get("/console/intake/similar/", near).content.decode()
    assert case.number in shown
    assert case.title not in shown
    save(client, form=str(UUID(int=2)), join=case.pk)
    assert case.reports.count() == 2


def test_a_case_far_away_is_not_joined(town: Cast, sign_in: SignIn) -> None:
    save(sign_in(town.roads_clerk))
    far = {**ANSWERS, "place": {"lon": 130.7, "lat": 32.7}}
    save(sign_in(town.waste_clerk), form=str(UUID(int=2)), answers=far, join=Case.objects.get().pk)
    assert Case.objects.count() == 2


def test_places_are_completed_from_late_cases_and_areas(clerk: Client) -> None:
    save(clerk)
    found = clerk.get("/console/intake/places/", {"q": "西区"}).json()["places"]
    assert [one["title"] for one in found] == ["西区春日1丁目", "西区"]
    assert clerk.get("/console/intake/places/", {"q": "西"}).json()["places"] == []


def test_a_photo_of_the_counter_comes_with_the_report(clerk: Client) -> None:
    photo = SimpleUploadedFile("a.jpg", jpeg())
    said = clerk.post("/console/intake/photos/", {"form": FORM, "photo": photo}).json()
    assert clerk.get(said["url"]).status_code == 200
    save(clerk, answers={**ANSWERS, "photos": [said["key"]]}, caller={"channel": "counter"})
    assert Report.objects.get().photos.count() == 1


def test_nobody_elses_photo_can_be_named(town: Cast, sign_in: SignIn) -> None:
    strange = StoredFile.objects.create(size=1, sha256="", width=1, height=1, given_by_kind="x")
    client = sign_in(town.roads_clerk)
    save(client, answers={**ANSWERS, "photos": [str(strange.key)]})
    assert Report.objects.get().photos.count() == 0
    assert client.get(f"/console/intake/photos/{strange.key}/").status_code == 404


def test_what_is_no_photo_is_refused_in_words(clerk: Client) -> None:
    broken = SimpleUploadedFile("a.jpg", b"GIF?")
    answer = clerk.post("/console/intake/photos/", {"form": FORM, "photo": broken})
    assert answer.status_code == 422
    assert "写真として読めません" in answer.json()["problem"]


def test_the_promised_calls_stand_in_a_list(clerk: Client, town: Cast, sign_in: SignIn) -> None:
    save(clerk, caller={"name": "山田", "phone": "090-0000-0000", "call_back": "on"})
    page = clerk.get("/console/intake/calls/").content.decode()
    assert "090-0000-0000" in page
    assert "山田" not in sign_in(town.waste_clerk).get("/console/intake/calls/").content.decode()


def test_a_call_is_made_and_taken_back(clerk: Client) -> None:
    save(clerk, caller={"phone": "090-0000-0000", "call_back": "on"})
    call = CallBack.objects.get()
    clerk.post(f"/console/intake/calls/{call.pk}/done/")
    call.refresh_from_db()
    assert call.done_at is not None
    assert call.report.case.entries.filter(kind="note").count() == 1
    assert "090" not in clerk.get("/console/intake/calls/").content.decode()
    clerk.post(f"/console/intake/calls/{call.pk}/undo/")
    assert "090" in clerk.get("/console/intake/calls/").content.decode()


def test_the_cases_page_shows_the_promise_and_its_button(clerk: Client) -> None:
    save(clerk, caller={"phone": "090-0000-0000", "call_back": "on", "call_back_note": "結果を"})
    call = CallBack.objects.get()
    address = f"/console/cases/{call.report.case_id}/"
    page = clerk.get(address).content.decode()
    assert "結果を" in page
    clerk.post(f"{address}called/", {"call": call.pk})
    call.refresh_from_db()
    assert call.done_by is not None
    assert f'value="{call.pk}"><button' not in clerk.get(address).content.decode()


def test_photos_of_a_form_never_sent_go(clerk: Client) -> None:
    sent, left = [
        clerk.post(
            "/console/intake/photos/", {"form": form, "photo": SimpleUploadedFile("a.jpg", jpeg())}
        ).json()["key"]
        for form in (FORM, str(UUID(int=2)))
    ]
    save(clerk, answers={**ANSWERS, "photos": [sent]})
    later = timezone.now() + timedelta(days=5)
    assert actions.forget_uploads(acting=CLOCK, now=later) == 1
    states = dict(StoredFile.objects.values_list("key", "state"))
    assert {str(key): state for key, state in states.items()} == {sent: "stored", left: "erased"}
