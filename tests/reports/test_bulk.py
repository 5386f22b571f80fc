# SPDX-License-Identifier: Apache-2.0
"""The same thing done to many cases, and taken back."""

from __future__ import annotations

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from kairan.deliveries.models import Delivery, State
from kairan.reports import actions, notices
from kairan.reports.actions import bulk
from kairan.reports.models import BulkItem, BulkJob, Case, ReportKind, Tag
from kairan.residents.models import Resident
from tests.cast import Cast
from tests.reports.factories import SignIn, report

START = "/console/cases/bulk/start/"


@pytest.fixture
def three(road: ReportKind, hanako: Resident) -> list[Case]:
    return [report(road, resident=hanako, text=f"穴 {n}", east=True).case for n in range(3)]


def shown(case: Case) -> str:
    return f"{case.pk}:{case.version}"


def send(client: Client, cases: list[Case], **given: object) -> BulkJob:
    given = {"ids": [shown(case) for case in cases], **given}
    response = client.post(START, given)
    assert response.status_code == 302, response.content.decode()
    return BulkJob.objects.latest("id")


def statuses(cases: list[Case]) -> set[str]:
    return set(Case.objects.filter(pk__in=[c.pk for c in cases]).values_list("status", flat=True))


def test_many_get_a_status_with_words_for_each(roads_client: Client, three: list[Case]) -> None:
    words = "{受付番号}を見に行きます"
    job = send(roads_client, three, verb="status", to="in_progress", message=words)
    assert (job.state, statuses(three)) == ("finished", {"in_progress"})
    told = str(list(Delivery.objects.filter(channel="line").values_list("payload", flat=True)))
    assert all(f"{case.number}を見に行きます" in told for case in three)


def test_what_is_refused_is_listed_with_its_reason(roads_client: Client, three: list[Case]) -> None:
    Case.objects.filter(pk=three[0].pk).update(status="resolved", closed_at=three[0].opened_at)
    job = send(roads_client, three, verb="status", to="no_action", message="私有地です")
    listed = roads_client.get(f"/console/cases/bulk/{job.pk}/").content.decode()
    refused = listed.partition('id="refused-title"')[2]
    assert three[0].number in refused
    assert "「完了」からその対応状況には変えられません。" in refused
    assert BulkItem.objects.filter(job=job, state="done").count() == 2


def test_what_another_changed_meanwhile_is_left_alone(
    roads_client: Client, hinokuni: Cast, three: list[Case]
) -> None:
    actions.assign(acting=hinokuni.roads_manager, case=three[0], to=hinokuni.roads_manager)
    job = send(roads_client, three, verb="priority", priority="urgent")
    refused = BulkItem.objects.get(job=job, state="refused")
    assert (refused.case_id, refused.reason) == (three[0].pk, "ほかの人がこの案件を変えました。")


def test_all_of_it_is_taken_back_and_notices_do_not_leave(
    roads_client: Client, three: list[Case]
) -> None:
    job = send(roads_client, three, verb="status", to="resolved", message="直しました")
    roads_client.post(f"/console/cases/bulk/{job.pk}/undo/")
    assert statuses(three) == {"received"}
    states = Delivery.objects.filter(channel="line").values_list("state", flat=True)
    assert set(states) == {State.CANCELLED}
    roads_client.post(f"/console/cases/bulk/{job.pk}/undo/")  # pressed twice
    assert BulkJob.objects.filter(undoes=job).count() == 1


def test_what_has_gone_on_since_stays_when_the_rest_is_taken_back(
    roads_client: Client, hinokuni: Cast, three: list[Case]
) -> None:
    job = send(roads_client, three, verb="tag", tags="台風10号、側溝")
    actions.set_priority(acting=hinokuni.roads_manager, case=three[1], to="high")
    roads_client.post(f"/console/cases/bulk/{job.pk}/undo/")
    tagged = Case.objects.filter(tagged__tag__name="台風10号")
    assert list(tagged) == [three[1]]
    back = BulkItem.objects.get(job__undoes=job, state="refused")
    assert (back.case_id, back.reason) == (
        three[1].pk,
        "そのあとに変更があったので、元に戻せません。",
    )


