# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from pytest_django.fixtures import Settings

from kairan.audit.actors import PROGRAM
from kairan.line.actions import save_channel
from kairan.line.http import lent_pool
from kairan.line.models import LineChannel
from linesim.testing import Line, in_process
from tests.cast import Cast


@pytest.fixture
def line(settings: Settings) -> Iterator[Line]:
    """The stand-in, and every LINE call of this process leads to it."""
    with in_process() as stand_in:
        settings.LINE_API_URL = settings.LINE_DATA_API_URL = stand_in.url
        settings.PUBLIC_URL = "http://127.0.0.1:9"  # nobody listens there
        with lent_pool(httpx.Client(transport=stand_in.transport)):
            yield stand_in


@pytest.fixture
def channel(hinokuni: Cast, line: Line) -> LineChannel:
    """ひのくに市's channel, as the stand-in has it."""
    return save_channel(
        acting=PROGRAM,
        name="ひのくに市 公式LINE",
        channel_id=line.channel.id,
        secret=line.channel.secret,
        token=line.channel.token,
    )
