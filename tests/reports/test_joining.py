# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from kairan.audit.actors import CLOCK
from kairan.deliveries.models import Delivery, State
from kairan.line.models import LineChannel
from kairan.reports import actions
from kairan.reports.actions.forgetting import set_keeping
from kairan.reports.keeping import forget_what_is_old
from kairan.reports.models import Case, CaseEntry, Report, ReportKind
from kairan.residents.models import Friend, Resident
from tests.cast import Cast
from tests.reports.factories import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def taro(hanako: Resident) -> Resident:
    """太郎 on the same channel as 花子."""
    resident = Resident.objects.create()
    channel = LineChannel.objects.get()
    Friend.objects.create(resident=resident, channel=channel, user_id="U" + "b" * 32)
    return resident


@pytest.fixture
def other(road: ReportKind, taro: Resident) -> Case:
    """太郎's report of 花子's hole."""
    return report(road, resident=taro, text="穴ぼこ", east=True).case


def told(resident: Resident) -> list[str]:
    friend = Friend.objects.get(resident=resident)
    sent = Delivery.objects.filter(recipient__contains=friend.user_id).order_by("id")
    return [str(row.payload["messages"]) for row in sent.exclude(state=State.CANCELLED)]


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def join(cast: Cast, case: Case, into: Case, **given: object) -> Case:
    return actions.join_cases(acting=cast.roads_clerk, case=case, into=into, **given)  # type: ignore[arg-type]


def test_reports_go_over_and_the_case_is_closed(hinokuni: Cast, hole: Case, other: Case) -> None:
    join(hinokuni, other, hole)
    assert {r.case_id for r in Report.objects.all()} == {hole.pk}
    assert (again(other).status, again(other).joined_into_id) == ("no_action", hole.pk)


def test_both_sides_say_what_happened(hinokuni: Cast, hole: Case, other: Case) -> None:
    join(hinokuni, other, hole)
    assert CaseEntry.objects.get(case=other, kind="joined").became == hole.number
    assert CaseEntry.objects.get(case=hole, kind="took_in").became == other.number


def test_everybody_is_told_once_of_a_joining(
    hinokuni: Cast, hole: Case, other: Case, hanako: Resident, taro: Resident
) -> None:
    join(hinokuni, other, hole)
    assert len(told(hanako)) == len(told(taro)) == 1
    assert "まとめて対応" in told(taro)[0]
    assert other.number in told(taro)[0]


def test_a_department_may_join_quietly(
    hinokuni: Cast, hole: Case, other: Case, taro: Resident
) -> None:
    join(hinokuni, other, hole, tell=False)
    assert told(taro) == []
    actions.change_status(acting=hinokuni.roads_clerk, case=again(hole), to="in_progress")
    assert "対応をはじめました" in told(taro)[0]


def test_whoever_has_two_reports_in_a_case_hears_once(
    hinokuni: Cast, hole: Case, road: ReportKind, hanako: Resident
) -> None:
    second = report(road, resident=hanako, east=True).case
    join(hinokuni, second, hole)
    actions.change_status(acting=hinokuni.roads_clerk, case=again(hole), to="resolved")
    assert len(told(hanako)) == 2


def test_a_case_is_never_joined_to_itself(hinokuni: Cast, hole: Case) -> None:
    with pytest.raises(actions.JoinedToItself):
        join(hinokuni, hole, hole)


def test_cases_are_never_joined_in_a_circle(
    hinokuni: Cast, hole: Case, other: Case, road: ReportKind
) -> None:
    third = report(road, east=True).case
    join(hinokuni, other, third)
    join(hinokuni, third, hole)
    with pytest.raises(actions.JoinedInCircle):
        join(hinokuni, again(hole), other)


def test_chains_are_flattened(hinokuni: Cast, hole: Case, other: Case, road: ReportKind) -> None:
    third = report(road, east=True).case
    join(hinokuni, third, other)
    join(hinokuni, other, hole)
    assert again(third).joined_into_id == hole.pk
    assert Report.objects.filter(case=hole).count() == 3


