# SPDX-License-Identifier: Apache-2.0
"""What people told us goes in time, or when they ask; that it went is all that stays."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kairan.audit.actors import CLOCK
from kairan.audit.models import Entry
from kairan.conversations.forgetting import forget_residents
from kairan.deliveries.models import Delivery
from kairan.files.actions import store_photo
from kairan.people.models import Person
from kairan.reports import actions, notices
from kairan.reports.actions import showing
from kairan.reports.actions.forgetting import ask_erasure, erase_case
from kairan.reports.actions.submitting import GivenPhoto
from kairan.reports.keeping import forget_what_is_old
from kairan.reports.models import (
    Authority,
    Case,
    CaseEntry,
    Connection,
    Erasure,
    ErasureRequest,
    Part,
    Report,
    ReportKind,
    WaitingNotice,
)
from kairan.reports.workflow import Status
from kairan.residents.actions import ask_for_erasure, keep_contact
from kairan.residents.models import ContactDetails, Friend, Resident
from kairan.residents.queries import contact_about
from kairan.site.demo.at_work import forget_some
from tests.cast import Cast
from tests.files.pictures import jpeg
from tests.reports.factories import IN_THE_EAST, SignIn, report

SECRETS = ("佐藤花子", "春日3丁目5番", "青いやねの家", "むすこの自転車", "090-1111-2222")


@pytest.fixture
def told(hinokuni: Cast, road: ReportKind, hanako: Resident) -> Report:
    """花子's report, full of what is hers alone, with a photo and her number; resolved."""
    photo = store_photo(acting=hanako, content=jpeg())
    made = report(
        road,
        resident=hanako,
        text="青いやねの家の前です。佐藤花子より",
        address="春日3丁目5番",
        position=IN_THE_EAST,
        photos=[GivenPhoto(photo)],
    )
    about = contact_about(run_key=None, report_id=made.pk)
    keep_contact(acting=hanako, about=about, name="佐藤花子", phone="090-1111-2222")
    case = made.case
    actions.receive_from_resident(
        acting=hanako, case=case, report=made, text="むすこの自転車もこわれました", source="m1"
    )
    clerk = hinokuni.roads_clerk
    actions.add_note(acting=clerk, case=case, text="佐藤花子さんに電話した")
    actions.change_status(
        acting=clerk, case=case, to=Status.RESOLVED, message="青いやねの家を直した"
    )
    made.refresh_from_db()
    return made


def everything_kept() -> str:
    """All rows of the room and of the ledger, as text."""
    rows = [
        list(model.objects.values())
        for model in (Report, Case, CaseEntry, ErasureRequest, Delivery, ContactDetails, Entry)
    ]
    return json.dumps(rows, default=str, ensure_ascii=False)


def close_long_ago(case: Case, days: int) -> None:
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=days))


def test_contact_details_go_first_and_the_rest_stays(told: Report) -> None:
    close_long_ago(told.case, 181)
    assert forget_what_is_old(acting=CLOCK) == 1
    assert not ContactDetails.objects.exists()
    told.refresh_from_db()
    assert told.text
    assert told.photos.count() == 1


def test_photos_go_after_three_years(told: Report) -> None:
    stored = told.photos.get().stored
    close_long_ago(told.case, 3 * 365 + 1)
    forget_what_is_old(acting=CLOCK)
    stored.refresh_from_db()
    assert not stored.is_stored
    assert not told.photos.exists()


def test_nothing_of_it_stands_anywhere_in_the_end(told: Report) -> None:
    close_long_ago(told.case, 5 * 365 + 1)
    forget_what_is_old(acting=CLOCK)
    left = everything_kept()
    assert [secret for secret in SECRETS if secret in left] == []
    case = Case.objects.get(pk=told.case_id)
    assert (case.kind, case.area is not None, case.status) == (told.kind, True, Status.RESOLVED)


def test_the_clock_erases_once(told: Report) -> None:
    close_long_ago(told.case, 5 * 365 + 1)
    assert forget_what_is_old(acting=CLOCK) == 1
    assert forget_what_is_old(acting=CLOCK) == 0


def test_what_is_young_or_open_stays(told: Report, theft_case: Case) -> None:
    close_long_ago(told.case, 179)
    assert forget_what_is_old(acting=CLOCK) == 0
    assert theft_case.is_open


def test_each_kind_has_its_own_days(
    told: Report, hinokuni: Cast, sign_in: object, client: Client
) -> None:
    client = sign_in(hinokuni.administrator)  # type: ignore[operator]
    shown = client.get("/console/keeping/").content.decode()
    assert "道路の損傷" in shown
    assert 'data-label="写真（日）"' in shown  # on a phone the headings are gone
    form = {f"contact-{told.kind_id}": "10", f"photo-{told.kind_id}": "", f"all-{told.kind_id}": ""}
    assert client.post("/console/keeping/", form).status_code == 302
    close_long_ago(told.case, 11)
    assert forget_what_is_old(acting=CLOCK) == 1
    close_long_ago(told.case, 20_000)
    assert forget_what_is_old(acting=CLOCK) == 0


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999999999"])
def test_days_that_are_none_are_refused(
    road: ReportKind, hinokuni: Cast, sign_in: object, days: str
) -> None:
    client = sign_in(hinokuni.administrator)  # type: ignore[operator]
    answer = client.post("/console/keeping/", {f"contact-{road.pk}": days})
    assert answer.status_code == 422


