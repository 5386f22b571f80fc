# SPDX-License-Identifier: Apache-2.0
"""Other systems read: what is public, and how much of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.municipalities.tenancy import town as in_town
from kairan.reports.actions import Position, change_status
from kairan.reports.actions.showing import show_case
from kairan.reports.models import Case, ReportKind
from tests.cast import Cast
from tests.open311.other_system import BASE, OtherSystem, refused
from tests.portal.factories import a_report
from tests.reports.factories import report as past_report

FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip


def numbers(found: list[dict[str, Any]]) -> list[str]:
    return [one["service_request_id"] for one in found]


def test_a_request_has_the_specification_s_fields_in_both_forms(app: OtherSystem) -> None:
    number = app.report()
    (found,) = app.ask(f"requests/{number}")
    assert list(found) == FIELDS
    tree = app.ask_xml(f"requests/{number}")
    assert tree.tag == "service_requests"
    assert [field.tag for field in tree[0]] == FIELDS
    assert tree.findtext("request/service_request_id") == number


def test_what_the_app_sent_stands_exactly_where_it_said(app: OtherSystem) -> None:
    (found,) = app.ask(f"requests/{app.report(lat='32.712345', long='130.298765')}")
    assert (found["lat"], found["long"]) == (32.712345, 130.298765)
    assert (found["status"], found["service_code"]) == ("open", "street_light")
    assert found["agency_responsible"] == "土木総務課"
    assert found["address"] == "西区"


def test_a_resident_s_own_report_says_neither_words_nor_the_very_spot(
    app: OtherSystem, town: Cast
) -> None:
    report = past_report(
        ReportKind.objects.get(key="road"),
        text="うちの前の道です",
        position=Position(130.123456, 32.765432),
    )
    (found,) = app.ask(f"requests/{report.receipt_number}")
    assert (found["lat"], found["long"]) == (32.765, 130.123)
    assert found["description"] is None
    assert "うちの前" not in str(found)


def test_moments_carry_their_offset(app: OtherSystem) -> None:
    (found,) = app.ask(f"requests/{app.report()}")
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert found[name].endswith("+09:00")
        assert datetime.fromisoformat(found[name]).tzinfo


def test_the_status_follows_the_case_in_words(app: OtherSystem, town: Cast) -> None:
    number = app.report()
    change_status(acting=PROGRAM, case=Case.objects.get(number=number), to="in_progress")
    (working,) = app.ask(f"requests/{number}")
    assert (working["status"], working["status_notes"]) == ("open", "対応をはじめました。")
    change_status(acting=PROGRAM, case=Case.objects.get(number=number), to="resolved")
    (done,) = app.ask(f"requests/{number}")
    assert (done["status"], done["status_notes"]) == ("closed", "対応が完了しました。")
    assert done["updated_datetime"] >= working["updated_datetime"]


def test_an_unknown_request_is_404(app: OtherSystem) -> None:
    refused(app.get("requests/R8-999999.json"), 404, "R8-999999")


def test_a_token_gives_the_id(app: OtherSystem) -> None:
    number = app.report()
    assert app.ask(f"tokens/{number}") == [{"service_request_id": number, "token": number}]
    refused(app.get("tokens/made-up.json"), 404, "token")


def test_several_ids_leave_every_other_argument_aside(app: OtherSystem) -> None:
    first, _second, third = app.report(), app.report(), app.report()
    found = app.ask(
        "requests", service_request_id=f"{first},{third},R8-000000", start_date="nonsense"
    )
    assert set(numbers(found)) == {first, third}


def test_a_thousand_ids_are_answered_and_one_more_is_refused(app: OtherSystem) -> None:
    ids = [f"R1-{n:06}" for n in range(1_001)]
    assert app.ask("requests", service_request_id=",".join(ids[:1_000])) == []
    refused(app.get("requests.json", service_request_id=",".join(ids)), 400, "1001")


def test_lists_are_narrowed_by_service_and_status(app: OtherSystem) -> None:
    lamp = app.report()
    hole = app.report(service_code="other", **{"attribute[state]": None})
    change_status(acting=PROGRAM, case=Case.objects.get(number=hole), to="resolved")
    assert numbers(app.ask("requests", service_code="street_light")) == [lamp]
    assert set(numbers(app.ask("requests", service_code="street_light,other"))) == {lamp, hole}
    assert numbers(app.ask("requests", status="closed")) == [hole]
    assert numbers(app.ask("requests", status="open,closed")) == [hole, lamp]
    refused(app.get("requests.json", status="done"), 400, "status")
    refused(app.get("requests.json", service_code="ufo"), 404, "ufo")


def test_by_default_the_last_ninety_days(app: OtherSystem, town: Cast) -> None:
    now = timezone.now()
    kind = ReportKind.objects.get(key="road")
    young = past_report(kind, submitted_at=now - timedelta(days=89)).receipt_number
    old = past_report(kind, submitted_at=now - timedelta(days=91)).receipt_number
    assert numbers(app.ask("requests")) == [young]
    since = (now - timedelta(days=100)).isoformat()
    assert set(numbers(app.ask("requests", start_date=since))) == {young, old}
    until = (now - timedelta(days=90)).isoformat()
    assert numbers(app.ask("requests", end_date=until)) == [old]


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"start_date": "2026-04-01T00:00:00"}, "時差"),
        ({"end_date": "2026-04-01"}, "end_date"),
        ({"start_date": "yesterday"}, "start_date"),
        ({"start_date": "2026-13-01T00:00:00Z"}, "start_date"),
        ({"start_date": "2026-04-01T00:00:00Z", "end_date": "2026-03-01T00:00:00Z"}, "前"),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:01Z"}, "90日"),
        ({"start_date": "9999-12-31T00:00:00Z"}, "日時"),
        ({"page": "0"}, "page"),
        ({"page_size": "1001"}, "page_size"),
        ({"page": "last"}, "page"),
    ],
)
def test_dates_and_pages_that_are_none(app: OtherSystem, dates: dict[str, str], words: str) -> None:
    refused(app.get("requests.json", **dates), 400, words)


def test_a_plus_that_became_a_blank_on_the_way_is_understood(app: OtherSystem) -> None:
    path = "requests.json?start_date=2026-04-01T00:00:00+09:00"
    assert app.get(path).status_code == 200


def test_pages_follow_each_other(app: OtherSystem) -> None:
    sent = [app.report() for _ in range(3)]
    first = numbers(app.ask("requests", page_size=2))
    second = numbers(app.ask("requests", page_size=2, page=2))
    assert [*first, *second] == list(reversed(sent))
    assert app.ask("requests", page_size=2, page=3) == []


def test_many_requests_cost_no_more_queries_than_one(
    app: OtherSystem, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        app.report()
    with django_assert_max_num_queries(8):
        assert len(app.ask("requests")) == 5


def test_the_same_list_again_is_no_work_until_something_happens(
    app: OtherSystem, django_assert_max_num_queries: Any
) -> None:
    number = app.report()
    assert numbers(app.ask("requests")) == [number]
    with django_assert_max_num_queries(3):  # the town, and the last number of its record
        assert numbers(app.ask("requests")) == [number]
    change_status(acting=PROGRAM, case=Case.objects.get(number=number), to="resolved")
    assert app.ask("requests")[0]["status"] == "closed"
    newest = app.report()
    assert numbers(app.ask("requests")) == [newest, number]


def test_what_was_kept_for_one_town_is_not_another_s(app: OtherSystem) -> None:
    app.report()
    assert app.ask("requests")
    app.client.defaults["HTTP_HOST"] = "tonari.localhost"
    assert app.ask("requests") == []


def test_the_neighbour_s_requests_are_not_there(app: OtherSystem, cast: Cast) -> None:
    number = a_report(cast).receipt_number
    with in_town(cast.neighbour):
        app.client.defaults["HTTP_HOST"] = "tonari.localhost"
        assert app.ask("requests") == []
        refused(app.get(f"requests/{number}.json"), 404)


def test_words_with_marks_stay_words_in_xml(app: OtherSystem, town: Cast) -> None:
    ReportKind.objects.filter(key="street_light").update(name="<b>灯&明\x0b</b>")
    tree = app.ask_xml(f"requests/{app.report()}")
    assert tree.findtext("request/service_name") == "<b>灯&明</b>"


def test_what_staff_have_approved_is_told_in_words(app: OtherSystem, town: Cast) -> None:
    kind = ReportKind.objects.get(key="road")
    ReportKind.objects.filter(pk=kind.pk).update(shows_cases=True)
    report = past_report(kind, text="うちの前の道です")
    case = Case.objects.get(pk=report.case_id)
    title, text = "道路の穴", "ふさぎます"
    show_case(acting=town.administrator, case=case, title=title, text=text, precision="rough")
    (found,) = app.ask(f"requests/{report.receipt_number}")
    assert found["description"] == "道路の穴\nふさぎます"
    assert found["media_url"] is None


def test_a_young_list_is_given_again_but_one_s_own_report_stands_in_it(
    app: OtherSystem, town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kairan.open311.kept.YOUNG_SECONDS", 3600.0)
    first = app.report()
    assert numbers(app.ask("requests")) == [first]
    past_report(ReportKind.objects.get(key="road"))  # by another door
    assert numbers(app.ask("requests")) == [first]
    last = app.report()
    assert numbers(app.ask("requests"))[0] == last
    assert len(app.ask("requests")) == 3


@pytest.mark.parametrize(
    "path",
    [
        "services/%00.json",
        "requests/%00.json",
        "tokens/%00.json",
        "requests.json?service_request_id=a%00",
        "requests.json?service_code=%00",
    ],
)
def test_a_character_that_is_none_is_refused_as_the_specification_says(
    app: OtherSystem, path: str
) -> None:
    refused(app.client.get(BASE + path), 400, "NUL")
    refused(app.post(service_code="street_light\x00"), 400, "NUL")
