# SPDX-License-Identifier: Apache-2.0
"""From department to department with a reason, and upwards when nothing happens."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kairan.audit.actors import CLOCK
from kairan.lib.workdays import OfficeHours
from kairan.municipalities.models import Department
from kairan.reports import actions
from kairan.reports.escalation import escalate_overdue, managers_of, working_days_before
from kairan.reports.models import Case, CaseEntry, ReportKind, WaitingNotice
from tests.cast import Cast
from tests.reports.factories import SignIn


@pytest.fixture
def handed(hinokuni: Cast, hole: Case) -> Case:
    return actions.move_department(
        acting=hinokuni.roads_clerk, case=hole, to=hinokuni.waste, reason="ごみの話です"
    )


def on_top(client: Client, case: Case) -> str:
    page = client.get(f"/console/cases/{case.pk}/").content.decode()
    return page.partition('id="case-waiting"')[2].partition('id="case-preview"')[0]


def test_without_a_reason_nothing_moves(roads_client: Client, hinokuni: Cast, hole: Case) -> None:
    given = {"department": hinokuni.waste.pk}
    response = roads_client.post(f"/console/cases/{hole.pk}/department/", given)
    assert response.status_code == 422
    with pytest.raises(actions.ReasonMissing):
        actions.move_department(acting=hinokuni.roads_clerk, case=hole, to=hinokuni.waste)


def test_a_move_to_where_one_still_sees_it_is_taken_back_at_once(
    roads_client: Client, hinokuni: Cast, hole: Case
) -> None:
    given = {"department": hinokuni.west_roads.pk, "reason": "西区です"}
    page = roads_client.post(f"/console/cases/{hole.pk}/department/", given, follow=True)
    hole.refresh_from_db()
    assert hole.department == hinokuni.west_roads
    moved = hole.entries.get(kind=CaseEntry.Kind.DEPARTMENT)
    undo = f"/console/cases/{hole.pk}/undo/{moved.pk}/"
    assert undo in page.content.decode()
    roads_client.post(undo)
    hole.refresh_from_db()
    assert hole.department == hinokuni.roads


def test_the_receiving_department_reads_why_and_takes_it(
    waste_client: Client, handed: Case
) -> None:
    assert "土木総務課から引き継がれました" in on_top(waste_client, handed)
    assert "ごみの話です" in on_top(waste_client, handed)
    assert handed.number in waste_client.get("/console/cases/?handed=1").content.decode()
    waste_client.post(f"/console/cases/{handed.pk}/take/")
    assert "ごみの話です" not in on_top(waste_client, handed)
    assert handed.number not in waste_client.get("/console/cases/?handed=1").content.decode()


def test_it_may_be_sent_back_with_a_reason(
    waste_client: Client, roads_client: Client, handed: Case
) -> None:
    back = f"/console/cases/{handed.pk}/hand_back/"
    assert waste_client.post(back, {"reason": ""}).status_code == 422
    assert waste_client.post(back, {"reason": "道路の穴です"}).status_code == 302
    assert "ごみ減量推進課から返されました" in on_top(roads_client, handed)
    assert "道路の穴です" in on_top(roads_client, handed)


def test_who_works_on_it_has_taken_it(hinokuni: Cast, handed: Case) -> None:
    actions.assign(acting=hinokuni.waste_clerk, case=handed, to=hinokuni.waste_clerk)
    with pytest.raises(actions.NothingHandedOver):
        actions.hand_back(acting=hinokuni.waste_clerk, case=handed, reason="やはり")
    with pytest.raises(actions.NothingHandedOver):
        actions.take(acting=hinokuni.waste_clerk, case=handed)


@pytest.mark.parametrize(
    ("today", "days", "due_by"),
    [
        ("2026-11-17", 1, "2026-11-16"),
        ("2026-11-22", 1, "2026-11-19"),
        ("2026-11-24", 2, "2026-11-19"),
    ],
)
def test_working_days_are_counted_backwards(today: str, days: int, due_by: str) -> None:
    """22 November 2026 is a Sunday, the 23rd a holiday."""
    found = working_days_before(date.fromisoformat(today), days, OfficeHours())
    assert found == date.fromisoformat(due_by)


@pytest.fixture
def late(hole: Case) -> Case:
    ReportKind.objects.filter(pk=hole.kind_id).update(escalate_days=1, escalate_more_days=30)
    Case.objects.filter(pk=hole.pk).update(due_on=timezone.localdate() - timedelta(days=12))
    return hole


def test_managers_hear_once_of_what_stays_overdue(
    hinokuni: Cast, sign_in: SignIn, late: Case
) -> None:
    assert [escalate_overdue(acting=CLOCK) for _ in range(2)] == [1, 0]
    notice = WaitingNotice.objects.get(summary__startswith="【期限切れ】")
    assert notice.address == hinokuni.roads_manager.email
    manager = sign_in(hinokuni.roads_manager)
    assert "課長に知らせました" in on_top(manager, late)
    assert "?escalated=1" in manager.get("/console/").content.decode()
    assert late.number in manager.get("/console/cases/?escalated=1").content.decode()


def test_the_second_step_goes_one_department_up(hinokuni: Cast, late: Case) -> None:
    Case.objects.update(department=hinokuni.west_roads, due_on=date(2020, 1, 6))
    assert escalate_overdue(acting=CLOCK) == 2
    late.refresh_from_db()
    assert late.escalation == 2
    names = CaseEntry.objects.filter(kind="escalated").values_list("data__to_name", flat=True)
    assert set(names) == {hinokuni.roads_manager.name}


def test_what_is_not_late_enough_or_has_a_new_due_date_is_left(hinokuni: Cast, late: Case) -> None:
    Case.objects.update(due_on=timezone.localdate())
    assert escalate_overdue(acting=CLOCK) == 0
    Case.objects.update(due_on=date(2020, 1, 6))
    escalate_overdue(acting=CLOCK)
    case = actions.set_due(acting=hinokuni.roads_clerk, case=late, due_on=date(2099, 1, 1))
    assert (case.escalation, case.escalated_at) == (0, None)


def test_where_there_is_no_manager_the_administrators_hear(hinokuni: Cast) -> None:
    lonely = Department.objects.create(name="ひとり課")
    assert managers_of(lonely) == [hinokuni.administrator]
    assert managers_of(hinokuni.west_roads) == [hinokuni.roads_manager]
