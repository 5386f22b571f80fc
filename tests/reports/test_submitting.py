# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import ProgrammingError, connection, transaction
from pytest_django import DjangoDbBlocker

from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import town
from kairan.reports.actions import Answer, Position, submit_report
from kairan.reports.models import Case, CaseEntry, ReceiptCounter, Report, ReportKind
from kairan.reports.wording import receipt_text
from kairan.residents.models import Resident
from tests.cast import Cast
from tests.reports.factories import IN_THE_WEST, SOMEBODY, report

IN_NOVEMBER = datetime(2026, 11, 20, 3, tzinfo=UTC)
IN_APRIL = datetime(2027, 4, 1, 3, tzinfo=UTC)


def test_a_report_gets_a_number_of_its_fiscal_year(road: ReportKind) -> None:
    first = report(road, submitted_at=IN_NOVEMBER)
    second = report(road, submitted_at=IN_NOVEMBER)
    third = report(road, submitted_at=IN_APRIL)
    assert first.receipt_number.startswith("R8-")
    assert int(second.receipt_number[3:]) == int(first.receipt_number[3:]) + 1
    assert third.receipt_number == "R9-000001"


def test_a_fiscal_year_turns_at_midnight_in_japan(road: ReportKind) -> None:
    before = report(road, submitted_at=datetime(2027, 3, 31, 14, 59, tzinfo=UTC))
    after = report(road, submitted_at=datetime(2027, 3, 31, 15, 0, tzinfo=UTC))
    assert before.receipt_number.startswith("R8-")
    assert after.receipt_number.startswith("R9-")


def test_a_report_becomes_a_case_with_a_due_date(road: ReportKind, hinokuni: Cast) -> None:
    case = report(road, text="穴があります\n大きいです", east=True, submitted_at=IN_NOVEMBER).case
    assert (case.department, case.area) == (hinokuni.roads, hinokuni.east)
    assert case.title == "穴があります"
    # 14 working days after Friday 20 November, the 23rd being a holiday.
    assert str(case.due_on) == "2026-12-11"


def test_one_run_never_makes_two_reports(road: ReportKind) -> None:
    first = report(road, run_key="run:7")
    again = report(road, run_key="run:7", text="ちがう")
    assert again == first
    assert Case.objects.count() == 1


def test_the_resident_reads_number_department_and_date(road: ReportKind) -> None:
    made = report(road, east=True)
    words = receipt_text(made)
    assert words.startswith(f"受け付けました。受付番号は {made.receipt_number} です。")
    assert "土木総務課" in words


def test_a_position_outside_the_town_is_kept(road: ReportKind) -> None:
    made = report(road, position=Position(0.0, 0.0))
    assert (made.longitude, made.latitude) == (0.0, 0.0)
    assert made.case.area is None
    assert made.case.department is not None


def test_what_no_database_can_keep_is_left_out(road: ReportKind) -> None:
    made = report(
        road, text="a\x00b\ud800\r\n" + "😀" * 5_000, answers=[Answer("なに", "\x00c\ud83d")]
    )
    made.refresh_from_db()
    assert made.text.startswith("ab\n😀")
    assert made.answers[0]["answer"] == "c"


@pytest.mark.parametrize("change", ["text = 'x'", "longitude = 1, latitude = 1", "answers = '[]'"])
def test_the_database_refuses_to_rewrite_a_report(road: ReportKind, change: str) -> None:
    made = report(road, position=IN_THE_WEST, answers=[Answer("なに", "穴")])
    with pytest.raises(ProgrammingError, match="never rewritten"), transaction.atomic():
        _rewrite(made, change)
    with pytest.raises(ProgrammingError, match="never rewritten"), transaction.atomic():
        _rewrite(made, f"{change}, erased_at = now()")


def test_a_report_may_join_another_case(road: ReportKind) -> None:
    first, second = report(road), report(road)
    second.case = first.case
    second.save(update_fields=["case"])
    assert first.case.reports.count() == 2


def test_the_timeline_begins_with_the_report(road: ReportKind, hanako: Resident) -> None:
    case = report(road, resident=hanako).case
    entry = CaseEntry.objects.get(case=case)
    assert (entry.kind, entry.actor_kind, entry.actor_id) == ("submitted", "resident", hanako.pk)


def test_twenty_at_once_get_twenty_numbers(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():  # really committed, in a town that no other test enters
        numbers, last = _twenty_at_once()
    assert len(set(numbers)) == last == 20


def _twenty_at_once() -> tuple[list[str], int]:
    municipality = Municipality.objects.create(name="同時市", host="at-once.localhost")
    with town(municipality):
        kind = ReportKind.objects.create(key="road", name="道路")
    numbers: list[str] = []

    def submit() -> None:
        try:
            with town(municipality):
                made = submit_report(acting=SOMEBODY, kind=kind, channel="web", text="同時")
                numbers.append(made.receipt_number)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with town(municipality):
        last = ReceiptCounter.objects.get().last
    connection.close()
    return numbers, last


def _rewrite(made: Report, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE reports_report SET {change} WHERE id = {made.pk}")  # noqa: S608