def test_joining_a_joined_case_means_the_one_that_stands(
    hinokuni: Cast, hole: Case, other: Case, road: ReportKind
) -> None:
    third = report(road, east=True).case
    join(hinokuni, other, hole)
    assert join(hinokuni, third, other) == hole


def test_a_joined_case_cannot_be_joined_or_worked_on(
    hinokuni: Cast, hole: Case, other: Case, road: ReportKind
) -> None:
    third = report(road, east=True).case
    join(hinokuni, other, hole)
    with pytest.raises(actions.JoinedElsewhere):
        join(hinokuni, again(other), third)
    with pytest.raises(actions.JoinedElsewhere):
        actions.change_status(acting=hinokuni.roads_clerk, case=again(other), to="in_progress")


def test_a_closed_case_cannot_stay(hinokuni: Cast, hole: Case, other: Case) -> None:
    actions.change_status(acting=hinokuni.roads_clerk, case=hole, to="resolved")
    with pytest.raises(actions.CannotStay):
        join(hinokuni, other, hole)


def test_what_another_clerk_did_meanwhile_stops_a_joining(
    hinokuni: Cast, hole: Case, other: Case
) -> None:
    seen = other.version
    actions.change_status(acting=hinokuni.administrator, case=other, to="in_progress")
    with pytest.raises(actions.CaseChanged):
        join(hinokuni, other, hole, version=seen)


def test_a_joined_case_stands_again_as_it_was(
    hinokuni: Cast, hole: Case, other: Case, taro: Resident
) -> None:
    actions.change_status(acting=hinokuni.roads_clerk, case=other, to="under_review")
    join(hinokuni, other, hole)
    actions.stand_again(acting=hinokuni.roads_clerk, case=again(other))
    assert (again(other).status, again(other).closed_at) == ("under_review", None)
    assert Report.objects.get(case=other).resident == taro
    assert "別の件として" in told(taro)[-1]


def test_a_case_takes_along_what_had_been_joined_to_it(
    hinokuni: Cast, hole: Case, other: Case, road: ReportKind
) -> None:
    third = report(road, east=True).case
    join(hinokuni, third, other)
    join(hinokuni, other, hole)
    actions.stand_again(acting=hinokuni.roads_clerk, case=again(other))
    assert again(third).joined_into_id == other.pk
    assert Report.objects.filter(case=other).count() == 2


def test_a_report_of_a_resident_who_joined_gets_a_case_of_its_own(
    hinokuni: Cast, hole: Case, road: ReportKind, taro: Resident
) -> None:
    added = report(road, resident=taro, text="ちがう穴", east=True, join=hole)
    apart = actions.split_report(acting=hinokuni.roads_clerk, report=added)
    assert (apart.number, apart.title) == (added.receipt_number, "ちがう穴")
    assert apart.department == hole.department
    assert Report.objects.get(pk=added.pk).case == apart


def test_the_report_that_opened_a_case_stays(
    hinokuni: Cast, hole: Case, road: ReportKind, taro: Resident
) -> None:
    report(road, resident=taro, east=True, join=hole)
    with pytest.raises(actions.OpensTheCase):
        actions.split_report(acting=hinokuni.roads_clerk, report=hole.reports.earliest("id"))


def test_undoing_a_joining_tells_nobody_whom_nobody_has_told(
    hinokuni: Cast, hole: Case, other: Case, taro: Resident
) -> None:
    join(hinokuni, other, hole)
    entry = CaseEntry.objects.get(case=hole, kind="took_in")
    actions.undo(acting=hinokuni.roads_clerk, case=again(hole), entry_id=entry.pk)
    assert again(other).joined_into_id is None
    assert told(taro) == []


