# SPDX-License-Identifier: Apache-2.0
"""The clock asks the mailbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from kairan.deliveries.models import Delivery
from kairan.intake import polling, receiving
from kairan.intake.models import IncomingMail
from kairan.municipalities import tenancy
from tests.cast import Cast
from tests.intake.imap_office import Mailbox, mailbox
from tests.intake.mails import mail
from tests.reports.factories import SignIn


@pytest.fixture
def box(town: Cast, settings: Settings) -> Iterator[Mailbox]:
    with mailbox() as box:
        settings.IMAP_HOST, settings.IMAP_PORT, settings.IMAP_TLS = "127.0.0.1", box.port, "none"
        settings.IMAP_USER, settings.IMAP_PASSWORD = "tsuho", "right"
        yield box


def test_unread_mails_are_taken_once_and_marked_as_read(box: Mailbox) -> None:
    box.mails = [mail(message_id=f"<{n}@x.jp>").as_bytes() for n in range(3)]
    box.seen = {1}
    assert (polling.poll(), polling.poll()) == (2, 0)
    assert IncomingMail.objects.count() == 2
    assert box.seen == {1, 2, 3}


def test_a_mail_taken_but_not_marked_makes_one_row(box: Mailbox) -> None:
    box.mails = [mail().as_bytes()]
    polling.poll()
    box.seen.clear()
    polling.poll()
    assert IncomingMail.objects.count() == 1


def test_too_large_a_mail_is_not_even_fetched(box: Mailbox) -> None:
    box.mails = [mail(text="本文").as_bytes()]
    box.sizes = {1: receiving.MOST_BYTES + 1}
    polling.poll()
    assert not any("BODY.PEEK[]" in command for command in box.commands)
    assert IncomingMail.objects.get().why == "too_big"
    assert Delivery.objects.count() == 1


def test_a_closed_mailbox_is_said_on_the_page(
    box: Mailbox, town: Cast, sign_in: SignIn, settings: Settings
) -> None:
    client = sign_in(town.roads_clerk)
    settings.IMAP_PASSWORD = "wrong"
    assert polling.poll() == 0
    assert "メールを取りに行けません" in client.get("/console/intake/mails/").content.decode()
    settings.IMAP_PASSWORD = "right"
    polling.poll()
    assert "取りに行けません" not in client.get("/console/intake/mails/").content.decode()


def test_it_is_the_default_towns_mailbox_or_the_named_ones(
    box: Mailbox, town: Cast, settings: Settings
) -> None:
    box.mails = [mail().as_bytes()]
    with tenancy.town(town.neighbour):
        assert polling.poll() == 0
        settings.MAIL_IN_TOWN = "隣町"
        assert polling.poll() == 1
    assert IncomingMail.objects.count() == 0
