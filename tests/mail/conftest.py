# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.mail.post_office import PostOffice, post_office


@pytest.fixture
def office(settings: Settings) -> Iterator[PostOffice]:
    """A mail server that Kairan is set up to use."""
    with post_office() as office:
        settings.MAIL_TRAY = False
        settings.SMTP_HOST, settings.SMTP_PORT = "127.0.0.1", office.port
        settings.SMTP_TLS, settings.SMTP_USER = "none", ""
        settings.SMTP_SECONDS = 2
        settings.DEFAULT_FROM_EMAIL = "ひのくに市 <no-reply@hinokuni.example.jp>"
        yield office
