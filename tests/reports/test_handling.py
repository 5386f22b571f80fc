# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from kairan.audit.models import Entry
from kairan.deliveries.models import Delivery, State
from kairan.municipalities.models import Department
from kairan.people.models import Person
from kairan.reports import actions, workflow
from kairan.reports.actions import CaseChanged, MessageMissing, MoveNotAllowed, NothingToUndo
from kairan.reports.models import Authority, Case, CaseEntry, Report
from kairan.reports.workflow import Status
from tests.cast import Cast

SignIn = Callable[[Person], Client]


def words_to_residents() -> str:
    return str(list(Delivery.objects.filter(channel="line").values_list("payload", flat=True)))


def send(client: Client, case: Case, verb: str, **given: object) -> int:
    given.setdefault("version", case.version)
    return client.post(f"/console/cases/{case.pk}/{verb}/", given).status_code


def test_every_state_can_be_left_and_every_move_leads_to_another() -> None:
    for state in Status:
        moves = workflow.moves_from(state)
        assert moves
        assert state not in {move.to for move in moves}


def test_a_public_change_reaches_the_resident(roads_client: Client, hole: Case) -> None:
    assert send(roads_client, hole, "status", to="in_progress", message="見に行きます") == 302
    hole.refresh_from_db()
    assert hole.status == "in_progress"
    assert hole.first_answered_at is not None
    assert "見に行きます" in words_to_residents()
    assert Entry.objects.filter(verb="case.status", target_id=hole.pk).exists()


def test_going_back_to_received_is_not_told(hinokuni: Cast, hole: Case) -> None:
    clerk = hinokuni.roads_clerk
    actions.change_status(acting=clerk, case=hole, to="under_review")
    before = Delivery.objects.count()
    actions.change_status(acting=clerk, case=hole, to="received")
    assert Delivery.objects.count() == before


def test_a_move_that_the_table_lacks_is_refused(hinokuni: Cast, hole: Case) -> None:
    actions.change_status(acting=hinokuni.roads_clerk, case=hole, to="resolved")
    with pytest.raises(MoveNotAllowed):
        actions.change_status(acting=hinokuni.roads_clerk, case=hole, to="received")


def test_doing_nothing_needs_a_reason(roads_client: Client, hinokuni: Cast, hole: Case) -> None:
    assert send(roads_client, hole, "status", to="no_action", message=" ") == 422
    with pytest.raises(MessageMissing):
        actions.change_status(acting=hinokuni.roads_clerk, case=hole, to="no_action")
    assert send(roads_client, hole, "status", to="no_action", message="私有地です") == 302


def test_handing_over_tells_name_and_number(roads_client: Client, hole: Case) -> None:
    authority = Authority.objects.create(name="国道事務所", phone="096-111-2222", hours="平日")
    assert send(roads_client, hole, "refer", authority=authority.pk, message="国道です") == 302
    hole.refresh_from_db()
    assert (hole.status, hole.is_open) == ("referred", False)
    assert "国道事務所 096-111-2222" in words_to_residents()


def test_assigning_to_oneself_and_to_nobody(
    roads_client: Client, hinokuni: Cast, hole: Case
) -> None:
    assert send(roads_client, hole, "assign", assignee=hinokuni.roads_clerk.pk) == 302
    hole.refresh_from_db()
    assert hole.assignee == hinokuni.roads_clerk
    assert send(roads_client, hole, "assign", assignee="") == 302
    hole.refresh_from_db()
    assert hole.assignee is None


def test_nobody_of_another_department_can_be_assigned(
    roads_client: Client, hinokuni: Cast, hole: Case
) -> None:
    assert send(roads_client, hole, "assign", assignee=hinokuni.waste_clerk.pk) == 422
    with pytest.raises(actions.WrongAssignee):
        actions.assign(acting=hinokuni.roads_clerk, case=hole, to=hinokuni.waste_clerk)
    with pytest.raises(actions.WrongAssignee):
        actions.assign(acting=hinokuni.roads_clerk, case=hole, to=hinokuni.viewer)


def test_a_case_moved_away_is_theirs_no_longer(
    roads_client: Client, hinokuni: Cast, hole: Case
) -> None:
    actions.assign(acting=hinokuni.roads_clerk, case=hole, to=hinokuni.roads_clerk)
    send(roads_client, hole, "department", department=hinokuni.waste.pk, reason="ごみです")
    hole.refresh_from_db()
    assert (hole.department, hole.assignee, hole.viewed_at) == (hinokuni.waste, None, None)
    assert roads_client.get(f"/console/cases/{hole.pk}/").status_code == 404


def test_the_due_date_moves(roads_client: Client, hole: Case) -> None:
    assert send(roads_client, hole, "due", due_on="2027-01-15", reason="部品待ち") == 302
    hole.refresh_from_db()
    assert hole.due_on == date(2027, 1, 15)
    assert send(roads_client, hole, "due", due_on="きのう") == 422


def test_a_stale_screen_learns_what_the_other_did_and_keeps_its_words(
    roads_client: Client, hinokuni: Cast, hole: Case
) -> None:
    seen = hole.version
    actions.assign(acting=hinokuni.roads_manager, case=hole, to=hinokuni.roads_manager)
    given = {"to": "in_progress", "message": "長い説明を書いた", "version": seen}
    page = roads_client.post(f"/console/cases/{hole.pk}/status/", given)
    body = page.content.decode()
    assert page.status_code == 422
    assert "土木 課長: 担当を土木 課長にしました" in body
    assert "長い説明を書いた" in body
    given["version"] = seen + 1  # the page that came back carries it
    assert f'name="version" value="{seen + 1}"' in body
    assert roads_client.post(f"/console/cases/{hole.pk}/status/", given).status_code == 302


