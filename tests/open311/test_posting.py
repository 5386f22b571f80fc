# SPDX-License-Identifier: Apache-2.0
"""Other systems report: refusal beside success."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from kairan.audit.actors import PROGRAM
from kairan.municipalities.tenancy import town as in_town
from kairan.open311 import limits
from kairan.open311.keys import make_key, revoke_key
from kairan.open311.models import ApiKey
from kairan.reports.models import Case, Report, ReportKind
from kairan.residents.models import ContactDetails
from tests.cast import Cast
from tests.files.pictures import jpeg
from tests.open311.other_system import BASE, LAMP, OtherSystem, read_xml, refused
from tests.open311.test_services import ask_all_types


def test_a_report_becomes_a_case_of_the_right_department(app: OtherSystem, town: Cast) -> None:
    number = app.report(description="街灯が3日前から\nついていません", address_string="春日1丁目")
    case = Case.objects.get(number=number)
    assert (case.channel, case.department, case.kind.key) == (
        "open311",
        town.roads,
        "street_light",
    )
    report = case.reports.get()
    assert report.text == "街灯が3日前から\nついていません"
    assert report.answers[0]["answer"] == "つかない"
    assert (report.latitude, report.longitude, report.address) == (32.7, 130.2, "春日1丁目")


def test_the_answer_in_xml_has_the_id_and_what_happens_next(app: OtherSystem) -> None:
    response = app.post("xml", account_id="a-7")
    tree = read_xml(response)
    assert tree.tag == "service_requests"
    assert Report.objects.get(receipt_number=tree.findtext("request/service_request_id"))
    assert "土木総務課" in tree.findtext("request/service_notice", "")
    assert tree.findtext("request/account_id") == "a-7"
    assert tree.find("request/token") is None


@pytest.mark.parametrize(
    "place",
    [
        {"lat": "32.7", "long": "130.2", "address_string": "西区春日1丁目"},
        {"lat": None, "long": None, "address_string": "西区春日1丁目"},
        {"lat": None, "long": None, "address_id": "545483"},
        {"lat": "", "long": "", "address_string": "西区春日1丁目"},
    ],
)
def test_any_of_the_three_ways_to_say_where_will_do(
    app: OtherSystem, place: dict[str, str]
) -> None:
    number = app.report(**place)
    assert Report.objects.get(receipt_number=number).address


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"lat": None, "long": None}, "場所が要ります"),
        ({"lat": "", "long": " ", "address_string": ""}, "場所が要ります"),
        ({"long": None}, "両方"),
        ({"lat": "nan"}, "lat は数"),
        ({"lat": "三十二"}, "lat は数"),
        ({"lat": "132.7", "long": "30.2"}, "-90"),
        ({"lat": "35.68", "long": "139.76"}, "市の外"),
    ],
)
def test_a_place_that_is_none_is_refused(
    app: OtherSystem, place: dict[str, str | None], words: str
) -> None:
    refused(app.post(**place), 400, words)
    assert not Report.objects.exists()


def test_an_unknown_service_is_404_and_a_missing_one_400(app: OtherSystem) -> None:
    refused(app.post(service_code="ufo"), 404, "ufo")
    refused(app.post(service_code=None), 400, "service_code")
    ReportKind.objects.filter(key="street_light").update(is_active=False)
    refused(app.post(), 404, "street_light")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"attribute[state]": None}, "attribute[state] が要ります"),
        ({"attribute[state]": "glows"}, "glows"),
        ({"attribute[colour]": "red"}, "attribute[colour]"),
        ({"attribute[state][]": ["dark", "wire"]}, "1つだけ"),
        ({"attribute(state)": "dark"}, "attribute[code]"),
    ],
)
def test_answers_must_fit_the_questions(
    app: OtherSystem, sent: dict[str, object], words: str
) -> None:
    refused(app.post(**sent), 400, words)


def test_everything_that_is_wrong_is_said_at_once(app: OtherSystem) -> None:
    response = app.post(lat="x", email="nobody", **{"attribute[state]": "glows"})
    refused(response, 400, "lat", "glows", "email")
    assert len(response.json()) == 3


def test_each_datatype_is_read_by_the_question_s_own_rules(app: OtherSystem) -> None:
    ask_all_types()
    number = app.report(
        **{
            "attribute[pole]": "0012",
            "attribute[lamps]": "2",
            "attribute[seen]": "2026-01-05T23:30:00Z",
        }
    )
    answers = Report.objects.get(receipt_number=number).answers
    assert [one["answer"] for one in answers] == [
        "つかない",
        "0012",
        "2灯",
        "2026年1月6日(火) 8:30",
    ]


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("pole", "A-12", "pole"),
        ("lamps", "many", "lamps"),
        ("lamps", "12", "lamps"),
        ("seen", "2026-01-05T23:30:00", "時差"),
        ("seen", "2026-01-05", "seen"),
        ("seen", "2126-01-05T23:30:00Z", "seen"),
    ],
)
def test_wrong_values_are_named(app: OtherSystem, code: str, value: str, words: str) -> None:
    ask_all_types()
    sent = {"attribute[lamps]": "1", f"attribute[{code}]": value}
    refused(app.post(**sent), 400, words)


def test_photos_come_as_parts_of_the_request(app: OtherSystem) -> None:
    photo = SimpleUploadedFile("lamp.jpg", jpeg(), "image/jpeg")
    number = app.report(media=photo)
    (kept,) = Report.objects.get(receipt_number=number).photos.all()
    assert kept.stored.is_stored


def test_what_is_no_photo_is_refused_and_so_are_six(app: OtherSystem) -> None:
    program = SimpleUploadedFile("lamp.jpg", b"MZ\x90 not a picture", "image/jpeg")
    refused(app.post(media=program), 400, "lamp.jpg")
    six = [SimpleUploadedFile(f"{n}.jpg", b"x", "image/jpeg") for n in range(6)]
    refused(app.post(media=six), 400, "5枚")
    assert not Report.objects.exists()


def test_a_media_url_is_kept_as_words_and_never_opened(app: OtherSystem) -> None:
    """The tests have no network: a server that followed it would fail."""
    number = app.report(media_url="http://169.254.169.254/latest/meta-data")
    answers = Report.objects.get(receipt_number=number).answers
    assert answers[-1]["answer"] == "http://169.254.169.254/latest/meta-data"
    refused(app.post(media_url="javascript:alert(1)"), 400, "media_url")


def test_who_reported_is_kept_sealed_beside_the_report(app: OtherSystem) -> None:
    number = app.report(
        first_name="花子", last_name="市川", phone="090-0000-0000", email="h@example.jp"
    )
    (contact,) = ContactDetails.objects.all()
    assert (contact.name, contact.phone, contact.email) == (
        "市川 花子",
        "090-0000-0000",
        "h@example.jp",
    )
    assert "花子" not in str(app.ask(f"requests/{number}"))


def test_too_long_a_description_is_refused(app: OtherSystem) -> None:
    refused(app.post(description="あ" * 4001), 400, "4000")
    assert app.report(description="あ" * 4000)


def test_without_a_living_key_nothing_is_sent(app: OtherSystem) -> None:
    refused(app.post(api_key=None), 403, "api_key")
    refused(app.post(api_key="made-up"), 403, "api_key")
    revoke_key(acting=PROGRAM, key=ApiKey.objects.get())
    refused(app.post(), 403, "api_key")
    assert not Report.objects.exists()


def test_a_key_for_reading_sends_nothing(town: Cast) -> None:
    reader = OtherSystem(make_key(acting=PROGRAM, name="広報", access="read")[1])
    refused(reader.post(), 403, "見るだけ")
    assert reader.get("requests.json", api_key=reader.key).status_code == 200


def test_a_key_of_another_town_is_no_key(app: OtherSystem, cast: Cast) -> None:
    with in_town(cast.neighbour):
        theirs = make_key(acting=PROGRAM, name="隣町")[1]
    refused(app.post(api_key=theirs), 403, "api_key")
    refused(app.get("services.json", api_key=theirs), 403, "api_key")
    app.client.defaults["HTTP_HOST"] = "tonari.localhost"
    refused(app.post(), 403, "api_key")


def test_the_same_idempotency_key_makes_one_report(app: OtherSystem) -> None:
    first = app.report(headers={"Idempotency-Key": "r-1"})
    assert app.report(headers={"Idempotency-Key": "r-1"}) == first
    assert app.report(headers={"Idempotency-Key": "r-2"}) != first
    assert app.report() != app.report()


def test_a_key_gone_wild_is_told_to_wait(app: OtherSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRITES_A_MINUTE", 1)
    app.report()
    response = app.post()
    refused(response, 429, "1分")
    assert response["Retry-After"] == "60"


def test_a_body_that_cannot_be_read_is_no_server_error(app: OtherSystem) -> None:
    broken = app.client.post(
        f"{BASE}requests.json", b"--x\r\nbroken", content_type="multipart/form-data; boundary=y"
    )
    assert broken.status_code in {400, 403}
    many = {f"attribute[a{n}]": "x" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)}
    refused(app.client.post(f"{BASE}requests.json", {**LAMP, **many}), 400)
