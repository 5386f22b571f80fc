# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail import send_mail as send_djangos
from pytest_django import Settings

from kairan.mail.models import TrayMail
from kairan.mail.sending import MailDelayed
from tests.cast import Cast
from tests.mail.post_office import PostOffice


@pytest.fixture(autouse=True)
def backend(settings: Settings) -> None:
    """pytest-django puts a mailbox of its own in its place."""
    settings.EMAIL_BACKEND = "kairan.mail.backends.PlainMailBackend"


def test_djangos_own_mail_lies_in_the_tray(hinokuni: Cast) -> None:
    assert send_djangos("パスワード", "こちらです。", None, ["a@example.jp", "b@example.jp"]) == 1
    assert sorted(TrayMail.objects.values_list("to", flat=True)) == ["a@example.jp", "b@example.jp"]


def test_of_two_forms_the_plain_one_is_sent(office: PostOffice) -> None:
    message = EmailMultiAlternatives("件名", "本文", None, ["a@example.jp"])
    message.attach_alternative("<p>本文</p>", "text/html")
    message.send()
    assert office.mails[0].get_content().strip() == "本文"


def test_each_mail_has_an_id_of_its_own(office: PostOffice) -> None:
    send_djangos("件名", "本文", None, ["a@example.jp", "b@example.jp"])
    first, second = (mail["Message-ID"] for mail in office.mails)
    assert first != second
    assert first.endswith("@hinokuni.example.jp>")


def test_a_failure_is_heard_unless_silence_was_asked_for(office: PostOffice) -> None:
    office.answers["RCPT"] = "450 later"
    with pytest.raises(MailDelayed):
        send_djangos("件名", "本文", None, ["a@example.jp"])
    silent = get_connection(fail_silently=True)
    assert send_djangos("件名", "本文", None, ["a@example.jp"], connection=silent) == 0
