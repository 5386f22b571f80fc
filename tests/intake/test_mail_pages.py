# SPDX-License-Identifier: Apache-2.0
"""A clerk works through the mails."""

from __future__ import annotations

import io
import json
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from kairan.audit.actors import CLOCK
from kairan.deliveries.models import Delivery, State
from kairan.files.models import StoredFile
from kairan.intake import actions
from kairan.intake.models import IncomingMail
from kairan.intake.receiving import receive
from kairan.reports.models import Case, Report
from kairan.residents.queries import contact_about, contact_for
from kairan.site import cli
from kairan.site.commands import mail_in
from tests.cast import Cast
from tests.intake.mails import mail
from tests.reports.factories import SignIn

HANAKO = "mail:hanako@mail.example.jp"
PLACE = {"lon": 130.2, "lat": 32.7, "typed": "春日公園"}


@pytest.fixture
def clerk(town: Cast, sign_in: SignIn) -> Client:
    return sign_in(town.roads_clerk)


def arrived(**given: Any) -> IncomingMail:
    row = receive(mail(**given).as_bytes())
    assert row is not None
    return row


def completed(client: Client, row: IncomingMail, **more: Any) -> Any:
    photos = [str(photo.stored.key) for photo in row.photos.all()]
    answers = {"damage": "pothole", "place": PLACE, "manager": "town", "note": None}
    payload = {
        "mail": row.pk,
        "kind": "road",
        "answers": {**answers, "photos": photos, **more},
        "caller": {"channel": "mail", "name": row.sender_name, "email": row.sender},
    }
    return client.post("/console/intake/save/", json.dumps(payload), "application/json")


def test_the_list_counts_and_leads_to_each(clerk: Client) -> None:
    row = arrived(subject="ブランコ")
    page = clerk.get("/console/intake/mails/").content.decode()
    assert "ブランコ" in page
    assert f'href="/console/intake/mails/{row.pk}/"' in page


def test_the_first_page_counts_what_waits(clerk: Client, town: Cast, sign_in: SignIn) -> None:
    assert "/console/intake/mails/" not in clerk.get("/console/").content.decode()
    row = arrived(subject="ブランコ")
    assert "/console/intake/mails/" in clerk.get("/console/").content.decode()
    assert "/console/intake/mails/" not in sign_in(town.viewer).get("/console/").content.decode()
    actions.set_aside(acting=town.roads_clerk, mail=row, why="spam")
    assert "/console/intake/mails/" not in clerk.get("/console/").content.decode()


def test_nobody_else_completes_a_mail_once_more(clerk: Client, town: Cast, sign_in: SignIn) -> None:
    row = arrived()
    assert completed(clerk, row).status_code == 200
    assert completed(clerk, row).status_code == 200  # sent twice
    row.sender = "other@example.jp"
    assert completed(sign_in(town.waste_clerk), row).status_code == 422
    kept = contact_for(contact_about(run_key=Report.objects.get().run_key))
    assert kept is not None
    assert kept.email != "other@example.jp"


def test_an_empty_tray_says_so(clerk: Client) -> None:
    assert "未処理のメールはありません" in clerk.get("/console/intake/mails/").content.decode()


