# SPDX-License-Identifier: Apache-2.0
"""What everybody may see: only what staff have approved, with faces blackened."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from kairan.files.actions import store_photo
from kairan.files.models import LARGE
from kairan.reports.actions import change_status
from kairan.reports.actions.forgetting import erase_case
from kairan.reports.models import (
    Case,
    Erasure,
    Part,
    ReportKind,
    ReportPhoto,
    ShownCase,
    ShownPhoto,
)
from kairan.reports.workflow import Status
from tests.cast import Cast
from tests.portal.factories import a_report

SECRET = "夜になると真っ暗です"
FORM = {"title": "街灯が消えています", "text": "電球を取りかえます", "precision": "rough"}


@pytest.fixture
def case(hinokuni: Cast) -> Case:
    """花子's lamp, of a kind that may be shown, with an orange photo."""
    report = a_report(hinokuni)
    ReportKind.objects.update(shows_cases=True)
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "orange").save(picture, "JPEG")
    stored = store_photo(acting=hinokuni.administrator, content=picture.getvalue())
    ReportPhoto.objects.create(report=report, stored=stored)
    return Case.objects.get(pk=report.case_id)


@pytest.fixture
def clerk(hinokuni: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(hinokuni.roads_clerk)
    return client


def page(case: Case, more: str = "") -> str:
    return f"/console/cases/{case.pk}/show/{more}"


def redact(clerk: Client, case: Case, boxes: object) -> int:
    photo = ReportPhoto.objects.get()
    answer = clerk.post(page(case, f"photos/{photo.pk}/"), {"boxes": json.dumps(boxes)})
    return answer.status_code


def public(client: Client, path: str = "/map/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_is_shown_by_itself(case: Case, client: Client) -> None:
    assert "公開しているお知らせはありません" in public(client)


def test_what_staff_wrote_is_shown_and_nothing_else(
    case: Case, clerk: Client, client: Client
) -> None:
    assert clerk.post(page(case), FORM).status_code == 302
    shown = ShownCase.objects.get()
    for path in ("/map/", f"/map/{shown.pk}/"):
        seen = public(client, path)
        assert "街灯が消えています" in seen
        for secret in (SECRET, "つかない", "西区春日1丁目", case.number):
            assert secret not in seen
    assert shown.position == (130.2, 32.7)


def test_hidden_is_gone_at_once(case: Case, clerk: Client, client: Client) -> None:
    clerk.post(page(case), FORM)
    shown = ShownCase.objects.get()
    clerk.post(page(case), {"hide": "1"})
    assert client.get(f"/map/{shown.pk}/").status_code == 404
    assert "街灯が消えています" not in public(client)


def test_boxes_are_burnt_in(case: Case, clerk: Client, client: Client) -> None:
    assert redact(clerk, case, [[0, 0, 0.5, 1]]) == 302
    clerk.post(page(case), FORM)
    copy = ShownPhoto.objects.get()
    answer = client.get(f"/map/{copy.shown_id}/photos/{copy.pk}/large/")
    picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
    black, kept = picture.getpixel((60, 150)), picture.getpixel((340, 150))
    assert max(black) < 16  # type: ignore[type-var,arg-type]
    assert kept[0] > 200  # type: ignore[index]
    assert not picture.getexif()


def test_a_photo_is_shown_only_when_somebody_went_over_it(
    case: Case, clerk: Client, client: Client
) -> None:
    clerk.post(page(case), FORM)
    shown = ShownCase.objects.get()
    original = ReportPhoto.objects.get()
    assert client.get(f"/map/{shown.pk}/photos/{original.pk}/large/").status_code == 404
    assert "photo-grid" not in public(client, f"/map/{shown.pk}/")


def test_painting_again_replaces_the_copy(case: Case, clerk: Client) -> None:
    redact(clerk, case, [])
    old = ShownPhoto.objects.get().stored
    redact(clerk, case, [[0.1, 0.1, 0.2, 0.2]])
    old.refresh_from_db()
    assert not old.is_stored
    clerk.post(f"/console/cases/{case.pk}/shown/{ShownPhoto.objects.get().pk}/hide/")
    assert not ShownPhoto.objects.exists()
    assert ReportPhoto.objects.get().stored.is_stored


@pytest.mark.parametrize(
    "boxes",
    ["x", {}, [[0, 0, 1]], [[0, 0, 2, 1]], [["a", 0, 1, 1]], [[0, 0, 0, 1]], [[0, 0, 1, 1]] * 51],
)
def test_boxes_that_are_none_are_refused(case: Case, clerk: Client, boxes: object) -> None:
    assert redact(clerk, case, boxes) == 422
    assert not ShownPhoto.objects.exists()


def test_a_kind_that_is_kept_to_the_town_is_not_shown(
    case: Case, clerk: Client, client: Client
) -> None:
    clerk.post(page(case), FORM)
    ReportKind.objects.update(shows_cases=False)
    assert client.get(f"/map/{ShownCase.objects.get().pk}/").status_code == 404
    assert clerk.post(page(case), FORM).status_code == 422


def test_a_title_is_needed(case: Case, clerk: Client) -> None:
    assert clerk.post(page(case), {**FORM, "title": " "}).status_code == 422
    assert not ShownCase.objects.exists()


def test_another_department_shows_nothing(case: Case, hinokuni: Cast, sign_in: Any) -> None:
    assert sign_in(hinokuni.waste_clerk).post(page(case), FORM).status_code == 404


def test_what_is_erased_is_erased_here_too(case: Case, clerk: Client, hinokuni: Cast) -> None:
    redact(clerk, case, [])
    clerk.post(page(case), FORM)
    key = ShownPhoto.objects.get().stored.path(LARGE)
    assert default_storage.exists(key)
    change_status(acting=hinokuni.roads_clerk, case=case, to=Status.RESOLVED)
    person = hinokuni.roads_clerk
    erase_case(acting=person, case=case, part=Part.ALL, why=Erasure.Why.STAFF, reason="本人")
    assert not ShownCase.objects.exists()
    assert not ShownPhoto.objects.exists()


def test_open_data_hold_no_word_of_anybody(case: Case, client: Client) -> None:
    answer = client.get("/opendata/reports.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    heading, row = text.splitlines()
    assert heading.startswith("ID,地方公共団体名,名称")
    assert "照明灯の不具合" in row
    assert "32.7,130.2" in row
    for secret in (SECRET, "つかない", "1丁目", case.number):
        assert secret not in text
    assert "CC BY 4.0" in public(client, "/opendata/")


def test_open_data_hold_only_kinds_that_are_shown(case: Case, client: Client) -> None:
    ReportKind.objects.update(shows_cases=False)
    answer = client.get("/opendata/reports.csv")
    assert len(b"".join(answer.streaming_content).splitlines()) == 1  # type: ignore[arg-type]
