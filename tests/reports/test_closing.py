# SPDX-License-Identifier: Apache-2.0
"""Who may close a case, and the second pair of eyes."""

from __future__ import annotations

import pytest
from django.test import Client

from kairan.deliveries.models import Delivery
from kairan.reports import actions
from kairan.reports.models import Authority, BulkItem, Case, CaseEntry, ClosingProposal, ReportKind
from tests.cast import Cast
from tests.reports.factories import SignIn, report


def send(client: Client, case: Case, panel: str, **given: object) -> int:
    return client.post(f"/console/cases/{case.pk}/{panel}/", given).status_code


def told() -> str:
    return str(list(Delivery.objects.filter(channel="line").values_list("payload", flat=True)))


@pytest.fixture
def guarded(hole: Case) -> Case:
    """花子's hole; closing it needs a second person."""
    ReportKind.objects.filter(pk=hole.kind_id).update(four_eyes=True)
    return Case.objects.select_related("kind").get(pk=hole.pk)


@pytest.fixture
def proposed(roads_client: Client, guarded: Case) -> Case:
    assert send(roads_client, guarded, "status", to="resolved", message="直しました") == 302
    guarded.refresh_from_db()
    return guarded


def test_nobody_outside_is_told_before_the_second_persons_yes(
    hinokuni: Cast, sign_in: SignIn, proposed: Case
) -> None:
    assert proposed.is_open
    assert "直しました" not in told()
    assert send(sign_in(hinokuni.roads_manager), proposed, "confirm") == 302
    proposed.refresh_from_db()
    assert (proposed.status, proposed.confirm_since) == ("resolved", None)
    assert "直しました" in told()


def test_never_the_same_person(roads_client: Client, hinokuni: Cast, proposed: Case) -> None:
    assert send(roads_client, proposed, "confirm") == 422
    with pytest.raises(actions.SamePerson):
        actions.confirm(acting=hinokuni.roads_clerk, case=proposed)
    page = roads_client.get(f"/console/cases/{proposed.pk}/").content.decode()
    assert "頼んだ人とは別の人が確認します。" in page
    assert "確認して終わらせる" not in page


def test_sent_back_with_a_reason_that_the_clerk_reads(
    roads_client: Client, hinokuni: Cast, sign_in: SignIn, proposed: Case
) -> None:
    manager = sign_in(hinokuni.roads_manager)
    assert send(manager, proposed, "send_back", reason=" ") == 422
    assert send(manager, proposed, "send_back", reason="写真を足してください") == 302
    page = roads_client.get(f"/console/cases/{proposed.pk}/").content.decode()
    assert "写真を足してください" in page.partition('id="case-waiting"')[2]
    assert send(roads_client, proposed, "status", to="resolved", message="直しました") == 302
    assert ClosingProposal.objects.filter(answer="").count() == 1


def test_asked_twice_is_refused_and_a_withdrawn_one_is_gone(
    roads_client: Client, hinokuni: Cast, proposed: Case
) -> None:
    assert send(roads_client, proposed, "status", to="resolved") == 422
    entry = CaseEntry.objects.get(case=proposed, kind="proposed")
    actions.undo(acting=hinokuni.roads_clerk, case=proposed, entry_id=entry.pk)
    with pytest.raises(actions.NothingProposed):
        actions.confirm(acting=hinokuni.roads_manager, case=proposed)


def test_a_case_that_goes_another_way_waits_no_longer(hinokuni: Cast, proposed: Case) -> None:
    actions.change_status(acting=hinokuni.roads_clerk, case=proposed, to="in_progress")
    proposed.refresh_from_db()
    assert proposed.confirm_since is None
    assert ClosingProposal.objects.get().answer == "lapsed"


def test_only_a_manager_closes_what_only_managers_may_close(
    roads_client: Client, hinokuni: Cast, sign_in: SignIn, hole: Case
) -> None:
    ReportKind.objects.filter(pk=hole.kind_id).update(closers="manager")
    assert send(roads_client, hole, "status", to="resolved") == 302
    hole.refresh_from_db()
    assert hole.is_open
    other = report(hole.kind, text="段差", east=True).case
    assert send(sign_in(hinokuni.roads_manager), other, "status", to="resolved") == 302
    other.refresh_from_db()
    assert not other.is_open
    actions.confirm(acting=hinokuni.roads_manager, case=hole)
    assert Case.objects.get(pk=hole.pk).status == "resolved"


def test_a_clerk_cannot_confirm_what_only_managers_may_close(
    hinokuni: Cast, sign_in: SignIn, proposed: Case
) -> None:
    ReportKind.objects.filter(pk=proposed.kind_id).update(closers="manager")
    ClosingProposal.objects.update(proposed_by=hinokuni.roads_manager)
    with pytest.raises(actions.NotTheCloser):
        actions.confirm(acting=hinokuni.roads_clerk, case=proposed)
    assert send(sign_in(hinokuni.waste_clerk), proposed, "confirm") == 404
    assert send(sign_in(hinokuni.viewer), proposed, "confirm") == 403


def test_a_referral_waits_too_and_keeps_its_authority(hinokuni: Cast, guarded: Case) -> None:
    authority = Authority.objects.create(name="国道事務所", phone="096-111-2222")
    clerk, manager = hinokuni.roads_clerk, hinokuni.roads_manager
    actions.refer(acting=clerk, case=guarded, authority=authority, message="国道です")
    assert "国道事務所" not in told()
    assert actions.confirm(acting=manager, case=guarded).status == "referred"
    assert "国道事務所 096-111-2222" in told()


def test_what_waits_is_counted_at_home_and_found_in_the_list(
    hinokuni: Cast, sign_in: SignIn, proposed: Case
) -> None:
    manager = sign_in(hinokuni.roads_manager)
    assert "?confirm=1" in manager.get("/console/").content.decode()
    listed = manager.get("/console/cases/?confirm=1").content.decode()
    assert proposed.number in listed
    actions.send_back(acting=hinokuni.roads_manager, case=proposed, reason="まだです")
    assert proposed.number not in manager.get("/console/cases/?confirm=1").content.decode()
    assert "?confirm=1" not in manager.get("/console/").content.decode()


def test_many_are_proposed_and_many_confirmed(
    roads_client: Client, hinokuni: Cast, sign_in: SignIn, guarded: Case
) -> None:
    start = "/console/cases/bulk/start/"
    other = report(guarded.kind, text="段差", east=True).case
    keys = [str(guarded.pk), str(other.pk)]
    roads_client.post(start, {"ids": keys, "verb": "status", "to": "resolved", "message": "済"})
    assert ClosingProposal.objects.filter(answer="").count() == 2
    roads_client.post(start, {"ids": keys, "verb": "confirm"})
    assert BulkItem.objects.filter(state="refused", reason__contains="別の人").count() == 2
    sign_in(hinokuni.roads_manager).post(start, {"ids": keys, "verb": "confirm"})
    assert set(Case.objects.values_list("status", flat=True)) == {"resolved"}
