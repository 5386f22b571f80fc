# SPDX-License-Identifier: Apache-2.0
"""Work out of doors: what a phone brings home, soon or a week later."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kairan.reports import actions
from kairan.reports.models import Case, CaseEntry, ReportKind, ReportPhoto
from kairan.reports.models.field import FieldEdit
from kairan.reports.workflow import Status
from tests.cast import Cast
from tests.files.pictures import jpeg
from tests.reports.factories import report

EDITS = "/console/field/edits/"


def edit(client: Client, case: Case, kind: str, **given: Any) -> dict[str, Any]:
    """One thing done, as the phone sends it; what the town answers, with its status code."""
    form = {
        "key": str(uuid.uuid4()),
        "case": case.pk,
        "kind": kind,
        "made_at": timezone.now().isoformat(),
        "seen": case.version,
    }
    answer = client.post(EDITS, form | given)
    return {**answer.json(), "code": answer.status_code}


def photo() -> io.BytesIO:
    file = io.BytesIO(jpeg())
    file.name = "after.jpg"
    return file


def notes(case: Case) -> list[str]:
    return list(
        CaseEntry.objects.filter(case=case, kind="note")
        .order_by("id")
        .values_list("text", flat=True)
    )


def test_a_phone_takes_its_persons_open_cases_along(
    hole: Case, theft_case: Case, roads_client: Client, hinokuni: Cast
) -> None:
    assert roads_client.get("/console/field/cases/").json()["cases"] == []
    actions.assign(acting=hinokuni.roads_manager, case=hole, to=hinokuni.roads_clerk)
    [one] = roads_client.get("/console/field/cases/").json()["cases"]
    assert (one["number"], one["text"]) == (hole.number, "道路に大きな穴があいています")
    everybody = roads_client.get("/console/field/cases/?who=all").json()["cases"]
    assert [c["number"] for c in everybody] == [hole.number]  # not the waste department's


def test_the_page_and_its_worker_open(roads_client: Client, client: Client) -> None:
    assert "電波がなくても使えます" in roads_client.get("/console/field/").content.decode()
    worker = client.get("/console/field/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert "field.js" in worker.content.decode()


def test_status_note_photo_and_position_come_home(hole: Case, roads_client: Client) -> None:
    assert edit(roads_client, hole, "note", text="穴をふさぎました")["result"] == "done"
    assert edit(roads_client, hole, "photo", side="after", photo=photo())["result"] == "done"
    place = edit(roads_client, hole, "position", longitude=130.71, latitude=32.71)
    assert place["result"] == "done"
    hole.refresh_from_db()
    done = edit(roads_client, hole, "status", to="resolved", text="直しました")
    assert (done["result"], done["statusWords"]) == ("done", "完了")
    hole.refresh_from_db()
    assert (hole.status, hole.longitude) == (Status.RESOLVED, 130.71)
    assert notes(hole) == ["穴をふさぎました", "作業後の写真"]
    assert ReportPhoto.objects.get().entry.data == {"side": "after"}  # type: ignore[union-attr]


def test_what_is_sent_twice_is_done_once(hole: Case, roads_client: Client) -> None:
    key = str(uuid.uuid4())
    for _again in range(3):
        assert edit(roads_client, hole, "note", text="見ました", key=key)["result"] == "done"
    photo_key = str(uuid.uuid4())
    for _again in range(2):
        edit(roads_client, hole, "photo", side="before", photo=photo(), key=photo_key)
    assert notes(hole) == ["見ました", "作業前の写真"]
    assert ReportPhoto.objects.count() == 1


def test_a_change_of_others_is_not_overwritten(
    hole: Case, roads_client: Client, hinokuni: Cast
) -> None:
    actions.change_status(acting=hinokuni.roads_manager, case=hole, to=Status.IN_PROGRESS)
    late = (timezone.now() - timedelta(days=7)).isoformat()
    answer = edit(roads_client, hole, "status", to="resolved", text="直しました", made_at=late)
    assert answer["result"] == "conflict"
    assert "対応中" in answer["reason"]
    hole.refresh_from_db()
    assert hole.status == Status.IN_PROGRESS
    [note] = notes(hole)
    for words in ("現場", "「完了」にする", "直しました"):
        assert words in note
    again = edit(roads_client, hole, "status", to="resolved", seen=answer["version"])
    assert again["result"] == "done"


def test_ones_own_earlier_change_is_no_conflict(hole: Case, roads_client: Client) -> None:
    seen = hole.version
    edit(roads_client, hole, "status", to="in_progress", seen=seen)
    assert edit(roads_client, hole, "status", to="resolved", seen=seen)["result"] == "done"


def test_a_note_of_last_week_says_when_it_was_made(hole: Case, roads_client: Client) -> None:
    made = timezone.now() - timedelta(days=7)
    edit(roads_client, hole, "note", text="水がたまっています", made_at=made.isoformat())
    assert notes(hole)[0].startswith("（現場 ")


def test_a_move_that_is_not_possible_any_more_is_kept_as_a_note(
    hole: Case, roads_client: Client, hinokuni: Cast
) -> None:
    actions.change_status(acting=hinokuni.roads_clerk, case=hole, to=Status.RESOLVED)
    answer = edit(roads_client, hole, "status", to="received", text="だいじな説明")
    assert answer["result"] == "refused"
    assert "だいじな説明" in notes(hole)[-1]


def test_a_case_of_another_department_takes_nothing(theft_case: Case, roads_client: Client) -> None:
    answer = edit(roads_client, theft_case, "note", text="見ました")
    assert (answer["code"], answer["result"]) == (404, "refused")
    assert "担当課にありません" in answer["reason"]
    assert notes(theft_case) == []


def test_a_joined_case_stands_for_the_other(
    hole: Case, road: ReportKind, roads_client: Client
) -> None:
    other = report(road, text="おなじ穴です", east=True).case
    Case.objects.filter(pk=other.pk).update(
        joined_into=hole, status=Status.NO_ACTION, closed_at=timezone.now()
    )
    assert edit(roads_client, other, "note", text="見ました")["result"] == "done"
    assert notes(hole) == ["見ました"]


@pytest.mark.parametrize(
    "given",
    [
        {"key": "x"},
        {"kind": "erase"},
        {"made_at": "yesterday"},
        {"made_at": "2026-11-01T10:00:00"},
        {"case": "-1"},
        {"seen": ""},
        {"longitude": "nan", "latitude": "0"},
        {"longitude": "181", "latitude": "0"},
    ],
)
def test_what_is_not_understood_is_refused_in_words(
    hole: Case, roads_client: Client, given: dict[str, str]
) -> None:
    form = {"key": str(uuid.uuid4()), "case": hole.pk, "kind": "note", "text": "x", "seen": 1}
    form["made_at"] = timezone.now().isoformat()
    sent = roads_client.post(EDITS, form | given)
    answer = {**sent.json(), "code": sent.status_code}
    assert answer["code"] == 422
    assert answer["reason"]
    assert not FieldEdit.objects.exists()


def test_a_photo_that_is_none_is_refused(hole: Case, roads_client: Client) -> None:
    file = io.BytesIO(b"MZ not a photo")
    file.name = "virus.jpg"
    assert edit(roads_client, hole, "photo", side="after", photo=file)["code"] == 422
    assert edit(roads_client, hole, "photo", side="after")["result"] == "refused"


def test_a_phone_whose_clock_is_wrong_is_not_believed(hole: Case, roads_client: Client) -> None:
    ahead = (timezone.now() + timedelta(days=300)).isoformat()
    assert edit(roads_client, hole, "note", text="x", made_at=ahead)["result"] == "done"
    assert FieldEdit.objects.get().made_at < timezone.now() + timedelta(hours=1)