def test_a_resident_asks_and_the_town_decides(
    told: Report, client: Client, roads_client: Client
) -> None:
    assert "消してほしいとき" in client.get(f"/r/{told.token}/").content.decode()
    client.post(f"/r/{told.token}/erase/", {"words": "引っ越しました"})
    assert not ContactDetails.objects.exists()
    asked = ErasureRequest.objects.get()
    assert told.receipt_number in roads_client.get("/console/erasures/").content.decode()
    roads_client.post(f"/console/erasures/{asked.pk}/")
    left = everything_kept()
    assert [secret for secret in SECRETS if secret in left] == []
    assert "引っ越しました" not in left
    assert "消去しました" in left  # the resident is told
    assert client.get(f"/r/{told.token}/").status_code == 200


def test_others_who_told_of_the_same_case_keep_theirs(
    told: Report, roads_client: Client, hinokuni: Cast
) -> None:
    other = report(told.kind, text="電柱の下です", east=True)
    Report.objects.filter(pk=other.pk).update(case=told.case)
    asked = ask_erasure(acting=CLOCK, report=told)
    roads_client.post(f"/console/erasures/{asked.pk}/")
    other.refresh_from_db()
    told.refresh_from_db()
    assert (other.text, told.text) == ("電柱の下です", "")


def test_a_wish_is_refused_with_a_reason_that_the_resident_reads(
    told: Report, roads_client: Client
) -> None:
    asked = ask_erasure(acting=CLOCK, report=told)
    roads_client.post(f"/console/erasures/{asked.pk}/", {"decision": "refuse", "reason": ""})
    assert ErasureRequest.objects.waiting().count() == 1
    form = {"decision": "refuse", "reason": "裁判の証拠です"}
    roads_client.post(f"/console/erasures/{asked.pk}/", form)
    assert ErasureRequest.objects.get().decision == "refused"
    assert any(
        "裁判の証拠です" in json.dumps(d.payload, ensure_ascii=False)
        for d in Delivery.objects.all()
    )
    told.refresh_from_db()
    assert told.text


def test_the_first_page_tells_those_who_decide_that_somebody_waits(
    told: Report, roads_client: Client, sign_in: SignIn, hinokuni: Cast
) -> None:
    assert "/console/erasures/" not in roads_client.get("/console/").content.decode()
    asked = ask_erasure(acting=CLOCK, report=told)
    assert "/console/erasures/" in roads_client.get("/console/").content.decode()
    for person in (hinokuni.waste_clerk, hinokuni.viewer):
        assert "/console/erasures/" not in sign_in(person).get("/console/").content.decode()
    roads_client.post(f"/console/erasures/{asked.pk}/")
    assert "/console/erasures/" not in roads_client.get("/console/").content.decode()


def test_a_wish_is_decided_once(told: Report, roads_client: Client) -> None:
    asked = ask_erasure(acting=CLOCK, report=told)
    assert ask_erasure(acting=CLOCK, report=told) == asked
    roads_client.post(f"/console/erasures/{asked.pk}/", {"decision": "refuse", "reason": "証拠"})
    answer = roads_client.post(f"/console/erasures/{asked.pk}/", follow=True)
    assert "もう決めました" in answer.content.decode()
    told.refresh_from_db()
    assert told.text


def test_a_case_under_way_is_not_emptied(hole: Case, roads_client: Client) -> None:
    asked = ask_erasure(acting=CLOCK, report=hole.reports.get())
    answer = roads_client.post(f"/console/erasures/{asked.pk}/", follow=True)
    assert "先に対応を終えてください" in answer.content.decode()
    form = {"part": "all", "reason": "まちがい"}
    assert roads_client.post(f"/console/cases/{hole.pk}/erase/", form).status_code == 422


def test_clerks_erase_by_hand_and_say_why(told: Report, roads_client: Client) -> None:
    path = f"/console/cases/{told.case_id}/erase/"
    assert roads_client.post(path, {"part": "contact", "reason": ""}).status_code == 422
    assert ContactDetails.objects.exists()
    roads_client.post(path, {"part": "contact", "reason": "本人の電話"})
    assert not ContactDetails.objects.exists()
    assert Erasure.objects.get().why == Erasure.Why.STAFF
    assert (
        "連絡先を消しました" in roads_client.get(f"/console/cases/{told.case_id}/").content.decode()
    )


def test_another_department_erases_nothing(told: Report, waste_client: Client) -> None:
    path = f"/console/cases/{told.case_id}/erase/"
    assert waste_client.post(path, {"part": "contact", "reason": "x"}).status_code == 404
    assert ContactDetails.objects.exists()