def test_handing_over_many_makes_one_mail_and_undo_brings_them_back(
    roads_client: Client, hinokuni: Cast, three: list[Case]
) -> None:
    for case in three:
        actions.assign(acting=hinokuni.roads_clerk, case=case, to=hinokuni.roads_clerk)
        case.refresh_from_db()
    before = Delivery.objects.filter(channel="mail").count()
    given = {"verb": "department", "department": hinokuni.waste.pk, "reason": "ごみです"}
    job = send(roads_client, three, **given)
    assert Delivery.objects.filter(channel="mail").count() == before
    assert set(Case.objects.values_list("department", flat=True)) == {hinokuni.waste.pk}
    bulk.undo(acting=hinokuni.roads_clerk, job=job)
    now = Case.objects.get(pk=three[0].pk)
    assert (now.department, now.assignee) == (hinokuni.roads, hinokuni.roads_clerk)
    assert notices.send_waiting(acting=hinokuni.roads_clerk) == 0


def test_more_than_a_few_are_the_workers(
    monkeypatch: pytest.MonkeyPatch, roads_client: Client, three: list[Case]
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    job = send(roads_client, three, verb="assign", assignee="me")
    assert job.state == "waiting"
    assert ProcrastinateJob.objects.filter(task_name__endswith="work_bulk").count() == 1
    roads_client.post(f"/console/cases/bulk/{job.pk}/stop/")
    bulk.work(BulkJob.objects.get(pk=job.pk))
    assert BulkItem.objects.filter(job=job, state="waiting").count() == 3
    again = send(roads_client, three, verb="assign", assignee="me")
    bulk.work(again)
    bulk.work(again)  # a worker that was killed begins anew
    assert BulkItem.objects.filter(job=again, state="done").count() == 3


def test_all_that_fit_with_the_true_count(
    monkeypatch: pytest.MonkeyPatch, roads_client: Client, three: list[Case]
) -> None:
    monkeypatch.setattr("kairan.reports.selection.MAX_BULK", 2)
    count = roads_client.get("/console/cases/bulk/count/?status=received").content.decode()
    assert "当てはまる案件は 3 件です" in count
    job = send(roads_client, [], all="1", query="status=received", verb="tag", tags="春")
    assert job.items.count() == 2
    assert list(Tag.objects.values_list("name", flat=True)) == ["春"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"verb": "status"}, "これをえらんでください。"),
        ({"verb": "status", "to": "no_action"}, "通報者への説明を書いてください。"),
        ({"verb": "status", "to": "resolved", "message": "{氏名}さん"}, "「{氏名}」という差し込み"),
        ({"verb": "department", "department": "1"}, "理由を書いてください。"),
        ({"verb": "undo"}, "選択"),
    ],
)
def test_a_mistake_is_said_beside_its_field(
    roads_client: Client, three: list[Case], given: dict[str, str], words: str
) -> None:
    response = roads_client.post(START, {"ids": [shown(case) for case in three], **given})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not BulkJob.objects.exists()


def test_nothing_picked_says_so_and_strange_keys_are_nothing(roads_client: Client) -> None:
    keys = ["x", "1:x", "9" * 30, "-1", "1:" + "9" * 30, ""]
    response = roads_client.post(START, {"ids": keys, "verb": "tag", "tags": "a"})
    assert response.status_code == 422
    assert "案件がえらばれていません" in response.content.decode()


def test_a_viewer_and_another_department_change_nothing(
    hinokuni: Cast, sign_in: SignIn, three: list[Case]
) -> None:
    given = {"ids": [shown(case) for case in three], "verb": "tag", "tags": "a"}
    assert sign_in(hinokuni.viewer).post(START, given).status_code == 403
    assert sign_in(hinokuni.waste_clerk).post(START, given).status_code == 422
    assert not Tag.objects.exists()


def test_only_the_one_who_did_it_sees_and_undoes_it(
    hinokuni: Cast, sign_in: SignIn, roads_client: Client, three: list[Case]
) -> None:
    job = send(roads_client, three, verb="tag", tags="a")
    manager = sign_in(hinokuni.roads_manager)
    assert manager.get(f"/console/cases/bulk/{job.pk}/").status_code == 404
    assert manager.post(f"/console/cases/bulk/{job.pk}/undo/").status_code == 404
    assert Tag.objects.get().cases.count() == 3


def test_the_text_is_seen_for_the_first_case_before_anything_is_sent(
    roads_client: Client, three: list[Case]
) -> None:
    before = Delivery.objects.count()
    given = {"ids": [shown(case) for case in three], "about": "status", "to": "resolved"}
    given["message"] = "{受付番号}を直しました"
    seen = roads_client.post("/console/cases/bulk/preview/", given).content.decode()
    assert f"{three[0].number}を直しました" in seen
    assert roads_client.post("/console/cases/bulk/preview/").status_code == 404
    assert Delivery.objects.count() == before