def test_ones_own_changes_and_notes_of_others_never_conflict(hinokuni: Cast, hole: Case) -> None:
    clerk, seen = hinokuni.roads_clerk, hole.version
    actions.assign(acting=clerk, case=hole, to=clerk, version=seen)
    actions.add_note(acting=hinokuni.roads_manager, case=hole, text="急いで")
    actions.change_status(acting=clerk, case=hole, to="in_progress", version=seen)
    with pytest.raises(CaseChanged):
        actions.set_due(
            acting=hinokuni.roads_manager, case=hole, due_on=date(2027, 1, 1), version=seen
        )


def test_a_slip_can_be_undone(roads_client: Client, hinokuni: Cast, hole: Case) -> None:
    send(roads_client, hole, "assign", assignee=hinokuni.roads_clerk.pk)
    entry = CaseEntry.objects.filter(case=hole).latest("id")
    roads_client.post(f"/console/cases/{hole.pk}/undo/{entry.pk}/")
    hole.refresh_from_db()
    assert hole.assignee is None


def test_an_undone_status_takes_back_a_notice_that_has_not_left(hinokuni: Cast, hole: Case) -> None:
    case = actions.change_status(acting=hinokuni.roads_clerk, case=hole, to="resolved")
    entry = case.entries.latest("id")
    case = actions.undo(acting=hinokuni.roads_clerk, case=case, entry_id=entry.pk)
    assert (case.status, case.closed_at) == ("received", None)
    states = set(Delivery.objects.filter(channel="line").values_list("state", flat=True))
    assert states == {State.CANCELLED}


def test_an_undone_status_that_was_read_is_corrected(hinokuni: Cast, hole: Case) -> None:
    case = actions.change_status(acting=hinokuni.roads_clerk, case=hole, to="resolved")
    Delivery.objects.filter(channel="line").update(state=State.ACCEPTED)
    actions.undo(acting=hinokuni.roads_clerk, case=case, entry_id=case.entries.latest("id").pk)
    assert "先ほどのお知らせは誤りでした" in words_to_residents()


def test_what_others_changed_since_cannot_be_undone(hinokuni: Cast, hole: Case) -> None:
    case = actions.assign(acting=hinokuni.roads_clerk, case=hole, to=hinokuni.roads_clerk)
    entry = case.entries.latest("id")
    with pytest.raises(NothingToUndo):
        actions.undo(acting=hinokuni.roads_manager, case=case, entry_id=entry.pk)
    actions.set_due(acting=hinokuni.roads_manager, case=case, due_on=date(2027, 1, 1))
    with pytest.raises(NothingToUndo):
        actions.undo(acting=hinokuni.roads_clerk, case=case, entry_id=entry.pk)


def test_a_better_position_leaves_the_report_as_it_was(roads_client: Client, hole: Case) -> None:
    place = {"latitude": "32.8", "longitude": "130.2", "address": "交差点の北"}
    assert send(roads_client, hole, "position", **place) == 302
    hole.refresh_from_db()
    assert (hole.longitude, hole.area and hole.area.name) == (130.2, "西区")
    assert Report.objects.get(case=hole).longitude == 130.7
    assert send(roads_client, hole, "position", latitude="91", longitude="0") == 422


def test_open_cases_of_a_closed_department_move_on(
    hinokuni: Cast, hole: Case, closed_department: Department
) -> None:
    moved = actions.move_open_cases(
        acting=hinokuni.administrator, from_department=hinokuni.roads, to_department=hinokuni.waste
    )
    hole.refresh_from_db()
    assert (moved, hole.department) == (1, hinokuni.waste)
    again = actions.move_department(acting=hinokuni.administrator, case=hole, to=closed_department)
    assert again.department == hinokuni.waste  # closed without a successor: it stays


def test_the_first_look_is_written_down_once(
    roads_client: Client, hinokuni: Cast, sign_in: SignIn, hole: Case
) -> None:
    sign_in(hinokuni.viewer).get(f"/console/cases/{hole.pk}/")
    hole.refresh_from_db()
    assert hole.viewed_at is None
    roads_client.get(f"/console/cases/{hole.pk}/")
    roads_client.get(f"/console/cases/{hole.pk}/")
    assert CaseEntry.objects.filter(case=hole, kind="viewed").count() == 1


def test_htmx_gets_the_panel_and_what_changed(roads_client: Client, hole: Case) -> None:
    response = roads_client.post(
        f"/console/cases/{hole.pk}/status/", {"to": "in_progress"}, headers={"HX-Request": "true"}
    )
    body = response.content.decode()
    assert 'id="case-work"' in body
    assert 'id="case-timeline" aria-labelledby="timeline-title" hx-swap-oob="true"' in body
    assert "undo" in response.headers["HX-Trigger"]


def test_an_overdue_case_says_so(roads_client: Client, hole: Case) -> None:
    Case.objects.filter(pk=hole.pk).update(due_on=date(2020, 1, 1), opened_at=timezone.now())
    assert "期限切れ" in roads_client.get("/console/cases/?due=overdue").content.decode()
    Case.objects.filter(pk=hole.pk).update(due_on=date(2099, 1, 1))
    assert hole.number not in roads_client.get("/console/cases/?due=overdue").content.decode()
