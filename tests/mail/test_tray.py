# SPDX-License-Identifier: Apache-2.0
"""The demo's mail, read in the console."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from pytest_django import Settings

from kairan.console.mail_tray import PAGE
from kairan.mail.models import TrayMail
from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from tests.cast import Cast

SignIn = Callable[[Person], Client]


def kept(subject: str, text: str = "本文です。") -> TrayMail:
    return TrayMail.objects.create(
        to="roads@example.jp", subject=subject, text=text, message_id=f"<{subject}@x>"
    )


def test_the_administrator_reads_the_mail(hinokuni: Cast, sign_in: SignIn) -> None:
    mail = kept("照明灯", "https://kairan.example.jp/r/abc <script>alert(1)</script>")
    client = sign_in(hinokuni.administrator)
    listed = client.get("/console/mail/").content.decode()
    assert f'href="/console/mail/{mail.pk}/"' in listed
    page = client.get(f"/console/mail/{mail.pk}/").content.decode()
    assert 'href="https://kairan.example.jp/r/abc"' in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_clerk_does_not(hinokuni: Cast, sign_in: SignIn) -> None:
    mail = kept("照明灯")
    client = sign_in(hinokuni.roads_clerk)
    assert client.get("/console/mail/").status_code == 403
    assert client.get(f"/console/mail/{mail.pk}/").status_code == 403


def test_nor_does_the_neighbour(hinokuni: Cast, sign_in: SignIn) -> None:
    mail = kept("照明灯")
    client = sign_in(hinokuni.neighbour_administrator)
    assert "照明灯" not in client.get("/console/mail/").content.decode()
    assert client.get(f"/console/mail/{mail.pk}/").status_code == 404


def test_words_find_a_mail(hinokuni: Cast, sign_in: SignIn) -> None:
    kept("照明灯")
    kept("道路")
    page = sign_in(hinokuni.administrator).get("/console/mail/", {"q": "照明"}).content.decode()
    assert "照明灯" in page
    assert "道路" not in page


def test_a_long_tray_has_pages(hinokuni: Cast, sign_in: SignIn) -> None:
    mails = [kept(f"件{number:03}") for number in range(PAGE + 1)]
    client = sign_in(hinokuni.administrator)
    first = client.get("/console/mail/").content.decode()
    assert "件000" not in first
    assert f"before={mails[1].pk}" in first
    assert "件000" in client.get("/console/mail/", {"before": mails[1].pk}).content.decode()


def test_where_mail_really_leaves_there_is_no_tray(
    hinokuni: Cast, sign_in: SignIn, settings: Settings
) -> None:
    settings.MAIL_TRAY = False
    assert sign_in(hinokuni.administrator).get("/console/mail/").status_code == 404


def test_a_mail_in_another_town_is_not_even_counted(hinokuni: Cast) -> None:
    kept("照明灯")
    with town(hinokuni.neighbour):
        assert TrayMail.objects.count() == 0
