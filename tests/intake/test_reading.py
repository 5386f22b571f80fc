# SPDX-License-Identifier: Apache-2.0
"""What a mail says, whoever's program wrote it."""

from __future__ import annotations

import pytest

from kairan.mail.automatic import Automatic
from kairan.mail.charsets import header_of, text_of
from kairan.mail.reading import ReadMail, UnreadableMail, read_mail
from tests.intake.mails import attach, mail

HEAD = b"From: a@example.jp\r\nMessage-ID: <1@example.jp>\r\nMIME-Version: 1.0\r\n"


def read(content: bytes) -> ReadMail:
    return read_mail(content, own=frozenset({"tsuho@hinokuni.example.jp"}))


@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp", "shift_jis", "euc-jp"])
def test_japanese_is_read_in_every_charset(charset: str) -> None:
    message = mail("歩道に穴があります。", subject="道路の穴", charset=charset)
    found = read(message.as_bytes())
    assert (found.subject, found.text) == ("道路の穴", "歩道に穴があります。")
    assert (found.sender_name, found.sender) == ("花子", "hanako@mail.example.jp")


def test_old_phones_letters_are_read() -> None:
    """NEC's row 13 and half-width kana, which ISO-2022-JP does not have."""
    assert text_of(b"\x1b$B-!\x1b(B \x1b(IB22W\x1b(B", "iso-2022-jp") == "① ﾂｲｲﾗ"


def test_undeclared_bytes_are_guessed() -> None:
    body = "街灯がつきません".encode("cp932")
    assert read(HEAD + b"\r\n" + body).text == "街灯がつきません"
    assert header_of("街灯".encode("cp932").decode("ascii", "surrogateescape")) == "街灯"


def test_html_alone_becomes_words() -> None:
    html = "<head><style>p{}</style></head><p>街灯が<b>暗い</b>です。<br>場所は春日。</p><script>x"
    message = mail()
    message.set_content(html, subtype="html")
    assert read(message.as_bytes()).text == "街灯が暗いです。\n場所は春日。"


def test_the_plain_words_win_over_html() -> None:
    message = mail("平文です。")
    message.add_alternative("<p>HTMLです。</p>", subtype="html")
    assert read(message.as_bytes()).text == "平文です。"


def test_winmail_and_signatures_are_passed_over() -> None:
    message = mail()
    attach(message, b"x", "winmail.dat", "application/ms-tnef")
    attach(message, b"x", "smime.p7s", "application/pkcs7-signature")
    assert read(message.as_bytes()).attachments == ()


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto-Submitted": "auto-replied"}, Automatic.REPLY),
        ({"Auto-Submitted": "no"}, None),
        ({"Precedence": "bulk"}, Automatic.BULK),
        ({"List-Id": "<a.example.jp>"}, Automatic.BULK),
        ({"Return-Path": "<>"}, Automatic.BOUNCE),
        ({"X-Failed-Recipients": "a@example.jp"}, Automatic.BOUNCE),
        ({}, None),
    ],
)
def test_programs_are_told_from_people(headers: dict[str, str], why: Automatic | None) -> None:
    assert read(mail(headers=headers).as_bytes()).automatic == why


@pytest.mark.parametrize(
    ("sender", "why"),
    [
        ("MAILER-DAEMON@example.jp", Automatic.BOUNCE),
        ("Tsuho@hinokuni.example.jp", Automatic.OWN),
    ],
)
def test_daemons_and_ourselves_are_known(sender: str, why: Automatic) -> None:
    assert read(mail(sender=sender).as_bytes()).automatic == why


def test_what_goes_in_circles_is_our_own() -> None:
    hops = b"Received: from a by b; Sun, 22 Nov 2026 10:00:00 +0900\r\n" * 40
    assert read(hops + HEAD + b"\r\nx").automatic == Automatic.OWN


@pytest.mark.parametrize(
    "sender", ["nobody", "a@b", "a b@example.jp", "<script>@example.jp", "a@example.jp\r\nBcc: x"]
)
def test_an_address_that_cannot_be_answered_is_none(sender: str) -> None:
    found = read(b"From: " + sender.encode() + b"\r\n\r\nx")
    assert found.sender in ("", "a@example.jp")


def test_a_mail_built_to_break_readers_is_refused() -> None:
    nest = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
    with pytest.raises(UnreadableMail):
        read(HEAD + nest * 2_000)


def test_nonsense_is_read_as_it_can() -> None:
    for content in (b"", b"\xff\xfe" * 50, b"From: =?utf-8?b?!!!?=\r\nSubject: =?x?q?=\r\n\r\n\0"):
        assert read(content).sender == ""
