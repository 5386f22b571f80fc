# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from django.test import Client

from kairan.deliveries.models import Delivery, State
from kairan.files.actions import store_photo
from kairan.files.models import StoredFile
from kairan.reports import actions
from kairan.reports.actions import Answer, GivenPhoto, NobodyReachable
from kairan.reports.models import Case, CaseEntry, Report, ReportKind, ReportPhoto
from kairan.residents.models import Friend, Resident
from tests.cast import Cast
from tests.files.pictures import jpeg
from tests.reports.factories import IN_THE_WEST, SOMEBODY, report


@pytest.fixture
def picture(hinokuni: Cast) -> StoredFile:
    return store_photo(acting=SOMEBODY, content=jpeg(), name="road.jpg")


def test_a_clerk_writes_and_reads_that_it_was_sent(roads_client: Client, hole: Case) -> None:
    roads_client.post(f"/console/cases/{hole.pk}/message/", {"text": "写真を送れますか"})
    delivery = Delivery.objects.get(channel="line")
    assert "写真を送れますか" in str(delivery.payload)
    Delivery.objects.update(state=State.ACCEPTED)
    assert "送信済み" in roads_client.get(f"/console/cases/{hole.pk}/").content.decode()
    Delivery.objects.update(state=State.FAILED, failed_reason="友だちではありません")
    page = roads_client.get(f"/console/cases/{hole.pk}/").content.decode()
    assert "届きませんでした" in page
    assert "友だちではありません" in page


def test_who_blocked_us_cannot_be_written_to(hinokuni: Cast, hole: Case) -> None:
    from django.utils import timezone

    Friend.objects.update(blocked_at=timezone.now())
    with pytest.raises(NobodyReachable):
        actions.write_to_resident(acting=hinokuni.roads_clerk, case=hole, text="もしもし")
    assert not CaseEntry.objects.filter(case=hole, kind="message_out").exists()


def test_a_note_stays_among_staff(roads_client: Client, hole: Case) -> None:
    roads_client.post(f"/console/cases/{hole.pk}/note/", {"text": "電力会社の柱かも"})
    entry = CaseEntry.objects.get(case=hole, kind="note")
    assert not entry.public
    assert not Delivery.objects.filter(channel="line").exists()


def test_a_reply_waits_until_it_is_answered(hinokuni: Cast, hole: Case, hanako: Resident) -> None:
    actions.receive_from_resident(acting=hanako, case=hole, text="まだですか", source="line:9")
    actions.receive_from_resident(acting=hanako, case=hole, text="まだですか", source="line:9")
    hole.refresh_from_db()
    assert hole.waiting_since is not None
    assert CaseEntry.objects.filter(case=hole, kind="message_in").count() == 1
    actions.write_to_resident(acting=hinokuni.roads_clerk, case=hole, text="明日行きます")
    hole.refresh_from_db()
    assert hole.waiting_since is None


def test_a_clerk_who_is_closing_the_case_learns_of_a_reply(
    hinokuni: Cast, hole: Case, hanako: Resident
) -> None:
    seen = hole.version
    actions.receive_from_resident(acting=hanako, case=hole, text="穴が広がりました")
    with pytest.raises(actions.CaseChanged) as changed:
        actions.change_status(acting=hinokuni.roads_clerk, case=hole, to="resolved", version=seen)
    assert [entry.text for entry in changed.value.entries] == ["穴が広がりました"]


def test_not_mended_reopens_the_case_and_tells_the_department(
    hinokuni: Cast, hole: Case, hanako: Resident
) -> None:
    closed = actions.change_status(acting=hinokuni.roads_clerk, case=hole, to="resolved")
    mails = Delivery.objects.filter(channel="mail").count()
    case = actions.reopen(acting=hanako, case=closed, reason="直っていません")
    assert (case.status, case.is_open, case.reopened_count) == ("received", True, 1)
    assert case.viewed_at is None
    assert Delivery.objects.filter(channel="mail").count() > mails


def test_not_mended_on_an_open_case_is_a_message(hole: Case, hanako: Resident) -> None:
    case = actions.reopen(acting=hanako, case=hole, reason="まだです")
    assert (case.reopened_count, case.entries.latest("id").kind) == (0, "message_in")