def test_the_clock_needs_no_reason_but_staff_do(told: Report, hinokuni: Cast) -> None:
    with pytest.raises(actions.Refused):
        erase_case(
            acting=hinokuni.roads_clerk, case=told.case, part=Part.ALL, why=Erasure.Why.STAFF
        )


def test_who_asked_for_everything_is_forgotten_when_nothing_is_left(
    told: Report, hanako: Resident, roads_client: Client, client: Client
) -> None:
    client.post(f"/r/{told.token}/erase/", {"every": "on"})
    assert forget_residents(acting=CLOCK) == 0
    roads_client.post(f"/console/erasures/{ErasureRequest.objects.get().pk}/")
    assert forget_residents(acting=CLOCK) == 1
    assert not Friend.objects.exists()
    assert not Resident.objects.filter(pk=hanako.pk).exists()
    assert "U" + "a" * 32 not in everything_kept()


def test_who_did_not_ask_is_not_forgotten(hanako: Resident) -> None:
    assert forget_residents(acting=CLOCK) == 0
    ask_for_erasure(acting=hanako, resident=hanako)
    assert forget_residents(acting=CLOCK) == 1


def test_what_was_written_before_a_joining_goes_with_its_report(
    told: Report, hinokuni: Cast, roads_client: Client
) -> None:
    standing = report(told.kind, text="電柱の下です", east=True).case
    actions.reopen(acting=hinokuni.roads_clerk, case=told.case, reason="まだです")
    husk = Case.objects.get(pk=told.case_id)
    actions.join_cases(acting=hinokuni.roads_clerk, case=husk, into=standing, tell=False)
    actions.change_status(
        acting=hinokuni.roads_clerk, case=Case.objects.get(pk=standing.pk), to=Status.RESOLVED
    )
    moved = Report.objects.select_related("case").get(pk=told.pk)
    asked = ask_erasure(acting=CLOCK, report=moved)
    roads_client.post(f"/console/erasures/{asked.pk}/")
    left = everything_kept()
    own = [secret for secret in SECRETS if secret != "佐藤花子さんに電話した"]
    assert [secret for secret in own if secret in left] == []
    assert "電柱の下です" in left


def test_the_address_of_a_receipt_goes_with_the_contact_details(
    told: Report, client: Client
) -> None:
    form = {"name": "", "phone": "", "email": "hanako@example.jp", "news": "on"}
    client.post(f"/r/{told.token}/contact/", form)
    assert "hanako@example.jp" in everything_kept()
    client.post(f"/r/{told.token}/erase/", {"words": ""})
    assert "hanako@example.jp" not in everything_kept()
    assert told.token not in json.dumps(list(Delivery.objects.values("payload")), default=str)


def test_a_mail_of_many_cases_goes_with_any_of_them(told: Report, hinokuni: Cast) -> None:
    WaitingNotice.objects.create(
        address="roads@example.jp", case=told.case, summary="新しい通報", due_at=timezone.now()
    )
    assert notices.send_waiting(acting=CLOCK) == 1
    assert "春日3丁目5番" in everything_kept()
    close_long_ago(told.case, 5 * 365 + 1)
    forget_what_is_old(acting=CLOCK)
    assert "春日3丁目5番" not in everything_kept()


def test_the_record_does_not_repeat_what_was_shown_to_everybody(
    told: Report, hinokuni: Cast
) -> None:
    ReportKind.objects.filter(pk=told.kind_id).update(shows_cases=True)
    case = Case.objects.select_related("kind").get(pk=told.case_id)
    showing.show_case(
        acting=hinokuni.roads_clerk, case=case, title="青いやねの家の前の穴", precision="rough"
    )
    close_long_ago(told.case, 5 * 365 + 1)
    forget_what_is_old(acting=CLOCK)
    assert "青いやねの家" not in everything_kept()


def test_what_has_not_left_for_another_authority_goes_too(
    told: Report, hinokuni: Cast, roads_client: Client
) -> None:
    other = report(told.kind, text="電柱の下です", east=True)
    Report.objects.filter(pk=other.pk).update(case=told.case)
    authority = Authority.objects.create(name="熊本県")
    Connection.objects.create(authority=authority, way="webhook", url="https://example.jp/in")
    case = Case.objects.get(pk=told.case_id)
    handover = actions.partners.plan_handover(acting=CLOCK, case=case, authority=authority)
    assert handover is not None
    assert "佐藤花子" in str(handover.payload)
    asked = ask_erasure(acting=CLOCK, report=told)
    roads_client.post(f"/console/erasures/{asked.pk}/")
    handover.refresh_from_db()
    assert "佐藤花子" not in str(handover.payload)
    assert "電柱の下です" in str(handover.payload)


def test_the_demo_has_a_wish_and_an_erasure(theft: ReportKind, hinokuni: Cast) -> None:
    Person.objects.filter(pk=hinokuni.roads_clerk.pk).update(name="道野 健")
    for _one in range(2):
        case = report(theft).case
        actions.change_status(acting=hinokuni.administrator, case=case, to=Status.RESOLVED)
    forget_some()
    assert ErasureRequest.objects.waiting().count() == 1
    assert Erasure.objects.get().part == Part.CONTACT
