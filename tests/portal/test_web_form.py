# SPDX-License-Identifier: Apache-2.0
"""The web form as the server sees it: what it gives, what it takes, and what it refuses."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.deliveries.models import Delivery
from kairan.portal import limits, uploads
from kairan.portal.models import IncomingPhoto
from kairan.reports.models import Report, ReportKind
from kairan.residents.models import ContactDetails
from kairan.scenarios.actions import publish
from kairan.scenarios.definition import Definition
from kairan.scenarios.models import Scenario, StepVisit
from kairan.scenarios.queries import definition_of
from tests.cast import Cast
from tests.files.pictures import heic, jpeg
from tests.portal.factories import offered_road

HERE = {"lon": 130.2, "lat": 32.7}
RUN = uuid.UUID(int=7)
PHOTO = uuid.UUID(int=9)


@pytest.fixture
def road(hinokuni: Cast) -> Scenario:
    ReportKind.objects.get_or_create(key="road", defaults={"name": "道路の損傷"})
    return offered_road()


def filled(road: Scenario, **changes: Any) -> dict[str, Any]:
    answers = {"damage": "pothole", "place": HERE, "manager": "town", "photos": None}
    return {
        "run": RUN.hex,
        "version": road.published_id,
        "answers": {**answers, "note": "大きな穴です", **changes.pop("answers", {})},
        **changes,
    }


def send(client: Client, given: object) -> Any:
    return client.post("/report/road/send/", json.dumps(given), content_type="application/json")


def upload(client: Client, content: bytes = b"", photo: uuid.UUID = PHOTO) -> Any:
    file = SimpleUploadedFile("a.jpg", content or jpeg(), "image/jpeg")
    given = {"run": RUN.hex, "id": photo.hex, "photo": file}
    return client.post("/report/road/photos/", given)


def test_what_can_be_reported_is_listed_in_three_languages(client: Client, road: Scenario) -> None:
    assert "道路の損傷" in client.get("/report/").content.decode()
    assert "道が こわれている" in client.get("/report/?lang=ja-simple").content.decode()
    assert "Damaged road" in client.get("/report/?lang=en").content.decode()


def test_the_page_around_the_form_speaks_as_the_form_does(client: Client, road: Scenario) -> None:
    page = client.get("/report/road/?lang=en").content.decode()
    assert '<html lang="en"' in page
    assert "ほかのことを知らせる" not in page


def test_a_language_that_the_town_has_written_can_be_chosen(client: Client, road: Scenario) -> None:
    assert "한국어" not in client.get("/report/").content.decode()
    data = definition_of(road.published_id or 0).model_dump(mode="json", exclude_none=True)
    data["title"]["ko"] = "도로 파손"
    data["languages"] = ["ja", "ko"]
    publish(acting=PROGRAM, scenario=road, definition=Definition.model_validate(data))
    assert "한국어" in client.get("/report/").content.decode()
    assert "도로 파손" in client.get("/report/?lang=ko").content.decode()
    assert "도로 파손" in client.get("/report/road/?lang=ko").content.decode()


def test_a_kind_that_is_not_offered_has_no_form(client: Client, road: Scenario) -> None:
    assert client.get("/report/road/").status_code == 200
    Scenario.objects.update(is_active=False)
    assert client.get("/report/road/").status_code == 404
    assert client.get("/report/nothing/").status_code == 404


def test_the_page_says_how_to_report_without_javascript(client: Client, road: Scenario) -> None:
    shown = client.get("/report/road/").content.decode()
    assert "<noscript>" in shown
    assert "096-000-0000" in shown[shown.index("<noscript>") :]


def test_a_filled_form_becomes_a_report(client: Client, road: Scenario) -> None:
    answer = send(client, filled(road))
    report = Report.objects.get()
    assert answer.json()["number"] == report.receipt_number
    assert answer.json()["url"] == f"/r/{report.token}/"
    assert (report.channel, report.text, report.resident) == ("web", "大きな穴です", None)
    assert report.position_source == "map"


def test_the_same_form_twice_is_one_report(client: Client, road: Scenario) -> None:
    numbers = {send(client, filled(road)).json()["number"] for _ in range(2)}
    assert len(numbers) == Report.objects.count() == 1


def test_problems_come_back_to_their_steps(client: Client, road: Scenario) -> None:
    answer = send(client, filled(road, answers={"damage": "no such thing"}))
    assert answer.status_code == 422
    assert list(answer.json()["problems"]) == ["damage"]
    assert not Report.objects.exists()


def test_another_authoritys_business_is_not_taken(client: Client, road: Scenario) -> None:
    answer = send(client, filled(road, answers={"manager": "national"}))
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "given",
    ["", "[]", "{", '{"run": "x"}', json.dumps({"run": RUN.hex, "version": 1, "answers": []})],
)
def test_what_is_no_form_is_refused(client: Client, road: Scenario, given: str) -> None:
    answer = client.post("/report/road/send/", given, content_type="application/json")
    assert answer.status_code == 400


def test_far_too_much_is_refused(client: Client, road: Scenario) -> None:
    given = filled(road, answers={"note": "あ" * limits.MAX_ANSWERS_BYTES})
    assert send(client, given).status_code == 400


def test_a_version_of_another_kind_is_refused(client: Client, road: Scenario) -> None:
    assert send(client, filled(road, version=0)).status_code == 410


def test_a_form_of_a_week_ago_is_judged_by_now(client: Client, road: Scenario) -> None:
    at = (timezone.now() - timedelta(days=9)).isoformat()
    assert send(client, filled(road, at=at)).status_code == 200


def test_who_fills_a_form_without_a_token_is_refused(road: Scenario) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert send(strict, filled(road)).status_code == 403


# ── photos ──


def test_a_photo_is_taken_in_and_becomes_ours_later(client: Client, road: Scenario) -> None:
    assert upload(client).json() == {"id": PHOTO.hex}
    send(client, filled(road, answers={"photos": [PHOTO.hex]}))
    report = Report.objects.get()
    assert report.photos.count() == 0
    uploads.make_ours(RUN)
    uploads.make_ours(RUN)
    assert report.photos.count() == 1
    assert not IncomingPhoto.objects.exists()


def test_a_photo_that_has_not_come_is_asked_for(client: Client, road: Scenario) -> None:
    answer = send(client, filled(road, answers={"photos": [PHOTO.hex]}))
    assert (answer.status_code, answer.json()) == (409, {"missing": [PHOTO.hex]})
    assert not Report.objects.exists()


def test_the_same_photo_twice_is_one(client: Client, road: Scenario) -> None:
    assert [upload(client).status_code for _ in range(2)] == [200, 200]
    assert IncomingPhoto.objects.count() == 1


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"MZ\x90\x00", b"<svg/>", b"#!/bin/sh\n"])
def test_what_is_no_photo_is_refused_at_once(
    client: Client, road: Scenario, content: bytes
) -> None:
    answer = upload(client, content)
    assert answer.status_code == 422
    assert "写真として読めませんでした" in answer.json()["reason"]


def test_a_photo_that_only_looks_like_one_costs_no_report(client: Client, road: Scenario) -> None:
    upload(client, b"\xff\xd8\xff" + b"x" * 500)
    send(client, filled(road, answers={"photos": [PHOTO.hex]}))
    uploads.make_ours(RUN)
    assert Report.objects.get().photos.count() == 0
    assert not IncomingPhoto.objects.exists()


def test_a_photo_may_not_be_too_large(client: Client, road: Scenario) -> None:
    content = b"\xff\xd8\xff" + b"x" * limits.MAX_PHOTO_BYTES
    assert upload(client, content).status_code == 422


def test_a_run_has_room_for_so_many_photos(
    client: Client, road: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kairan.portal.uploads.MAX_PHOTOS_OF_RUN", 1)
    assert upload(client).status_code == 200
    assert upload(client, photo=uuid.UUID(int=10)).status_code == 409


def test_unsent_photos_of_a_whole_town_are_bounded(
    client: Client, road: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kairan.portal.uploads.MAX_UNSENT_PHOTOS", 0)
    assert upload(client).status_code == 200
    assert upload(client, photo=uuid.UUID(int=10)).status_code == 409


def test_photos_without_a_report_are_swept_away(client: Client, road: Scenario) -> None:
    upload(client)
    path = IncomingPhoto.objects.get().path
    assert uploads.sweep() == 0
    assert uploads.sweep(timezone.now() + timedelta(days=3)) == 1
    assert not IncomingPhoto.objects.exists()
    assert not default_storage.exists(path)


def test_a_heic_of_a_phone_is_taken_as_it_is(client: Client, road: Scenario) -> None:
    assert upload(client, heic()).status_code == 200


# ── limits ──


def test_one_address_may_not_report_without_end(
    client: Client, road: Scenario, settings: Any
) -> None:
    settings.WEB_REPORTS_PER_HOUR = 1
    assert send(client, filled(road)).status_code == 200
    assert send(client, filled(road)).status_code == 429


# ── who reports, and the same thing ──


def test_contact_details_are_kept_sealed_and_the_link_is_mailed(
    client: Client, road: Scenario
) -> None:
    contact = {"name": "肥後 花子", "email": "hanako@example.jp", "news": True}
    send(client, filled(road, contact=contact))
    kept = ContactDetails.objects.get()
    report = Report.objects.get()
    mail = Delivery.objects.get(recipient__contains="hanako")
    assert (kept.name, kept.news) == ("肥後 花子", True)
    assert report.receipt_number in mail.payload["text"]
    assert f"/r/{report.token}/" in mail.payload["text"]
    assert "肥後" not in mail.payload["text"]


def test_nothing_is_mailed_without_a_yes(client: Client, road: Scenario) -> None:
    send(client, filled(road, contact={"email": "hanako@example.jp"}))
    assert not Delivery.objects.filter(recipient__contains="hanako").exists()


@pytest.mark.parametrize(
    ("contact", "field"),
    [({"email": "x"}, "email"), ({"phone": "abc"}, "phone"), ({"news": True}, "email")],
)
def test_a_wrong_address_comes_back_to_its_field(
    client: Client, road: Scenario, contact: dict[str, Any], field: str
) -> None:
    answer = send(client, filled(road, contact=contact))
    assert list(answer.json()["problems"]) == [f"contact.{field}"]


def similar(client: Client, **given: Any) -> list[dict[str, Any]]:
    query = {"kind": "road", **HERE, **given}
    found: list[dict[str, Any]] = client.get("/report/road/similar/", query).json()["similar"]
    return found


def test_similar_cases_say_nothing_that_anybody_wrote(client: Client, road: Scenario) -> None:
    send(client, filled(road, contact={"name": "肥後 花子"}))
    (found,) = similar(client)
    assert set(found) == {"id", "words"}
    assert "大きな穴" not in found["words"]
    assert "肥後" not in found["words"]


def test_a_report_joins_the_case_it_was_offered(client: Client, road: Scenario) -> None:
    send(client, filled(road))
    (found,) = similar(client)
    send(client, filled(road, run=uuid.uuid4().hex, join=found["id"]))
    assert {report.case_id for report in Report.objects.all()} == {found["id"]}


def test_a_case_that_was_never_offered_cannot_be_joined(client: Client, road: Scenario) -> None:
    send(client, filled(road))
    case_id = Report.objects.get().case_id
    far = {"place": {"lon": 130.29, "lat": 32.75}}
    send(client, filled(road, run=uuid.uuid4().hex, join=case_id, answers=far))
    assert Report.objects.filter(case_id=case_id).count() == 1


def test_nothing_is_similar_far_away_or_of_another_kind(client: Client, road: Scenario) -> None:
    send(client, filled(road))
    assert similar(client, lon=130.29) == []
    assert similar(client, kind="park") == []
    assert client.get("/report/road/similar/?kind=road&lon=nan&lat=1").status_code == 404


def test_a_place_is_named(client: Client, road: Scenario) -> None:
    known = client.get("/report/road/place/?lon=130.2&lat=32.7").json()
    assert known["inside"] is True
    assert client.get("/report/road/place/", {"lon": 10, "lat": 10}).json()["inside"] is False


# ── how far people come ──


def test_the_way_through_the_form_is_written_down(client: Client, road: Scenario) -> None:
    send(client, filled(road, visits=[["damage", 4, "answered"], ["place", 9, "answered"]]))
    assert set(StepVisit.objects.values_list("step", "channel")) == {
        ("damage", "web"),
        ("place", "web"),
    }


def test_who_gives_up_is_counted_at_the_last_question(client: Client, road: Scenario) -> None:
    visits = [["damage", 4, "answered"], ["place", 9, "answered"]]
    given = {"visits": json.dumps({"version": road.published_id, "visits": visits})}
    assert client.post("/report/road/left/", given).status_code == 204
    assert StepVisit.objects.get(step="place").result == "gave_up"
    for broken in ("", "[", '{"version": 0, "visits": []}', '{"version": 1, "visits": [[1]]}'):
        assert client.post("/report/road/left/", {"visits": broken}).status_code == 204


# ── without a line ──


def test_the_service_worker_looks_after_the_form_alone(client: Client, cast: Cast) -> None:
    answer = client.get("/report/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "leaflet" in answer.content.decode()