def test_everyone_of_a_joined_case_is_told(
    hinokuni: Cast, road: ReportKind, hole: Case, hanako: Resident
) -> None:
    taro = Resident.objects.create()
    channel = Friend.objects.get(resident=hanako).channel
    Friend.objects.create(resident=taro, channel=channel, user_id="U" + "b" * 32)
    other = report(road, resident=taro)
    other.case = hole
    other.save(update_fields=["case"])
    actions.change_status(acting=hinokuni.roads_clerk, case=hole, to="resolved")
    told = Delivery.objects.filter(channel="line")
    assert {row.recipient[-2:] for row in told} == {"aa", "bb"}
    assert other.receipt_number in str(told.get(recipient__endswith="bb").payload)


def test_a_message_taken_back_is_gone(hole: Case, hanako: Resident, picture: StoredFile) -> None:
    entry = actions.receive_from_resident(
        acting=hanako, case=hole, text="電話は090です", source="line:5",
        photos=[GivenPhoto(picture, "line:6")],
    )  # fmt: skip
    assert actions.withdraw_message(acting=hanako, resident=hanako, source="line:5") == 1
    assert actions.withdraw_message(acting=hanako, resident=hanako, source="line:6") == 1
    entry.refresh_from_db()
    hole.refresh_from_db()
    picture.refresh_from_db()
    assert entry.text == ""
    assert "090" not in hole.search_text
    assert not picture.is_stored
    assert CaseEntry.objects.filter(case=hole, kind="erased").count() == 2


def test_the_report_itself_can_be_taken_back(road: ReportKind, hanako: Resident) -> None:
    made = report(
        road, resident=hanako, text="山田です。穴があります", text_source="line:1",
        answers=[Answer("いつ", "今朝", "line:2"), Answer("けが", "なし", "line:3")],
        position=IN_THE_WEST,
    )  # fmt: skip
    assert actions.withdraw_message(acting=hanako, resident=hanako, source="line:1") == 1
    assert actions.withdraw_message(acting=hanako, resident=hanako, source="line:2") == 1
    made.refresh_from_db()
    made.case.refresh_from_db()
    assert made.text == ""
    assert [given["answer"] for given in made.answers] == ["", "なし"]
    assert "山田" not in made.case.title + made.case.search_text


def test_others_cannot_take_it_back(hole: Case, hanako: Resident) -> None:
    taro = Resident.objects.create()
    actions.receive_from_resident(acting=hanako, case=hole, text="まだですか", source="line:5")
    assert actions.withdraw_message(acting=taro, resident=taro, source="line:5") == 0
    assert actions.withdraw_message(acting=hanako, resident=hanako, source="") == 0


def test_a_photo_is_shown_to_those_who_see_the_case(
    hinokuni: Cast,
    road: ReportKind,
    picture: StoredFile,
    roads_client: Client,
    waste_client: Client,
) -> None:
    made = report(road, photos=[GivenPhoto(picture)], east=True)
    photo = ReportPhoto.objects.get(report=made)
    address = f"/console/cases/{made.case_id}/photos/{photo.pk}/large/"
    assert roads_client.get(address)["Content-Type"] == "image/jpeg"
    assert waste_client.get(address).status_code == 404
    other = report(road, east=True)
    wrong = f"/console/cases/{other.case_id}/photos/{photo.pk}/large/"
    assert roads_client.get(wrong).status_code == 404


def test_a_clerk_erases_a_photo_for_good(
    road: ReportKind, picture: StoredFile, roads_client: Client
) -> None:
    made = report(road, photos=[GivenPhoto(picture)], east=True)
    photo = ReportPhoto.objects.get(report=made)
    address = f"/console/cases/{made.case_id}/photos/{photo.pk}/erase/"
    roads_client.post(address, {"reason": "顔が写っている"})
    picture.refresh_from_db()
    assert not picture.is_stored
    assert "顔が写っている" in roads_client.get(f"/console/cases/{made.case_id}/").content.decode()
    assert Report.objects.get(pk=made.pk).photos.count() == 0