def test_undoing_a_joining_corrects_what_was_read(
    hinokuni: Cast, hole: Case, other: Case, hanako: Resident, taro: Resident
) -> None:
    join(hinokuni, other, hole)
    Delivery.objects.update(state=State.ACCEPTED)
    entry = CaseEntry.objects.get(case=other, kind="joined")
    actions.undo(acting=hinokuni.roads_clerk, case=again(other), entry_id=entry.pk)
    assert "誤りでした" in told(taro)[-1]
    assert "誤りでした" in told(hanako)[-1]


def test_undoing_a_splitting_joins_again(
    hinokuni: Cast, hole: Case, road: ReportKind, taro: Resident
) -> None:
    added = report(road, resident=taro, east=True, join=hole)
    apart = actions.split_report(acting=hinokuni.roads_clerk, report=added)
    entry = CaseEntry.objects.get(case=apart, kind="split")
    actions.undo(acting=hinokuni.roads_clerk, case=apart, entry_id=entry.pk)
    assert again(apart).joined_into_id == hole.pk
    assert Report.objects.filter(case=hole).count() == 2


def test_nobody_undoes_what_another_has_built_on(hinokuni: Cast, hole: Case, other: Case) -> None:
    join(hinokuni, other, hole)
    actions.change_status(acting=hinokuni.administrator, case=again(hole), to="in_progress")
    entry = CaseEntry.objects.get(case=other, kind="joined")
    with pytest.raises(actions.NothingToUndo):
        actions.undo(acting=hinokuni.roads_clerk, case=again(other), entry_id=entry.pk)


def test_a_residents_words_go_where_their_report_is(
    hinokuni: Cast, hole: Case, other: Case, taro: Resident
) -> None:
    join(hinokuni, other, hole)
    actions.receive_from_resident(acting=taro, case=other, text="まだあります", source="m1")
    assert CaseEntry.objects.get(kind="message_in").case == hole


def test_reopening_a_joined_case_reopens_the_one_that_stands(
    hinokuni: Cast, hole: Case, other: Case, taro: Resident
) -> None:
    join(hinokuni, other, hole)
    actions.change_status(acting=hinokuni.roads_clerk, case=again(hole), to="resolved")
    actions.reopen(acting=taro, case=other)
    assert again(hole).is_open
    assert again(other).joined_into_id == hole.pk


def test_a_report_added_to_a_closed_case_opens_a_new_one(
    hinokuni: Cast, hole: Case, road: ReportKind
) -> None:
    actions.change_status(acting=hinokuni.roads_clerk, case=hole, to="resolved")
    added = report(road, east=True, join=hole)
    assert added.case != hole
    assert added.case.is_open


def test_whoever_joined_takes_back_their_own_words_alone(
    hole: Case, road: ReportKind, taro: Resident
) -> None:
    title = hole.title
    report(road, resident=taro, text="ひみつ", text_source="m9", east=True, join=hole)
    actions.withdraw_message(acting=taro, resident=taro, source="m9")
    assert (again(hole).title, again(hole).has_position) == (title, True)
    assert "ひみつ" not in again(hole).search_text


def test_words_taken_back_are_gone_from_the_joined_case_too(
    hinokuni: Cast, hole: Case, road: ReportKind, taro: Resident
) -> None:
    second = report(road, resident=taro, text="ひみつ", text_source="m9", east=True).case
    join(hinokuni, second, hole)
    actions.withdraw_message(acting=taro, resident=taro, source="m9")
    for case in (again(hole), again(second)):
        assert "ひみつ" not in f"{case.title} {case.search_text}"


def test_the_clock_forgets_nothing_of_an_open_case_for_a_joined_one(
    hinokuni: Cast, hole: Case, other: Case
) -> None:
    join(hinokuni, other, hole)
    Case.objects.filter(pk=other.pk).update(closed_at="2020-01-01T00:00:00Z")
    set_keeping(
        acting=hinokuni.administrator, kind=hole.kind, contact_days=1, photo_days=1, all_days=1
    )
    assert forget_what_is_old(acting=CLOCK) == 0