def test_a_mails_words_are_only_words(clerk: Client) -> None:
    row = arrived(text="<script>alert(1)</script>", subject="<b>x</b>")
    page = clerk.get(f"/console/intake/mails/{row.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<b>x" not in page


def test_a_completed_mail_is_a_report_and_its_writer_hears_once(clerk: Client) -> None:
    row = arrived(photos=2)
    assert completed(clerk, row).status_code == 200
    assert completed(clerk, row).status_code == 200
    report = Report.objects.get()
    assert (report.channel, report.photos.count()) == ("mail", 2)
    told = Delivery.objects.get(purpose="receipt")
    assert told.recipient == HANAKO
    assert f"/r/{report.token}/" in told.payload["text"]
    row.refresh_from_db()
    assert (row.state, row.report) == ("done", report)


def test_news_of_the_case_goes_by_mail(clerk: Client) -> None:
    completed(clerk, arrived())
    report = Report.objects.get()
    contact = contact_for(contact_about(run_key=report.run_key, report_id=report.pk))
    assert contact is not None
    assert contact.email == "hanako@mail.example.jp"
    clerk.post(f"/console/cases/{report.case_id}/message/", {"text": "見に行きます"})
    assert any(
        "見に行きます" in sent.payload["text"]
        for sent in Delivery.objects.filter(recipient=HANAKO).exclude(purpose="receipt")
    )


def test_the_mails_own_words_stay_with_the_case(clerk: Client) -> None:
    completed(clerk, arrived(text="ブランコの鎖が切れています"))
    assert Case.objects.get().entries.filter(kind="note", text__contains="ブランコの鎖").exists()


def test_more_photos_than_the_question_takes_come_too(clerk: Client) -> None:
    row = arrived(photos=8)
    completed(clerk, row)
    assert Report.objects.get().photos.count() == 8


def test_a_bounce_taken_up_by_a_clerk_is_not_answered(clerk: Client) -> None:
    row = arrived(headers={"Return-Path": "<>"})
    clerk.post(f"/console/intake/mails/{row.pk}/undo/")
    assert completed(clerk, row).status_code == 200
    assert not Delivery.objects.filter(recipient=HANAKO).exists()


def test_set_aside_with_an_answer_and_taken_back_in_time(clerk: Client) -> None:
    row = arrived()
    given = {"why": "not_ours", "answer": "県の担当です。"}
    clerk.post(f"/console/intake/mails/{row.pk}/aside/", given)
    told = Delivery.objects.get()
    assert (told.recipient, told.state) == (HANAKO, State.PLANNED)
    assert told.not_before > timezone.now()
    clerk.post(f"/console/intake/mails/{row.pk}/undo/")
    told.refresh_from_db()
    row.refresh_from_db()
    assert (told.state, row.state) == (State.CANCELLED, "new")


def test_a_bounce_has_no_field_for_an_answer(clerk: Client) -> None:
    row = arrived(headers={"Return-Path": "<>"})
    clerk.post(f"/console/intake/mails/{row.pk}/undo/")
    assert "id_answer" not in clerk.get(f"/console/intake/mails/{row.pk}/").content.decode()
    clerk.post(f"/console/intake/mails/{row.pk}/aside/", {"why": "spam", "answer": "やあ"})
    assert not Delivery.objects.exists()


def test_two_clerks_at_one_mail(clerk: Client) -> None:
    row = arrived()
    clerk.post(f"/console/intake/mails/{row.pk}/aside/", {"why": "spam"})
    answer = completed(clerk, row)
    assert answer.status_code == 422
    assert "ほかの職員" in answer.json()["fields"]["form"]
    assert not Report.objects.exists()


def test_a_second_mail_about_a_report_goes_to_its_thread(clerk: Client) -> None:
    completed(clerk, arrived())
    report = Report.objects.get()
    again = arrived(
        subject=f"Re: 【{report.receipt_number}】", text="まだ直りません", message_id="<2@x.jp>"
    )
    assert again.about == report
    clerk.post(f"/console/intake/mails/{again.pk}/add/")
    said = report.case.entries.get(kind="message_in")
    assert "まだ直りません" in said.text
    assert Report.objects.count() == 1


def test_a_strangers_mail_with_the_number_does_not(clerk: Client) -> None:
    completed(clerk, arrived())
    number = Report.objects.get().receipt_number
    stranger = arrived(subject=number, sender="x@evil.example", message_id="<3@x.jp>")
    assert stranger.about is None
    assert clerk.post(f"/console/intake/mails/{stranger.pk}/add/").status_code == 404


def test_old_mails_are_forgotten_and_reports_keep_their_photos(clerk: Client) -> None:
    done, spam = arrived(photos=1), arrived(photos=1, message_id="<2@x.jp>")
    completed(clerk, done)
    clerk.post(f"/console/intake/mails/{spam.pk}/aside/", {"why": "spam"})
    later = timezone.now() + timedelta(days=django_settings.KEEP_EVENTS_DAYS + 1)
    assert actions.forget_old(acting=CLOCK, now=later) == 2
    done.refresh_from_db()
    assert (done.text, done.sender, done.subject) == ("", "", "")
    states = StoredFile.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["stored", "erased"]
    assert "内容は消えています" in clerk.get("/console/intake/mails/?state=done").content.decode()


def test_the_demo_takes_a_file(clerk: Client, settings: Settings) -> None:
    sent = {"mail": SimpleUploadedFile("a.eml", mail().as_bytes())}
    answer = clerk.post("/console/intake/mails/upload/", sent)
    assert answer["Location"] == f"/console/intake/mails/{IncomingMail.objects.get().pk}/"
    settings.DEMO = False
    assert clerk.post("/console/intake/mails/upload/", sent).status_code == 404


def test_the_pipe_takes_a_mail(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(mail().as_bytes())))
    mail_in.main([])
    assert IncomingMail.objects.count() == 1


def test_the_pipe_refuses_what_is_too_large(
    town: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mail_in, "MOST_BYTES", 10)
    monkeypatch.setattr("kairan.intake.receiving.MOST_BYTES", 10)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(mail().as_bytes())))
    with pytest.raises(SystemExit) as ended:
        mail_in.main([])
    assert ended.value.code == mail_in.REFUSED
    assert "大きすぎて" in capsys.readouterr().err
    assert not IncomingMail.objects.exists()


def test_the_command_has_its_name() -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["mail-in", "--help"])
    assert ended.value.code == 0
