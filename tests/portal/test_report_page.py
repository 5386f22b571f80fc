# SPDX-License-Identifier: Apache-2.0
"""A report's own page, as its resident sees it."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from kairan.audit.actors import PROGRAM
from kairan.deliveries.models import Delivery
from kairan.files.models import StoredFile
from kairan.reports import mailing, notices, timeline
from kairan.reports.actions import change_status, write_to_resident
from kairan.reports.models import Case, CaseEntry, Report
from kairan.reports.workflow import Status
from kairan.residents.models import ContactDetails
from tests.cast import Cast
from tests.portal.factories import a_report
from tests.talking import Talk


@pytest.fixture
def report(hinokuni: Cast) -> Report:
    return a_report(hinokuni)


def address(report: Report, page: str = "") -> str:
    return f"/r/{report.token}/{page}"


def once(client: Client, report: Report) -> str:
    found = re.search(r'name="once" value="([0-9a-f]{16})"', page(client, report))
    assert found
    return found[1]


def page(client: Client, report: Report) -> str:
    return client.get(address(report)).content.decode()


def png() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "orange").save(file, "PNG")
    file.seek(0)
    file.name = "lamp.png"
    return file


def test_it_says_how_things_stand(client: Client, report: Report) -> None:
    shown = page(client, report)
    for words in (report.receipt_number, "土木総務課", "夜になると真っ暗です", "つかない"):
        assert words in shown


def test_wrong_link_opens_nothing(client: Client, report: Report) -> None:
    assert client.get(f"/r/{report.token[:-1]}x/").status_code == 404
    assert client.get("/r/x/").status_code == 404


def test_link_leaks_nowhere(client: Client, report: Report) -> None:
    answer = client.get(address(report))
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


def test_neighbour_towns_address_does_not_know_it(client: Client, report: Report) -> None:
    answer = client.get(address(report), headers={"host": "tonari.localhost"})
    assert answer.status_code == 404


def test_public_changes_are_shown_and_notes_are_not(
    client: Client, line: Talk, hinokuni: Cast
) -> None:
    report = a_report(hinokuni, line=line)
    change_status(acting=hinokuni.roads_clerk, case=report.case, to=Status.UNDER_REVIEW)
    write_to_resident(acting=hinokuni.roads_clerk, case=report.case, text="明日見に行きます")
    CaseEntry.objects.create(
        case=report.case, kind="note", actor_kind="person", actor_name="健", version=9, text="秘密"
    )
    shown = page(client, report)
    assert "明日見に行きます" in shown
    assert "確認中" in shown
    assert "秘密" not in shown


def test_words_reach_the_department_once(client: Client, report: Report) -> None:
    given = {"text": "まだ暗いです", "once": once(client, report)}
    for _twice in range(2):
        assert client.post(address(report, "write/"), given).status_code == 302
    assert CaseEntry.objects.filter(kind="message_in", text="まだ暗いです").count() == 1


def test_photo_can_be_added_and_seen_by_its_link_alone(client: Client, report: Report) -> None:
    given = {"text": "", "once": once(client, report), "photos": [png(), png()]}
    assert client.post(address(report, "write/"), given).status_code == 302
    photo = report.photos.first()
    assert photo is not None
    assert StoredFile.objects.count() == 2
    large = client.get(address(report, f"photos/{photo.pk}/large/"))
    assert large["Content-Type"] == "image/jpeg"
    assert client.get(f"/r/nonsense/photos/{photo.pk}/large/").status_code == 404


def test_what_is_no_photo_is_refused_with_a_word(client: Client, report: Report) -> None:
    evil = io.BytesIO(b"<svg onload=alert(1)>")
    evil.name = "lamp.svg"
    given = {"text": "", "once": once(client, report), "photos": [evil]}
    answer = client.post(address(report, "write/"), given)
    assert answer.status_code == 422
    assert not StoredFile.objects.exists()


def test_empty_message_is_asked_for_again(client: Client, report: Report) -> None:
    given = {"text": " ", "once": once(client, report)}
    answer = client.post(address(report, "write/"), given)
    assert answer.status_code == 422
    assert "文か写真を入れてください" in answer.content.decode()


def test_not_mended_reopens_a_closed_case(client: Client, line: Talk, hinokuni: Cast) -> None:
    report = a_report(hinokuni, line=line)
    change_status(acting=hinokuni.roads_clerk, case=report.case, to=Status.RESOLVED)
    assert "直っていません" in page(client, report)
    client.post(address(report, "reopen/"), {"reason": "まだつきません"})
    case = Case.objects.get(pk=report.case_id)
    assert case.is_open
    assert case.reopened_count == 1


def test_open_case_offers_no_reopening(client: Client, report: Report) -> None:
    assert "直っていません" not in page(client, report)


def test_position_is_moved_on_the_case_and_kept_in_the_report(
    client: Client, report: Report
) -> None:
    client.post(address(report, "position/"), {"latitude": "32.8", "longitude": "130.7"})
    case = Case.objects.select_related("area").get(pk=report.case_id)
    assert (case.latitude, case.area and case.area.name) == (32.8, "東区")
    report.refresh_from_db()
    assert report.latitude == 32.7


def test_nonsense_position_is_refused(client: Client, report: Report) -> None:
    answer = client.post(address(report, "position/"), {"latitude": "999", "longitude": "x"})
    assert answer.status_code == 422


def test_position_outside_the_town_is_refused(client: Client, report: Report) -> None:
    answer = client.post(address(report, "position/"), {"latitude": "0", "longitude": "0"})
    assert answer.status_code == 422
    assert Case.objects.get(pk=report.case_id).latitude == 32.7


def test_contact_details_are_sealed_and_can_be_taken_back(client: Client, report: Report) -> None:
    client.post(address(report, "contact/"), {"name": "山田花子", "phone": "090-0000-0012"})
    kept = ContactDetails.objects.get()
    assert kept.name == "山田花子"
    assert "お預かりしています" in page(client, report)
    client.post(address(report, "contact/"), {"erase": "1"})
    assert not ContactDetails.objects.exists()


def test_who_has_the_link_does_not_see_the_contact_details(client: Client, report: Report) -> None:
    given = {"name": "山田花子", "phone": "090-0000-0012", "email": "hanako@example.jp"}
    client.post(address(report, "contact/"), given)
    shown = client.get(address(report, "contact/")).content.decode()
    assert "登録済み（…12）" in shown
    assert not [word for word in (*given.values(), "090", "hanako") if word in shown]


def test_an_empty_field_leaves_what_is_kept(client: Client, report: Report) -> None:
    client.post(address(report, "contact/"), {"name": "山田花子", "phone": "090-0000-0012"})
    client.post(address(report, "contact/"), {"name": "", "phone": "096-111-2222"})
    kept = ContactDetails.objects.get()
    assert (kept.name, kept.phone) == ("山田花子", "096-111-2222")


def test_news_by_mail_need_an_address(client: Client, report: Report) -> None:
    refused = client.post(address(report, "contact/"), {"news": "on"})
    assert refused.status_code == 422
    assert "アドレスを書いてください" in refused.content.decode()


def test_news_come_by_mail_to_who_said_yes(client: Client, report: Report) -> None:
    given = {"email": "hanako@example.jp", "news": "on"}
    client.post(address(report, "contact/"), given)
    entry = timeline.write(report.case, CaseEntry.Kind.MESSAGE_OUT, acting=PROGRAM, public=True)
    told = notices.tell_words(
        acting=PROGRAM, case=report.case, entry=entry, text=lambda _report: "電球を替えました。"
    )
    mails = Delivery.objects.filter(channel="mail", recipient__contains="hanako").order_by("id")
    receipt, news = (row.payload["text"] for row in mails)
    assert told == 1
    assert f"/r/{report.token}/" in receipt
    assert "電球を替えました。" in news
    assert f"/r/{report.token}/" in news


def test_nobody_is_mailed_who_did_not_say_yes(client: Client, report: Report) -> None:
    client.post(address(report, "contact/"), {"email": "hanako@example.jp"})
    assert mailing.readers(report.case) == []
    assert not Delivery.objects.filter(recipient__contains="hanako").exists()


def test_a_link_ends_long_after_the_case(client: Client, report: Report) -> None:
    case = change_status(acting=PROGRAM, case=report.case, to=Status.UNDER_REVIEW)
    change_status(acting=PROGRAM, case=case, to=Status.NO_ACTION, message="私有地でした。")
    assert client.get(address(report)).status_code == 200
    Case.objects.filter(pk=report.case_id).update(closed_at=timezone.now() - timedelta(days=401))
    over = client.get(address(report))
    assert over.status_code == 410
    assert "このページは終わりました" in over.content.decode()
    assert client.post(address(report, "contact/"), {"name": "花"}).status_code == 410


def test_the_receipt_is_big_right_after_sending(client: Client, report: Report) -> None:
    shown = client.get(f"{address(report)}?sent=1").content.decode()
    assert "receipt__number" in shown
    assert f"/r/{report.token}/" in shown
    assert "receipt__number" not in client.get(address(report)).content.decode()


def test_a_link_is_no_way_to_write_to_strangers(client: Client, report: Report) -> None:
    for number in range(8):
        given = {"email": f"stranger{number}@example.jp", "news": "on"}
        client.post(address(report, "contact/"), given)
    assert Delivery.objects.filter(purpose="web_receipt").count() == 5


def test_contact_details_lie_sealed_in_the_database(client: Client, report: Report) -> None:
    from django.db import connection

    client.post(address(report, "contact/"), {"name": "山田花子"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM residents_contactdetails")
        assert "山田" not in cursor.fetchone()[0]


def test_script_in_words_stays_words(client: Client, report: Report) -> None:
    given = {"text": "<script>alert(1)</script>", "once": once(client, report)}
    client.post(address(report, "write/"), given)
    assert "<script>alert" not in page(client, report)


@pytest.fixture
def within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kairan.residents.pages.time", lambda: 3_600_000.0)


@pytest.mark.usefixtures("within_a_minute")
def test_guessing_is_slowed_down(
    client: Client, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kairan.residents.pages.GUESSES_A_MINUTE", 3)
    answers = [client.get("/r/guess/").status_code for _ in range(5)]
    assert answers == [404, 404, 404, 429, 429]
    assert client.get(address(report), REMOTE_ADDR="2001:db8:1:2::9").status_code == 200


def test_who_has_a_link_may_read_as_often_as_they_like(
    client: Client, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of phones may share one address of their carrier."""
    monkeypatch.setattr("kairan.residents.pages.GUESSES_A_MINUTE", 1)
    assert {client.get(address(report)).status_code for _ in range(4)} == {200}


@pytest.mark.usefixtures("within_a_minute")
def test_guesses_of_one_subscriber_count_together(
    client: Client, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kairan.residents.pages.GUESSES_A_MINUTE", 2)
    asking = [f"2001:db8:1:2::{number}" for number in (1, 2, 3)]
    answers = [client.get("/r/guess/", REMOTE_ADDR=each).status_code for each in asking]
    assert answers == [404, 404, 429]


@pytest.mark.usefixtures("within_a_minute")
def test_one_link_writes_only_so_often(
    client: Client, report: Report, hinokuni: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kairan.residents.pages.WRITES_AN_HOUR", 1)
    written = [client.post(address(report, "contact/"), {"name": "花"}) for _ in range(2)]
    assert [answer.status_code for answer in written] == [302, 429]
    other = a_report(hinokuni)
    assert client.post(address(other, "contact/"), {"name": "花"}).status_code == 302
