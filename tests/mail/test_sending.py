# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_django import Settings

from kairan.mail.models import TrayMail
from kairan.mail.sending import Mail, MailDelayed, MailRefused, send
from kairan.municipalities.tenancy import town
from tests.cast import Cast
from tests.mail.post_office import PostOffice

LONG_LINE = "https://kairan.example.jp/r/" + "長い" * 900
MAIL = Mail(
    to="roads@example.jp",
    subject="【通報】照明灯が消えています",
    text=f"西区で通報がありました。\n\n{LONG_LINE}\n.\n.dot\n",
    message_id="<case-12-1@kairan.example.jp>",
    list_id="cases.kairan.example.jp",
)


def test_a_japanese_mail_arrives_as_it_was_written(office: PostOffice) -> None:
    send(MAIL)
    [mail] = office.mails
    assert mail["Subject"] == MAIL.subject
    assert mail["From"].addresses[0].display_name == "ひのくに市"
    assert mail["To"] == "roads@example.jp"
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text


def test_it_says_what_it_is(office: PostOffice) -> None:
    send(replace(MAIL, reply_to="desk@example.jp"))
    [mail] = office.mails
    assert mail["Message-ID"] == MAIL.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<cases.kairan.example.jp>"
    assert mail["Reply-To"] == "desk@example.jp"
    assert mail["Date"].datetime.utcoffset() is not None


def test_every_line_on_the_wire_is_short_and_plain(office: PostOffice) -> None:
    send(MAIL)
    lines = office.received[0].split(b"\r\n")
    assert max(len(line) for line in lines) <= 998
    assert all(line.isascii() for line in lines)


def test_a_second_attempt_is_the_same_mail(office: PostOffice) -> None:
    send(MAIL)
    send(MAIL)
    assert {mail["Message-ID"] for mail in office.mails} == {MAIL.message_id}


@pytest.mark.parametrize("field", ["to", "message_id", "list_id", "reply_to"])
def test_a_second_header_cannot_be_smuggled_in(office: PostOffice, field: str) -> None:
    with pytest.raises(MailRefused):
        send(replace(MAIL, **{field: "a@example.jp\r\nBcc: everyone@example.jp"}))
    assert not office.received


def test_a_subject_of_two_lines_becomes_one(office: PostOffice) -> None:
    send(replace(MAIL, subject="灯\r\nBcc: everyone@example.jp"))
    assert office.mails[0]["Subject"] == "灯 Bcc: everyone@example.jp"
    assert office.mails[0]["Bcc"] is None


@pytest.mark.parametrize(
    "to", ["", "nobody", "@example.jp", "a@", "a b@c.jp", "a@c d", "x" * 300 + "@a.jp"]
)
def test_what_is_no_address_is_refused(office: PostOffice, to: str) -> None:
    with pytest.raises(MailRefused):
        send(replace(MAIL, to=to))
    assert not office.received


def test_a_japanese_domain_is_written_in_punycode(office: PostOffice) -> None:
    send(replace(MAIL, to="desk@日本.jp"))
    assert "rcpt TO:<desk@xn--wgv71a.jp>" in office.commands


def test_an_address_in_japanese_needs_a_server_that_knows_it(office: PostOffice) -> None:
    with pytest.raises(MailRefused, match="does not take"):
        send(replace(MAIL, to="花子@example.jp"))
    office.extensions = ("SMTPUTF8", "8BITMIME")
    send(replace(MAIL, to="花子@example.jp"))
    assert len(office.received) == 1


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "550 5.1.1 no such user"),
        ("text", "554 5.7.1 looks like spam"),
        ("MAIL", "552 too big"),
    ],
)
def test_a_final_no_is_final(office: PostOffice, command: str, answer: str) -> None:
    office.answers[command] = answer
    with pytest.raises(MailRefused, match=answer[:3]):
        send(MAIL)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("connect", "554 go away"),
        ("connect", "hang up"),
        ("MAIL", "550 sender not allowed"),
        ("RCPT", "450 greylisted"),
        ("DATA", "451 local error"),
        ("text", "452 no space"),
        ("text", "hang up"),
    ],
)
def test_everything_else_may_be_tried_again(office: PostOffice, command: str, answer: str) -> None:
    office.answers[command] = answer
    with pytest.raises(MailDelayed):
        send(MAIL)
    del office.answers[command]
    send(MAIL)
    assert len(office.received) == 1


def test_a_refused_sign_in_is_not_the_fault_of_the_mail(
    office: PostOffice, settings: Settings
) -> None:
    settings.SMTP_USER, settings.SMTP_PASSWORD = "kairan", "wrong"
    office.extensions, office.answers["AUTH"] = ("AUTH PLAIN",), "535 no"
    with pytest.raises(MailDelayed, match="535"):
        send(MAIL)


def test_nothing_leaves_unencrypted_when_encryption_is_asked_for(
    office: PostOffice, settings: Settings
) -> None:
    settings.SMTP_TLS = "starttls"
    with pytest.raises(MailDelayed, match="STARTTLS"):
        send(MAIL)
    assert not any(command.upper().startswith("MAIL") for command in office.commands)


def test_a_server_that_is_down_may_be_tried_again(office: PostOffice, settings: Settings) -> None:
    settings.SMTP_PORT = 1
    with pytest.raises(MailDelayed):
        send(MAIL)


def test_without_a_server_and_without_a_tray_it_waits(settings: Settings) -> None:
    settings.MAIL_TRAY, settings.SMTP_HOST = False, ""
    with pytest.raises(MailDelayed, match="KAIRAN_SMTP_HOST"):
        send(MAIL)


def test_the_demo_keeps_it_in_the_tray(hinokuni: Cast) -> None:
    send(MAIL)
    kept = TrayMail.objects.get()
    assert (kept.to, kept.subject, kept.text) == (MAIL.to, MAIL.subject, MAIL.text)


def test_each_town_has_a_tray_of_its_own(hinokuni: Cast) -> None:
    send(MAIL)
    with town(hinokuni.neighbour):
        assert not TrayMail.objects.exists()


def test_the_tray_is_searched_by_words(hinokuni: Cast) -> None:
    send(MAIL)
    assert TrayMail.objects.containing("照明灯 roads@").exists()
    assert not TrayMail.objects.containing("照明灯 waste@").exists()
