# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from kairan.audit.actors import CLOCK
from kairan.deliveries.models import Delivery
from kairan.lib.workdays import OfficeHours
from kairan.reports import actions, notices
from kairan.reports.models import (
    Case,
    NoticePreference,
    ReportKind,
    ReportSettings,
    WaitingNotice,
)
from kairan.residents.models import Resident
from tests.cast import Cast
from tests.reports.factories import report

JAPAN = ZoneInfo("Asia/Tokyo")
OPEN = datetime(2026, 11, 20, 10, 0, tzinfo=JAPAN)  # a Friday
NIGHT = datetime(2026, 11, 20, 22, 0, tzinfo=JAPAN)
# Saturday, Sunday, and 勤労感謝の日 lie between.
TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=JAPAN)
Mode, Rule = notices.Mode, notices.ClosedHours


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "local_now", lambda: NIGHT)


@pytest.mark.parametrize(
    ("mode", "rule", "now", "due"),
    [
        (Mode.AT_ONCE, Rule.WAIT, OPEN, None),
        (Mode.AT_ONCE, Rule.WAIT, NIGHT, TUESDAY),
        (Mode.AT_ONCE, Rule.AT_ONCE, NIGHT, None),
        (Mode.AT_ONCE, Rule.DUTY, NIGHT, TUESDAY),
        (Mode.DIGEST, Rule.AT_ONCE, OPEN, TUESDAY),
    ],
)
def test_when_a_mail_leaves(
    mode: notices.Mode, rule: notices.ClosedHours, now: datetime, due: datetime | None
) -> None:
    assert notices.when_to_tell(mode, rule, now, OfficeHours()) == due


def mails() -> set[str]:
    rows = Delivery.objects.filter(channel="mail").values_list("recipient", flat=True)
    return {recipient.removeprefix("mail:") for recipient in rows}


def test_the_departments_people_are_told_at_once(road: ReportKind) -> None:
    report(road, east=True)
    assert mails() == {"roads@example.jp", "manager@example.jp"}


def test_a_department_with_an_address_gets_one_mail(hinokuni: Cast, road: ReportKind) -> None:
    hinokuni.roads.email = "doboku@example.jp"
    hinokuni.roads.save()
    report(road, east=True)
    assert mails() == {"doboku@example.jp"}


def test_a_persons_own_wish_counts(hinokuni: Cast, road: ReportKind) -> None:
    NoticePreference.objects.create(person=hinokuni.roads_clerk, kind=None, mode=Mode.NONE)
    NoticePreference.objects.create(person=hinokuni.roads_manager, kind=None, mode=Mode.NONE)
    NoticePreference.objects.create(person=hinokuni.roads_manager, kind=road, mode=Mode.AT_ONCE)
    NoticePreference.objects.create(person=hinokuni.waste_clerk, kind=road, mode=Mode.AT_ONCE)
    report(road, east=True)
    assert mails() == {"manager@example.jp"}


def test_mails_carry_no_word_of_the_residents(road: ReportKind) -> None:
    report(road, text="山田花子の家の前です", east=True)
    assert "山田" not in str(list(Delivery.objects.values_list("payload", flat=True)))


def test_the_assignee_alone_hears_of_a_reply(hinokuni: Cast, hole: Case, hanako: Resident) -> None:
    case = actions.assign(acting=hinokuni.roads_clerk, case=hole, to=hinokuni.roads_clerk)
    Delivery.objects.all().delete()
    actions.receive_from_resident(acting=hanako, case=case, text="まだですか")
    assert mails() == {"roads@example.jp"}


@pytest.mark.usefixtures("night")
def test_the_night_is_collected_until_the_doors_open(theft: ReportKind) -> None:
    first, second = report(theft), report(theft)
    assert mails() == set()
    assert notices.send_waiting(acting=CLOCK, now=NIGHT) == 0
    assert notices.send_waiting(acting=CLOCK, now=TUESDAY) == 1
    assert notices.send_waiting(acting=CLOCK, now=TUESDAY) == 0
    payload = Delivery.objects.get(channel="mail").payload
    assert "2件" in payload["subject"]
    assert first.receipt_number in payload["text"]
    assert second.receipt_number in payload["text"]


@pytest.mark.usefixtures("night")
def test_at_night_the_duty_officer_hears_of_it(theft: ReportKind) -> None:
    theft.closed_hours, theft.duty_email = "duty", "toucyoku@example.jp"
    theft.save()
    report(theft)
    assert mails() == {"toucyoku@example.jp"}
    assert WaitingNotice.objects.get().address == "waste@example.jp"


def test_the_towns_own_holidays_count(hinokuni: Cast) -> None:
    ReportSettings.objects.create(closed_days=["2026-11-24"])
    assert notices.office_hours().next_opening(NIGHT).day == 25


def test_a_report_of_the_past_tells_nobody(road: ReportKind) -> None:
    report(road, east=True, submitted_at=OPEN)
    assert mails() == set()


def test_a_clerk_chooses_how_to_hear(
    hinokuni: Cast, road: ReportKind, roads_client: Client
) -> None:
    given = {"general": "digest", f"kind-{road.pk}": "at_once"}
    assert roads_client.post("/console/notices/", given).status_code == 302
    chosen = {p.kind_id: p.mode for p in NoticePreference.objects.all()}
    assert chosen == {None: "digest", road.pk: "at_once"}
    assert roads_client.post("/console/notices/", {"general": "loudly"}).status_code == 422
